"""The desk's own certificate authority, made on first start, and the certificates that it gives for one signature each.

Every certificate says in O and OU that it is for trying out and internal use. The key of a signer's certificate lives
only in memory and only for the one signature; that, and its short life, stand in for revocation (RFC 9608).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from flows.errors import WrongUse
from flows.language import translate as _
from flows.signing_desk.authority_key import authority_key

AUTHORITY_NAME = "Avtaleflyt signeringsbenk – prøve og intern bruk"
_ORGANISATION = "Avtaleflyt signeringsbenk"
_UNIT = "Prøve og intern bruk – ingen kontroll av identitet"

AUTHORITY_LIFE = timedelta(days=3652)
LIFE_AFTER_DEADLINE = timedelta(days=30)
"""All signatures of a document are inside their certificates' life while it is collected and verified."""
CLOCK_DIFFERENCE = timedelta(minutes=5)
"""Certificates begin this much early, for readers whose clocks are slow."""

_NAME = x509.ObjectIdentifier("2.5.4.41")
_NO_REVOCATION = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.56"), b"\x05\x00")
_COMMON_NAME_BYTES = 64


@dataclass(frozen=True)
class Identity:
    """A certificate and its key, for one signature."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


@dataclass(frozen=True)
class Authority:
    """The desk's certificate authority."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    def certify(self, name: str, at: datetime, deadline: datetime) -> Identity:
        """Make a new key and a certificate for a signer of that name, signing at that time."""
        key = rsa.generate_private_key(65537, 2048)  # why RSA: see `authority_key`
        until = min(deadline + LIFE_AFTER_DEADLINE, self.certificate.not_valid_after_utc)
        builder = _builder(_signer_name(name), self.certificate.subject, key, self.key, at, until)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs_documents=True), critical=True)
        builder = builder.add_extension(_NO_REVOCATION, critical=False)
        return Identity(builder.sign(self.key, hashes.SHA256()), key)


def open_authority(folder: Path, now: datetime, passphrase: str = "") -> Authority:
    """Open the authority in the desk's folder, made on first use.

    `private/ca-key.pem` is for the desk alone, encrypted where there is a passphrase; `authority/ca.pem` is the
    certificate for others to trust. Callers see to it that only one at a time does this. Raises `WrongUse` when the
    passphrase does not open the key, and when certificate and key do not belong together.
    """
    public, private = folder / "authority" / "ca.pem", folder / "private" / "ca-key.pem"
    if public.exists() and not private.exists():
        raise WrongUse(
            _("The key of {public} is missing: put private/ca-key.pem back, or move ca.pem away.").format(public=public)
        )
    key = authority_key(private, passphrase)
    if not public.exists():
        public.parent.mkdir(parents=True, exist_ok=True)
        draft = public.with_suffix(".draft")
        draft.write_bytes(_authority_certificate(key, now).public_bytes(serialization.Encoding.PEM))
        draft.replace(public)
    certificate = x509.load_pem_x509_certificate(public.read_bytes())
    if certificate.public_key() != key.public_key():
        raise WrongUse(
            _("{private} is not the key of {public}: put the one back that belongs to it.").format(
                private=private, public=public
            )
        )
    return Authority(certificate, key)


def _authority_certificate(key: rsa.RSAPrivateKey, now: datetime) -> x509.Certificate:
    name = _subject(x509.NameAttribute(NameOID.COMMON_NAME, AUTHORITY_NAME))
    builder = _builder(name, name, key, key, now, now + AUTHORITY_LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_documents=False), critical=True)
    return builder.sign(key, hashes.SHA256())


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPrivateKey,
    issuer_key: rsa.RSAPrivateKey,
    at: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - CLOCK_DIFFERENCE)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )


def _subject(*person: x509.NameAttribute[str]) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NO"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, _UNIT),
            *person,
        ]
    )


def _signer_name(name: str) -> x509.Name:
    """Name the signer; a name over the 64 bytes that readers take for CN is cut there, and whole in `name`."""
    short = name.encode()[:_COMMON_NAME_BYTES].decode(errors="ignore").rstrip()
    common = x509.NameAttribute(NameOID.COMMON_NAME, short)
    return _subject(common) if short == name else _subject(common, x509.NameAttribute(_NAME, name))


def _usage(*, signs_documents: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs_documents,
        content_commitment=signs_documents,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs_documents,
        crl_sign=not signs_documents,
        encipher_only=False,
        decipher_only=False,
    )
