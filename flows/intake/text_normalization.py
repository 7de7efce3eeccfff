"""Normalize every raw value: NFC, plain spaces, no invisible characters, identity numbers masked."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from flows.dates import short_date
from flows.intake.number_formats import Percentage

_SPACES = re.compile(r"[^\S\n]+")
_LINE_BREAKS = re.compile(r"\r\n?|[\u000b\u000c\u0085\u2028\u2029]|_x000[BbDd]_\n?")
_UNSEEN = {0x34F: None, **dict.fromkeys((0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0), " ")}
"""A joiner of marks, and letters and signs without ink, which Unicode counts as printable."""
_BLANK = {"", "-", "–", "—"}
_IDENTITY_NUMBER = re.compile(r"(?<![\d+,.])\d{6}\s?\d{5}(?![\d,])")
_LONG_NUMBER = re.compile(r"(?<!\d)(?:\d\s?){10,}(?!\d)")
_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def clean(value: Any) -> Any:
    """Return the value ready for reading, or None for an empty one.

    Text comes out in NFC with plain single spaces and line feeds as the only line breaks, without control and other
    invisible characters; a text of a lone dash is empty. Other values come out as they are.
    """
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value)
    if not text.isascii():
        text = text.translate(_UNSEEN)
    if text.isprintable() and "_x000" not in text:  # most cells: no break, no other space than the plain one
        text = _SPACES.sub(" ", text).strip()
        return None if text in _BLANK else text
    text = _LINE_BREAKS.sub("\n", text)
    text = "".join(letter for letter in text if letter == "\n" or letter == "\t" or not _invisible(letter))
    text = "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n")).strip()
    return None if text in _BLANK else text


def _invisible(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs", "Cn")


def shown(value: Any) -> str:
    """Return a value as a report shows it: dates as DD.MM.ÅÅÅÅ, whole numbers without decimals, long numbers masked.

    Half a character, which JSON can name but no file can hold, becomes a question mark.
    """
    return masked(as_text(value)).encode("utf-8", "replace").decode("utf-8")


def as_text(value: Any) -> str:
    """Return a value as text, the way it would be written in Norwegian."""
    if isinstance(value, str):  # most values
        return value
    match value:
        case None:
            return ""
        case bool():
            return "Ja" if value else "Nei"
        case Percentage():
            return f"{(Decimal(str(value)) * 100).normalize():f} %".replace(".", ",")
        case float() if value.is_integer():
            return str(int(value))
        case float() | Decimal():
            return str(value).replace(".", ",")
        case datetime() | date():
            return short_date(value)
        case time():
            return f"{value:%H:%M:%S}".removesuffix(":00")
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(value)


def masked(text: str) -> str:
    """Return the text with every number of ten digits or more as stars: no field of a case is that long."""
    return _LONG_NUMBER.sub(lambda match: "*" * len(match.group(0).strip()), text)


def holds_identity_number(value: Any) -> bool:
    """Return whether a value looks like a national identity number, which no case may hold.

    Any eleven digits do, with or without a space after the sixth. A number of ten digits does when it is one of eleven
    whose leading zero a spreadsheet dropped, by the check digit.
    """
    if _IDENTITY_NUMBER.search(as_text(value)):
        return True
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    digits = as_text(value).zfill(11)
    return len(as_text(value)) == 10 and digits.isdigit() and _last_check_digit_fits(digits)


def _last_check_digit_fits(digits: str) -> bool:
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11 == 0
