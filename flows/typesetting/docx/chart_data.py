"""Read the cached figures, names and categories of a chart part (DrawingML, ECMA-376 part 1, 21.2.2)."""

import math
from collections.abc import Iterable

from lxml import etree

from flows.typesetting.docx.colours import A
from flows.typesetting.docx.measurements import number
from flows.typesetting.docx.package import Package, W
from flows.typesetting.docx.properties import value
from flows.typesetting.figures.chart_layout import MOST_POINTS
from flows.typesetting.figures.number_formats import format_number

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def setting(holder: etree._Element | None, name: str, usual: str = "") -> str:
    """Return the value of a child; where it has none it is on, where there is no child it is the usual."""
    found = None if holder is None else holder.find(C + name)
    return usual if found is None else found.get("val", "1")


def numbers_of(holder: etree._Element | None) -> tuple[float | None, ...]:
    """Return figures in their order; None where there is none, or none that is finite."""
    found = dict(cached_texts(holder))
    length = min(max(found, default=-1) + 1, MOST_POINTS)
    return tuple(finite_number(found.get(index)) for index in range(length))


def places_of(holder: etree._Element | None) -> tuple[float | None, ...]:
    """Return how far across points stand: one after another where they have names rather than figures."""
    found = numbers_of(holder)
    named = found and all(place is None for place in found)
    return tuple(float(index + 1) for index in range(len(found))) if named else found


def finite_number(text: str | None) -> float | None:
    """Return a figure, or None for what is none or has no end."""
    try:
        number_read = float(text or "")
    except ValueError:
        return None
    return number_read if math.isfinite(number_read) else None


def cached_texts(holder: etree._Element | None) -> Iterable[tuple[int, str]]:
    """Yield the texts that a reference has kept, or that stand there themselves, by their index."""
    for child in () if holder is None else holder:
        name = etree.QName(child).localname
        source: etree._Element | None = child
        if name in ("numRef", "strRef"):
            source = child.find(C + name[:3] + "Cache")
        elif name == "multiLvlStrRef":
            source = child.find(f"{C}multiLvlStrCache/{C}lvl")
        for point in () if source is None else source.iterchildren(C + "pt"):
            index = number(point.get("idx"))
            if index is not None and 0 <= index < MOST_POINTS:
                yield index, (point.findtext(C + "v") or "").strip()


def name_of(holder: etree._Element | None) -> str:
    """Return the text of a name, said there or kept of a cell."""
    if holder is None:
        return ""
    said = holder.findtext(C + "v")
    return said if said is not None else " ".join(text for _, text in cached_texts(holder))


def categories_of(area: etree._Element, package: Package) -> tuple[str, ...]:
    """Return the names of the categories, which the first series that has any gives for all; figures as written."""
    for holder in area.iter(C + "cat"):
        found = dict(cached_texts(holder))
        if not found:
            continue
        code = code_of(holder)
        names = [found.get(index, "") for index in range(max(found) + 1)]
        if holder.find(C + "numRef") is not None or holder.find(C + "numLit") is not None:
            decimal = decimal_sign(package)
            names = [
                name if (figure := finite_number(name)) is None else format_number(figure, code, decimal)
                for name in names
            ]
        return tuple(names)
    return ()


def code_of(holder: etree._Element | None) -> str:
    """Return the format code of figures."""
    said = None if holder is None else next(holder.iter(C + "formatCode"), None)
    return "General" if said is None or not said.text else said.text


def lines_of(title: etree._Element | None) -> str:
    """Return the text of a title, its paragraphs as lines."""
    if title is None:
        return ""
    lines = ["".join(run.text or "" for run in line.iter(A + "t")) for line in title.iter(A + "p")]
    return "\n".join(filter(None, lines)) or name_of(title.find(C + "tx"))


def decimal_sign(package: Package) -> str:
    """Return the decimal sign that the document was written with."""
    part = package.related(package.main, "settings")
    return (value(package.xml(part).find(W + "decimalSymbol")) if part else "") or "."


def language_of(package: Package) -> str:
    """Return the language, of those that there are words in, for what a chart says without having a text of its own.

    It is the language that the document was written in: Word puts in the words of the one who writes. One that does
    not say is taken for English, as for its list labels.
    """
    part = package.related(package.main, "styles")
    said = None if part is None else package.xml(part).find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    return "nb" if (value(said) or "en").partition("-")[0].lower() in ("nb", "nn", "no") else "en"


def chart_words(root: etree._Element) -> list[str]:
    """Return the words of a chart that cannot be drawn: title, axes, categories and series, each once."""
    words = ["".join(run.text or "" for run in line.iter(A + "t")) for line in root.iter(A + "p")]
    for holder in root.iter(C + "tx", C + "cat"):
        words += [item.text or "" for item in holder.iter(C + "v")]
    return [word for word in dict.fromkeys(words) if word.strip()]
