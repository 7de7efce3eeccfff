"""Read the texts that pictures, charts and diagrams of a DOCX may show: each whole, in any order, as often as it likes.

A chart (ECMA-376 part 1, 21.2) also shows figures that are worked out when it is drawn: those of its axes and shares.
"""

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from flows.documents.proof.folding import folded
from flows.documents.proof.metafile_texts import metafile_texts
from flows.language import translate
from flows.typesetting import Package

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_V = "{urn:schemas-microsoft-com:vml}"
_METAFILES = (".emf", ".wmf", ".emz", ".wmz")
_DRAWN = ("chart", "diagramData", "diagramDrawing")
_LANGUAGES = ("nb", "en")
#: What formats of dates and of large numbers put between figures.
_IN_FIGURES = {*calendar.month_name, *calendar.month_abbr, *calendar.day_name, *calendar.day_abbr, "am", "pm", "e"}


@dataclass(frozen=True, slots=True)
class FigureTexts:
    """The texts of pictures, folded; with `figures`, any figures may stand beside them in what is tagged as picture."""

    texts: frozenset[str] = frozenset()
    figures: bool = False

    def pieces(self, pieces: Iterable[tuple[str, bool]]) -> int:
        """Return how many pieces, each folded and with whether it belongs to a picture, are one of the texts.

        As many as there can be; 0 where the first of them begins none.
        """
        found, shown = 0, ""
        for count, (text, pictured) in enumerate(pieces, start=1):
            if count == 1 and self.figures and pictured and not any(map(str.isalpha, text)):
                found = 1
            shown += text
            if shown in self.texts:
                found = count
            elif not any(one.startswith(shown) for one in self.texts):
                break
        return found


def figure_texts(package: Package, parts: Iterable[str]) -> FigureTexts:
    """Return the texts of all that the parts of a package draw."""
    parts = list(parts)
    pointers = [one for part in parts for one in package.relationships(part).values()]
    drawn = {one.target: one.kind for one in pointers if one.target in package.names}
    found = {text for part in parts for text in _of_drawing(package.xml(part))}
    charts = False
    for name, kind in drawn.items():
        if kind in _DRAWN:
            root = package.xml(name)
            found |= {*_of_drawing(root), *_of_chart(root)}
            charts |= kind == "chart"
        elif name.lower().endswith(_METAFILES):
            found |= metafile_texts(package.read(name))
    found |= _IN_FIGURES if charts else set()
    return FigureTexts(frozenset(text for one in found if (text := folded(one))), charts)


def _of_drawing(root: etree._Element) -> Iterator[str]:
    """Yield the paragraphs and lines of DrawingML text (21.1.2.2.6), and WordArt of VML (14.1.2.23)."""
    for paragraph in root.iter(_A + "p"):
        lines = "".join(
            "\n" if item.tag == _A + "br" else item.text or "" for item in paragraph.iter(_A + "t", _A + "br")
        )
        yield lines
        yield from lines.split("\n")
    for line in root.iter(_V + "textpath"):
        yield line.get("string", "")


def _of_chart(root: etree._Element) -> Iterator[str]:
    for value in root.iter(_C + "v", _C + "separator"):
        yield value.text or ""
    for title in root.iter(_C + "title"):
        yield "".join(item.text or "" for item in title.iter(_A + "t"))
        if title.find(f".//{_A}t") is None:
            yield from (translate(said, language) for said in ("Chart Title", "Axis Title") for language in _LANGUAGES)
    for series in root.iter(_C + "ser"):
        yield " ".join(value.text or "" for value in series.iterfind(f"{_C}tx//{_C}v"))
    for code in (*(one.text or "" for one in root.iter(_C + "formatCode")), *_codes(root)):
        yield from code.split('"')[1::2]
        yield "".join(sign for sign in code if sign.isalpha())


def _codes(root: etree._Element) -> Iterator[str]:
    return (one.get("formatCode", "") for one in root.iter(_C + "numFmt"))
