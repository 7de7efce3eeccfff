"""Read DrawingML colours (ECMA-376 part 1, 20.1.2.3): as RGB, by name, or from the theme."""

import colorsys
from collections.abc import Iterable

from lxml import etree
from PIL import ImageColor

from flows.typesetting.docx.measurements import number
from flows.typesetting.docx.package import Package
from flows.typesetting.docx.properties import colour, mix_colours

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MAPPED = {"tx1": "dk1", "tx2": "dk2", "bg1": "lt1", "bg2": "lt2"}
#: Where a file has no theme: Office's.
_OFFICE = {
    "dk1": "000000", "lt1": "FFFFFF", "dk2": "44546A", "lt2": "E7E6E6", "accent1": "4472C4", "accent2": "ED7D31",
    "accent3": "A5A5A5", "accent4": "FFC000", "accent5": "5B9BD5", "accent6": "70AD47", "hlink": "0563C1",
    "folHlink": "954F72",
}  # fmt: skip


def solid(holder: etree._Element | None, package: Package, standing_for: str = "") -> str:
    """Return the colour among an element's children, what shows through mixed with white; nothing where there is none.

    `standing_for` is the colour that a style's placeholder (`phClr`) stands for.
    """
    for child in () if holder is None else holder:
        kind = etree.QName(child).localname
        said = child.get("val", "")
        if kind == "srgbClr":
            base = colour(said)
        elif kind == "schemeClr":
            base = standing_for if said == "phClr" else themed(said, package)
        elif kind == "sysClr":
            base = colour(child.get("lastClr")) or ("FFFFFF" if said == "window" else "000000")
        elif kind == "prstClr":
            base = _named(said)
        else:
            continue
        return _changed(base, child) if base else ""
    return ""


def filling(properties: etree._Element | None, package: Package) -> str | None:
    """Return how a shape is filled: a colour, nothing for no filling, None where its properties do not say.

    What changes from one colour to others is filled with the middle one.
    """
    for child in () if properties is None else properties:
        kind = etree.QName(child).localname
        if kind == "solidFill":
            return solid(child, package)
        if kind == "gradFill":
            stops = child.findall(f"{A}gsLst/{A}gs")
            return solid(stops[len(stops) // 2], package) if stops else ""
        if kind == "pattFill":
            front, back = (solid(child.find(A + name), package) for name in ("fgClr", "bgClr"))
            return mix_colours(front or "000000", back or "FFFFFF", 0.3)
        if kind in ("noFill", "blipFill", "grpFill"):
            return ""
    return None


def themed(name: str, package: Package) -> str:
    """Return a colour of the document's theme, or of Office's where it has none."""
    name = _MAPPED.get(name, name)
    part = package.related(package.main, "theme")
    for found in () if part is None else package.xml(part).iterfind(f".//{A}clrScheme/*"):
        if found.tag == A + name and len(found):
            return colour(found[0].get("lastClr") or found[0].get("val"))
    return _OFFICE.get(name, "")


def _named(name: str) -> str:
    short = {"dk": "dark", "lt": "light", "med": "medium"}
    for start, whole in short.items():
        if name.startswith(start) and name[len(start) : len(start) + 1].isupper():
            name = whole + name[len(start) :]
    try:
        return "".join(f"{part:02X}" for part in ImageColor.getrgb(name.lower())[:3])
    except ValueError:
        return ""


def _changed(base: str, changes: Iterable[etree._Element]) -> str:
    """Return a colour with what its children ask for (20.1.2.3.1 and following), in the order in which they stand."""
    red, green, blue = (int(base[place : place + 2], 16) / 255 for place in (0, 2, 4))
    through = 1.0
    for change in changes:
        share = (number(change.get("val")) or 0) / 100_000
        kind = etree.QName(change).localname
        if kind == "alpha":
            through = min(max(share, 0.0), 1.0)
        elif kind == "shade":
            red, green, blue = red * share, green * share, blue * share
        elif kind == "tint":
            red, green, blue = (1 - (1 - part) * share for part in (red, green, blue))
        elif kind in ("lumMod", "lumOff", "satMod"):
            hue, light, full = colorsys.rgb_to_hls(red, green, blue)
            if kind == "satMod":
                full = min(full * share, 1.0)
            else:
                light = light * share if kind == "lumMod" else light + share
            red, green, blue = colorsys.hls_to_rgb(hue, min(max(light, 0.0), 1.0), full)
    digits = "".join(f"{round(min(max(part, 0.0), 1.0) * 255):02X}" for part in (red, green, blue))
    return digits if through == 1.0 else mix_colours(digits, "FFFFFF", through)
