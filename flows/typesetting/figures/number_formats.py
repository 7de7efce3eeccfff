"""Format numbers by the format codes of spreadsheets (ECMA-376 part 1, 18.8.31)."""

import re
from datetime import datetime, timedelta

_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*.')
_DATE = re.compile(r"y+|m+|d+|h+|s+|AM/PM|.", re.IGNORECASE | re.DOTALL)
_DAYS = re.compile(r"(?=.*[ymdhs])(?:[ymdhs/:., @\ue000-]|AM/PM)+", re.IGNORECASE)
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?")
_EXPONENT = re.compile(r"([0#?.]+)E[+-]?0+", re.IGNORECASE)
#: Placeholder of a literal while a code is parsed.
_HELD = "\ue000"
_MOST_DECIMALS = 15


def format_number(figure: float, code: str, decimal: str = ".") -> str:
    """Return a formatted number; a code that cannot be parsed counts as General."""
    parts = code.split(";")
    if len(parts) > 1 and figure < 0:
        return _part(-figure, parts[1], decimal)
    return _part(figure, parts[2] if len(parts) > 2 and figure == 0 else parts[0], decimal)


def _part(figure: float, code: str, decimal: str) -> str:
    literals: list[str] = []

    def hold(found: re.Match[str]) -> str:
        literals.append(found[1] or found[2] or found[3] or "")
        return _HELD

    bare = _LITERAL.sub(hold, code.strip())
    if not bare.strip() or "general" in bare.lower():
        return _general(figure, decimal)
    if _DAYS.fullmatch(bare):
        shown = _date(figure, bare)
    elif found := _EXPONENT.search(bare):
        places = min(len(found[1].partition(".")[2]), _MOST_DECIMALS)
        shown = f"{figure:.{places}E}".replace(".", decimal)
    elif found := _DIGITS.search(bare):
        shown = bare[: found.start()] + _digits(figure, bare, found[0], decimal) + bare[found.end() :]
    elif any(map(str.isalpha, bare.replace(_HELD, ""))):
        return _general(figure, decimal)
    else:
        shown = bare
    for literal in literals:
        shown = shown.replace(_HELD, literal, 1)
    return shown


def _general(figure: float, decimal: str) -> str:
    text = f"{figure:.10g}"
    if "e" in text and 1e-5 <= abs(figure) < 1e15:
        text = f"{figure:.10f}".rstrip("0").rstrip(".")
    return text.replace("e", "E").replace(".", decimal)


def _digits(figure: float, code: str, digits: str, decimal: str) -> str:
    figure *= 100 ** min(code.count("%"), 3)
    whole, _, fraction = digits.partition(".")
    while whole.endswith(","):
        whole, figure = whole[:-1], figure / 1000
    text = f"{figure:,.{min(len(fraction), _MOST_DECIMALS)}f}"
    if "," not in whole:
        text = text.replace(",", "")
    if fraction and "." in text:
        kept = len(fraction.rstrip("#"))
        head, _, tail = text.partition(".")
        tail = tail[:kept] + tail[kept:].rstrip("0")
        text = f"{head}.{tail}" if tail else head
    if decimal == ",":
        text = text.translate({ord(","): "\u00a0", ord("."): ","})
    return text


def _date(figure: float, code: str) -> str:
    """Return a date from its serial number, formatted by the code."""
    try:
        day = datetime(1899, 12, 30) + timedelta(days=figure)  # noqa: DTZ001 - a spreadsheet's days have no zone
    except (OverflowError, ValueError):
        return _general(figure, ".")
    names = {
        "yyyy": f"{day.year:04d}", "yy": f"{day.year % 100:02d}", "mmmm": f"{day:%B}", "mmm": f"{day:%b}",
        "mm": f"{day.month:02d}", "m": str(day.month), "dddd": f"{day:%A}", "ddd": f"{day:%a}", "dd": f"{day.day:02d}",
        "d": str(day.day), "hh": f"{day.hour:02d}", "h": str(day.hour), "ss": f"{day.second:02d}", "am/pm": f"{day:%p}",
    }  # fmt: skip
    shown: list[str] = []
    clock = False
    for piece in _DATE.findall(code.split("@")[0]):
        key = piece.lower()
        if key in ("m", "mm") and clock:
            shown.append(f"{day.minute:02d}")
        else:
            shown.append(names.get(key, piece))
        clock = key[:1] in ("h", "s") or (clock and not key.isalpha())
    return "".join(shown)
