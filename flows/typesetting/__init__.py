"""Convert DOCX to tagged PDF/A-2a, and report what the PDF does not show.

The bytes of a DOCX come in. A PDF that is PDF/A-2a and PDF/UA-1 goes out, with its number of pages and a list of
losses: each construct that the PDF does not show, and where it stands. The package imports nothing of the project but
`flows.errors` and `flows.language`, fetches nothing, and executes nothing that a document holds.

    pdf = convert(docx)
    if pdf.lost:
        print("; ".join(map(str, pdf.lost)))

**Supported.** Sections, columns, headers and footers, styles with their inheritance, lists in the number formats of
Word, tables (merged, nested, floating, with repeated heading rows), footnotes and endnotes, fields of page numbers,
content controls with bound data, tracked changes as accepted, links and bookmarks, pictures (PNG, JPEG, GIF, BMP, TIFF,
WMF, EMF and EMF+), shapes in DrawingML and VML, text boxes and frames, charts, formulas, line numbers, page borders,
embedded fonts, documents within documents (`altChunk`), and both the transitional and the strict form of ECMA-376.

**How it decides.** Word's layout as LibreOffice reproduces it is the yardstick for line heights, page ends and column
widths. Font families that are missing are replaced by one of the same widths where there is one. An unknown
construct is never dropped in silence: text within it is kept, and the construct becomes a `Loss`. Equal input gives
equal bytes.

**Refused**, each with `DocumentRefused` and one sentence that says what to do: files that are no DOCX, encrypted files,
damaged parts, packages that unpack to hundreds of megabytes, XML with entities, nesting beyond what can be read,
documents over `check_size`, and with `within_limits` those that take longer than a minute or too much memory.

**Characters.** `unshowable` tells beforehand which characters of a text no installed font shows.

**Acceleration.** Three groups of functions inside WeasyPrint 70.0 are replaced by faster ones. With another release of
WeasyPrint 70 that is logged once as a warning, and pages are the same. `acceleration_install_line` is for `doctor`.

Importing this package is cheap; WeasyPrint is loaded with the first conversion, or by `warm_up`.
"""

from flows.typesetting.acceleration import install_line as acceleration_install_line
from flows.typesetting.conversion import Pdf, convert, find_losses, warm_up
from flows.typesetting.docx.data_binding import apply_data_bindings
from flows.typesetting.docx.model import Loss
from flows.typesetting.docx.package import Package, W
from flows.typesetting.docx.package import parse as parse_xml
from flows.typesetting.docx.properties import is_on
from flows.typesetting.docx.resolved_formats import ResolvedFormats
from flows.typesetting.docx.symbol_fonts import to_unicode
from flows.typesetting.docx.text_formatting import ParagraphFormat, RunFormat
from flows.typesetting.font_substitution import substituted_fonts
from flows.typesetting.limits import can_limit_time, check_size, within_limits
from flows.typesetting.memory_limit import limit_memory_of, within_memory
from flows.typesetting.showable_text import unshowable

__all__ = [
    "Loss", "Package", "ParagraphFormat", "Pdf", "ResolvedFormats", "RunFormat", "W",
    "acceleration_install_line", "apply_data_bindings", "can_limit_time", "check_size", "convert", "find_losses",
    "is_on", "limit_memory_of", "parse_xml", "substituted_fonts", "to_unicode", "unshowable", "warm_up",
    "within_limits", "within_memory",
]  # fmt: skip
