"""Keys and certificates that belong to nobody: our account, the archive's account, and whoever signs."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from flows.delivery.fiks.keys import Identity

PASSWORD = "hemmelig"
START = datetime(2026, 1, 1, tzinfo=UTC)


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """Return the key of this name; the same within a run."""
    del name
    return rsa.generate_private_key(65537, 2048)


@cache
def identity(name: str, days: int = 3650) -> Identity:
    """Return key and self-made certificate of this name, valid for some days from 1 January 2026."""
    named = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NO"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Prøve kommune"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    builder = x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(key(name).public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(START).not_valid_after(START + timedelta(days=days))
    return Identity(key(name), (builder.sign(key(name), hashes.SHA256()),))


def certificate_pem(name: str, days: int = 3650) -> str:
    """Return the certificate of this name as PEM."""
    return identity(name, days).certificate.public_bytes(Encoding.PEM).decode()


def keep_keys(folder: Path, *names: str) -> None:
    """Write `NAME.key` (PKCS #8), `NAME.pem` and `NAME.p12` for each name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        one = identity(name)
        secret = one.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.key").write_bytes(secret)
        (folder / f"{name}.pem").write_text(certificate_pem(name))
        lock = BestAvailableEncryption(PASSWORD.encode())
        store = pkcs12.serialize_key_and_certificates(name.encode(), one.key, one.certificate, None, lock)
        (folder / f"{name}.p12").write_bytes(store)
        for ending in ("key", "p12"):
            (folder / f"{name}.{ending}").chmod(0o600)
