"""What a renewal adds makes signatures last, by the word of EU DSS: chains and revocation of signers and timestamps."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore
from sqlalchemy import select

from flows.archive import Store, check_archive
from flows.archive.proof.renewal import renew
from flows.archive.proof.revocation_evidence import with_revocation_evidence
from flows.archive.proof.trust_anchors import ProviderAnchors
from flows.register import Event, Register
from tests.archive.signed_agreements import NAMES, Authority, archived, document
from tests.archive.timestamp_server import stamping
from tests.judges.dss import dss


class Revoking(Authority):
    """An authority that tells of revocation when it is asked."""

    def crl(self, *revoked: int) -> bytes:
        """Return a CRL of today, since a judge believes none from before the signature."""
        now = datetime.now(UTC)
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(now).next_update(now.replace(year=now.year + 1, day=1))
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(identifier, critical=False).add_extension(x509.CRLNumber(1), critical=False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@pytest.fixture(scope="module")
def revoking() -> Iterator[Revoking]:
    """Run an authority with the address of its CRL."""
    made: list[Revoking] = []

    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/pkix-crl")
            self.end_headers()
            self.wfile.write(made[0].crl())

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.append(Revoking(crl_url=f"http://127.0.0.1:{server.server_port}/ca.crl"))
    yield made[0]
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_signature_is_judged_by_the_anchors_of_signers(revoking: Revoking) -> None:
    """Its revocation is put in where they know its authority, whatever timestamps chain to; and not where none does."""
    pdf = revoking.sign(document(), NAMES[0], "Signatur1", at=datetime.now(UTC) - timedelta(minutes=2))
    other = Authority().root
    carrying = with_revocation_evidence(pdf, ProviderAnchors(signers=(revoking.root,), timestamps=(other,)))
    store = DocumentSecurityStore.read_dss(PdfFileReader(BytesIO(carrying)))
    assert (len(store.crls), carrying.startswith(pdf)) == (1, True)
    assert with_revocation_evidence(pdf, ProviderAnchors(signers=(other,), timestamps=(other,))) == pdf


def test_eu_dss_says_what_we_say_after_each_renewal(
    register: Register, store: Store, anchors: Path, revoking: Revoking, tmp_path: Path
) -> None:
    """Signed at B-B by two people; what judges them is put in before the timestamp, which makes that B-LTA at once."""
    pdf = document()
    for number, name in enumerate(NAMES, start=1):
        pdf = revoking.sign(pdf, name, f"Signatur{number}", at=datetime.now(UTC) - timedelta(minutes=2))
    revoking.keep(anchors)
    (anchors / "ca.pem").rename(anchors / "revoking.pem")
    record = archived(register, store, anchors, signed_pdf=pdf, any_time=True)
    assert (record.status, record.details["levels"]) == ("archived", ["B-B"])
    (anchors / "ca.pem").unlink()
    files = [tmp_path / "0.pdf"]
    files[0].write_bytes(pdf)
    with stamping(*revoking.identity("Prøvetidsstempel", ExtendedKeyUsageOID.TIME_STAMPING)) as service:
        for number in (1, 2):
            files.append(tmp_path / f"{number}.pdf")
            files[-1].write_bytes(store.get(renew(register, store, anchors, record.id, service)))
    with register.read() as session:
        renewed = session.execute(select(Event).where(Event.kind == "renewed").order_by(Event.number)).scalars()
        ours = [record.details["levels"], *(event.details["levels"] for event in renewed)]
    assert ours == [["B-B"], ["B-LTA"], ["B-LTA"]]
    assert list(check_archive(register, store, anchors)) == []
    theirs = [sorted({one.level for one in verdict.signatures}) for verdict in dss(files, [anchors / "revoking.pem"])]
    assert theirs == ours
