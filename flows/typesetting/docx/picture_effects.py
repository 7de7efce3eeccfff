"""Read the effects on a picture: cropping, turning, mirroring, transparency (DrawingML 20.1.8, and VML)."""

from collections.abc import Mapping
from typing import cast

from lxml import etree

from flows.typesetting.docx.colours import A, filling
from flows.typesetting.docx.measurements import emu, fraction, number
from flows.typesetting.docx.package import Package
from flows.typesetting.figures.picture_effects import PictureEffects

_SIDES = ("left", "top", "right", "bottom")
_Sides = tuple[float, float, float, float]
_Flips = tuple[bool, bool]


def picture_effects(filled: etree._Element | None, shaped: etree._Element | None, package: Package) -> PictureEffects:
    """Return the effects of a `pic:blipFill` and a `pic:spPr`."""
    transform = None if shaped is None else shaped.find(A + "xfrm")
    line = None if shaped is None else shaped.find(A + "ln")
    cut = None if filled is None else filled.find(A + "srcRect")
    blip = None if filled is None else filled.find(A + "blip")
    turn = number(None if transform is None else transform.get("rot")) or 0
    flips = [transform is not None and transform.get(name) in ("1", "true") for name in ("flipH", "flipV")]
    return PictureEffects(
        _sides([0.0 if cut is None else _thousandth(cut.get(side[0])) for side in _SIDES]),
        turn / 60_000 % 360,
        cast("_Flips", tuple(flips)),
        _opacity(blip),
        filling(line, package) or "",
        emu(line.get("w", "9525")) if line is not None else 0.0,
    )


def _thousandth(text: str | None) -> float:
    """Return a fraction from thousandths of a per cent, or from per cents in the strict form."""
    if text and text.endswith("%"):
        return (number(text[:-1]) or 0) / 100
    return (number(text) or 0) / 100_000


def _sides(shares: list[float]) -> _Sides:
    """Return the cropping as fractions; none if nothing would remain."""
    left, top, right, bottom = shares
    whole = left + right < 0.99 and top + bottom < 0.99 and all(-10 < share < 1 for share in shares)
    return (left, top, right, bottom) if whole else (0.0, 0.0, 0.0, 0.0)


def _opacity(blip: etree._Element | None) -> float:
    """Return the opacity of a picture; a washed-out one is approximated as transparency over white."""
    for change in () if blip is None else blip:
        kind = etree.QName(change).localname
        if kind == "alphaModFix":
            return _within(_thousandth(change.get("amt", "100000")))
        if kind == "lum" and _thousandth(change.get("contrast")) < 0 < _thousandth(change.get("bright")):
            return _within(1 - _thousandth(change.get("bright")))
    return 1.0


def _within(share: float) -> float:
    return min(max(share, 0.05), 1.0)


def vml_picture_effects(image: etree._Element, style: Mapping[str, str]) -> PictureEffects:
    """Return the effects of a `v:imagedata` and of the style of its shape."""
    flip = style.get("flip", "")
    return PictureEffects(
        _sides([fraction(image.get(f"crop{side}"), 0.0) for side in _SIDES]),
        fraction(style.get("rotation"), 0.0) % 360,
        ("x" in flip, "y" in flip),
        _within(fraction(image.get("gain"), 1.0)) if image.get("blacklevel") else 1.0,
    )
