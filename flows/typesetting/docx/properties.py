"""Read the properties of runs and paragraphs (ECMA-376 part 1, 17.3.1 and 17.3.2) into plain mappings.

A mapping has only the stated properties, under the names of `model.RunFormat` and `model.ParagraphFormat`, so that
mappings can be merged in order. Lengths are read as twentieths of a point and returned in points.
"""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from flows.typesetting.docx.measurements import number, twips
from flows.typesetting.docx.package import W
from flows.typesetting.docx.text_formatting import Borders, Line, TabStop

Properties = dict[str, Any]

#: Toggle properties (17.7.3).
TOGGLES = {
    "b": "bold",
    "i": "italic",
    "caps": "caps",
    "smallCaps": "small_caps",
    "strike": "strike",
    "vanish": "hidden",
}
HIGHLIGHTS = {
    "black": "000000",
    "blue": "0000FF",
    "cyan": "00FFFF",
    "green": "00FF00",
    "magenta": "FF00FF",
    "red": "FF0000",
    "yellow": "FFFF00",
    "white": "FFFFFF",
    "darkBlue": "000080",
    "darkCyan": "008080",
    "darkGreen": "008000",
    "darkMagenta": "800080",
    "darkRed": "800000",
    "darkYellow": "808000",
    "darkGray": "808080",
    "lightGray": "C0C0C0",
}
_ALIGNMENTS = {
    "center": "center",
    "right": "right",
    "end": "right",
    "both": "justify",
    "distribute": "justify",
    "left": "left",
    "start": "left",
}
#: Largest font size, in half-points: Word's limit.
_LARGEST = 3276
_LINES = {
    "single": "solid",
    "thick": "solid",
    "double": "double",
    "dotted": "dotted",
    "dashed": "dashed",
    "dashSmallGap": "dashed",
    "dotDash": "dashed",
    "dotDotDash": "dotted",
    "triple": "double",
    "doubleWave": "double",
    "inset": "solid",
    "outset": "solid",
}
#: The width of a border by its kind, in the widths of one of its lines, as in LibreOffice.
_WIDTHS = {"double": 3, "triple": 5, "thick": 2, "wave": 3, "doubleWave": 5}


def value(element: etree._Element | None, name: str = "val") -> str | None:
    """Return a `w:` attribute, or None."""
    return None if element is None else element.get(W + name)


def is_on(element: etree._Element) -> bool:
    """Return the value of an on/off element (17.17.4)."""
    return element.get(W + "val") not in ("0", "false", "off", "none")


def colour(text: str | None) -> str:
    """Return six hexadecimal digits; empty for automatic and unreadable colours."""
    if text and len(text) == 6 and all(digit in "0123456789abcdefABCDEF" for digit in text):
        return text.upper()
    return ""


def line(element: etree._Element) -> Line | None:
    """Return one border; None for `nil` or `none`."""
    kind = value(element) or "nil"
    if kind in ("nil", "none"):
        return None
    width = (number(value(element, "sz"), 1000) or 4) / 8 * _WIDTHS.get(kind, 1)
    return Line(
        _LINES.get(kind, "solid"),
        width,
        colour(value(element, "color")),
        float(number(value(element, "space"), 1000) or 0),
    )


def borders(element: etree._Element | None) -> dict[str, Line | None]:
    """Return the borders of a pBdr, tblBorders or tcBorders, by side; None for a side without border."""
    sides = {"start": "left", "end": "right"}
    found: dict[str, Line | None] = {}
    for child in () if element is None else element:
        side = etree.QName(child).localname
        found[sides.get(side, side)] = line(child)
    return found


def as_borders(found: Mapping[str, Line | None]) -> Borders:
    """Return borders by side as the tuple of the model."""
    return tuple((side, item) for side, item in found.items() if item is not None)


def shade(element: etree._Element | None) -> str | None:
    """Return the fill of a `w:shd`; empty for no fill, None if there is no such element."""
    if element is None:
        return None
    fill = colour(value(element, "fill"))
    pattern = value(element) or "clear"
    if pattern == "solid":
        return colour(value(element, "color")) or fill
    if pattern in ("clear", "nil"):
        return fill
    return mix_colours(colour(value(element, "color")) or "000000", fill or "FFFFFF", _share(pattern))


def _share(pattern: str) -> float:
    """Return the coverage of a pattern (17.18.78): pct20 is a fifth, stripes a half, thin stripes less."""
    if pattern.startswith("pct"):
        return (number(pattern[3:]) or 0) / 100
    return 0.25 if pattern.startswith("thin") else 0.5


def mix_colours(front: str, back: str, share: float) -> str:
    """Return the mix of a foreground colour, by its fraction, and a background colour."""
    pairs = ((int(front[place : place + 2], 16), int(back[place : place + 2], 16)) for place in (0, 2, 4))
    return "".join(f"{round(above * share + below * (1 - share)):02X}" for above, below in pairs)


