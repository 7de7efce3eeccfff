"""Say how the labels of lists read: as patterns of folded text, by list and level (ECMA-376 part 1, 17.9)."""

import re
from collections.abc import Mapping

from lxml import etree

from flows.documents.proof.folding import folded
from flows.typesetting import W

#: The label of a list that is not described: a figure or a letter with signs around it, or a bullet.
ANY_LABEL = r"\W{0,2}(?:[0-9ivxlcdm.]+|[a-zæøå]{1,2})\W{0,2}|[\W_]|o"
_BULLET = r"[\W_]"
_FORMS = {
    "decimal": "[0-9]+",
    "decimalZero": "[0-9]+",
    "lowerRoman": "[ivxlcdm]+",
    "upperRoman": "[ivxlcdm]+",
    "lowerLetter": "[a-z]{1,3}",
    "upperLetter": "[a-z]{1,3}",
    "ordinal": r"[0-9]+\D{0,3}",
}
_OTHER = ".{1,40}"  # figures of other scripts, numbers in words
_PLACE = re.compile("%([1-9])")


def labels_of(numbering: etree._Element) -> Mapping[tuple[str, str], str]:
    """Return the pattern of each label by list and level; a label that is empty has none."""
    abstracts = {item.get(W + "abstractNumId"): item for item in numbering.iterchildren(W + "abstractNum")}
    by_style = {
        link.get(W + "val"): item for item in abstracts.values() if (link := item.find(W + "styleLink")) is not None
    }
    found: dict[tuple[str, str], str] = {}
    for item in numbering.iterchildren(W + "num"):
        pointer = item.find(W + "abstractNumId")
        abstract = None if pointer is None else abstracts.get(pointer.get(W + "val"))
        linked = None if abstract is None else abstract.find(W + "numStyleLink")
        if linked is not None:
            abstract = by_style.get(linked.get(W + "val"), abstract)
        levels = [] if abstract is None else list(abstract.iterchildren(W + "lvl"))
        levels += [level for one in item.iterchildren(W + "lvlOverride") for level in one.iterchildren(W + "lvl")]
        forms = {level.get(W + "ilvl", "0"): _form(level) for level in levels}
        for level in levels:
            found[item.get(W + "numId", ""), level.get(W + "ilvl", "0")] = _pattern(level, forms)
    return found


def _form(level: etree._Element) -> str:
    form = level.find(W + "numFmt")
    return "decimal" if form is None else form.get(W + "val", "decimal")


def _pattern(level: etree._Element, forms: Mapping[str, str]) -> str:
    said = level.find(W + "lvlText")
    text = "" if said is None else said.get(W + "val", "")
    if forms[level.get(W + "ilvl", "0")] == "bullet":
        return f"{re.escape(folded(text))}|{_BULLET}" if folded(text) else _BULLET
    pieces = _PLACE.split(text)
    pattern = re.escape(folded(pieces[0]))
    for place, after in zip(pieces[1::2], pieces[2::2], strict=True):
        figure = _FORMS.get(forms.get(str(int(place) - 1), ""), _OTHER)
        pattern += f"(?:{figure}|[0-9]+)?" + re.escape(folded(after))  # a level that is not counted is left out
    return pattern
