"""Load private keys and certificates: PKCS #12, or PEM (PKCS #8) with certificates beside the key."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from flows.errors import WrongUse
from flows.language import translate as _

_OTHERS_MAY = 0o077


@dataclass(frozen=True, slots=True)
class Identity:
    """A private key with its certificate and the certificates above that, leaf first."""

    key: RSAPrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate of the key."""
        return self.chain[0]


def load_identity(path: Path, passphrase: str = "", key_path: Path | None = None) -> Identity:
    """Return a key and its certificates, from PKCS #12 or PEM; the key may lie in a file of its own.

    Raises `WrongUse` where a file cannot be read, the key is not RSA, or it is not that of the certificate.
    """
    content = _read(path)
    secret = passphrase.encode() or None
    found: object
    try:
        if path.suffix.lower() in {".p12", ".pfx"}:
            store = load_pkcs12(content, secret)
            found, chain = store.key, [store.cert, *store.additional_certs]
            certificates = [one.certificate for one in chain if one is not None]
        else:
            certificates = x509.load_pem_x509_certificates(content)
            found = _pem_key(_read(key_path) if key_path else content, secret)
    except (ValueError, TypeError):
        raise _unusable(path) from None
    if not isinstance(found, RSAPrivateKey) or not certificates:
        raise _unusable(path)
    if certificates[0].public_key() != found.public_key():
        raise WrongUse(_("The key and the certificate in {path} do not belong together.").format(path=path.name))
    return Identity(found, tuple(certificates))


def load_key(path: Path, passphrase: str = "") -> RSAPrivateKey:
    """Return an RSA key from PEM. Raises `WrongUse`."""
    try:
        found = _pem_key(_read(path), passphrase.encode() or None)
    except (ValueError, TypeError):
        raise _unusable(path) from None
    if not isinstance(found, RSAPrivateKey):
        raise _unusable(path)
    return found


def load_certificate(path: Path) -> x509.Certificate:
    """Return the first certificate of a PEM file. Raises `WrongUse`."""
    try:
        return x509.load_pem_x509_certificates(_read(path))[0]
    except ValueError:
        raise _unusable(path) from None


def open_to_others(path: Path) -> bool:
    """Say whether other accounts of the machine may read a file."""
    try:
        return bool(path.stat().st_mode & _OTHERS_MAY)
    except OSError:
        return False


def ends_within(certificate: x509.Certificate, now: datetime, days: int) -> bool:
    """Say whether a certificate ends within so many days, or has ended."""
    return (certificate.not_valid_after_utc - now).days < days


def _pem_key(content: bytes, secret: bytes | None) -> object:
    try:
        return load_pem_private_key(content, secret)
    except TypeError:  # a passphrase is set for other keys, and this one has none
        return load_pem_private_key(content, None)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise WrongUse(
            _("The key file {path} cannot be read; see AVTALEFLYT_ARCHIVE_SYSTEM.").format(path=path)
        ) from None


def _unusable(path: Path) -> WrongUse:
    return WrongUse(
        _("{path} holds no RSA key and certificate that can be opened; see AVTALEFLYT_FIKS_PASSPHRASE.").format(
            path=path.name
        )
    )
