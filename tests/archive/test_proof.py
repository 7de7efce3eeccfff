"""Proof that lasts: trusted lists, revocation data in the file, and timestamps over it."""

import base64
import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import crl as asn1_crl
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from flows.archive import SignedFiles, Store, check_archive, file_signed
from flows.archive.proof.anchors import trust_anchors
from flows.errors import WrongUse
from flows.register import Record, Register
from tests.archive.signed import NAMES, Authority, authority, document, sent, signed

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


class Lasting:
    """An authority whose CRL lies on a server of its own, and signatures with everything that proves them inside."""

    def __init__(self, url: str) -> None:
        self.authority = Authority(url)
        self.revoked: list[int] = []
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


@pytest.fixture(scope="module")
def lasting() -> Iterator[Lasting]:
    """Run the server of a CRL; give its authority."""
    made: list[Lasting] = []

    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/pkix-crl")
            self.end_headers()
            self.wfile.write(made[0].authority.crl(*made[0].revoked))

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.append(Lasting(f"http://127.0.0.1:{server.server_port}/ca.crl"))
    yield made[0]
    server.shutdown()
    server.server_close()
    thread.join()


def filed(register: Register, store: Store, anchors: Path, lasting: Lasting, pdf: bytes) -> Record:
    """File a PDF under a profile that demands B-LT."""
    lasting.authority.keep(anchors)
    reference = sent(register, store, provider="penneo")
    return file_signed(register, store, anchors, reference, SignedFiles(store.put(pdf)))


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


def test_a_certificate_that_was_revoked_before_it_signed_is_found(
    register: Register, store: Store, anchors: Path, lasting: Lasting
) -> None:
    """The file's own revocation list tells it: the signature is no proof, though the authority is trusted."""
    pdf = lasting.authority.sign(document(), NAMES[0], "Signatur1")
    pdf = lasting.authority.sign(pdf, NAMES[1], "Signatur2")
    from flows.archive.reading import SignedPdfReader

    numbers = [one.signer_cert.serial_number for one in SignedPdfReader(pdf).embedded_regular_signatures]
    output = io.BytesIO(pdf)
    listed = asn1_crl.CertificateList.load(lasting.authority.crl(numbers[0]))
    DocumentSecurityStore.add_dss(output, sig_contents=None, certs=[lasting.authority.root], crls=[listed])
    record = filed(register, store, anchors, lasting, output.getvalue())
    assert [one for one in record.details["faults"] if one.startswith("signature_")] == [
        "signature_revoked: the certificate had been revoked when it signed (Signatur1)"
    ]
