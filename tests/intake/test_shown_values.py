"""What a cell shows is part of what it says: a contradiction is a problem, words beside a number are not dropped."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlwt

from flows.intake import ValidatedSource, read
from tests.intake.one_cell import DAY, NEW_YEAR, SHARE, TEXT, ods, only_case, only_problem, read_ods, xlsx
from tests.intake.raw_workbooks import UNSEEN, XlsxOptions, Xml, write_raw_xlsx
from tests.intake.workbooks import ALIS, TODAY, table

FLOAT, MONEY, PART = (
    'office:value-type="float" office:value="{}"',
    'office:value-type="currency" office:value="{}"',
    'office:value-type="percentage" office:value="{}"',
)
ON = 'office:value-type="date" office:date-value="2027-01-01"'


def _ods(attributes: str, shown: str) -> Xml:
    return ods(attributes, f"<text:p>{shown}</text:p>")


@pytest.mark.parametrize(
    ("heading", "attributes", "shown"),
    [
        (SHARE, PART.format("0.8"), "90 %"),
        (SHARE, PART.format("0.8"), "8 %"),
        (SHARE, FLOAT.format("80"), "90"),
        (SHARE, FLOAT.format("1"), "Fulltid"),
        (DAY, ON, "02.01.2027"),
        (DAY, ON, "01.01.2028"),
        (DAY, ON, "1. februar 2027"),
        (DAY, ON, "fredag 2. januar"),
        (DAY, ON, "2/1/27"),
        (DAY, ON, "mandag"),
        (TEXT, FLOAT.format("5000"), "50 000"),
        (TEXT, FLOAT.format("5000"), "ingen"),
        (TEXT, MONEY.format("5000"), "kr 500,00"),
        (TEXT, FLOAT.format("5000"), "5e999999999999999999"),
        (TEXT, FLOAT.format("5000"), "5" * 5000),
        ("Tilknyttet vikarbyrå", 'office:value-type="boolean" office:boolean-value="false"', "Ja"),
    ],
)
def test_a_cell_of_ods_that_shows_another_value_is_a_problem(
    tmp_path: Path, heading: str, attributes: str, shown: str
) -> None:
    """Nobody knows which of the two was meant."""
    problem = only_problem(read_ods(tmp_path, {heading: _ods(attributes, shown)}))
    assert "Cellen viser" in problem
    assert "men filen har lagret" in problem


@pytest.mark.parametrize(
    "cell",
    [
        _ods(MONEY.format("80"), "80,00 €"),
        _ods(MONEY.format("80"), "kr 80"),
        _ods(FLOAT.format("30"), "30 timer"),
        _ods(FLOAT.format("0.8"), "0,8 årsverk"),
    ],
)
def test_what_is_shown_with_a_currency_or_words_is_no_share(tmp_path: Path, cell: Xml) -> None:
    """80 euro and 30 hours are not 80 and 30 per cent."""
    assert only_problem(read_ods(tmp_path, {SHARE: cell})).startswith("K2: «")


@pytest.mark.parametrize(
    ("attributes", "shown", "share"),
    [
        (PART.format("0.8"), "80 %", "80"),
        (PART.format("0.8"), "80,00 %", "80"),
        (PART.format("0.796"), "80 %", "79.6"),
        (PART.format("0.8"), "0,8", "80"),
        (FLOAT.format("0.8"), "80%", "80"),
        (FLOAT.format("80"), "80 %", "80"),
        (FLOAT.format("80"), "80", "80"),
        (FLOAT.format("0.5"), "1/2", "50"),
        (FLOAT.format("8E1"), "8,00E+01", "80"),
    ],
)
def test_one_share_is_shown_in_many_ways(tmp_path: Path, attributes: str, shown: str, share: str) -> None:
    """Decimals, signs and rounding contradict nothing."""
    case = only_case(read_ods(tmp_path, {SHARE: _ods(attributes, shown)}))
    assert str(case.stillingsprosent[0].prosent) == share


@pytest.mark.parametrize(
    "shown",
    ["01.01.2027", "1.1.27", "1. januar 2027", "fredag 1. januar 2027", "01/01/27", "2027-01-01", "jan. 27",
     "Friday, January 1, 2027", "01.01.2027 00:00", "fr", "1. kvartal 2027", "uke 53"],
)  # fmt: skip
def test_one_day_is_shown_in_many_ways(tmp_path: Path, shown: str) -> None:
    """Of a day, any part may be shown; «kvartal» is a word that nobody knows to be of a day."""
    judged = read_ods(tmp_path, {DAY: _ods(ON, shown)})
    if "kvartal" in shown:
        assert only_problem(judged).startswith("O2: ")
    else:
        assert only_case(judged).avtale_gjelder_fra == NEW_YEAR


@pytest.mark.parametrize(
    ("attributes", "shown", "text"),
    [
        (MONEY.format("5000"), "kr 5 000", "5000"),
        (MONEY.format("1234567.5"), "1.234.567,50 kr", "1234567,5"),
        (MONEY.format("1234567.5"), "$1,234,567.50", "$1,234,567.50"),
        (FLOAT.format("30"), "30 timer", "30 timer"),
        (FLOAT.format("-5"), "-5", "-5"),
        (FLOAT.format("0"), "–", "0"),
        (FLOAT.format("1234"), "1’234", "1234"),
    ],
)
def test_words_beside_a_number_are_part_of_a_text(tmp_path: Path, attributes: str, shown: str, text: str) -> None:
    """The agreement says hours and dollars where the sheet does."""
    assert only_case(read_ods(tmp_path, {TEXT: _ods(attributes, shown)})).avtalt_kommunal_finansiering == text


def _formatted(folder: Path, heading: str, code: str, value: str, kind: str) -> ValidatedSource:
    """Read one row in which a cell has a number format, as .xlsx or .xls."""
    if kind == "xls":
        workbook = xlwt.Workbook()
        sheet = workbook.add_sheet("ALIS-avtale")
        style = xlwt.easyxf(num_format_str=code)
        for number, row in enumerate(table([{**ALIS, heading: ""}])):
            for column, held in enumerate(row):
                if number and table([{**ALIS, heading: ""}])[0][column] == heading:
                    sheet.write(number, column, _held(value), style)
                elif held != "":
                    sheet.write(number, column, f"{held:%d.%m.%Y}" if isinstance(held, date) else held)
        workbook.save(str(folder / "cases.xls"))
        return read(folder / "cases.xls", TODAY)
    content = f"<v>{value}</v>" if _held(value) != value else f"<is><t>{value}</t></is>"
    kind_of_cell = "n" if _held(value) != value else "inlineStr"
    cell = xlsx(f's="{UNSEEN}" t="{kind_of_cell}"', content)
    path = folder / "cases.xlsx"
    write_raw_xlsx(path, {"ALIS-avtale": table([{**ALIS, heading: cell}])}, XlsxOptions(last_format=code))
    return read(path, TODAY)


def _held(value: str) -> Any:
    try:
        return float(value)
    except ValueError:
        return value


KINDS = pytest.mark.parametrize("kind", ["xlsx", "xls"])


@KINDS
@pytest.mark.parametrize(
    ("heading", "code", "value"),
    [
        (SHARE, '0 "timer"', "30"),
        (SHARE, '0" årsverk"', "0.8"),
        (SHARE, "[$€-407] #,##0.00", "80"),
        (SHARE, '#,##0.00\\ "kr"', "80"),
        (SHARE, '"kr" #,##0', "80"),
        (SHARE, '"Fulltid"', "1"),
        (SHARE, '[=1]"Fulltid";[=0.5]"Halv";0', "1"),
        (SHARE, '0;0;"ingen"', "0"),
        (SHARE, "0,", "80"),
        (TEXT, '#,##0,"k"', "500000"),
        (TEXT, '"ja";"ja";"nei"', "0"),
        (TEXT, '@" (ikke avklart)"', "Kurs"),
        (TEXT, '0;0;0;"se eget ark"', "Kurs"),
        (DAY, '"ca. "dd.mm.yyyy', "46388"),
        (DAY, 'dd.mm.yyyy" (foreløpig)"', "46388"),
    ],
)
def test_a_number_format_that_says_more_is_not_dropped(
    tmp_path: Path, heading: str, code: str, value: str, kind: str
) -> None:
    """The sheet shows «30 timer», and the cell stores 30: that is no share, and «Fulltid» is no 1."""
    judged = _formatted(tmp_path, heading, code, value, kind)
    assert [one.level for one in judged.problems] == ["error"], judged.cases


@KINDS
@pytest.mark.parametrize(
    ("heading", "code", "value", "expected"),
    [
        (SHARE, '0 "%"', "80", "80"),
        (SHARE, '0" prosent"', "80", "80"),
        (SHARE, '_-* #,##0.00_-;\\-* #,##0.00_-;_-* "-"??_-;_-@_-', "80", "80"),
        (SHARE, "0.00;[Red]-0.00", "80", "80"),
        (SHARE, '[<0]"feil";0', "80", "80"),
        (SHARE, "# ?/?", "0.5", "50"),
        (TEXT, '0 "timer"', "30", "30 timer"),
        (TEXT, "[$€-407] #,##0", "80", "€ 80"),
        (TEXT, '"Tlf. "00000000', "41234", "Tlf. 00041234"),
        (TEXT, '"kr" #,##0', "5000", "5000"),
        (TEXT, 'General" timer"', "7.5", "7,5 timer"),
        (TEXT, "@", "Kurs", "Kurs"),
        (TEXT, "0.00", "Kurs", "Kurs"),
        (TEXT, "0;-0;;@", "Kurs", "Kurs"),
        (DAY, "dd.mm.yyyy;@", "46388", "2027-01-01"),
        (DAY, '[$-414]d". "mmmm yyyy', "46388", "2027-01-01"),
        (DAY, 'd\\ "de"\\ mmmm\\ "de"\\ yyyy', "46388", "2027-01-01"),
    ],
)
def test_a_number_format_is_read_as_it_shows(
    tmp_path: Path, heading: str, code: str, value: str, expected: str, kind: str
) -> None:
    """Words that fit are read, alignment and colours are nothing, and a text in a text's field is whole."""
    case = only_case(_formatted(tmp_path, heading, code, value, kind))
    found = {
        SHARE: case.stillingsprosent[0].prosent,
        TEXT: case.avtalt_kommunal_finansiering,
        DAY: case.avtale_gjelder_fra,
    }
    assert str(found[heading]) == expected


@KINDS
def test_a_value_that_its_format_hides_is_left_out(tmp_path: Path, kind: str) -> None:
    """A zero that the sheet does not show is told."""
    judged = _formatted(tmp_path, TEXT, "0;-0;;@", "0", kind)
    assert [(one.level, one.cell) for one in judged.problems] == [("warning", "V2")]
    assert only_case(judged).avtalt_kommunal_finansiering == ""
