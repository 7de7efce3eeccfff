"""Check whether the configured provider accepts our credentials, and list certificates that expire soon."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography import x509

from flows.dates import oslo_date, short_date
from flows.errors import AvtaleflytError
from flows.language import translate as _
from flows.register import Register
from flows.settings import Settings
from flows.signing.providers.factory import open_provider
from flows.signing.providers.posten import PostenProvider

SOON = timedelta(days=60)
"""Ordering an enterprise certificate takes weeks."""
_NOBODYS = "avtaleflyt-doctor"


def provider_problems(settings: Settings, register: Register) -> list[str]:
    """Return one sentence for each problem now or within 60 days; empty if there is none."""
    try:
        provider = open_provider(settings, register)
        if isinstance(provider, PostenProvider):
            provider.identify_sender()
        else:
            provider.find(_NOBODYS)
    except AvtaleflytError as error:
        return [str(error)]
    found = []
    if isinstance(provider, PostenProvider):
        ours = provider.certificate
        found += ending([ours.certificate, *ours.chain], _("our enterprise certificate"), register.clock())
    if settings.provider.startswith("posten") and settings.posten_bundle is not None:
        bundle = x509.load_pem_x509_certificates(settings.posten_bundle.read_bytes())
        found += ending(bundle, "AVTALEFLYT_POSTEN_BUNDLE", register.clock())
    return found


def ending(certificates: Iterable[x509.Certificate], where: str, now: datetime) -> list[str]:
    """Return a sentence for each certificate that ends within 60 days."""
    return [
        _("A certificate of {where} ends on {day}: get a new one before that.").format(
            where=where, day=short_date(oslo_date(one.not_valid_after_utc))
        )
        for one in certificates
        if one.not_valid_after_utc - now < SOON
    ]
