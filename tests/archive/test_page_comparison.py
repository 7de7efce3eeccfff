"""What is compared where a provider rebuilt the PDF: pages, pictures, the seal's holder, the signers."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from unicodedata import normalize

import pytest
from asn1crypto import x509
from pypdf import PdfReader, PdfWriter
from weasyprint import HTML

from flows.archive.proof.profiles import profile_of
from flows.archive.proof.signer_names import reported_signers
from flows.archive.signatures import SigningCircumstances, judge
from tests.conftest import SHARED
from tests.signing.certificate_factory import authority
from tests.signing.provider_seals import sealed
from tests.signing_desk.documents import agreement

NAMES = ["Kari Čáhppe", "Ola Prøve & Sønn"]
AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
SIGNED = ["Signert av Kari Čáhppe", "Signert av Ola Prøve &amp; Sønn"]
RED, BLUE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
    ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYPgPAAEDAQAIicLsAAAAAElFTkSuQmCC"),
)


def faults(
    provider: str, signed: bytes, sent: bytes, told: Sequence[str] = NAMES, expected: Sequence[str] = NAMES
) -> tuple[str, ...]:
    """Return the reasons for quarantine."""
    signers = [{"name": name, "anchor": None} for name in expected]
    known = SigningCircumstances(reported_signers(told))
    return judge(signed, sent, signers, [x509.Certificate.load(authority().der)], profile_of(provider), known).faults


def from_posten(pdf: bytes, lines: Sequence[str] = SIGNED, holder: str = "Posten Bring AS") -> bytes:
    """Return a PDF as Posten gives it back."""
    return sealed(pdf, lines, holder, AT, first=True)


def from_documenso(pdf: bytes) -> bytes:
    """Return a PDF as Documenso gives it back."""
    return sealed(pdf, ["Sertifikat", *SIGNED], "Documenso", AT, first=False)


def with_picture(data: str) -> bytes:
    """Return a document with a picture of one colour."""
    picture = f'<img alt=x style="width:2cm" src="data:image/png;base64,{data}">'
    html = f"<html lang=nb><head><title>x</title></head><p>Likt</p>{picture}"
    return bytes(HTML(string=html).write_pdf(pdf_variant="pdf/a-2a"))


def test_a_good_file_has_no_faults() -> None:
    """Our pages after the front page, the names on it, Posten's own seal; with Documenso the names as it tells them."""
    assert faults("posten", from_posten(agreement()), agreement()) == ()
    assert faults("documenso", from_documenso(agreement()), agreement()) == ()


@pytest.mark.parametrize("provider", ["posten", "documenso", "docuseal"])
def test_another_agreement_is_not_ours(provider: str) -> None:
    """A well signed and sealed file of another agreement."""
    other = agreement("Avtale om noe annet")
    signed = from_posten(other) if provider == "posten" else from_documenso(other)
    assert any(one.startswith("not_our_document: teksten på side 1") for one in faults(provider, signed, agreement()))


def test_another_picture_is_not_ours() -> None:
    """The same words with another picture."""
    red, blue = with_picture(RED), with_picture(BLUE)
    assert faults("documenso", from_documenso(red), red) == ()
    assert "bildene på side 1" in " ".join(faults("documenso", from_documenso(blue), red))


def test_missing_pages_are_not_ours() -> None:
    """Fewer pages than were sent."""
    writer = PdfWriter()
    for _ in range(3):
        writer.add_page(PdfReader(io.BytesIO(agreement())).pages[0])
    long = io.BytesIO()
    writer.write(long)
    assert "det mangler sider som ble sendt" in " ".join(
        faults("documenso", from_documenso(agreement()), long.getvalue())
    )


def test_a_wrong_signer_is_told() -> None:
    """Somebody else signed, or somebody did not."""
    stranger = ["Signert av Kari Čáhppe", "Signert av En Annen"]
    assert "wrong_signers" in " ".join(faults("posten", from_posten(agreement(), stranger), agreement()))
    for told in (["Kari Čáhppe", "En Annen"], ["Kari Čáhppe"], [*NAMES, "En Annen"], []):
        assert "wrong_signers" in " ".join(faults("documenso", from_documenso(agreement()), agreement(), told))


def test_names_are_equal_in_any_normal_form() -> None:
    """«á» as one character or as two: the same person, on a page, in a provider's answer and in our request."""
    decomposed = [normalize("NFD", name) for name in NAMES]
    assert decomposed != NAMES
    on_pages = [normalize("NFD", line) for line in SIGNED]
    assert faults("posten", from_posten(agreement(), on_pages), agreement()) == ()
    assert faults("posten", from_posten(agreement()), agreement(), expected=decomposed) == ()
    assert faults("documenso", from_documenso(agreement()), agreement(), told=decomposed) == ()


def test_another_seal_is_told() -> None:
    """Posten's file must carry Posten's seal, however trusted another one is."""
    signed = from_posten(agreement(), holder="En annen virksomhet")
    assert faults("posten", signed, agreement()) == ("wrong_seal: seglet er ikke leverandørens eget",)


def test_a_changed_byte_is_told() -> None:
    """The signature of the seal no longer fits."""
    signed = bytearray(from_documenso(agreement()))
    place = signed.index(b"/MediaBox") + 12
    signed[place] ^= 1
    assert any(
        "signature_invalid" in one or "incomplete" in one for one in faults("documenso", bytes(signed), agreement())
    )


def test_a_provider_that_keeps_our_bytes_is_judged_by_them() -> None:
    """The signing desk's file begins with the PDF that was sent; a rebuilt one is not taken from it."""
    assert any(one.startswith("not_our_document") for one in faults("desk", from_documenso(agreement()), agreement()))


def test_a_real_sealed_file_is_told_from_another(tmp_path: object) -> None:
    """A document that a running Documenso completed is compared page by page with what it was given."""
    path = SHARED / "specs" / "documenso" / "recorded" / "sealed.pdf"
    if not path.exists():
        pytest.skip("lay the recordings at ../shared/specs/documenso")
    found = faults("documenso", path.read_bytes(), agreement())
    assert any(one.startswith("not_our_document") for one in found)
    anchors = [x509.Certificate.load(_der(path.with_name("sealed-by.pem").read_bytes()))]
    verdict = judge(
        path.read_bytes(), agreement(), [{"name": name} for name in NAMES], anchors, profile_of("documenso")
    )
    assert [one.intact for one in verdict.signatures] == [True]


def _der(pem: bytes) -> bytes:
    from asn1crypto import pem as armor

    return bytes(armor.unarmor(pem)[2])
