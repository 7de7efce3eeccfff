"""Look at the way to the archive system without sending anything: keys, certificates, token, accounts and queue."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from flows.dates import oslo_date, short_date
from flows.delivery.archive_settings import ArchiveSettings
from flows.delivery.fiks.api import FiksApi
from flows.delivery.fiks.keys import Identity, ends_within, open_to_others
from flows.errors import AvtaleflytError
from flows.language import translate as _

_WARNING_DAYS = 30
_KEY_YEAR = 365
"""Days that a key registered at Maskinporten lives."""


def archive_problems(
    settings: ArchiveSettings,
    api: FiksApi,
    signer: Identity,
    account_keys: Sequence[RSAPrivateKey],
    check: Callable[[], None],
) -> list[str]:
    """Return what stands in the way of deliveries, or soon will, as sentences; empty if nothing does."""
    return [*_files(settings), *_certificates(settings, api, signer), *_service(settings, api, account_keys, check)]


def _files(settings: ArchiveSettings) -> Iterator[str]:
    fiks, maskinporten = settings.fiks, settings.maskinporten
    paths = [*fiks.account_keys, fiks.signing_certificate, fiks.signing_key, maskinporten.certificate, maskinporten.key]
    for path in dict.fromkeys(one for one in paths if one is not None):
        if open_to_others(path):
            yield _("Other accounts can read the key {path}: chmod 600 {path}.").format(path=path)


def _certificates(settings: ArchiveSettings, api: FiksApi, signer: Identity) -> Iterator[str]:
    now, named = api.clock(), [(_("the signing certificate"), signer.certificate)]
    client = api.tokens.identity
    if client.chain and client.certificate != signer.certificate:
        named.append((_("the certificate for Maskinporten"), client.certificate))
    for what, certificate in named:
        yield from _ending(what, certificate, now)
    registered = settings.maskinporten.key_registered
    if registered is not None and (oslo_date(now) - registered).days > _KEY_YEAR - _WARNING_DAYS:
        yield _("The key at Maskinporten was registered on {day} and lives for one year: register a new one.").format(
            day=short_date(registered)
        )


def _ending(what: str, certificate: x509.Certificate, now: datetime) -> Iterator[str]:
    if ends_within(certificate, now, _WARNING_DAYS):
        day: date = oslo_date(certificate.not_valid_after_utc)
        yield _("{what} ends on {day}: get a new one.").format(what=what[:1].upper() + what[1:], day=short_date(day))


def _service(
    settings: ArchiveSettings, api: FiksApi, account_keys: Sequence[RSAPrivateKey], check: Callable[[], None]
) -> Iterator[str]:
    try:
        check()
        own = api.certificate(str(settings.fiks.account))
        if all(own.public_key() != key.public_key() for key in account_keys):
            yield _("None of account_keys is that of our account's certificate in Fiks IO: answers cannot be opened.")
        yield from _ending(_("our account's certificate"), own, api.clock())
        status = api.status(str(settings.fiks.account))
        if not status.may_send:
            yield _("Our account in Fiks IO may not send: see its protocol and part.")
        if status.waiting > settings.fiks.most_waiting:
            yield _("{count} answers wait in our queue: see that `deliver-records` runs.").format(count=status.waiting)
    except AvtaleflytError as error:
        yield error.message
