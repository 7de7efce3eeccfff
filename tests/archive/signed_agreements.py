"""Signed agreements for the tests: an authority of our own, invented signers, and the register brought to `signed`."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore
from weasyprint import HTML

from flows.archive import SignedFiles, Store, file_signed
from flows.archive.ingest import keep_evidence
from flows.register import Record, Register, State
from flows.register.agreements import GeneratedDocument, ReceivedCase, approve, receive, record_generated
from flows.register.records import files_of
from flows.register.signature_requests import (
    ProviderAnswer,
    intend,
    record_acknowledged,
    record_ended,
    record_sent,
    record_signed,
)

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
"""When the tests' clock stands, and signatures are made unless a test says otherwise."""
LONG_BEFORE, LONG_AFTER = datetime(2026, 1, 2, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)
NAMES = ("Kari Čáhppe", "Ola Prøve")


class SignerAt(PdfSigner):
    """Signs at a time that is given, not at the system's."""

    at: datetime = AT

    def init_signing_session(self, *arguments: Any, **options: Any) -> Any:
        """Begin to sign at that time."""
        session = super().init_signing_session(*arguments, **options)
        session.system_time = self.at
        return session


class Authority:
    """A certificate authority that certifies signers and timestamp services."""

    def __init__(self, crl_url: str = "", ocsp_url: str = "") -> None:
        """Make a key and a certificate; with addresses, the certificates that it issues say who tells of revocation."""
        self.crl_url, self.ocsp_url = crl_url, ocsp_url
        self.issued: dict[int, x509.Certificate] = {}
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self.certify("Prøveautoritet", self.key)

    def certify(self, name: str, key: Any, usage: Any = None, days: int = 3650) -> x509.Certificate:
        """Return a certificate for a key, valid for some days from 1 January 2026."""
        start = datetime(2026, 1, 1, tzinfo=UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = subject if key is self.key else self.certificate.subject
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(start).not_valid_after(start + timedelta(days=days))
        own = key is self.key
        builder = builder.add_extension(x509.BasicConstraints(ca=own, path_length=None), critical=True)
        builder = builder.add_extension(
            x509.KeyUsage(not own, not own, False, False, False, own, own, False, False), critical=True
        )
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(identifier, critical=False)
        if self.crl_url and not own:
            place = x509.DistributionPoint([x509.UniformResourceIdentifier(self.crl_url)], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([place]), critical=False)
        if self.ocsp_url and not own:
            told = x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(self.ocsp_url)
            )
            builder = builder.add_extension(x509.AuthorityInformationAccess([told]), critical=False)
        if usage is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
        made = builder.sign(self.key, hashes.SHA256())
        self.issued[made.serial_number] = made
        return made

    def ocsp(self, number: int, revoked_at: datetime | None = None, told_at: datetime | None = None) -> bytes:
        """Return what the authority answers about a certificate of its own: good, or revoked since some instant."""
        told_at = told_at or datetime.now(UTC) - timedelta(minutes=1)  # none is believed that is younger than asking
        builder = ocsp.OCSPResponseBuilder().add_response(
            self.issued[number],
            self.certificate,
            hashes.SHA1(),
            ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD,
            told_at,
            told_at + timedelta(days=7),
            revoked_at,
            None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, self.certificate)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def crl(self, *revoked: int) -> bytes:
        """Return a CRL (DER) that revokes these serial numbers from 1 February 2026."""
        start = datetime(2026, 1, 1, tzinfo=UTC)
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(start + timedelta(days=31)).next_update(start + timedelta(days=3000))
        for number in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(start + timedelta(days=31))
            builder = builder.add_revoked_certificate(entry.build())
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(identifier, critical=False).add_extension(x509.CRLNumber(1), critical=False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def identity(self, name: str, usage: Any = None, days: int = 3650) -> tuple[Any, Any]:
        """Return a certificate and its key, as pyHanko takes them."""
        new = ec.generate_private_key(ec.SECP256R1()) if usage is None else rsa.generate_private_key(65537, 2048)
        key: Any = new
        der = self.certify(name, key, usage, days).public_bytes(serialization.Encoding.DER)
        secret = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return asn1_x509.Certificate.load(der), asn1_keys.PrivateKeyInfo.load(secret)

    @property
    def root(self) -> Any:
        """The authority's certificate, as pyHanko takes it."""
        return asn1_x509.Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER))

    def keep(self, folder: Path) -> Path:
        """Write the certificate into a folder of trust anchors."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ca.pem").write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return folder

    def sign(
        self,
        pdf: bytes,
        name: str,
        field: str,
        timestamper: TimeStamper | None = None,
        certify: MDPPerm | None = None,
        days: int = 3650,
        *,
        fill: bool = False,
        at: datetime = AT,
    ) -> bytes:
        """Return the PDF with a PAdES signature of that name appended, which may certify what may be changed later.

        `days` is how long after 1 January 2026 the certificate is valid; `fill` signs in a field that is there,
        `at` is what the signature claims.
        """
        certificate, key = self.identity(name, days=days)
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register(self.root)
        signer = SignerAt(
            PdfSignatureMetadata(
                field_name=field,
                md_algorithm="sha256",
                subfilter=SigSeedSubFilter.PADES,
                certify=certify is not None,
                docmdp_permissions=certify or MDPPerm.FILL_FORMS,
            ),
            SimpleSigner(signing_cert=certificate, signing_key=key, cert_registry=store),
            timestamper=timestamper,
            new_field_spec=None if fill else SigFieldSpec(field, on_page=0),
        )
        signer.at = at
        output = BytesIO()
        signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=output)
        return output.getvalue()


def at_any_time(register: Register, at: datetime) -> None:
    """Set the clock of a test's register."""
    clock: Any = register.clock
    clock.now = at


