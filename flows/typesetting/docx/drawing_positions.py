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
    for child in drawing:
        flow = _WRAPS.get(etree.QName(child).localname, flow)
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
        emu(drawing.get("distL" if align_x == "right" else "distR")),
        share_x=share_x,
        share_y=share_y,
    )


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


def vml_place(style: dict[str, str], wrapped: bool) -> Place:
    """Return the position of a VML shape."""
    if style.get("position") != "absolute":
        return Place("inline")
    across = style.get("mso-position-horizontal-relative", "text")
    down = style.get("mso-position-vertical-relative", "text")
    aligned = {"inside": "left", "outside": "right"}
    align_x, align_y = style.get("mso-position-horizontal", ""), style.get("mso-position-vertical", "")
    return Place(
        "beside" if wrapped else "free",
        vml_length(style.get("margin-left") or style.get("left")),
        vml_length(style.get("margin-top") or style.get("top")),
        "page" if across == "page" else "column",
        "page" if down == "page" else "margin" if down == "margin" else "paragraph",
        cast("_Align", aligned.get(align_x, align_x) if align_x in ("left", "center", "right", *aligned) else ""),
        cast("_Align", align_y if align_y in ("top", "center", "bottom") else ""),
        style.get("z-index", "0").startswith("-"),
    )
