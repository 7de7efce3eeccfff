"""Read a PDF's metadata: its PDF/A claim, and the title that viewers show."""

from dataclasses import dataclass
from typing import Any

import pypdfium2
from lxml import etree
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from flows.pdfium_lock import one_at_a_time

_PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


@dataclass(frozen=True, slots=True)
class PdfMetadata:
    """The claim («2A», empty without one), and the titles of XMP and of the information dictionary."""

    claim: str
    titles: tuple[str, ...]


def itself(reader: PdfFileReader) -> PdfMetadata:
    """Return a PDF's metadata; a stream that is no XML counts as empty."""
    older = str(_of(_of(reader.trailer, "/Info"), "/Title") or "")
    root = _xmp(reader)
    if root is None:
        return PdfMetadata("", (older,))
    claim = _said(root, f"{_PDFA}part") + _said(root, f"{_PDFA}conformance")
    titles = ["".join(one.itertext()).strip() for one in root.iter(_TITLE)]
    return PdfMetadata(claim, (older, *titles))


def producer_of(pdf: bytes) -> str:
    """Return which program a PDF says that it was made with; empty where it says nothing or cannot be read."""
    try:
        with one_at_a_time, pypdfium2.PdfDocument(pdf) as document:
            return str(document.get_metadata_value("Producer"))[:100]
    except pypdfium2.PdfiumError:
        return ""


def _of(holder: Any, key: str) -> Any:
    """Return the value of a key, with references resolved; None if it is missing."""
    try:
        return holder[key]
    except (KeyError, TypeError):
        return None


def _xmp(reader: PdfFileReader) -> Any:
    stream = _of(reader.root, "/Metadata")
    if not isinstance(stream, generic.StreamObject):
        return None
    try:
        return etree.fromstring(stream.data, etree.XMLParser(no_network=True, resolve_entities=False))
    except etree.XMLSyntaxError:
        return None


def _said(root: Any, name: str) -> str:
    """Return a property that XMP may write as an element or as an attribute."""
    for one in root.iter():
        if isinstance(one.tag, str) and (said := one.text if one.tag == name else one.get(name)):
            return str(said).strip()
    return ""
