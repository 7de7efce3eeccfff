"""Proof that lasts: trusted lists, revocation data in the file, and timestamps over it."""

import base64
import io
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.ocsp import load_der_ocsp_request
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from flows.archive import SignedFiles, Store, check_archive, file_signed
from flows.archive.pdf_reader import SignedPdfReader
from flows.archive.proof.trust_anchors import trust_anchors
from flows.archive.proof.validation_time import covering_timestamps
from flows.errors import WrongUse
from flows.register import Record, Register
from tests.archive.signed_agreements import (
    LONG_AFTER,
    LONG_BEFORE,
    NAMES,
    Authority,
    archived,
    at_any_time,
    authority,
    document,
    sent,
    signed,
)

QUALIFIED = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"
GRANTED = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"
FOR = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/For"


def trusted_list(*services: tuple[Authority, str, str, str]) -> str:
    """Return a small trusted list (ETSI TS 119 612): authority, type of service, status, and what it is for."""
    listed = []
    for owner, kind, status, purpose in services:
        der = base64.b64encode(owner.certificate.public_bytes(serialization.Encoding.DER)).decode()
        extra = f"<AdditionalServiceInformation><URI>{FOR}{purpose}</URI></AdditionalServiceInformation>"
        listed.append(
            f"<TSPService><ServiceInformation><ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier>"
            f"<ServiceDigitalIdentity><DigitalId><X509Certificate>{der}</X509Certificate></DigitalId>"
            f"</ServiceDigitalIdentity><ServiceStatus>{status}</ServiceStatus><ServiceInformationExtensions>"
            f"{f'<Extension>{extra}</Extension>' if purpose else ''}</ServiceInformationExtensions>"
            "</ServiceInformation></TSPService>"
        )
    return (
        '<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#"><TrustServiceProviderList><TrustServiceProvider>'
        f"<TSPServices>{''.join(listed)}</TSPServices></TrustServiceProvider></TrustServiceProviderList>"
        "</TrustServiceStatusList>"
    )


def test_a_trusted_list_gives_the_authorities_that_it_grants(tmp_path: Path) -> None:
    """Granted qualified authorities and timestamps count; what is withdrawn, unqualified or for websites does not."""
    good, stamps, withdrawn, plain, websites = (Authority() for _ in range(5))
    written = trusted_list(
        (good, QUALIFIED, GRANTED, "eSignatures"),
        (stamps, "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST", GRANTED, ""),
        (withdrawn, QUALIFIED, GRANTED.replace("granted", "withdrawn"), "eSignatures"),
        (plain, "http://uri.etsi.org/TrstSvc/Svctype/CA/PKC", GRANTED, ""),
        (websites, QUALIFIED, GRANTED, "WebSiteAuthentication"),
    )
    (tmp_path / "NO_TSL.xml").write_text(written)
    assert {one.sha256 for one in trust_anchors(tmp_path)} == {good.root.sha256, stamps.root.sha256}
    (tmp_path / "NO_TSL.xml").write_text(trusted_list((plain, QUALIFIED, GRANTED, "eSeals")))
    assert {one.sha256 for one in trust_anchors(tmp_path)} == {plain.root.sha256}


@pytest.mark.parametrize("content", ["<html/>", "<TrustServiceStatusList", "ingen liste"])
def test_what_is_no_trusted_list_stops_with_its_name(tmp_path: Path, content: str) -> None:
    """A file that cannot be used is never passed over in silence."""
    (tmp_path / "liste.xml").write_text(content)
    with pytest.raises(WrongUse, match=r"liste\.xml"):
        trust_anchors(tmp_path)


def test_a_signature_is_trusted_by_a_list_alone(register: Register, store: Store, anchors: Path) -> None:
    """An agreement is archived when its signers' authority is granted in a list, and quarantined when it is not."""
    anchors.mkdir()
    for status, expected in (("withdrawn", "quarantined"), ("granted", "archived")):
        service = (authority(), QUALIFIED, GRANTED.replace("granted", status), "eSignatures")
        (anchors / "NO_TSL.xml").write_text(trusted_list(service))
        number = 1 if status == "granted" else 2
        reference = sent(register, store, number)
        record = file_signed(register, store, anchors, reference, SignedFiles(store.put(signed())))
        assert record.status == expected


def test_a_signers_name_is_equal_in_any_normal_form(register: Register, store: Store, anchors: Path) -> None:
    """A certificate that writes «á» as two characters is that of the same person."""
    pdf = document()
    for number, name in enumerate(NAMES, start=1):
        pdf = authority().sign(pdf, normalize("NFD", name), f"Signatur{number}")
    assert archived(register, store, anchors, signed_pdf=pdf).status == "archived"


