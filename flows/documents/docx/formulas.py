"""Reads formulas (OMML, ECMA-376 part 1, 22.1) as a line of text."""

from lxml import etree

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


def in_one_line(element: etree._Element) -> str:
    """Return the signs of a formula (22.1), fractions with a stroke and brackets where they are needed."""
    if element.tag == _M + "t":
        return element.text or ""
    if element.tag == _M + "f":
        parts = [in_one_line(part) for name in ("num", "den") if (part := element.find(_M + name)) is not None]
        return "/".join(part if len(part) < 2 else f"({part})" for part in parts)
    if element.tag == _M + "d":
        inside = _said(element, "sepChr", "|").join(in_one_line(part) for part in element.iterchildren(_M + "e"))
        return _said(element, "begChr", "(") + inside + _said(element, "endChr", ")")
    line = "".join(map(in_one_line, element))
    if element.tag == _M + "nary":
        return _said(element, "chr", "∫") + line
    return "√" + line if element.tag == _M + "rad" else line


def _said(element: etree._Element, name: str, usual: str) -> str:
    """Return the sign that a bracket or a sum names in its properties."""
    found = element.find(f"{_M}{etree.QName(element).localname}Pr/{_M}{name}")
    return usual if found is None else found.get(_M + "val", "")
