"""Secrets from Prefect: a setting `prefect-secret:NAME` stands for the secret block of that name.

A block is read in the process that needs it, when a run opens its context, and shows as stars like any other secret.
Only the name travels in environments, deployments and logs.
"""

from typing import cast

from pydantic import SecretStr

from flows.application.context import use_secret_resolver
from flows.errors import ComponentMissing, WrongUse
from flows.language import translate as _
from flows.settings import Settings, references_in


def use_secret_blocks() -> None:
    """Have contexts read secret blocks. The command line and every flow module call this when they are imported."""
    use_secret_resolver(with_secrets)


def with_secrets(settings: Settings) -> Settings:
    """Return the settings with every named block's value. Raises `WrongUse`, `ComponentMissing`."""
    values = {field: SecretStr(_read(field, name)) for field, name in references_in(settings).items()}
    return settings.model_copy(update=values) if values else settings


def _read(field: str, name: str) -> str:
    from prefect.blocks.system import Secret

    setting = f"AVTALEFLYT_{field.upper()}"
    try:
        block = cast("Secret[str]", Secret.load(name, _sync=True))  # type: ignore[call-arg]  # Prefect's dispatch takes it
    except ValueError:
        raise WrongUse(
            _("{setting} names the secret block «{name}», which Prefect does not have; make it there.").format(
                setting=setting, name=name
            )
        ) from None
    except Exception:  # noqa: BLE001 - whatever a client meets on its way to a server
        raise ComponentMissing(
            _("Prefect cannot be reached for the secret block of {setting}; see PREFECT_API_URL.").format(
                setting=setting
            )
        ) from None
    found = block.get()
    if not isinstance(found, str) or not found:
        raise WrongUse(
            _("The secret block «{name}» of {setting} holds no text; give it the secret as text.").format(
                name=name, setting=setting
            )
        )
    return found