def run_properties(element: etree._Element | None, theme: Mapping[str, str]) -> Properties:
    """Read a `w:rPr`. `style` is the id of the character style."""
    found: Properties = {}
    for child in () if element is None else element:
        name = etree.QName(child).localname
        if name in TOGGLES:
            found[TOGGLES[name]] = is_on(child)
        elif name == "rStyle":
            found["style"] = value(child)
        elif name == "rFonts":
            font = theme.get(value(child, "asciiTheme") or "") or value(child, "ascii") or value(child, "hAnsi")
            if font or (font := theme.get(value(child, "hAnsiTheme") or "")):
                found["font"] = font
            for script, name in (("asian", "eastAsia"), ("complex", "cs")):
                theme_name = value(child, "cstheme" if name == "cs" else "eastAsiaTheme") or ""
                if font := theme.get(theme_name) or value(child, name):
                    found[f"font_{script}"] = font
        elif name == "sz":
            if size := number(value(child), _LARGEST):
                found["size"] = size / 2
        elif name == "szCs":
            if size := number(value(child), _LARGEST):
                found["size_complex"] = size / 2
        elif name in ("bCs", "iCs"):
            found["bold_complex" if name == "bCs" else "italic_complex"] = is_on(child)
        elif name == "u":
            if (kind := value(child)) is not None:  # Pages writes the colour alone, which states no line
                found["underline"] = "" if kind == "none" else kind
            found["underline_colour"] = colour(value(child, "color"))
        elif name == "bdr":
            found["border"] = line(child)
        elif name == "dstrike":
            found["strike"] = is_on(child)
        elif name == "color":
            found["colour"] = colour(value(child))
        elif name == "highlight":
            found["highlight"] = HIGHLIGHTS.get(value(child) or "", "")
        elif name == "shd":
            found.setdefault("highlight", shade(child) or "")
        elif name == "vertAlign":
            kind = value(child) or ""
            found["vertical"] = kind if kind in ("superscript", "subscript") else ""
        elif name == "position":
            found["raised"] = (number(value(child), _LARGEST) or 0) / 2
        elif name == "spacing":
            found["spacing"] = twips(value(child)) or 0.0
        elif name == "kern":  # the smallest kerned size, which LibreOffice ignores
            found["kerned"] = bool(number(value(child)))
    return found


def paragraph_properties(element: etree._Element | None) -> Properties:
    """Read a `w:pPr`. `style` is the id of the paragraph style, `numbering` a (list id or None, level or None)."""
    found: Properties = {}
    for child in () if element is None else element:
        name = etree.QName(child).localname
        if name == "pStyle":
            found["style"] = value(child)
        elif name == "jc":
            found["align"] = _ALIGNMENTS.get(value(child) or "left", "left")
        elif name == "ind":
            _indents(child, found)
        elif name == "spacing":
            _spacing(child, found)
        elif name in (
            "keepNext",
            "keepLines",
            "pageBreakBefore",
            "widowControl",
            "contextualSpacing",
            "snapToGrid",
            "bidi",
            "suppressLineNumbers",
        ):
            key = {
                "keepNext": "keep_next",
                "keepLines": "keep_lines",
                "pageBreakBefore": "page_break_before",
                "widowControl": "widow_control",
                "contextualSpacing": "contextual",
                "snapToGrid": "snapped",
                "bidi": "leftward",
                "suppressLineNumbers": "unnumbered",
            }[name]
            found[key] = is_on(child)
        elif name == "outlineLvl":
            level = number(value(child))
            found["outline"] = 9 if level is None else level
        elif name == "pBdr":
            found["borders"] = as_borders(borders(child))
        elif name == "shd":
            found["shade"] = shade(child) or ""
        elif name == "tabs":
            found["tabs"] = _tabs(child)
        elif name == "framePr":
            found["frame"] = tuple((etree.QName(key).localname, str(said)) for key, said in child.items())
        elif name == "numPr":
            list_id, level_element = child.find(W + "numId"), child.find(W + "ilvl")
            found["numbering"] = (number(value(list_id)), number(value(level_element)))
    return found


def _indents(element: etree._Element, found: Properties) -> None:
    for key, names in (("left", ("start", "left")), ("right", ("end", "right"))):
        for name in names:
            if (length := twips(value(element, name))) is not None:
                found[key] = length
                break
    if (length := twips(value(element, "firstLine"))) is not None:
        found["first"] = length
    if (length := twips(value(element, "hanging"))) is not None:
        found["first"] = -length


def _spacing(element: etree._Element, found: Properties) -> None:
    for key in ("before", "after"):
        automatic = value(element, key + "Autospacing")
        if automatic is not None:  # a length that is stated besides does not end it within a list
            found["close_in_list"] = found.get("close_in_list", False) or automatic in ("1", "true", "on")
            found[f"automatic_{key}"] = automatic in ("1", "true", "on")
        if (length := twips(value(element, key))) is not None:
            found[key] = length
    height = number(value(element, "line"), 100_000)
    if height is not None:
        rule = value(element, "lineRule") or "auto"
        found["line_rule"] = rule if rule in ("exact", "atLeast") else "auto"
        found["line"] = height / 240 if found["line_rule"] == "auto" else abs(height) / 20


def _tabs(element: etree._Element) -> dict[float, TabStop | None]:
    stops: dict[float, TabStop | None] = {}
    for child in element:
        position = twips(value(child, "pos"))
        if position is None:
            continue
        kind = value(child) or "left"
        align = {"start": "left", "end": "right", "num": "left"}.get(kind, kind)
        stops[position] = None if kind == "clear" else TabStop(position, align, value(child, "leader") or "none")
    return stops
