"""A number is what the sheet shows: a day of its own date system, a time, a percentage, or a number."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlwt

from flows.intake import read
from tests.intake.one_cell import (
    DAY,
    END,
    MONTH,
    NEW_YEAR,
    PLACE,
    SHARE,
    TEXT,
    ods,
    only_case,
    only_problem,
    read_ods,
    read_xlsx,
    xlsx,
)
from tests.intake.raw_workbooks import (
    DATE,
    ELAPSED,
    GENERAL,
    NORWEGIAN_DATE,
    PERCENT,
    TIME,
    serial,
)
from tests.intake.workbooks import ALIS, TODAY, table


@pytest.mark.parametrize("first_year", [1900, 1904])
@pytest.mark.parametrize("style", [GENERAL, DATE, NORWEGIAN_DATE])
@pytest.mark.parametrize("heading", [DAY, END])
def test_a_number_in_a_column_of_days_is_a_day_of_its_own_workbook(
    tmp_path: Path, first_year: int, style: int, heading: str
) -> None:
    """Formatted or not, a serial number counts from the first day of its workbook, never four years off."""
    day = NEW_YEAR if heading == DAY else date(2028, 12, 31)
    cell = xlsx(f's="{style}"', f"<v>{serial(day, first_year)}</v>")
    case = only_case(read_xlsx(tmp_path, {heading: cell}, first_year=first_year))
    assert (case.avtale_gjelder_fra if heading == DAY else case.avtale_gjelder_til) == day


@pytest.mark.parametrize("first_year", [1900, 1904])
def test_a_month_counts_from_the_first_day_of_its_workbook(tmp_path: Path, first_year: int) -> None:
    """A month may be a whole date, and an unformatted one."""
    case = only_case(read_xlsx(tmp_path, {MONTH: serial(date(2030, 2, 1), first_year)}, first_year=first_year))
    assert case.forventet_avslutning == "02/2030"


def test_days_of_ods_count_from_its_null_date(tmp_path: Path) -> None:
    """OpenDocument names the day that numbers count from."""
    before = '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    changed = {DAY: serial(NEW_YEAR, 1904)}
    assert only_case(read_ods(tmp_path, changed, before=before)).avtale_gjelder_fra == NEW_YEAR
    assert only_case(read_ods(tmp_path, {DAY: serial(NEW_YEAR)})).avtale_gjelder_fra == NEW_YEAR


@pytest.mark.parametrize("datemode", [0, 1])
@pytest.mark.parametrize("formatted", [True, False])
def test_days_of_xls_count_from_the_first_day_of_their_workbook(tmp_path: Path, datemode: int, formatted: bool) -> None:
    """The old format has both date systems, too."""
    workbook = xlwt.Workbook()
    workbook.dates_1904 = datemode
    sheet = workbook.add_sheet("ALIS-avtale")
    style = xlwt.easyxf(num_format_str="DD.MM.YYYY" if formatted else "General")
    for number, row in enumerate(table([ALIS])):
        for column, value in enumerate(row):
            day = serial(value, 1904 if datemode else 1900) if isinstance(value, date) else value
            sheet.write(number, column, day, *([style] if isinstance(value, date) else []))
    workbook.save(str(tmp_path / "cases.xls"))
    assert only_case(read(tmp_path / "cases.xls", TODAY)).avtale_gjelder_fra == NEW_YEAR


@pytest.mark.parametrize("number", [73_500, 0, -5, 2027, 20270101, 1.5])
@pytest.mark.parametrize("first_year", [1900, 1904])
def test_a_number_that_is_no_likely_day_is_a_problem(tmp_path: Path, number: float, first_year: int) -> None:
    """A number far from any agreement is told, in both date systems, formatted or not."""
    for style in (GENERAL, DATE) if number in (0, -5) else (GENERAL,):
        cell = xlsx(f's="{style}"', f"<v>{number}</v>")
        assert only_problem(read_xlsx(tmp_path, {DAY: cell}, first_year=first_year)).startswith("O2: ")


@pytest.mark.parametrize(
    "cell",
    [True, xlsx(f's="{TIME}"', "<v>0.5</v>"), xlsx(f's="{ELAPSED}"', "<v>1.5</v>"), xlsx(f's="{DATE}"', "<v>46054</v>"),
     xlsx('t="d"', "<v>13:45:30</v>"), xlsx('t="d"', "<v>2027-02-01</v>")],
)  # fmt: skip
@pytest.mark.parametrize("heading", [TEXT, PLACE, "Kontaktperson", "Legens e-post", "Kategori"])
def test_what_is_no_text_is_none_in_a_column_of_texts(tmp_path: Path, heading: str, cell: Any) -> None:
    """«1/2» may have become a day, and what TRUE should say in an agreement nobody knows."""
    assert "ikke tekst" in only_problem(read_xlsx(tmp_path, {heading: cell}))


@pytest.mark.parametrize(("number", "share"), [(0.8, "80"), (1, "100"), (0.125, "12.5"), (1.5, None), (80, None)])
def test_a_percentage_is_what_the_sheet_shows(tmp_path: Path, number: float, share: str | None) -> None:
    """A cell that shows 12,5 % is that, and one that shows 150 % is no share; a text says what is shown."""
    judged = read_xlsx(tmp_path, {SHARE: xlsx(f's="{PERCENT}"', f"<v>{number}</v>")})
    if share is None:
        assert only_problem(judged).startswith("K2: ")
    else:
        assert str(only_case(judged).stillingsprosent[0].prosent) == share
    cell = ods(f'office:value-type="percentage" office:value="{number}"')
    text = f"{number * 100:g} %".replace(".", ",")
    assert only_case(read_ods(tmp_path, {TEXT: cell})).avtalt_kommunal_finansiering == text


@pytest.mark.parametrize("heading", ["Beløp til tilrettelegging", "Fravær i måneder"])
def test_a_percentage_is_no_amount_and_no_count(tmp_path: Path, heading: str) -> None:
    """«5 %» of something is not 0.05 kroner, nor a month and a half a day."""
    cell = xlsx(f's="{PERCENT}"', "<v>0.05</v>")
    judged = read_xlsx(tmp_path, {heading: cell})
    assert not judged.cases
    assert ["viser en prosent (5 %)" in each.message for each in judged.problems] == [True]


def test_numbers_have_the_digits_that_the_sheet_shows(tmp_path: Path) -> None:
    """0.1 + 0.2 is 0,3 on screen and in the agreement."""
    case = only_case(read_xlsx(tmp_path, {TEXT: xlsx("", "<f>0.1+0.2</f><v>0.30000000000000004</v>")}))
    assert case.avtalt_kommunal_finansiering == "0,3"
