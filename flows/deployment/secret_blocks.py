"""Secrets from Prefect: a setting `prefect-secret:NAME` stands for the secret block of that name.

It is opened where a run is set up, in the process that needs it, and shows as stars like any other secret. The name
alone travels in environments, deployments and logs.
"""

from typing import cast

from pydantic import SecretStr

from flows.errors import ComponentMissing, WrongUse
from flows.settings import Settings

PREFIX = "prefect-secret:"


def with_secrets(settings: Settings) -> Settings:
    """Return the settings with every named block opened. Raises `WrongUse`, `ComponentMissing`."""
    named = {
        field: value.get_secret_value().removeprefix(PREFIX).strip()
        for field in type(settings).model_fields
        if isinstance(value := getattr(settings, field), SecretStr) and value.get_secret_value().startswith(PREFIX)
    }
    opened = {field: SecretStr(_open(field, name)) for field, name in named.items()}
    return settings.model_copy(update=opened) if opened else settings


def _open(field: str, name: str) -> str:
    from prefect.blocks.system import Secret

    setting = f"AVTALEFLYT_{field.upper()}"
    try:
        block = cast("Secret[str]", Secret.load(name, _sync=True))  # type: ignore[call-arg]  # Prefect's dispatch takes it
    except ValueError:
        raise WrongUse(
            f"{setting} names the secret block «{name}», which Prefect does not have; make it there."
        ) from None
    except Exception:  # noqa: BLE001 - whatever a client meets on its way to a server
        raise ComponentMissing(
            f"Prefect cannot be reached for the secret block of {setting}; see PREFECT_API_URL."
        ) from None
    found = block.get()
    if not isinstance(found, str) or not found:
        raise WrongUse(f"The secret block «{name}» of {setting} holds no text; give it the secret as text.")
    return found
