"""Typeset HTML as tagged PDF/A-2a with WeasyPrint, whose fonts and style sheets are cached in the process."""

import logging
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from threading import Lock
from xml.etree.ElementTree import fromstring

from cssselect2 import ElementWrapper
from weasyprint import CSS, DEFAULT_OPTIONS, HTML
from weasyprint.css.counters import CounterStyle
from weasyprint.css.targets import TargetCollector
from weasyprint.document import Document, DocumentMetadata, Page
from weasyprint.formatting_structure.boxes import MarginBox
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.images import get_image_from_uri
from weasyprint.layout import LayoutContext, layout_document
from weasyprint.logger import LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from flows.typesetting import (
    column_heights,
    column_tops,
    line_baselines,
    line_ends,
    page_ends,
    placed_boxes,
    weasyprint_patches,
)
from flows.typesetting.computed_styles import SharedStyles, Sheets
from flows.typesetting.docx.model import LineNumbers
from flows.typesetting.fonts import Adopted, adopted
from flows.typesetting.glyph_texts import generate_pdf
from flows.typesetting.line_numbers import number_lines
from flows.typesetting.missing_glyphs import draw_missing
from flows.typesetting.pdf_writer import write
from flows.typesetting.structure_tree import repair_structure_tree
from flows.typesetting.xmp_metadata import Metadata, write_metadata

#: The CSS rules of every document, from `print.css`.
_STYLESHEET = Path(__file__).parent / "print.css"
_ELEMENTS = Path(__file__).parent / "html" / "elements.css"

_OPTIONS = {**DEFAULT_OPTIONS, "pdf_variant": "pdf/a-2a", "pdf_version": "1.7", "output_intent": "srgb"}
_IN_ADDRESS = "data:image/png;base64,"
_OF_PICTURES = ("image", "SVG")
"""Words of the errors that WeasyPrint logs where it leaves a picture out."""
#: All threads share the fonts, and Pango's font map is not thread-safe.
_ONE_AT_A_TIME = Lock()
_taken: list[Adopted] = []


@dataclass(frozen=True, slots=True)
class Typeset:
    """A PDF, its number of pages, and how many pictures WeasyPrint failed to draw."""

    content: bytes
    pages: int
    failed_pictures: int = 0


