"""Write amounts of money as Norwegian readers expect them."""

from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_decimal

_NO_BREAK = "\u00a0"
_OERE = Decimal("0.01")


def in_oere(amount: Decimal) -> Decimal:
    """Return an amount in NOK to two decimals, half an øre rounded up, as banks and the tax office round."""
    return amount.quantize(_OERE, ROUND_HALF_UP)


def amount_text(amount: Decimal, unit: str = "kr") -> str:
    """Return an amount in NOK as «1 234,50 kr», in øre, without decimals where it is whole kroner.

    Every space inside is a no-break space (U+00A0), so that no line breaks between a figure and its unit.
    """
    rounded = in_oere(amount)
    pattern = "#,##0" if rounded == rounded.to_integral_value() else "#,##0.00"
    return f"{format_decimal(rounded, pattern, locale='nb')} {unit}".replace("\u202f", _NO_BREAK).replace(
        " ", _NO_BREAK
    )
