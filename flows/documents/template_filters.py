"""Format Norwegian dates, amounts and numbers, for `{{ value | filter }}` in a template.

Every space inside is a no-break space (U+00A0), so that no line breaks between a figure and what it counts.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from babel.numbers import format_decimal

from flows.amounts import amount_text
from flows.dates import long_date, short_date
from flows.language import translate as _

_NO_BREAK = "\u00a0"
Number = int | float | Decimal | str


def dato(value: date | str) -> str:
    """Return a date as 01.03.2026. Takes a date, or text in ISO form."""
    return short_date(_date(value))


def langdato(value: date | str) -> str:
    """Return a date as «1. mars 2026»."""
    return _unbroken(long_date(_date(value), "nb"))


def tall(value: Number) -> str:
    """Return a number with its decimals, as «1 234,5»."""
    return _unbroken(format_decimal(_number(value), "#,##0.##########", locale="nb"))


def kroner(value: Number) -> str:
    """Return an amount as «1 234,50 kr»; whole kroner come without decimals."""
    return amount_text(_number(value))


def prosent(value: Number) -> str:
    """Return a percentage, 80 as «80 %»."""
    return _unbroken(f"{tall(value)} %")


FILTERS: Mapping[str, Callable[..., str]] = {
    "dato": dato, "langdato": langdato, "tall": tall, "kroner": kroner, "prosent": prosent,
}  # fmt: skip


def _date(value: date | str) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValueError(_("the value is no date")) from error


def _number(value: Number) -> Decimal:
    try:
        found = Decimal(str(value).replace(",", ".").replace(" ", "").replace(_NO_BREAK, ""))
    except InvalidOperation as error:
        raise ValueError(_("the value is no number")) from error
    if not found.is_finite():
        raise ValueError(_("the value is no number"))
    return found


def _unbroken(text: str) -> str:
    return text.replace("\u202f", _NO_BREAK).replace(" ", _NO_BREAK)
