"""Read the position and size of drawings (DrawingML 20.4.2, and the styles of VML)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from lxml import etree

from flows.typesetting.docx.alternate_content import MC, choose_alternative
from flows.typesetting.docx.measurements import decimal, emu, vml_length
from flows.typesetting.docx.model import Place

WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_WP14 = "{http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing}"
_ACROSS: Mapping[str, Literal["column", "page", "left", "right"]] = {
    "page": "page", "leftMargin": "left", "insideMargin": "left", "rightMargin": "right", "outsideMargin": "right",
}  # fmt: skip
_DOWN: Mapping[str, Literal["paragraph", "margin", "page", "top", "bottom"]] = {
    "": "paragraph", "paragraph": "paragraph", "line": "paragraph", "margin": "margin", "topMargin": "top",
    "insideMargin": "top", "bottomMargin": "bottom", "outsideMargin": "bottom",
}  # fmt: skip
_WRAPS: dict[str, Literal["free", "beside", "alone"]] = {
    "wrapNone": "free", "wrapSquare": "beside", "wrapTight": "beside", "wrapThrough": "beside",
    "wrapTopAndBottom": "alone",
}  # fmt: skip
_VML_WRAPS: Mapping[str, Literal["free", "beside", "alone"]] = {
    "square": "beside", "tight": "beside", "through": "beside", "topAndBottom": "alone",
}  # fmt: skip
_VML_ACROSS: Mapping[str, Literal["column", "page", "left", "right"]] = {
    "page": "page", "left-margin-area": "left", "inner-margin-area": "left", "right-margin-area": "right",
    "outer-margin-area": "right",
}  # fmt: skip
_VML_DOWN: Mapping[str, Literal["paragraph", "margin", "page", "top", "bottom"]] = {
    "page": "page", "margin": "margin", "top-margin-area": "top", "inner-margin-area": "top",
    "bottom-margin-area": "bottom", "outer-margin-area": "bottom",
}  # fmt: skip
_VML_GAP = 9.0  # points between a shape and the text beside it, unless it says otherwise
_SIDES: Mapping[str, Literal["", "left", "right"]] = {"left": "left", "right": "right"}
_Align = Literal["", "left", "center", "right", "top", "bottom"]


@dataclass(frozen=True, slots=True)
class Extent:
    """Width and height in points."""

    width: float
    height: float


def extent(drawing: etree._Element) -> Extent:
    """Return the size of a `wp:inline` or `wp:anchor`."""
    found = drawing.find(WP + "extent")
    return Extent(0.0, 0.0) if found is None else Extent(emu(found.get("cx")), emu(found.get("cy")))


def anchored(drawing: etree._Element) -> Place:
    """Return the position of a `wp:inline` or `wp:anchor`."""
    if drawing.tag == WP + "inline":
        return Place("inline")
    flow: Literal["free", "beside", "alone"] = "free"
    wrap = None
    for child in drawing:
        if (name := etree.QName(child).localname) in _WRAPS:
            flow, wrap = _WRAPS[name], child
    across, x, align_x, share_x = _position(_said(drawing, "positionH"))
    down, y, align_y, share_y = _position(_said(drawing, "positionV"))
    return Place(
        flow,
        x,
        y,
        _ACROSS.get(across, "column"),
        _DOWN.get(down, "page"),
        align_x,
        align_y,
        drawing.get("behindDoc") in ("1", "true"),
        _gaps(drawing, wrap),
        _SIDES.get("" if wrap is None else wrap.get("wrapText", ""), ""),
        share_x=share_x,
        share_y=share_y,
    )


def _gaps(drawing: etree._Element, wrap: etree._Element | None) -> tuple[float, float, float, float]:
    """Return the distances to the text: those of the drawing, which its kind of wrapping may state anew."""
    stated = drawing if wrap is None else wrap
    top, right, bottom, left = (
        emu(stated.get(name, drawing.get(name))) for name in ("distT", "distR", "distB", "distL")
    )
    return top, right, bottom, left


def _said(drawing: etree._Element, name: str) -> etree._Element | None:
    """Return a position; a relative one (`wp14`) takes precedence over its absolute fallback."""
    found = drawing.find(WP + name)
    for choice in () if found is not None else drawing.iterchildren(f"{MC}AlternateContent"):
        found = choose_alternative(choice).find(WP + name) if found is None else found
    return found


def _position(element: etree._Element | None) -> tuple[str, float, _Align, float]:
    if element is None:
        return "", 0.0, "", 0.0
    share = element.findtext(f"{_WP14}pctPosHOffset") or element.findtext(f"{_WP14}pctPosVOffset")
    aligned = (element.findtext(WP + "align") or "").strip()
    align = {"inside": "left", "outside": "right"}.get(aligned, aligned)
    known = ("left", "center", "right", "top", "bottom")
    return (
        element.get("relativeFrom", ""),
        emu((element.findtext(WP + "posOffset") or "0").strip()),
        cast("_Align", align if align in known else ""),
        min(max(decimal(share) / 100_000, -1.0), 2.0),
    )


def vml_style(element: etree._Element) -> dict[str, str]:
    """Return the declarations of a VML element's style."""
    found = {}
    for declaration in (element.get("style") or "").split(";"):
        name, _, said = declaration.partition(":")
        found[name.strip().lower()] = said.strip()
    return found


def vml_place(style: dict[str, str], wrap: str | None) -> Place:
    """Return the position of a VML shape; `wrap` is the type of its wrapping, None if it has none."""
    if style.get("position") != "absolute":
        return Place("inline")
    aligned = {"inside": "left", "outside": "right"}
    align_x, align_y = style.get("mso-position-horizontal", ""), style.get("mso-position-vertical", "")
    sides = ("top", "right", "bottom", "left")
    top, right, bottom, left = (vml_length(style.get(f"mso-wrap-distance-{side}")) for side in sides)
    return Place(
        _VML_WRAPS.get(wrap or "", "free"),
        vml_length(style.get("margin-left") or style.get("left")),
        vml_length(style.get("margin-top") or style.get("top")),
        _VML_ACROSS.get(style.get("mso-position-horizontal-relative", ""), "column"),
        _VML_DOWN.get(style.get("mso-position-vertical-relative", ""), "paragraph"),
        cast("_Align", aligned.get(align_x, align_x) if align_x in ("left", "center", "right", *aligned) else ""),
        cast("_Align", align_y if align_y in ("top", "center", "bottom") else ""),
        style.get("z-index", "0").startswith("-"),
        (top, right or _VML_GAP, bottom, left or _VML_GAP),
    )
