"""National identity numbers are refused wherever they stand, and never repeated (docs/domain.md#formats)."""

from pathlib import Path
from typing import Any

import pytest

from flows.intake import ValidatedSource
from tests.intake.workbooks import ALIS, JSON_CASE, read_json, read_rows


def _said(judged: ValidatedSource) -> str:
    return "\n".join(str(each.as_json()) for each in judged.problems)


@pytest.mark.parametrize("heading", [*ALIS, "Legens mobil", "4.3 Kommunal finansiering", "Fødselsnummer", "Merknad"])
@pytest.mark.parametrize("written", ["01019012345", "010190 12345", "Fnr: 01019012345."])
def test_it_is_refused_in_every_field(tmp_path: Path, heading: str, written: str) -> None:
    """Eleven digits reject the row at their cell, also under a heading that is not used, and are not echoed."""
    judged = read_rows(tmp_path, {**ALIS, heading: written})
    assert not judged.cases
    assert ("fodselsnummer", "error") in [(each.rule, each.level) for each in judged.problems]
    assert "12345" not in _said(judged)


def test_a_refused_value_is_not_called_missing(tmp_path: Path) -> None:
    """A rule that asks for the refused value has nothing more to say about it."""
    row = {
        **ALIS,
        "Driftsform": "Annen avtale",
        "Fordeling praksiskompensasjon": "60 % til 01019012345",
        "Fordeling produktivitet": "Likt",
    }
    judged = read_rows(tmp_path, row)
    assert [(each.rule, each.column) for each in judged.problems] == [
        ("fodselsnummer", "fordeling_praksiskompensasjon")
    ]


def test_it_is_refused_as_a_number_that_lost_its_zero(tmp_path: Path) -> None:
    """A spreadsheet stores 01010012356 as 1010012356, which is still one by its check digit."""
    number = next(value for value in range(1010012300, 1010012400) if _fits(f"{value:011}"))
    judged = read_rows(tmp_path, {**ALIS, "HPR-nr.": number})
    assert [each.rule for each in judged.problems] == ["fodselsnummer"]
    assert str(number) not in _said(judged)


def _fits(digits: str) -> bool:
    weights = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 == 0


@pytest.mark.parametrize("value", [["01019012345"], {"fnr": "01019012345"}, 21019012345])
def test_it_is_refused_inside_json(tmp_path: Path, value: Any) -> None:
    """Lists, objects and numbers hide nothing."""
    judged = read_json(tmp_path, {**JSON_CASE, "veileder_navn": value})
    assert "fodselsnummer" in [each.rule for each in judged.problems]
    assert "12345" not in _said(judged)


def test_long_numbers_are_masked_in_other_problems(tmp_path: Path) -> None:
    """A number of ten digits that is no identity number is wrong for another reason, and not repeated either."""
    judged = read_rows(tmp_path, {**ALIS, "HPR-nr.": "1234567890"})
    assert [(each.rule, each.value) for each in judged.problems] == [("A-F04", "**********")]


@pytest.mark.parametrize("text", ["Kontonummer 1234.56.78901", "983 974 910", "+46 70 123 45 67", "kr 120 000,-"])
def test_other_numbers_are_left_alone(tmp_path: Path, text: str) -> None:
    """Account numbers, organisation numbers, amounts and foreign telephone numbers are no identity numbers."""
    judged = read_rows(tmp_path, {**ALIS, "4.3 Kommunal finansiering": text})
    assert "fodselsnummer" not in [each.rule for each in judged.problems]
