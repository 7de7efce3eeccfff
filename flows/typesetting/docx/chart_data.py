"""Read the cached values, names and categories of a chart part (DrawingML, ECMA-376 part 1, 21.2.2)."""

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
    """Return the value of a child element: on if it has none, the default if there is no child."""
    found = None if holder is None else holder.find(C + name)
    return usual if found is None else found.get("val", "1")


def numbers_of(holder: etree._Element | None) -> tuple[float | None, ...]:
    """Return values in order; None for a point without a finite value."""
    found = dict(cached_texts(holder))
    length = min(max(found, default=-1) + 1, MOST_POINTS)
    return tuple(finite_number(found.get(index)) for index in range(length))


def places_of(holder: etree._Element | None) -> tuple[float | None, ...]:
    """Return the x values of points; 1, 2, 3… if the points have names instead."""
    found = numbers_of(holder)
    named = found and all(place is None for place in found)
    return tuple(float(index + 1) for index in range(len(found))) if named else found


def finite_number(text: str | None) -> float | None:
    """Return a number; None if the text is no finite number."""
    try:
        number_read = float(text or "")
    except ValueError:
        return None
    return number_read if math.isfinite(number_read) else None


def cached_texts(holder: etree._Element | None) -> Iterable[tuple[int, str]]:
    """Yield the cached or literal texts of a reference, by index."""
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
    """Return a name: literal text, or the cached text of a cell."""
    if holder is None:
        return ""
    said = holder.findtext(C + "v")
    return said if said is not None else " ".join(text for _, text in cached_texts(holder))


def categories_of(area: etree._Element, package: Package) -> tuple[str, ...]:
    """Return the category names, from the first series that has any; numbers are formatted."""
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
    """Return the format code of the values."""
    said = None if holder is None else next(holder.iter(C + "formatCode"), None)
    return "General" if said is None or not said.text else said.text


def lines_of(title: etree._Element | None) -> str:
    """Return the text of a title, one line for each paragraph."""
    if title is None:
        return ""
    lines = ["".join(run.text or "" for run in line.iter(A + "t")) for line in title.iter(A + "p")]
    return "\n".join(filter(None, lines)) or name_of(title.find(C + "tx"))


def decimal_sign(package: Package) -> str:
    """Return the document's decimal separator."""
    part = package.related(package.main, "settings")
    return (value(package.xml(part).find(W + "decimalSymbol")) if part else "") or "."


def language_of(package: Package) -> str:
    """Return the language of a chart's automatic texts, such as default series names.

    It is the document's default language, since Word writes these texts in its author's language. English if the
    document states none, as for list labels.
    """
    part = package.related(package.main, "styles")
    said = None if part is None else package.xml(part).find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    return "nb" if (value(said) or "en").partition("-")[0].lower() in ("nb", "nn", "no") else "en"


def chart_words(root: etree._Element) -> list[str]:
    """Return the texts of a chart that cannot be drawn: title, axes, categories and series, each once."""
    words = ["".join(run.text or "" for run in line.iter(A + "t")) for line in root.iter(A + "p")]
    for holder in root.iter(C + "tx", C + "cat"):
        words += [item.text or "" for item in holder.iter(C + "v")]
    return [word for word in dict.fromkeys(words) if word.strip()]
