"""Read numbers and lengths (ECMA-376 part 1, 22.9.2); None for what cannot be parsed or is out of range.

Damaged and hostile files hold lengths that no page has and that WeasyPrint cannot compute with.
"""

import math

EMU = 12700
"""English Metric Units in a point."""
LONGEST = 20_000.0
"""Points; Word's own longest is 1584."""
_MOST = 2**31 - 1
_UNITS = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "px": 0.75, "pc": 12.0, "pi": 12.0}


def number(text: str | None, most: int = _MOST) -> int | None:
    """Return a whole number, or None for what is none, or further from nought than `most`."""
    try:
        found = None if text is None else int(float(text))
    except (ValueError, OverflowError):
        return None
    return None if found is None or abs(found) > most else found


def twips(text: str | None) -> float | None:
    """Return points from twentieths of a point, or from a measure with a unit (22.9.2.15); None for what is neither."""
    return _length(text, 1 / 20) if text else None


def emu(text: str | None) -> float:
    """Return points from English Metric Units; 0 for what is no length."""
    found = decimal(text) / EMU
    return found if abs(found) <= LONGEST else 0.0


def vml_length(text: str | None) -> float:
    """Return points from a length of a VML style, which are pixels where no unit is said; 0 for what is none."""
    return _length(text, _UNITS["px"]) or 0.0 if text else 0.0


def decimal(text: str | None) -> float:
    """Return a number with decimals; 0 for what is none, or has no end."""
    try:
        found = float(text or 0)
    except ValueError:
        return 0.0
    return found if math.isfinite(found) else 0.0


def fraction(text: str | None, usual: float) -> float:
    """Return a number of VML, or one in 65,536ths with an `f` after it; the usual one for what is none."""
    try:
        found = float((text or "").removesuffix("f")) / (65_536 if (text or "").endswith("f") else 1)
    except ValueError:
        return usual
    return found if math.isfinite(found) else usual


def _length(text: str, unit: float) -> float | None:
    said = _UNITS.get(text[-2:])
    try:
        found = float(text) * unit if said is None else float(text[:-2]) * said
    except ValueError:
        return None
    return found if abs(found) <= LONGEST else None
