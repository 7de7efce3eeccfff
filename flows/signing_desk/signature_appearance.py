"""The visible part of a signature: name, time and desk, typeset by WeasyPrint so that its fonts are embedded."""

import html
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import StaticStampStyle
from weasyprint import HTML

from flows.dates import oslo_time, short_date
from flows.language import translate as _
from flows.signing_desk.signature_positions import Anchor

_LINES = 3
_LINE_HEIGHT = 1.25
_WIDEST_LETTER = 0.64
"""Mean width of bold letters, in ems, on the safe side."""
_LARGEST = 9.0
_PAGE = """<html><head><style>
@page {{ size: {width}pt {height}pt; margin: 0 }}
body {{ margin: 0; font: {size:.2f}pt/{line} "DejaVu Sans", "Noto Sans", sans-serif; color: #111; white-space: nowrap }}
div {{ height: {height}pt; box-sizing: border-box; border-left: 1.5pt solid #1b4f72; padding-left: 3pt }}
</style></head><body><div><b>{name}</b><br>{time}<br>{desk}</div></body></html>"""


def box_of(anchor: Anchor) -> tuple[int, int, int, int]:
    """Return the anchor's rectangle in whole points."""
    return round(anchor.left), round(anchor.bottom), round(anchor.right), round(anchor.top)


def stamp_page(anchor: Anchor, name: str, at: datetime) -> bytes:
    """Return the stamp as a PDF of one page of the anchor's size."""
    page: bytes = HTML(string=stamp_html(anchor, name, at)).write_pdf()
    return page


def stamp_style(page: bytes) -> StaticStampStyle:
    """Return the appearance of a signature: a page of `stamp_page`, without border or background of pyHanko's."""
    return StaticStampStyle(border_width=0, background=_Page(page), background_opacity=1)


def stamp_html(anchor: Anchor, name: str, at: datetime) -> str:
    """Return the stamp as a page of the anchor's size, in letters that fit into it."""
    left, bottom, right, top = box_of(anchor)
    width, height = right - left, top - bottom
    here = oslo_time(at)
    time = f"{short_date(here)} kl. {here:%H.%M}"
    desk = _("Signed in Avtaleflyt's signing desk")
    longest = max(len(name), len(time), len(desk))
    size = min(_LARGEST, height / (_LINES * _LINE_HEIGHT), (width - 5) / (longest * _WIDEST_LETTER))
    return _PAGE.format(
        width=width, height=height, size=size, line=_LINE_HEIGHT, name=html.escape(name), time=time, desk=desk
    )


class _Page(PdfContent):
    """The first page of a PDF in memory, as content of a signature's appearance."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self.pdf = pdf

    def render(self) -> bytes:
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self.pdf)))
        left, bottom, right, top = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=right - left, height=top - bottom)
        self.resources.xobject["/Stamp"] = page
        return b"/Stamp Do"
