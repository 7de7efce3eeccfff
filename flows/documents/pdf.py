"""Sets HTML as tagged PDF/A-2a with WeasyPrint. Fonts and the style sheet stay warm in the process."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from flows.documents.metadata import Metadata, describe
from flows.documents.tagging import mend

#: How documents are set, beside the templates: the one file to change for every document's looks.
STYLESHEET = Path(__file__).parents[2] / "templates" / "print.css"


@dataclass(frozen=True, slots=True)
class Typeset:
    """A PDF and its number of pages."""

    content: bytes
    pages: int


class _OwnMedia(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
    """Hands out the document's own pictures, and fetches nothing."""

    def __init__(self, media: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=("docx",))
        self._media = media

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002
        """Return a picture by `docx:` and its part name; everything else is refused."""
        name = url.removeprefix("docx:")
        if not url.startswith("docx:") or name not in self._media:
            raise ValueError("Nothing is fetched while a document is set.")
        return URLFetcherResponse(url, self._media[name])


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _stylesheet() -> CSS:
    return CSS(filename=STYLESHEET, font_config=_fonts())


def typeset(html: str, media: Mapping[str, bytes], metadata: Metadata) -> Typeset:
    """Return the PDF of one HTML page; equal input gives equal bytes."""
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    page = HTML(string=html, url_fetcher=_OwnMedia(media))
    document = page.render(font_config=_fonts(), stylesheets=[_stylesheet()], pdf_variant="pdf/a-2a")

    def finish(_document: object, pdf: object) -> None:
        mend(pdf)
        describe(pdf, metadata)

    content: bytes = document.write_pdf(pdf_variant="pdf/a-2a", finisher=finish)
    return Typeset(content, len(document.pages))
