"""Whoever holds the file between sending and the first signature can add nothing to it that is not found."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils import generic as _generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pypdf import PdfReader, PdfWriter
from weasyprint import HTML

from flows.archive.proof.profiles import profile_of
from flows.archive.proof.quarantine_reasons import ReasonCode
from flows.archive.proof.signer_names import reported_signers
from flows.archive.signatures import PdfValidation, SigningCircumstances, judge
from tests.archive.signed_agreements import NAMES, authority, document
from tests.archive.test_other_tools import update
from tests.conftest import SHARED
from tests.signing.certificate_factory import authority as sealing_authority
from tests.signing.provider_seals import sealed
from tests.signing_desk.documents import agreement

generic: Any = _generic  # it ships half of its types
SIGNERS = [{"name": name, "anchor": None} for name in NAMES]
TOLD = SigningCircumstances(reported_signers(NAMES))
PLACE = {"page": 1, "left": 100.0, "bottom": 100.0, "right": 300.0, "top": 138.0}
WHITE = b"q 1 1 1 rg 0 0 600 850 re f Q BT /F1 12 Tf 50 700 Td (Andre vilkaar) Tj ET"


def faults(pdf: bytes, sent: bytes, signers: list[dict[str, Any]] = SIGNERS) -> set[ReasonCode]:
    """Return the reasons for quarantine of a file from the desk."""
    return reasons(judge(pdf, sent, signers, [authority().root], profile_of("desk")))


def reasons(verdict: PdfValidation) -> set[ReasonCode]:
    """Return the reasons for quarantine."""
    return {one.why for one in verdict.reasons}


def signed_by_both(pdf: bytes) -> bytes:
    """Return a PDF signed by both parties."""
    return authority().sign(authority().sign(pdf, NAMES[0], "Signatur1"), NAMES[1], "Signatur2")


def page_of(writer: Any) -> Any:
    """Return the first page."""
    return writer.find_page_for_modification(0)[0].get_object()


def white_box(writer: Any) -> None:
    """Cover the page, and write something else over it."""
    page = page_of(writer)
    stream = writer.add_object(generic.StreamObject(stream_data=WHITE))
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), stream])
    writer.update_container(page)


def other_content(writer: Any) -> None:
    """Replace what stands on the page under the same number."""
    stream = page_of(writer)["/Contents"]
    stream._data = WHITE
    stream._encoded_data = None
    stream.pop("/Filter", None)
    writer.update_container(stream)


def smaller_page(writer: Any) -> None:
    """Cut the page."""
    page = page_of(writer)
    page["/MediaBox"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 300, 300)))
    writer.update_container(page)


def note(writer: Any) -> None:
    """Put a note over the text."""
    page = page_of(writer)
    rect = generic.ArrayObject(map(generic.NumberObject, (50, 50, 500, 700)))
    said = {pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name("/FreeText"), pdf_name("/Rect"): rect}
    page["/Annots"] = generic.ArrayObject([writer.add_object(generic.DictionaryObject(said))])
    writer.update_container(page)


def text_field(writer: Any) -> None:
    """Add a field that somebody can write into."""
    rect = generic.ArrayObject(map(generic.NumberObject, (50, 50, 500, 700)))
    said = {
        pdf_name("/Type"): pdf_name("/Annot"),
        pdf_name("/Subtype"): pdf_name("/Widget"),
        pdf_name("/FT"): pdf_name("/Tx"),
        pdf_name("/T"): generic.pdf_string("vilkår"),
        pdf_name("/Rect"): rect,
    }
    page = page_of(writer)
    field = writer.add_object(generic.DictionaryObject(said))
    page["/Annots"] = generic.ArrayObject([field])
    writer.update_container(page)
    fields = {pdf_name("/Fields"): generic.ArrayObject([field])}
    writer.root["/AcroForm"] = writer.add_object(generic.DictionaryObject(fields))
    writer.update_root()


def spoken(writer: Any) -> None:
    """Let a screen reader read other words than stand there."""
    element = writer.root["/StructTreeRoot"]["/K"][0]
    element["/ActualText"] = generic.pdf_string("Andre vilkår")
    writer.update_container(element)


def opens_elsewhere(writer: Any) -> None:
    """Open an address when the document is opened."""
    action = {pdf_name("/S"): pdf_name("/URI"), pdf_name("/URI"): generic.pdf_string("https://example.org")}
    writer.root["/OpenAction"] = generic.DictionaryObject(action)
    writer.update_root()


def layers(writer: Any) -> None:
    """Give the document layers that can be switched."""
    writer.root["/OCProperties"] = generic.DictionaryObject({pdf_name("/OCGs"): generic.ArrayObject()})
    writer.update_root()


@pytest.mark.parametrize(
    "change", [white_box, other_content, smaller_page, note, text_field, spoken, opens_elsewhere, layers]
)
def test_what_is_added_before_the_first_signature_is_found(change: Callable[[Any], None]) -> None:
    """Each change is signed by both, whose signatures are good: they signed another document than was sent."""
    assert ReasonCode.CHANGED_FIRST in faults(signed_by_both(update(document(), change)), document())


def test_a_signature_elsewhere_than_asked_is_found() -> None:
    """The picture of a signature is made by whoever signs: over the text it could say anything."""
    for box, expected in (((100, 100, 300, 138), False), ((40, 40, 560, 800), True)):
        writer = IncrementalPdfFileWriter(io.BytesIO(document()))
        append_signature_field(writer, SigFieldSpec("Signatur1", on_page=0, box=box))
        output = io.BytesIO()
        writer.write(output)  # type: ignore[no-untyped-call]
        once = authority().sign(output.getvalue(), NAMES[0], "Signatur1", fill=True)
        pdf = authority().sign(once, NAMES[1], "Signatur2")
        placed: list[dict[str, Any]] = [{"name": NAMES[0], "anchor": PLACE}, {"name": NAMES[1], "anchor": None}]
        assert faults(pdf, document(), placed) == ({ReasonCode.STRAY_STAMP} if expected else set())


def test_fields_and_signatures_alone_are_no_fault() -> None:
    """A file that was only signed is good."""
    assert faults(signed_by_both(document()), document()) == set()


def overlaid(pdf: bytes, content: str) -> bytes:
    """Return a PDF with something drawn over every page, as a new file."""
    over = PdfReader(io.BytesIO(bytes(HTML(string=content).write_pdf()))).pages[0]
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    for page in writer.pages:
        page.merge_page(over)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize("provider", ["documenso", "docuseal", "posten"])
@pytest.mark.parametrize(
    "content",
    [
        "<style>@page{margin:0}</style><div style='width:210mm;height:297mm;background:#fff'>Andre vilkår",
        "<style>@page{margin:0}</style><div style='position:absolute;left:30mm;top:20mm'>Likevel ikke",
        "<style>@page{margin:0}</style><p style='margin:40mm;color:#bbb'>Avtalen gjelder likevel ikke.",
        (
            "<style>@page{margin:0}</style><div style='position:absolute;left:20mm;top:25mm;width:60mm;height:10mm;"
            "background:#fff'>"
        ),
    ],
)
def test_what_is_drawn_over_a_rebuilt_page_is_found(provider: str, content: str) -> None:
    """The words of the page are all there still; the picture is another."""
    lines = [f"Signert av {name.replace('&', '&amp;')}" for name in NAMES]
    holder = "Posten Bring AS"
    first = provider == "posten"
    at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    anchors = [x509.Certificate.load(sealing_authority().der)]
    good = sealed(agreement(), lines, holder, at, first=first)
    assert judge(good, agreement(), SIGNERS, anchors, profile_of(provider), TOLD).reasons == ()
    bad = sealed(overlaid(agreement(), content), lines, holder, at, first=first)
    verdict = judge(bad, agreement(), SIGNERS, anchors, profile_of(provider), TOLD)
    assert ReasonCode.OTHER_LOOK in reasons(verdict)


@pytest.mark.parametrize("provider", ["documenso", "docuseal"])
def test_pages_that_are_no_account_of_who_signed_are_found(provider: str) -> None:
    """A page of other terms behind ours is none of the provider's own."""
    at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    bad = sealed(agreement(), ["Tillegg: avtalen gjelder ikke."], "Segl", at, first=False)
    anchors = [x509.Certificate.load(sealing_authority().der)]
    verdict = judge(bad, agreement(), SIGNERS, anchors, profile_of(provider), TOLD)
    assert ReasonCode.STRANGE_PAGES in reasons(verdict)


CASES = SHARED / "cases" / "signing"


@pytest.mark.skipif(not CASES.exists(), reason="the files that went wrong lie in ../shared/cases")
@pytest.mark.parametrize(
    ("name", "length", "provider", "expected"),
    [
        ("rewritten-before-first-signature", 38_936, "desk", ReasonCode.CHANGED_FIRST),
        ("rebuilt-with-overlay", 0, "documenso", ReasonCode.OTHER_LOOK),
        ("zero-size", 0, "documenso", ReasonCode.NOT_COMPARABLE),
    ],
)
def test_files_that_were_archived_as_good_are_not(name: str, length: int, provider: str, expected: ReasonCode) -> None:
    """Each is quarantined for what is wrong with it, and none ends in an exception."""
    pdf = (CASES / f"{name}.pdf").read_bytes()
    verdict = judge(pdf, pdf[:length] or agreement(), SIGNERS, [], profile_of(provider), TOLD)
    assert expected in reasons(verdict)
