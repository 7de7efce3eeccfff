"""List labels (ECMA-376 part 1, 17.9): multi-level numbers and bullets, with restarts and overrides."""

import re
from dataclasses import dataclass, replace
from typing import Literal, cast

from lxml import etree

from flows.documents.docx.measures import number
from flows.documents.docx.package import Package, W
from flows.documents.docx.properties import Properties, on, paragraph_properties, run_properties, value
from flows.documents.docx.styles import Styles
from flows.documents.docx.symbols import plain

_PLACEHOLDER = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list."""

    start: int
    form: str  # Word's number format: decimal, lowerLetter, bullet…
    text: str
    suffix: Literal["tab", "space", "nothing"]
    align: str
    legal: bool
    restart: int | None  # the level whose increase restarts this one (0: none); None: any higher level
    run: Properties
    paragraph: Properties


class Numbering:
    """The lists of one package, and how far each has counted in one story."""

    def __init__(self, package: Package, styles: Styles) -> None:
        """Read the numbering part; a DOCX without one has no lists."""
        self._styles = styles
        self._levels: dict[int, dict[int, Level]] = {}
        self._abstract_of: dict[int, int] = {}
        self._restarts: dict[int, dict[int, int]] = {}
        self._counts: dict[int, dict[int, int]] = {}
        self._started: set[tuple[int, int]] = set()
        part = package.related(package.main, "numbering")
        if part is None:
            return
        root = package.xml(part)
        abstracts = {number(value(item, "abstractNumId")): item for item in root.iterchildren(W + "abstractNum")}
        by_style = {value(item.find(W + "styleLink")): item for item in abstracts.values()}
        for item in root.iterchildren(W + "num"):
            list_id = number(value(item, "numId"))
            abstract_id = number(value(item.find(W + "abstractNumId")))
            abstract = abstracts.get(abstract_id)
            if list_id is None or abstract is None or abstract_id is None:
                continue
            linked = value(abstract.find(W + "numStyleLink"))
            if linked and linked in by_style:
                abstract = by_style[linked]
                abstract_id = number(value(abstract, "abstractNumId")) or 0
            self._read(list_id, abstract_id, abstract, item)

    def _read(self, list_id: int, abstract_id: int, abstract: etree._Element, item: etree._Element) -> None:
        levels = {number(value(level, "ilvl")) or 0: self._level(level) for level in abstract.iterchildren(W + "lvl")}
        restarts: dict[int, int] = {}
        for override in item.iterchildren(W + "lvlOverride"):
            index = number(value(override, "ilvl")) or 0
            replacement = override.find(W + "lvl")
            if replacement is not None:
                levels[index] = self._level(replacement)
            start = number(value(override.find(W + "startOverride")))
            if start is not None:
                restarts[index] = start
                if index in levels:
                    levels[index] = replace(levels[index], start=start)
        self._levels[list_id] = levels
        self._abstract_of[list_id] = abstract_id
        self._restarts[list_id] = restarts

    def _level(self, element: etree._Element) -> Level:
        suffix = value(element.find(W + "suff")) or "tab"
        legal = element.find(W + "isLgl")
        start = number(value(element.find(W + "start")))
        return Level(
            start=0 if start is None else start,
            form=value(element.find(W + "numFmt")) or "decimal",
            text=value(element.find(W + "lvlText")) or "",
            suffix=cast('Literal["tab", "space", "nothing"]', suffix if suffix in ("space", "nothing") else "tab"),
            align=value(element.find(W + "lvlJc")) or "left",
            legal=legal is not None and on(legal),
            restart=number(value(element.find(W + "lvlRestart"))),
            run=run_properties(element.find(W + "rPr"), self._styles.theme),
            paragraph=paragraph_properties(element.find(W + "pPr")),
        )

    def level(self, list_id: int, level: int) -> Level | None:
        """Return a level of a list; None for a list that is not there."""
        return self._levels.get(list_id, {}).get(level)

    def count(self, list_id: int, level: int) -> str:
        """Count one paragraph and return its label; lists of one abstract list count together, as in Word."""
        levels = self._levels[list_id]
        counts = self._counts.setdefault(self._abstract_of[list_id], {})
        if (list_id, level) not in self._started:
            self._started.add((list_id, level))
            if level in self._restarts[list_id]:
                counts.pop(level, None)
        for higher in range(level):
            if higher in levels:
                counts.setdefault(higher, levels[higher].start)
        counts[level] = counts[level] + 1 if level in counts else levels[level].start
        for lower in [index for index in counts if index > level]:
            restart = levels[lower].restart if lower in levels else None
            if restart is None or (restart and level < restart):
                del counts[lower]
        here = levels[level]
        if here.form == "bullet":
            return plain(here.text, here.run.get("font", ""))
        if here.form == "none" and "%" not in here.text:
            return here.text

        def figure(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            form = levels[index].form if index in levels else "decimal"
            if here.legal and index != level:
                form = "decimal"
            return formatted(counts.get(index, 1), form)

        return _PLACEHOLDER.sub(figure, here.text)


def formatted(count: int, form: str) -> str:
    """Return a number in one of Word's formats (17.18.59); formats of other scripts come as figures."""
    if form in ("lowerLetter", "upperLetter") and count > 0:
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter if form == "lowerLetter" else letter.upper()
    if form in ("lowerRoman", "upperRoman") and 0 < count < 5000:
        return roman(count) if form == "upperRoman" else roman(count).lower()
    if form == "decimalZero":
        return f"{count:02}"
    if form == "ordinal":
        return f"{count}."
    if form in ("none", "bullet"):
        return ""
    return str(count)


def roman(count: int) -> str:
    """Return a Roman numeral in capitals."""
    numerals = (
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    )
    text = ""
    for size, numeral in numerals:
        text += numeral * (count // size)
        count %= size
    return text
