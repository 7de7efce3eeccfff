"""Prove that every word of a DOCX stands in its PDF.

The words are taken from the XML itself and from the PDF's own text, not from the typesetter's reader and writer, so
that their faults are found here.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

import pypdfium2
from lxml import etree

from flows.errors import DocumentRefused
from flows.language import translate as _
from flows.typesetting import Package, W, apply_data_bindings, is_on, parse_xml, to_unicode

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PAGE_NUMBERS = ("PAGE", "NUMPAGES", "SECTIONPAGES")
#: What parts words: white space, and a note's mark, whose figure the PDF shows there.
_GAPS = {W + name for name in ("tab", "br", "cr", "ptab", "footnoteReference", "endnoteReference")}
_STORIES = ("header", "footer", "footnotes", "endnotes")
#: A hyphen at the end of a line may be the word's own or not, so hyphens do not count where spaces do not.
_SPACE = re.compile(r"[\s-]+")
_FOLDED = {
    0xAD: None,
    0x200B: None,
    0x200C: None,
    0x200D: None,
    0x2060: None,
    0xFEFF: None,
    0xFFFE: None,  # PDFium's sign for a hyphen at the end of a line
    0x02: None,
    0x2011: "-",
    0x2010: "-",
    0xA0: " ",
}
_FOLDABLE = re.compile("[" + "".join(map(chr, _FOLDED)) + "]")


class PdfText:
    """The text of a PDF, read back once and asked often."""

    def __init__(self, pdf: bytes) -> None:
        """Read the text of every page; raises `DocumentRefused` for what is no PDF."""
        try:
            with pypdfium2.PdfDocument(pdf) as document:
                pages = [_fold(page.get_textpage().get_text_range()) for page in document]
        except pypdfium2.PdfiumError as error:
            raise DocumentRefused(_("The PDF cannot be read back.")) from error
        text = " ".join(pages)
        self._words = Counter(text.split())
        self._squeezed = _SPACE.sub("", text)

    def holds(self, value: str) -> bool:
        """Return whether a value stands in the text, wherever its lines break."""
        return _SPACE.sub("", _fold(value)) in self._squeezed

    def lacks(self, docx: bytes) -> list[str]:
        """Return the words of a DOCX that are not here, in the order in which they first stand.

        A word of the body or the notes must come as often as it does in the DOCX, one of a header or footer once. A
        word that is divided here, or has grown together with a note's figure, is found in the text without its spaces.
        """
        body, running = _docx_words(docx)
        whole = _SPACE.sub("", "".join(body))
        missing = [
            word
            for word, count in Counter(body).items()
            if self._words[word] < count
            and (bare := _SPACE.sub("", word))
            and self._squeezed.count(bare) < whole.count(bare)
        ]
        missing.extend(word for word in dict.fromkeys(running) if _SPACE.sub("", word) not in self._squeezed)
        return missing


def missing_words(docx: bytes, pdf: bytes) -> list[str]:
    """Return the words of the DOCX that the PDF lacks, in the order in which they stand; empty if nothing is lost.

    White space, hyphens at line ends, ligatures and no-break signs do not count.
    """
    return PdfText(pdf).lacks(docx)


def pages_of(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def _fold(text: str) -> str:
    return _unmarked(unicodedata.normalize("NFKC", _unmarked(text))).casefold()


def _unmarked(text: str) -> str:
    """Return a text without the characters that do not count; most texts have none."""
    return text.translate(_FOLDED) if _FOLDABLE.search(text) else text


def _docx_words(docx: bytes) -> tuple[list[str], list[str]]:
    """Return the words of body and notes, and those of headers and footers."""
    package = Package(docx)
    apply_data_bindings(package)
    hidden = _hidden_styles(package)
    body = list(_words(package.xml(package.main), hidden))
    running: list[str] = []
    for relationship in package.relationships(package.main).values():
        if relationship.kind in _STORIES and relationship.target in package.names:
            words = _words(package.xml(relationship.target), hidden)
            (running if relationship.kind in ("header", "footer") else body).extend(words)
    return body, running


def _hidden_styles(package: Package) -> frozenset[str]:
    part = package.related(package.main, "styles")
    return frozenset() if part is None else _hiding(package.read(part), part)


@lru_cache(maxsize=32)
def _hiding(content: bytes, part: str) -> frozenset[str]:
    """Return the styles of a part that hide their text; the documents of one template have the same part."""
    return frozenset(
        style.get(W + "styleId", "")
        for style in parse_xml(content, part).iterchildren(W + "style")
        if (vanish := style.find(f"{W}rPr/{W}vanish")) is not None and is_on(vanish)
    )


def _words(root: etree._Element, hidden: frozenset[str]) -> Iterator[str]:
    for paragraph in root.iter(W + "p"):
        yield from _fold("".join(_text(paragraph, hidden))).split()


def _text(paragraph: etree._Element, hidden: frozenset[str]) -> Iterable[str]:
    """Yield the text of a paragraph that a reader sees; paragraphs inside it (text boxes) speak for themselves."""
    counting = 0  # inside the result of a page number, which the typesetter computes anew
    instruction = ""
    for run in paragraph.iter(W + "r"):
        if next(run.iterancestors(W + "p")) is not paragraph or _unseen(run, hidden):
            continue
        for child in run:
            name = child.tag
            if name == W + "fldChar":
                kind = child.get(W + "fldCharType")
                if kind == "begin":
                    instruction = ""
                elif kind == "separate" and instruction.split()[:1] and instruction.split()[0].upper() in _PAGE_NUMBERS:
                    counting = 1
                elif kind == "end":
                    counting = 0
            elif name == W + "instrText":
                instruction += child.text or ""
            elif counting:
                continue
            elif name == W + "t":
                yield to_unicode(child.text or "", _font(run))
                holder = run.getparent()
                if holder is not None and holder.tag == W + "rt":  # a reading aid stands above its word
                    yield " "
            elif name in _GAPS:
                yield " "
            elif name == W + "noBreakHyphen":
                yield "-"


def _font(run: etree._Element) -> str:
    fonts = run.find(f"{W}rPr/{W}rFonts")
    return "" if fonts is None else fonts.get(W + "ascii", "")


def _unseen(run: etree._Element, hidden: frozenset[str]) -> bool:
    """Return whether a run is hidden, deleted, an old page number, or the older copy of a newer construct."""
    properties = run.find(W + "rPr")
    if properties is not None:
        vanish, style = properties.find(W + "vanish"), properties.find(W + "rStyle")
        if vanish is not None and is_on(vanish):
            return True
        if vanish is None and style is not None and style.get(W + "val") in hidden:
            return True
    for ancestor in run.iterancestors(W + "del", W + "moveFrom", _FALLBACK, W + "fldSimple"):
        if ancestor.tag != W + "fldSimple":
            return True
        if (
            ancestor.get(W + "instr", "").split()[:1]
            and ancestor.get(W + "instr", "").split()[0].upper() in _PAGE_NUMBERS
        ):
            return True
    return False
