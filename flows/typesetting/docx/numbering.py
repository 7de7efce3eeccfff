"""Compute list labels (ECMA-376 part 1, 17.9): multi-level numbers and bullets, restarts and overrides."""

import re
from dataclasses import dataclass, replace
from typing import Literal, cast

from lxml import etree

from flows.typesetting.docx.alternate_content import MC, choose_alternative
from flows.typesetting.docx.measurements import number
from flows.typesetting.docx.package import Package, W
from flows.typesetting.docx.properties import Properties, is_on, paragraph_properties, run_properties, value
from flows.typesetting.docx.styles import Styles
from flows.typesetting.docx.symbol_fonts import bullet
from flows.typesetting.numerals import IN_WORDS, numeral

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
    """The lists of one package, with their counters in one part."""

    def __init__(self, package: Package, styles: Styles) -> None:
        """Read the numbering part; a DOCX without one has no lists."""
        self._styles = styles
        self._levels: dict[int, dict[int, Level]] = {}
        self._abstract_of: dict[int, int] = {}
        self._restarts: dict[int, dict[int, int]] = {}
        self._counts: dict[int, dict[int, int]] = {}
        self._started: set[tuple[int, int]] = set()
        self._in_words: set[int] = set()
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
        if any(level.form in IN_WORDS for level in levels.values()):
            self._in_words.add(list_id)
        self._abstract_of[list_id] = abstract_id
        self._restarts[list_id] = restarts

    def _level(self, element: etree._Element) -> Level:
        suffix = value(element.find(W + "suff")) or "tab"
        legal = element.find(W + "isLgl")
        start = number(value(element.find(W + "start")))
        return Level(
            start=0 if start is None else start,
            form=_form(element),
            text=value(element.find(W + "lvlText")) or "",
            suffix=cast('Literal["tab", "space", "nothing"]', suffix if suffix in ("space", "nothing") else "tab"),
            align=value(element.find(W + "lvlJc")) or "left",
            legal=legal is not None and is_on(legal),
            restart=number(value(element.find(W + "lvlRestart"))),
            run=run_properties(element.find(W + "rPr"), self._styles.theme),
            paragraph=paragraph_properties(element.find(W + "pPr")),
        )

    def level(self, list_id: int, level: int) -> Level | None:
        """Return a level of a list; None if there is no such list."""
        return self._levels.get(list_id, {}).get(level)

    def in_words(self, list_id: int) -> bool:
        """Return whether the labels of a list depend on the language."""
        return list_id in self._in_words

    def count(self, list_id: int, level: int, language: str = "") -> str:
        """Count one paragraph and return its label; lists of one abstract list share counters, as in Word.

        `language` is that of the paragraph, for a list whose labels are `in_words`.
        """
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
            return bullet(here.text, here.run.get("font", ""))
        if here.form == "none" and "%" not in here.text:
            return here.text

        def figure(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            form = levels[index].form if index in levels else "decimal"
            if here.legal and index != level:
                form = "decimal"
            return numeral(counts.get(index, 1), form, language)

        return _PLACEHOLDER.sub(figure, here.text)


def _form(level: etree._Element) -> str:
    """Return the number format of a level; a custom one is given by its example (`001, 002, 003, ...`)."""
    found = level.find(W + "numFmt")
    if found is None and (alternative := level.find(MC + "AlternateContent")) is not None:
        found = choose_alternative(alternative).find(W + "numFmt")
    form = value(found) or "decimal"
    return (value(found, "format") or "decimal").split(",")[0].strip() if form == "custom" else form
