"""Certificates for tests: an authority, enterprise certificates under it, and seals. Nobody trusts them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

BEGINNING, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def der(self) -> bytes:
        """The certificate as DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def key_pem(self) -> bytes:
        """The key as PEM."""
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def authority(name: str = "Prøve CA 3") -> Pair:
    """Return an authority, the same one for the same name."""
    return _authority(name)


@cache
def _authority(name: str) -> Pair:
    identified = x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, "NTRNO-999999999")  # as in today's issuers
    return _issue(x509.Name([*_name(name), identified]), None, END)


def enterprise(organisation: str, issuer: str = "Prøve CA 3", end: datetime = END) -> Pair:
    """Return an enterprise certificate for an organisation number, as SEID 2 writes it."""
    return _enterprise(organisation, issuer, end)


@cache
def _enterprise(organisation: str, issuer: str, end: datetime) -> Pair:
    subject = [
        x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, f"NTRNO-{organisation}"),
        x509.NameAttribute(NameOID.COMMON_NAME, "Prøve virksomhet"),
    ]
    return _issue(x509.Name(subject), authority(issuer), end)


@cache
def seal_of(holder: str) -> Pair:
    """Return the certificate that a provider seals documents with."""
    return _issue(_name(holder), authority(), END)


def pkcs12_file(folder: Path, pair: Pair, password: str, issuer: str = "Prøve CA 3") -> Path:
    """Write a pair with its authority as PKCS#12."""
    path = folder / "virksomhet.p12"
    protection = serialization.BestAvailableEncryption(password.encode())
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"virksomhet", pair.key, pair.certificate, [authority(issuer).certificate], protection
        )
    )
    return path


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "NO"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _issue(subject: x509.Name, issuer: Pair | None, end: datetime) -> Pair:
    key = rsa.generate_private_key(65537, 2048)
    signing_key = issuer.key if issuer else key
    usage = x509.KeyUsage(
        digital_signature=issuer is not None,
        content_commitment=issuer is not None,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issuer is None,
        crl_sign=issuer is None,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(BEGINNING, end - timedelta(days=1)))
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
    )
    return Pair(builder.sign(signing_key, hashes.SHA256()), key)
