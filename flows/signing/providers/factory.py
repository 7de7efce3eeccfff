"""Create the provider that the settings name, rate-limited across all workers."""

from collections.abc import Callable
from typing import NamedTuple

import requests
from pydantic import SecretStr
from requests.adapters import HTTPAdapter

from flows.errors import WrongUse
from flows.language import translate as _
from flows.register import Register
from flows.settings import Settings
from flows.signing.port import Provider
from flows.signing.providers import documenso, docuseal
from flows.signing.providers.desk import DeskProvider
from flows.signing.providers.documenso import DocumensoProvider
from flows.signing.providers.docuseal import DocuSealProvider
from flows.signing.providers.posten import (
    EnterpriseCertificate,
    PostenDirectProvider,
    PostenProvider,
    open_certificate,
    posten_session,
)
from flows.signing.providers.posten.adapter import CALLS_PER_SECOND as POSTEN_CALLS_PER_SECOND
from flows.signing.rate_limiter import Pace, SharedPollTimes, rate_limited
from flows.signing.signing_links import RETURN_PATH


def open_provider(settings: Settings, register: Register) -> Provider:
    """Return the configured provider. Raises `WrongUse` if the name is unknown or a setting is missing."""
    if settings.provider not in _ADAPTERS:
        names = ", ".join(sorted(_ADAPTERS))
        raise WrongUse(
            _("There is no provider «{provider}»: set AVTALEFLYT_PROVIDER to one of {names}.").format(
                provider=settings.provider, names=names
            )
        )
    return _ADAPTERS[settings.provider].open(settings, register)


def sends_webhooks(provider: str) -> bool:
    """Return whether the provider of a name has webhooks, without opening it."""
    return provider in _ADAPTERS and _ADAPTERS[provider].webhooks


def split_secrets(secrets: SecretStr) -> list[str]:
    """Return the webhook secrets of a setting, separated by spaces; several allow rotation."""
    return secrets.get_secret_value().split()


def desk_token(settings: Settings) -> str:
    """Return the token of the signing desk: the one that is set, or else that of a desk on this machine; or nothing."""
    kept = settings.desk_folder / "token"
    return settings.desk_token.get_secret_value() or (kept.read_text().strip() if kept.exists() else "")


def _desk(settings: Settings, register: Register) -> Provider:
    return DeskProvider(
        settings.desk_url,
        desk_token(settings),
        requests.Session(),
        address=settings.desk_address,
        reminds=bool(settings.smtp_url.get_secret_value()),
        secrets=split_secrets(settings.desk_secrets),
        clock=register.clock,
    )


class _PostenConnection(NamedTuple):
    """What both flows of Posten signering are opened with, after checking the settings."""

    certificate: EnterpriseCertificate
    session: requests.Session
    adapter: HTTPAdapter
    pace: Pace
    bucket: str


def _posten_connection(settings: Settings, register: Register) -> _PostenConnection:
    path, bundle = settings.posten_certificate, settings.posten_bundle
    if path is None or bundle is None or not settings.posten_organisation:
        raise _missing("POSTEN_ORGANISATION", "POSTEN_CERTIFICATE", "POSTEN_BUNDLE")
    if not bundle.is_file():
        raise WrongUse(_("AVTALEFLYT_POSTEN_BUNDLE must be a file of trusted certificates (PEM)."))
    certificate = open_certificate(path, settings.posten_password.get_secret_value(), register.clock())
    session, adapter = posten_session(certificate, bundle)
    bucket = f"posten:{settings.posten_organisation}"
    return _PostenConnection(
        certificate, session, adapter, rate_limited(register, bucket, POSTEN_CALLS_PER_SECOND), bucket
    )


def _posten(settings: Settings, register: Register) -> Provider:
    certificate, session, adapter, pace, bucket = _posten_connection(settings, register)
    return PostenProvider(
        settings.posten_url,
        settings.posten_organisation,
        settings.posten_queue,
        certificate,
        session,
        register.clock,
        adapter=adapter,
        pace=pace,
        poll_times=SharedPollTimes(register, f"{bucket}:{settings.posten_queue}"[:60]),
    )


def _posten_direct(settings: Settings, register: Register) -> Provider:
    certificate, session, adapter, pace, bucket = _posten_connection(settings, register)
    return PostenDirectProvider(
        settings.posten_url,
        settings.posten_organisation,
        settings.posten_queue,
        certificate,
        session,
        register.clock,
        return_address=f"{settings.public_url.rstrip('/')}{RETURN_PATH}",
        adapter=adapter,
        pace=pace,
        poll_times=SharedPollTimes(register, f"{bucket}:direct:{settings.posten_queue}"[:60]),
    )


def _documenso(settings: Settings, register: Register) -> Provider:
    token = settings.documenso_token.get_secret_value()
    if not settings.documenso_url or not token:
        raise _missing("DOCUMENSO_URL", "DOCUMENSO_TOKEN")
    return DocumensoProvider(
        settings.documenso_url,
        token,
        requests.Session(),
        register.clock,
        secrets=split_secrets(settings.documenso_secrets),
        pace=rate_limited(register, "documenso", documenso.adapter.CALLS_PER_SECOND),
    )


def _docuseal(settings: Settings, register: Register) -> Provider:
    token = settings.docuseal_token.get_secret_value()
    if not settings.docuseal_url or not token:
        raise _missing("DOCUSEAL_URL", "DOCUSEAL_TOKEN")
    return DocuSealProvider(
        settings.docuseal_url,
        token,
        requests.Session(),
        register.clock,
        upload_pdf=settings.docuseal_uploads,
        template=settings.docuseal_template,
        order_enforced=settings.docuseal_order,
        secrets=split_secrets(settings.docuseal_secrets),
        download_hosts=frozenset(settings.docuseal_hosts.split()),
        pace=rate_limited(register, "docuseal", docuseal.adapter.CALLS_PER_SECOND),
    )


def _missing(*names: str) -> WrongUse:
    wanted = ", ".join(f"AVTALEFLYT_{name}" for name in names)
    return WrongUse(_("The provider needs {wanted}: set them in the environment or in .env.").format(wanted=wanted))


class _Adapter(NamedTuple):
    """How a provider is opened, and whether it has webhooks."""

    open: Callable[[Settings, Register], Provider]
    webhooks: bool


_ADAPTERS = {
    "desk": _Adapter(_desk, webhooks=True),
    "posten": _Adapter(_posten, webhooks=False),
    "posten-direct": _Adapter(_posten_direct, webhooks=False),
    "documenso": _Adapter(_documenso, webhooks=True),
    "docuseal": _Adapter(_docuseal, webhooks=True),
}
