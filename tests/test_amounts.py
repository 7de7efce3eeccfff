"""Amounts of money, as agreements and sentences have them."""

from decimal import Decimal

import pytest

from flows.amounts import amount_text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0 kr"),
        ("12", "12 kr"),
        ("1234.5", "1 234,50 kr"),
        ("18115.854", "18 115,85 kr"),
        ("12000.004", "12 000 kr"),
        ("0.125", "0,13 kr"),
        ("1000000000", "1 000 000 000 kr"),
    ],
)
def test_an_amount_is_written_in_one_piece(amount: str, text: str) -> None:
    """Thousands by no-break spaces, a decimal comma, and decimals only where there are øre."""
    assert amount_text(Decimal(amount)) == text.replace(" ", "\u00a0")


def test_a_text_of_an_agreement_names_the_unit_whole() -> None:
    """«kroner» in running text."""
    assert amount_text(Decimal(12000), "kroner") == "12\u00a0000\u00a0kroner"
