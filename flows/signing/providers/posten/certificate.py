"""Load our enterprise certificate: an RSA key with its chain, from a PKCS#12 file."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from flows.dates import oslo_date, short_date
from flows.errors import WrongUse
from flows.language import translate as _


@dataclass(frozen=True)
class EnterpriseCertificate:
    """A certificate, its key, and the certificates above it, the issuer first."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...]


def open_certificate(path: Path, password: str, now: datetime) -> EnterpriseCertificate:
    """Read a PKCS#12 file. Raises `WrongUse` if it cannot be read, is no RSA certificate, or is not valid now."""
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(path.read_bytes(), password.encode() or None)
    except (OSError, ValueError, TypeError):
        raise WrongUse(
            _(
                "The enterprise certificate cannot be read: check AVTALEFLYT_POSTEN_CERTIFICATE and "
                "AVTALEFLYT_POSTEN_PASSWORD."
            )
        ) from None
    if certificate is None or not isinstance(key, rsa.RSAPrivateKey):
        raise WrongUse(_("AVTALEFLYT_POSTEN_CERTIFICATE must hold an RSA key and its certificate (PKCS#12)."))
    if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
        until = short_date(oslo_date(certificate.not_valid_after_utc))
        raise WrongUse(
            _("The enterprise certificate is not valid now (it ends on {until}); order a new one.").format(until=until)
        )
    return EnterpriseCertificate(certificate, key, _upwards(certificate, others))


def _upwards(leaf: x509.Certificate, others: list[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    chain: list[x509.Certificate] = []
    below = leaf
    while below.issuer != below.subject:
        above = next((one for one in others if one.subject == below.issuer), None)
        if above is None or above in chain:
            break
        chain.append(above)
        below = above
    return tuple(chain)
