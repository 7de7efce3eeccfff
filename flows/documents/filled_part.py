"""Finish a filled part: it must be well-formed as it is, and what Word demands of its elements must hold."""

from copy import deepcopy

from lxml import etree

from flows.errors import TemplateRefused
from flows.language import translate as _
from flows.typesetting import W

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
#: What must end in a paragraph (17.4.65, 17.4.79, 17.10.3, 17.11.10): a condition may have taken the last one away.
_HOLDERS = tuple(W + name for name in ("tc", "txbxContent", "hdr", "ftr", "footnote", "endnote", "comment"))


def finished(xml: str, part: str) -> str:
    """Return a filled part with the line breaks and tabs of its values as elements.

    Raises `TemplateRefused` if it is not well-formed; nothing is repaired.
    """
    root = well_formed(xml, part)
    for text in list(root.iter(W + "t")):
        if "\n" in (text.text or "") or "\t" in (text.text or ""):
            _set_breaks(text)
    for table in list(root.iter(W + "tbl")):
        _fit(table)
    for holder in root.iter(*_HOLDERS):
        if len(holder) == 0 or holder[-1].tag not in (W + "p", W + "sdt", W + "bookmarkEnd"):
            etree.SubElement(holder, W + "p")
    return etree.tostring(root, encoding="unicode")


def well_formed(xml: str, part: str) -> etree._Element:
    """Return the root of a filled part; raises `TemplateRefused` if it is not well-formed."""
    try:
        return etree.fromstring(xml, _PARSER)
    except etree.XMLSyntaxError as error:
        lines, last = xml.splitlines(keepends=True), (error.lineno or 1) - 1
        before = "".join([*lines[:last], "".join(lines[last : last + 1])[: error.offset or 0]])
        number = before.count("<w:p>") + before.count("<w:p ")
        raise TemplateRefused(
            _("The template does not come out whole when it is filled: {part}, near paragraph {number}.").format(
                part=part, number=number
            )
        ) from error


def _set_breaks(text: etree._Element) -> None:
    """Put a line break or tab of Word in place of each one in a text (17.3.3.1, 17.3.3.32)."""
    run = text.getparent()
    if run is None:
        return
    at = run.index(text)
    parts: list[etree._Element] = []
    for number, line in enumerate((text.text or "").split("\n")):
        if number:
            parts.append(etree.Element(W + "br"))
        for place, piece in enumerate(line.split("\t")):
            if place:
                parts.append(etree.Element(W + "tab"))
            if piece:
                one = etree.Element(W + "t", {_SPACE: "preserve"})
                one.text = piece
                parts.append(one)
    run[at : at + 1] = parts


def _fit(table: etree._Element) -> None:
    """Remove a table without rows, and give one with more cells in a row than columns the columns it lacks."""
    parent = table.getparent()
    if next(table.iter(W + "tr", W + "p"), None) is None and parent is not None:
        parent.remove(table)
        return
    grid = table.find(W + "tblGrid")
    if grid is None:
        grid = etree.Element(W + "tblGrid")
        table.insert(1 if table.find(W + "tblPr") is not None else 0, grid)
    most = max((len(row.findall(W + "tc")) for row in table.iterchildren(W + "tr")), default=0)
    while 0 < len(grid) < most:
        grid.append(deepcopy(grid[-1]))