class Lasting:
    """An authority that tells of revocation on a server, and signatures with everything that proves them inside."""

    def __init__(self, url: str, told_by: str) -> None:
        self.authority = Authority(**{f"{told_by}_url": url})
        certificate, key = self.authority.identity("Prøvetidsstempel", ExtendedKeyUsageOID.TIME_STAMPING)
        self.stamper = DummyTimeStamper(tsa_cert=certificate, tsa_key=key, certs_to_embed=self._known())

    def _known(self) -> Any:
        known = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        known.register(self.authority.root)
        return known

    def sign(self, pdf: bytes, name: str, field: str, *, lta: bool = False) -> bytes:
        """Return the PDF signed at B-LT, or at B-LTA; revocations come from the server."""
        certificate, key = self.authority.identity(name)
        context = ValidationContext(trust_roots=[self.authority.root], allow_fetching=True, revocation_mode="hard-fail")
        metadata = PdfSignatureMetadata(
            field_name=field,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            embed_validation_info=True,
            validation_context=context,
            use_pades_lta=lta,
        )
        signer = SimpleSigner(signing_cert=certificate, signing_key=key, cert_registry=self._known())
        output = io.BytesIO()
        PdfSigner(metadata, signer, timestamper=self.stamper, new_field_spec=SigFieldSpec(field, on_page=0)).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf)), output=output
        )
        return output.getvalue()


@pytest.fixture(scope="module", params=["crl", "ocsp"])
def lasting(request: pytest.FixtureRequest) -> Iterator[Lasting]:
    """Run the server of a CRL, or of OCSP; give its authority."""
    made: list[Lasting] = []

    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("application/pkix-crl", made[0].authority.crl())

        def do_POST(self) -> None:
            asked = load_der_ocsp_request(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer("application/ocsp-response", made[0].authority.ocsp(asked.serial_number))

        def _answer(self, kind: str, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.append(Lasting(f"http://127.0.0.1:{server.server_port}/", request.param))
    yield made[0]
    server.shutdown()
    server.server_close()
    thread.join()


def filed(register: Register, store: Store, anchors: Path, lasting: Lasting, pdf: bytes) -> Record:
    """File a PDF under a profile that demands B-LT."""
    return filed_for(register, store, anchors, lasting.authority, pdf)


@pytest.mark.parametrize(("lta", "levels"), [(False, ["B-LT"]), (True, ["B-LTA"])])
def test_a_file_that_carries_its_own_proof_is_archived_as_such(
    register: Register, store: Store, anchors: Path, lasting: Lasting, lta: bool, levels: list[str]
) -> None:
    """With revocation data inside it is B-LT, with a timestamp over that B-LTA; nothing is fetched to see it."""
    pdf = lasting.sign(lasting.sign(document(), NAMES[0], "Signatur1"), NAMES[1], "Signatur2", lta=lta)
    record = filed(register, store, anchors, lasting, pdf)
    assert record.details["faults"] == []
    assert record.details["levels"] == levels
    assert list(check_archive(register, store, anchors)) == []


REVOKED = "signature_revoked: sertifikatet var trukket tilbake da det ble signert (Signatur1)"


def numbers_of(pdf: bytes) -> list[int]:
    """Return the serial numbers of the certificates that signed, and of the one that stamped the first of them."""
    found = list(SignedPdfReader(pdf).embedded_regular_signatures)
    return [one.signer_cert.serial_number for one in found]


def carrying(pdf: bytes, owner: Authority, told: Sequence[bytes], listed: Sequence[bytes] = ()) -> bytes:
    """Return the PDF with every certificate of an authority, and what it told of revocation, put in afterwards."""
    ders = [one.public_bytes(serialization.Encoding.DER) for one in owner.issued.values()]
    output = io.BytesIO(pdf)
    DocumentSecurityStore.add_dss(
        output,
        sig_contents=None,
        certs=[owner.root, *map(x509.Certificate.load, ders)],
        ocsps=list(map(asn1_ocsp.OCSPResponse.load, told)),
        crls=list(map(asn1_crl.CertificateList.load, listed)),
    )
    return output.getvalue()


def filed_for(register: Register, store: Store, anchors: Path, owner: Authority, pdf: bytes) -> Record:
    """File a PDF that an authority vouches for, under a profile that demands B-LT."""
    owner.keep(anchors)
    at_any_time(register, LONG_BEFORE)
    reference = sent(register, store, provider="penneo")
    at_any_time(register, LONG_AFTER)  # timestamps have the system's time
    return file_signed(register, store, anchors, reference, SignedFiles(store.put(pdf)))


@pytest.mark.parametrize("told_by", ["crl", "ocsp"])
def test_a_certificate_that_was_revoked_before_it_signed_is_found(
    register: Register, store: Store, anchors: Path, told_by: str
) -> None:
    """What the file carries tells it: the signature is no proof, though the authority is trusted."""
    owner = Authority("http://crl.example/", "http://ocsp.example/")
    pdf = owner.sign(owner.sign(document(), NAMES[0], "Signatur1"), NAMES[1], "Signatur2")
    number, since = numbers_of(pdf)[0], datetime(2026, 2, 1, tzinfo=UTC)
    pdf = carrying(
        pdf,
        owner,
        [owner.ocsp(number, since)] if told_by == "ocsp" else [],
        [owner.crl(number)] if told_by == "crl" else [],
    )
    record = filed_for(register, store, anchors, owner, pdf)
    assert [one for one in record.details["faults"] if one.startswith("signature_")] == [REVOKED]


def stamper_of(owner: Authority, at: datetime | None = None) -> DummyTimeStamper:
    """Return a timestamp service that an authority certifies, whose clock may stand still."""
    known = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    known.register(owner.root)
    certificate, key = owner.identity("Prøvetidsstempel", ExtendedKeyUsageOID.TIME_STAMPING)
    return DummyTimeStamper(tsa_cert=certificate, tsa_key=key, certs_to_embed=known, fixed_dt=at)


def test_a_document_timestamp_of_a_revoked_service_covers_nothing() -> None:
    """What the file carries tells it; that is not passed over because the authority is trusted."""
    owner, at = Authority("http://crl.example/"), datetime(2026, 12, 1, tzinfo=UTC)
    stamper = stamper_of(owner, at)
    output = io.BytesIO()
    PdfTimeStamper(stamper).timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(document())), "sha256", output=output)
    (number,) = (one for one in owner.issued if one != owner.certificate.serial_number)
    for listed, expected in (([owner.crl()], [at]), ([owner.crl(number)], [])):
        reader = SignedPdfReader(carrying(output.getvalue(), owner, [], listed))
        found = covering_timestamps(reader, reader.embedded_timestamp_signatures, [owner.root])
        assert list(found.values()) == expected