class _OwnMedia(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
    """Serves the document's own pictures, and fetches nothing."""

    def __init__(self, media: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=("docx", "data"))
        self._media = media

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002
        """Return a picture by `docx:` and its part name, or from a data URL; refuse every other address."""
        if url.startswith(_IN_ADDRESS):
            return URLFetcherResponse(url, b64decode(url[len(_IN_ADDRESS) :]))
        name = url.removeprefix("docx:")
        if not url.startswith("docx:") or name not in self._media:
            raise ValueError("Nothing is fetched while a document is set.")
        return URLFetcherResponse(url, self._media[name])


class _Page(HTML):  # type: ignore[misc]  # WeasyPrint ships no types
    """A page parsed as XML, since it is well-formed: an HTML parser takes ten times as long."""

    def __init__(self, html: str, media: Mapping[str, bytes]) -> None:
        self.base_url = None
        self.url_fetcher = _OwnMedia(media)
        self.media_type = "print"
        self.etree_element = fromstring(html)  # noqa: S314 - written by ourselves, with nothing declared in it

    @property
    def wrapper_element(self) -> ElementWrapper:
        """What WeasyPrint itself looks for style sheets and metadata in."""
        return ElementWrapper.from_html_root(self.etree_element, content_language=None)

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:  # noqa: ARG002
        return [_sheet_of(_ELEMENTS)]

    def laid_out(self, sheets: Sheets, counted: CounterStyle) -> Document:
        """Return the pages under these style sheets.

        Takes WeasyPrint's steps one by one, to give it styles that were computed before.
        """
        for style in self._ua_counter_style():
            counted.update(style)
        targets = TargetCollector()
        pictures = partial(get_image_from_uri, cache={}, url_fetcher=self.url_fetcher, options=_OPTIONS)
        styles = SharedStyles(self.etree_element, sheets, fonts(), targets)
        context = LayoutContext(styles, pictures, fonts(), counted, targets)
        tree = build_formatting_structure(
            self.etree_element, styles, context.get_image_from_uri, None, targets, counted, context.footnotes
        )
        pages = [Page(box) for box in layout_document(self, tree, context)]
        said = DocumentMetadata(lang=self.etree_element.get("lang"))
        return Document(pages, said, self.url_fetcher, fonts(), {}, _OPTIONS["output_intent"])


@cache
def fonts() -> FontConfiguration:
    """Return the fonts of all documents of this process."""
    found = FontConfiguration()
    weasyprint_patches.install(found)
    line_ends.install()
    line_baselines.install()
    page_ends.install()
    column_heights.install()
    column_tops.install()
    placed_boxes.install()
    return found


def _take_adopted() -> None:
    """Register with WeasyPrint the fonts that documents have embedded since the last call."""
    for item in adopted[len(_taken) :]:
        look = f"font-weight:{'bold' if item.bold else 'normal'};font-style:{'italic' if item.italic else 'normal'}"
        rule = f"@font-face{{font-family:'{item.family}';{look};src:url('{item.file.as_uri()}')}}"
        CSS(string=rule, font_config=fonts())
        _taken.append(item)


@cache
def _sheet_of(file: Path) -> CSS:
    return CSS(filename=file, font_config=fonts())


@lru_cache(maxsize=64)
def _sheet(rules: str) -> tuple[CSS, CounterStyle]:
    """Return a document's style sheet and counter styles, cached: documents of one template mostly share them."""
    counted = CounterStyle()
    return CSS(string=rules, font_config=fonts(), counter_style=counted), counted


def _rendered(html: str, sheet: str, media: Mapping[str, bytes]) -> Document:
    rules, counted = _sheet(sheet)
    page = _Page(html, media)
    if weasyprint_patches.install(fonts()):
        sheets = ((_sheet_of(_ELEMENTS), "user agent"), (_sheet_of(_STYLESHEET), "user"), (rules, "user"))
        return page.laid_out(sheets, counted)
    return page.render(
        font_config=fonts(),
        counter_style=counted,
        stylesheets=[_sheet_of(_STYLESHEET), rules],
        pdf_variant=_OPTIONS["pdf_variant"],
    )


@contextmanager
def _failed_pictures() -> Iterator[list[str]]:
    """Collect what WeasyPrint logs of pictures that it leaves out: it catches every error, `MemoryError` included."""
    failed: list[str] = []

    class _Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if any(word in str(record.msg) for word in _OF_PICTURES):
                failed.append(record.getMessage())

    collector, before = _Collector(logging.ERROR), (LOGGER.level, LOGGER.propagate)
    LOGGER.addHandler(collector)
    LOGGER.setLevel(logging.ERROR)  # `logging_setup` may have it silent
    LOGGER.propagate = False
    try:
        yield failed
    finally:
        LOGGER.removeHandler(collector)
        LOGGER.setLevel(before[0])
        LOGGER.propagate = before[1]


def _put_text_in_front(document: Document) -> None:
    """Draw headers and footers before the text of their page, so that they lie behind it, as in Word."""
    for page in document.pages:
        box = page._page_box
        box.children = sorted(box.children, key=lambda child: not isinstance(child, MarginBox))


def typeset(
    html: str,
    sheet: str,
    media: Mapping[str, bytes],
    metadata: Metadata,
    *,
    numbered: Sequence[LineNumbers] = (),
    boxes: bool = False,
) -> Typeset:
    """Return the PDF of one HTML page with its style sheet; equal input gives equal bytes.

    `numbered` lists the sections whose lines are numbered. `boxes` draws a box for each character that no font has.
    """
    with _ONE_AT_A_TIME, _failed_pictures() as failed:
        _take_adopted()
        document = _rendered(html, sheet, media)
        if numbered:
            numbers, rules = number_lines(document.pages, numbered)
            document = _rendered(html.replace("<body>", f"<body>{numbers}", 1), f"{sheet}\n{rules}", media)
        _put_text_in_front(document)
        pdf = generate_pdf(document, None, 1, **_OPTIONS)
    repair_structure_tree(pdf)
    if boxes:
        draw_missing(pdf)
    write_metadata(pdf, metadata)
    return Typeset(write(pdf), len(document.pages), len(failed))
