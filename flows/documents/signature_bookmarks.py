"""Find each signer's line in a PDF: the Word bookmarks `signatur_ROLE`, which the PDF keeps as named destinations."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from flows.errors import DocumentRefused
from flows.language import translate as _

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
    found: dict[str, SignaturePlace] = {}
    try:
        reader = PdfReader(BytesIO(pdf))
        for name, destination in reader.named_destinations.items():
            role = next((name.removeprefix(prefix) for prefix in _PREFIXES if name.startswith(prefix)), "")
            if not role:
                continue
            page = reader.get_destination_page_number(destination)
            if page is None or destination.left is None or destination.top is None:
                continue
            left, line = float(destination.left), float(destination.top) - _BELOW
            widest = float(reader.pages[page].mediabox.right) - left
            found[role] = SignaturePlace(page + 1, left, line, left + min(WIDTH, widest), line + HEIGHT)
    except (PyPdfError, ValueError, KeyError) as error:
        raise DocumentRefused(_("The PDF cannot be read back.")) from error
    return found
