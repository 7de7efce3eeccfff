"""Parse numbers and percentages as people write them: «1 234,50», «kr 1.500,-», «80 %», 0,8."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from flows.intake.number_formats import Percentage
from flows.intake.parse_failures import ParseFailure
from flows.intake.text_normalization import as_text
from flows.language import translate as _

_CURRENCY = re.compile(r"^(?:kr\.?|nok)\s*|\s*(?:kr\.?|kroner|nok)$", re.IGNORECASE)
_ROUND = re.compile(r",-+$|,–$")
_THOUSANDS_BY_DOT = re.compile(r"-?\d{1,3}(?:\.\d{3})+")
_THOUSANDS_BY_SPACE = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def read_number(value: Any) -> Decimal:
    """Return the number that a value means. Raises `ParseFailure`.

    A comma is the decimal sign; full stops in groups of three are thousands («1.500»), otherwise decimals («1.5»).
    """
    if isinstance(value, bool):
        raise _no_number(value)
    if isinstance(value, int | float | Decimal):
        return _decimal(str(value), value)
    if not isinstance(value, str):
        raise _no_number(value)
    text = _THOUSANDS_BY_SPACE.sub("", _ROUND.sub("", _CURRENCY.sub("", value.strip())).strip())
    if "," in text:
        text = text.replace(".", "").replace(",", ".", 1)
    elif _THOUSANDS_BY_DOT.fullmatch(text):
        text = text.replace(".", "")
    if not _NUMBER.fullmatch(text):
        raise _no_number(value)
    return _decimal(text, value)


def read_whole(value: Any) -> int:
    """Return the whole number that a value means. Raises `ParseFailure`, also for 2,5."""
    number = read_number(value)
    if number != number.to_integral_value():
        raise ParseFailure(_("«{text}» is no whole number. Write a whole number.").format(text=as_text(value)))
    return int(number)


def read_percent(value: Any) -> Decimal:
    """Return per cent (0 < x ≤ 100) from 80, «80 %» or 0,8. Raises `ParseFailure`.

    Without a sign, 1 and less is a share: a spreadsheet stores 100 % as 1.
    """
    if isinstance(value, Percentage):
        number = read_number(value) * 100
    elif isinstance(value, str) and value.rstrip().endswith("%"):
        number = read_number(value.rstrip().removesuffix("%"))
    elif isinstance(value, str) and value.rstrip().casefold().endswith("prosent"):
        number = read_number(value.rstrip()[: -len("prosent")])
    else:
        number = read_number(value)
        number = number * 100 if number <= 1 else number
    if not 0 < number <= 100:
        raise ParseFailure(
            _("«{text}» is no share of full time. Write a percentage above 0 and up to 100, such as 80 %.").format(
                text=as_text(value)
            )
        )
    return number.normalize() if number != number.to_integral_value() else number.quantize(Decimal(1))


def _decimal(text: str, value: Any) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise _no_number(value) from None
    if not number.is_finite():
        raise _no_number(value)
    return number


def _no_number(value: Any) -> ParseFailure:
    return ParseFailure(_("«{text}» is no number. Write digits only, such as 1 234,50.").format(text=as_text(value)))
