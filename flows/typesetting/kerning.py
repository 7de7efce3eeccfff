"""Return the kerning between two letters of a font (OpenType's GPOS, pair positioning).

Pango kerns when it draws; this computes in advance where text ends in a line.
"""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

_PAIRS = 2


@cache
def kerning(file: Path) -> Callable[[str], float]:
    """Return a function that returns the kerning of a text as a fraction of the font size, mostly negative."""
    with TTFont(file, lazy=True, fontNumber=0 if file.suffix.lower() == ".ttc" else -1) as font:
        names, units = font.getBestCmap(), font["head"].unitsPerEm
        lookups = list(_lookups(font["GPOS"].table)) if "GPOS" in font else []

    @cache
    def between(first: int, second: int) -> float:
        one, other = names.get(first), names.get(second)
        if one is None or other is None:
            return 0.0
        return sum(_advance(subtables, one, other) for subtables in lookups) / float(units)

    def whole(text: str) -> float:
        return sum(between(ord(first), ord(second)) for first, second in pairwise(text))

    return whole


def _lookups(table: Any) -> Iterator[list[Any]]:
    """Yield the subtables of each lookup that kerns Latin letters."""
    scripts = {record.ScriptTag: record.Script for record in table.ScriptList.ScriptRecord}
    script = scripts.get("latn") or scripts.get("DFLT")
    if script is None or script.DefaultLangSys is None:
        return
    features = [table.FeatureList.FeatureRecord[index] for index in script.DefaultLangSys.FeatureIndex]
    wanted = {number for item in features if item.FeatureTag == "kern" for number in item.Feature.LookupListIndex}
    for number in sorted(wanted):
        subtables = [getattr(item, "ExtSubTable", item) for item in table.LookupList.Lookup[number].SubTable]
        yield [item for item in subtables if item.LookupType == _PAIRS]


def _advance(subtables: list[Any], one: str, other: str) -> float:
    """Return the kerning of a pair from the first subtable that has it, in font units."""
    for subtable in subtables:
        if one not in subtable.Coverage.glyphs:
            continue
        if subtable.Format == 1:
            records = subtable.PairSet[subtable.Coverage.glyphs.index(one)].PairValueRecord
            found = next((record.Value1 for record in records if record.SecondGlyph == other), None)
            if found is None:
                continue
        else:
            row = subtable.Class1Record[subtable.ClassDef1.classDefs.get(one, 0)]
            found = row.Class2Record[subtable.ClassDef2.classDefs.get(other, 0)].Value1
        return float(getattr(found, "XAdvance", 0) or 0)
    return 0.0
