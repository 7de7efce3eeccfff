"""Parse numbers and percentages as people write them: «1 234,50», «kr 1.500,-», «100,000.00», «80 %», 0,8.

The Norwegian rule holds: a comma is the decimal sign, and spaces, full stops or apostrophes divide thousands. What
could be a thousand times more or less by another rule («100,000») is no number until somebody says which.
"""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from flows.intake.number_formats import MoneyAmount, Percentage
from flows.intake.parse_failures import ParseFailure
from flows.intake.text_normalization import as_text
from flows.language import translate as _

_CURRENCY = re.compile(r"^(?:kr\.?|nok)\s*|\s*(?:kr\.?|kroner|nok)$", re.IGNORECASE)
_ROUND = re.compile(r"[,.]\s?[-–—−]+$")
_MINUS = str.maketrans({"−": "-", "–": "-"})
_PLAIN = re.compile(r"-?\d+(?:[.,]\d+)?")
_BY_SPACE = re.compile(r"-?\d{1,3}(?:(?: |[’'´`] ?)\d{3})+(?:[.,]\d+)?")
_BY_DOT = re.compile(r"-?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
_BY_COMMA = re.compile(r"-?[1-9]\d{0,2}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})")
_AMBIGUOUS = re.compile(r"-?[1-9]\d{0,2}(?:(?: |[’'´`] ?)\d{3})*,\d{3}")
_RANGE = re.compile(r".*\d\s*%?\s*(?:-|–|—|−|\btil\b|\beller\b)\s*(?:kr\.?\s*)?\d.*", re.IGNORECASE)
_SHORTENED = re.compile(
    r".*\d\s*(?:k|t|m|tusen|mill\.?|millioner|mrd\.?|e[+-]?\d+)(?:\s*(?:kr\.?|kroner|nok))?", re.IGNORECASE
)
_PERCENT = re.compile(r"\s*(?:%|prosent|pst\.?|pct\.?)$", re.IGNORECASE)
_FRACTION = re.compile(r"([1-9]\d?)\s?[/⁄]\s?([1-9]\d{0,2})")
_DIGITS_OF_A_FLOAT = 15
"""Significant digits that a spreadsheet keeps and shows; what a binary fraction has beyond them nobody wrote."""
_FOURTH_DECIMAL = Decimal("0.0001")


def read_number(value: Any) -> Decimal:
    """Return the number that a value means. Raises `ParseFailure`.

    A comma is the decimal sign; full stops in groups of three are thousands («1.500»), otherwise decimals («1.5»).
    """
    if isinstance(value, Percentage):
        raise ParseFailure(
            _("The cell shows a percentage ({text}), and a number is wanted. Write the number itself.").format(
                text=as_text(value)
            )
        )
    if not isinstance(value, str):
        return _typed(value)
    text = _bare(value)
    if _AMBIGUOUS.fullmatch(text):
        raise ParseFailure(_ambiguous(value, text))
    for pattern, thousands, decimal_sign in ((_BY_DOT, ".", ","), (_BY_COMMA, ",", ".")):
        if pattern.fullmatch(text):
            return Decimal(text.replace(thousands, "").replace(decimal_sign, "."))
    if _PLAIN.fullmatch(text) or _BY_SPACE.fullmatch(text):
        return Decimal(re.sub(r"[ ’'´`]", "", text).replace(",", "."))
    raise _no_number(value)


def read_whole(value: Any) -> int:
    """Return the whole number that a value means. Raises `ParseFailure`, also for 2,5."""
    number = read_number(value)
    if isinstance(value, MoneyAmount):
        raise ParseFailure(
            _("The cell shows an amount of money ({text}). Write a whole number alone.").format(text=as_text(value))
        )
    if number != number.to_integral_value():
        raise ParseFailure(_("«{text}» is no whole number. Write a whole number.").format(text=as_text(value)))
    return int(number)


def read_percent(value: Any) -> Decimal:
    """Return per cent (0 < x ≤ 100) from 80, «80 %», «80 prosent», 0,8, «4/5» or «½». Raises `ParseFailure`.

    Without a sign, 1 and less is a share: a spreadsheet stores 100 % as 1. What has a sign and is less than one per
    cent, or none and lies between one and two, may be a hundred times more, and is no percentage.
    """
    if isinstance(value, bool | MoneyAmount) or not isinstance(value, str | int | float | Decimal):
        raise _no_percent(value)
    if isinstance(value, Percentage):
        number = _rounded(_typed(value) * 100)
    else:
        number = _share(value) if isinstance(value, str) else _from_share(_typed(value), value)
    if not 0 < number <= 100:
        raise _no_percent(value)
    if number < 1:
        raise ParseFailure(
            _("«{text}» is less than one per cent of full time. Write a percentage such as 50 %.").format(
                text=as_text(value)
            )
        )
    return number.normalize() if number != number.to_integral_value() else number.quantize(Decimal(1))


def _share(value: str) -> Decimal:
    text = _tidy(value)
    if _RANGE.fullmatch(text):
        raise ParseFailure(
            _(
                "«{text}» names more than one percentage. Write the one that holds, such as 80 %, or when each begins: "
                "«100 %; 50 % fra 01.01.2029»."
            ).format(text=value)
        )
    if match := _FRACTION.fullmatch(text.replace("½", "1/2").replace("¼", "1/4").replace("¾", "3/4")):
        return _rounded(Decimal(int(match[1])) / int(match[2]) * 100)
    bare = _PERCENT.sub("", text)
    if not _PLAIN.fullmatch(bare):
        raise _no_percent(value)
    number = Decimal(bare.replace(",", "."))
    return _from_share(number, value) if bare == text else number


def _from_share(number: Decimal, value: Any) -> Decimal:
    if 1 < number < 2:
        raise _no_percent(value)
    return _rounded(number * 100) if 0 < number <= 1 else number


def _rounded(percent: Decimal) -> Decimal:
    """Return a computed percentage without what a share of binary digits adds to it."""
    return percent.quantize(_FOURTH_DECIMAL, ROUND_HALF_UP)


def _typed(value: Any) -> Decimal:
    """Return a number that the source held as one, to the digits that a spreadsheet shows of it."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _no_number(value)
    try:
        number = Decimal(f"{value:.{_DIGITS_OF_A_FLOAT}g}" if isinstance(value, float) else str(value))
    except (InvalidOperation, ValueError):
        raise _no_number(value) from None
    if not number.is_finite():
        raise _no_number(value)
    return number


def _tidy(value: str) -> str:
    return " ".join(value.split()).translate(_MINUS)


def _bare(value: str) -> str:
    """Return a number's text without its currency and the dash of a round amount."""
    text = _CURRENCY.sub("", " ".join(value.split()))
    return _CURRENCY.sub("", _ROUND.sub("", text).strip()).translate(_MINUS)


def _ambiguous(value: str, text: str) -> str:
    thousands, decimals = text.replace(",", " "), text.rpartition(",")
    return _("«{text}» can mean {more} or {less},{decimals}. Write it as {more}, or as {less},{two}.").format(
        text=value, more=thousands, less=decimals[0], decimals=decimals[2], two=decimals[2][:2]
    )


def _no_number(value: Any) -> ParseFailure:
    text = as_text(value)
    if isinstance(value, str) and _RANGE.fullmatch(text):
        return ParseFailure(_("«{text}» names more than one number. Write the one that holds.").format(text=text))
    if isinstance(value, str) and _SHORTENED.fullmatch(text):
        return ParseFailure(
            _("«{text}» is a shortened number. Write it out in digits, such as 100 000.").format(text=text)
        )
    return ParseFailure(_("«{text}» is no number. Write digits only, such as 1 234,50.").format(text=text))


def _no_percent(value: Any) -> ParseFailure:
    return ParseFailure(
        _("«{text}» is no share of full time. Write a percentage above 0 and up to 100, such as 80 %.").format(
            text=as_text(value)
        )
    )
