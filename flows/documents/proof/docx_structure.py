"""Find one's way in the XML of a DOCX: what stands in the flow of text, and what its styles say."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from lxml import etree

from flows.typesetting import W, is_on, parse_xml

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_BLOCKS = {W + name for name in ("p", "tbl", "tr", "tc", "altChunk")}
_KNOWN = {"wps", "wpg", "wpc", "wp14", "w14", "w15", "w16", "w16se", "w16cid", "a14", "v", "wp", "w", "m", "o"}
#: What is not text, or is deleted.
GONE = {W + name for name in ("del", "moveFrom", "rPr", "pPr", "instrText", "delText")}


def children(container: etree._Element) -> Iterator[etree._Element]:
    """Yield paragraphs, tables, rows or cells, also those inside content controls and tracked insertions."""
    for child in container:
        if child.tag == W + "sdt":
            content = child.find(W + "sdtContent")
            yield from () if content is None else children(content)
        elif child.tag in (W + "ins", W + "moveTo", W + "customXml", W + "smartTag"):
            yield from children(child)
        elif child.tag == _MC + "AlternateContent":
            yield from children(chosen(child))
        elif child.tag in _BLOCKS:
            yield child
        elif child.tag not in GONE:
            yield from children(child)


def chosen(alternatives: etree._Element) -> etree._Element:
    """Return the first choice whose needs are known, else the fallback (ECMA-376 part 3, 10.2)."""
    for choice in alternatives.iterchildren(_MC + "Choice"):
        if set((choice.get("Requires") or "?").split()) <= _KNOWN:
            return choice
    fallback = alternatives.find(_MC + "Fallback")
    return etree.Element("nothing") if fallback is None else fallback


@lru_cache(maxsize=32)
def styles_of(content: bytes, part: str) -> tuple[frozenset[str], Mapping[str, tuple[str, str]]]:
    """Return the styles that hide their text, and of those that put their paragraphs in a list, which and how deep."""
    styles = {style.get(W + "styleId", ""): style for style in parse_xml(content, part).iterchildren(W + "style")}
    hidden: set[str] = set()
    listed: dict[str, tuple[str, str]] = {}
    for name in styles:
        vanish = _inherited(styles, name, f"{W}rPr/{W}vanish")
        if vanish is not None and is_on(vanish):
            hidden.add(name)
        number = _inherited(styles, name, f"{W}pPr/{W}numPr/{W}numId")
        depth = _inherited(styles, name, f"{W}pPr/{W}numPr/{W}ilvl")
        if number is not None:
            listed[name] = (number.get(W + "val", "0"), "0" if depth is None else depth.get(W + "val", "0"))
    return frozenset(hidden), listed


def _inherited(styles: Mapping[str, etree._Element], name: str, path: str) -> etree._Element | None:
    """Return what a style says, or the first of those that it is based on."""
    seen: set[str] = set()
    while name in styles and name not in seen:
        seen.add(name)
        found = styles[name].find(path)
        if found is not None:
            return found
        based = styles[name].find(W + "basedOn")
        name = "" if based is None else based.get(W + "val", "")
    return None