@cache
def authority() -> Authority:
    """Return the one authority of a test run."""
    return Authority()


@cache
def timestamps() -> tuple[Any, Any]:
    """Return certificate and key of a timestamp service."""
    return authority().identity("Prøvetidsstempel", ExtendedKeyUsageOID.TIME_STAMPING)


@cache
def document(words: str = "Stedet er Bodø.") -> bytes:
    """Return a PDF/A-2a of one page; the same words give the same bytes within a run."""
    lines = "".join(f"<p>Avtalens faste ledd nummer {n} gjelder begge parter.</p>" for n in range(1, 9))
    html = f'<html lang="nb"><head><title>Avtale</title></head><body><h1>Avtale</h1>{lines}<p>{words}</p></body></html>'
    return bytes(HTML(string=html).write_pdf(pdf_variant="pdf/a-2a"))


@cache
def signed(words: str = "Stedet er Bodø.", at: datetime = AT) -> bytes:
    """Return the document signed by both at a time."""
    once = authority().sign(document(words), NAMES[0], "Signatur1", at=at)
    return authority().sign(once, NAMES[1], "Signatur2", at=at)


def sent(
    register: Register,
    store: Store,
    number: int = 1,
    words: str = "Stedet er Bodø.",
    title: str = "ALIS-avtale – kommune 1804",
    municipality: str = "1804",
    provider: str = "desk",
    pdf: bytes | None = None,
    kind: str = "alis",
    *,
    declined: bool = False,
) -> str:
    """Bring an agreement to `signed`, or to `declined`, in the register; return the reference of its request."""
    pdf = document(words) if pdf is None else pdf
    case = ReceivedCase(
        kind, municipality, f"{number:07d}", date(2027, 1, 1), date(2031, 12, 31), title, {"nummer": number}
    )
    made = GeneratedDocument("alis/template.docx", "1.0", "a" * 64, store.put(b"DOCX"), store.put(pdf), 1)
    signers = [
        {"order": 1, "role": "kommune", "name": NAMES[0], "on_behalf_of": "Prøve kommune"},
        {"order": 2, "role": "alis", "name": NAMES[1]},
    ]
    with register.write() as transaction:
        agreement_id = receive(transaction, case).agreement_id
        record_generated(transaction, agreement_id, 1, made)
        approve(transaction, agreement_id, "looked at")
        request = intend(transaction, agreement_id, provider, signers, transaction.now + timedelta(days=30))
        assert request is not None
        record_sent(transaction, request.reference, ProviderAnswer(f"job-{number}", {}), "sent")
        if declined:
            record_ended(transaction, request.reference, State.DECLINED, "")
        else:
            record_signed(transaction, request.reference)
    return request.reference


def archived(
    register: Register,
    store: Store,
    anchors: Path,
    number: int = 1,
    words: str = "Stedet er Bodø.",
    signed_pdf: bytes | None = None,
    signed_by: Sequence[str] = (),
    *,
    any_time: bool = False,
    **case: Any,
) -> Record:
    """Bring an agreement through filing and acknowledging; return its record.

    With `any_time`, it was asked for long before now and comes long after: other programs sign at the system's time.
    """
    authority().keep(anchors)
    if any_time:
        at_any_time(register, LONG_BEFORE)
    reference = sent(register, store, number, words, **case)
    if any_time:
        at_any_time(register, LONG_AFTER)
    evidence = keep_evidence(store, "bevis.json", "application/json", b'{"signert": true}')
    files = SignedFiles(
        store.put(signed(words, register.clock()) if signed_pdf is None else signed_pdf), [evidence], signed_by
    )
    record = file_signed(register, store, anchors, reference, files)
    with register.write() as transaction:
        record_acknowledged(transaction, reference)
    return record


def digest_of(register: Register, record_id: str, role: str) -> str:
    """Return the digest of a record's newest file of a role."""
    with register.read() as session:
        return [one.digest for one in files_of(session, record_id) if one.role == role][-1]
