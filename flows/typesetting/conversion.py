"""Convert a DOCX to PDF/A-2a in three steps: read it, write it as HTML, typeset that.

Reader, writer and typesetter are imported with the first conversion, since WeasyPrint takes almost a second.
"""

from dataclasses import dataclass

from flows.errors import DocumentRefused
from flows.language import translate as _
from flows.typesetting.docx.model import Loss
from flows.typesetting.weasyprint_import import quick_import


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF, its number of pages, and the constructs of the DOCX that it does not show.

    `unshown` are the characters that no font has; each of them is a loss, too.
    """

    content: bytes
    pages: int
    lost: tuple[Loss, ...]
    unshown: str = ""


def convert(docx: bytes, *, language: str = "nb", template_version: str = "", template_sha256: str = "") -> Pdf:
    """Return a DOCX as PDF/A-2a and PDF/UA-1; equal input gives equal bytes.

    `language` is used for a document that states none. `template_version` and `template_sha256` are written into the
    PDF's metadata. Raises `DocumentRefused` for a file that is no DOCX or is nested too deeply.
    """
    try:
        return _convert(docx, language, template_version, template_sha256)
    except RecursionError as error:
        raise DocumentRefused(
            _("The document is nested too deeply to be set: tables or boxes within each other.")
        ) from error


def find_losses(docx: bytes) -> tuple[Loss, ...]:
    """Return the constructs of a DOCX that the reader does not support, without typesetting it."""
    from flows.typesetting.docx.reader import read

    return read(docx).lost


def warm_up() -> None:
    """Load WeasyPrint, its accelerations and the fonts ahead of the first conversion of a process."""
    with quick_import():
        from flows.typesetting.pdf import fonts

    fonts()


def _convert(docx: bytes, language: str, template_version: str, template_sha256: str) -> Pdf:
    from flows.typesetting import fonts
    from flows.typesetting.docx.reader import read

    with quick_import():
        from flows.typesetting.html.pages import write
        from flows.typesetting.pdf import typeset
    from flows.typesetting.xmp_metadata import Metadata

    document = read(docx)
    title = document.title or _("Document without a title")
    page = write(document, language, title)
    unshown = sorted(filter(fonts.lacks_glyph, set(page.html)))
    metadata = Metadata(title, language, template_version, template_sha256)
    result = typeset(page.html, page.sheet, document.media, metadata, numbered=page.numbered, boxes=bool(unshown))
    lost = (*page.lost, *map(_without_font, unshown))
    if result.failed_pictures:
        lost = (*lost, Loss(_("picture that could not be drawn, perhaps for memory"), _("text")))
    return Pdf(result.content, result.pages, lost, "".join(unshown))


def _without_font(sign: str) -> Loss:
    return Loss(_("character U+{code} that no font has").format(code=f"{ord(sign):04X}"), _("text"))
