"""Find each signer's line in a PDF: the Word bookmarks `signatur_ROLE`, which the PDF keeps as named destinations."""

from collections.abc import Iterator, Mapping
from ctypes import c_float, c_int, c_long, create_string_buffer
from dataclasses import dataclass

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError

from flows.errors import DocumentRefused
from flows.language import translate as _
from flows.pdfium_lock import one_at_a_time

PREFIX = "signatur_"
#: The same as LibreOffice writes it: signs that are neither letters nor figures by their code.
_PREFIXES = (PREFIX, "/signatur5F", "signatur5F")
#: The room for a visible signature above its line, in points; a half-width cell on A4 has some 220.
WIDTH, HEIGHT = 200.0, 38.0
#: How far above the line's end the bookmark begins: a line of text, less the room to the rule below it.
_BELOW = 16.0


@dataclass(frozen=True, slots=True)
class SignaturePlace:
    """Where a signature stands: the page from 1, and PDF points from the page's lower left corner."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


def signature_places(pdf: bytes) -> Mapping[str, SignaturePlace]:
    """Return the place of each signer's line by role (`kommune`, `alis`, `hf`); raises `DocumentRefused` for no PDF."""
    try:
        with one_at_a_time, PdfDocument(pdf) as document:
            return {role: place for role, place in _places(document) if place is not None}
    except PdfiumError as error:
        raise DocumentRefused(_("The PDF cannot be read back.")) from error


def _places(document: PdfDocument) -> Iterator[tuple[str, SignaturePlace | None]]:
    for number in range(pdfium.FPDF_CountNamedDests(document.raw)):
        size = c_long(0)
        pdfium.FPDF_GetNamedDest(document.raw, number, None, size)
        name = create_string_buffer(max(size.value, 0))
        destination = pdfium.FPDF_GetNamedDest(document.raw, number, name, size)
        named = name.raw[: max(size.value, 0)].decode("utf-16-le", errors="replace").rstrip("\0")
        role = next((named.removeprefix(prefix) for prefix in _PREFIXES if named.startswith(prefix)), "")
        if role and destination:
            yield role, _place(document, destination)


def _place(document: PdfDocument, destination: object) -> SignaturePlace | None:
    page = pdfium.FPDFDest_GetDestPageIndex(document.raw, destination)
    has_left, has_top, has_zoom, left, top, zoom = c_int(), c_int(), c_int(), c_float(), c_float(), c_float()
    whole = pdfium.FPDFDest_GetLocationInPage(destination, has_left, has_top, has_zoom, left, top, zoom)
    if not 0 <= page < len(document) or not (whole and has_left.value and has_top.value):
        return None
    line = top.value - _BELOW
    widest = document[page].get_mediabox()[2] - left.value
    return SignaturePlace(page + 1, left.value, line, left.value + min(WIDTH, widest), line + HEIGHT)