def test_what_is_told_of_revocation_after_signing_proves_it_too(
    register: Register, store: Store, anchors: Path
) -> None:
    """Most makers sign, stamp, and only then ask: an answer that is minutes younger than the signature is its proof."""
    owner = Authority(ocsp_url="http://ocsp.example/")
    stamper = stamper_of(owner)
    pdf = owner.sign(owner.sign(document(), NAMES[0], "Signatur1", stamper), NAMES[1], "Signatur2", stamper)
    after = datetime.now(UTC) + timedelta(minutes=5)
    told = [owner.ocsp(number, told_at=after) for number in owner.issued if number != owner.certificate.serial_number]
    record = filed_for(register, store, anchors, owner, carrying(pdf, owner, told))
    assert record.details["faults"] == []
    assert record.details["levels"] == ["B-LT"]


def test_without_a_word_about_a_certificate_the_proof_does_not_last(
    register: Register, store: Store, anchors: Path
) -> None:
    """Certificates in the file are not enough: somebody must have said that the signer's had not been revoked."""
    owner = Authority(ocsp_url="http://ocsp.example/")
    stamper = stamper_of(owner)
    pdf = owner.sign(owner.sign(document(), NAMES[0], "Signatur1", stamper), NAMES[1], "Signatur2", stamper)
    told = [owner.ocsp(number) for number in numbers_of(pdf)[1:]]
    record = filed_for(register, store, anchors, owner, carrying(pdf, owner, told))
    assert record.details["levels"] == ["B-T"]
    assert record.status == "quarantined"


def test_nobody_signs_with_a_certificate_that_has_run_out(register: Register, store: Store, anchors: Path) -> None:
    """A signer may claim any time: the trusted timestamp says when it was, and by then the certificate was no more."""
    owner = Authority()
    late = stamper_of(owner, datetime(2027, 6, 1, tzinfo=UTC))
    days = (datetime(2027, 1, 1, tzinfo=UTC) - datetime(2026, 1, 1, tzinfo=UTC)).days
    pdf = owner.sign(document(), NAMES[0], "Signatur1", late, days=days)
    pdf = owner.sign(pdf, NAMES[1], "Signatur2", stamper_of(owner, datetime(2027, 6, 1, tzinfo=UTC)))
    owner.keep(anchors)
    reference = sent(register, store)
    at_any_time(register, datetime(2027, 6, 2, tzinfo=UTC))
    record = file_signed(register, store, anchors, reference, SignedFiles(store.put(pdf)))
    assert record.details["faults"] == [
        "signature_untrusted: sertifikatet er ikke utstedt av en utsteder som arkivet stoler på (Signatur1)",
        "wrong_time: den oppgir et tidspunkt da sertifikatet ikke var gyldig (Signatur1)",
    ]


def test_a_timestamp_of_nobody_is_none(register: Register, store: Store, anchors: Path) -> None:
    """A timestamp that chains to no anchor neither raises the level nor says when it was signed."""
    owner, stranger = Authority(), Authority()
    stamper = stamper_of(stranger, datetime(2020, 1, 1, tzinfo=UTC))
    pdf = owner.sign(owner.sign(document(), NAMES[0], "Signatur1", stamper), NAMES[1], "Signatur2", stamper)
    owner.keep(anchors)
    record = file_signed(register, store, anchors, sent(register, store), SignedFiles(store.put(pdf)))
    assert (record.status, record.details["levels"]) == ("archived", ["B-B"])
    assert record.signed_at is not None
    assert record.signed_at.year > 2020
