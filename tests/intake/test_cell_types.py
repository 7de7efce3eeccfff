"""The type of a cell decides, in every format: what cannot be known is a problem at its cell, never a text."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlwt

from flows.intake import read
from tests.intake.one_cell import (
    DAY,
    END,
    NEW_YEAR,
    PLACE,
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
    STRUCK,
    Xml,
    write_raw_xlsx,
)
from tests.intake.workbooks import ALIS, TODAY, table

ERRORS = ["#SPILL!", "#CALC!", "#FIELD!", "#VERDI!", "#I/T", "#¡REF!", "Err:502", "#N/A", "whatever", "0"]


@pytest.mark.parametrize("text", ERRORS)
def test_an_error_cell_is_a_problem_whatever_it_says(tmp_path: Path, text: str) -> None:
    """In .xlsx and .ods the type decides, not the text."""
    cell = xlsx('t="e"', f"<f>X()</f><v>{text}</v>")
    assert only_problem(read_xlsx(tmp_path, {PLACE: cell})).startswith("G2: Formelen i cellen gir en feil")
    for attributes in (
        'table:formula="of:=X()" office:value-type="string" office:string-value="" calcext:value-type="error"',
        'office:value-type="float" office:value="0" calcext:value-type="error"',
    ):
        judged = read_ods(tmp_path, {PLACE: ods(attributes, f"<text:p>{text}</text:p>")})
        assert only_problem(judged).startswith("G2: Formelen i cellen gir en feil")


@pytest.mark.parametrize("text", ["#SPILL!", "#VERDI!", "#ARVO!", "#N/A", "Err:502", "Feil:508", "########"])
@pytest.mark.parametrize("ending", ["csv", "ods", "xlsx"])
def test_a_text_that_is_an_error_value_is_one_where_there_are_no_types(tmp_path: Path, text: str, ending: str) -> None:
    """A text file has no types, and neither has a workbook that was made from one."""
    if ending == "csv":
        headings, cells = table([{**ALIS, PLACE: text}])
        path = tmp_path / "cases.csv"
        lines = [";".join(f"{cell:%d.%m.%Y}" if isinstance(cell, date) else str(cell) for cell in row) for row in
                 (headings, cells)]  # fmt: skip
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        judged = read(path, TODAY)
    else:
        judged = {"ods": read_ods, "xlsx": read_xlsx}[ending](tmp_path, {PLACE: text})
    assert only_problem(judged).startswith("G2: Formelen")


@pytest.mark.parametrize("text", ["#1 legesenter", "# merknad", "Kl: 12", "Nr. #3", "Torget 5: 501"])
def test_an_ordinary_text_is_no_error_value(tmp_path: Path, text: str) -> None:
    """A number sign or a colon makes no error of a text."""
    assert only_case(read_xlsx(tmp_path, {PLACE: text})).arbeidssted == text


WITHOUT_VALUE = [
    ("", "<{x}f>A1</{x}f>"),
    ("", "<{x}f>A1</{x}f><{x}v/>"),
    ("", "<{x}f>A1</{x}f><{x}v></{x}v>"),
    ('t="str"', "<{x}f>A1</{x}f>"),
    ('t="b"', "<{x}f>A1</{x}f>"),
    ("", '<{x}f t="shared" si="0"/>'),
    ("", '<{x}f t="array" ref="A1:B2">X()</{x}f>'),
    (f's="{DATE}"', "<{x}f>DATE(2027,12,31)</{x}f>"),
]


@pytest.mark.parametrize(("attributes", "content"), WITHOUT_VALUE)
@pytest.mark.parametrize("heading", [TEXT, END])
def test_a_formula_without_a_stored_value_is_a_problem(
    tmp_path: Path, heading: str, attributes: str, content: str
) -> None:
    """Nobody knows what it would give, so the case waits for whoever can open and save the file."""
    judged = read_xlsx(tmp_path, {heading: xlsx(attributes, content)})
    assert "V2: Cellen har en formel uten lagret verdi. Åpne filen" in only_problem(judged)


@pytest.mark.parametrize(
    "attributes",
    [
        'table:formula="of:=A1"',
        'table:formula="of:=A1" office:value-type="float"',
        'table:formula="of:=A1" office:value-type="date"',
        'table:formula="of:=A1" office:value-type="string"',
    ],
)
def test_a_formula_without_a_stored_value_in_ods(tmp_path: Path, attributes: str) -> None:
    """The same holds in OpenDocument."""
    assert "formel uten lagret verdi" in only_problem(read_ods(tmp_path, {TEXT: ods(attributes)}))


def test_a_formula_without_a_stored_value_in_xls(tmp_path: Path) -> None:
    """In the old format, a program that does not calculate stores an empty text and no mark of calculation."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("ALIS-avtale")
    for number, row in enumerate(table([{**ALIS, TEXT: xlwt.Formula('CONCATENATE("a";"b")')}])):
        for column, value in enumerate(row):
            sheet.write(number, column, f"{value:%d.%m.%Y}" if isinstance(value, date) else value)
    workbook.save(str(tmp_path / "cases.xls"))
    assert "formel uten lagret verdi" in only_problem(read(tmp_path / "cases.xls", TODAY))


def test_an_empty_text_is_a_result(tmp_path: Path) -> None:
    """A formula that gives "" is empty, as the sheet shows it."""
    judged = read_xlsx(tmp_path, {TEXT: xlsx('t="str"', '<f>IF(A1="","","x")</f><v></v>')})
    assert only_case(judged).avtalt_kommunal_finansiering == ""
    cell = ods('table:formula="of:=A1" office:value-type="string" office:string-value=""', "<text:p/>")
    assert only_case(read_ods(tmp_path, {TEXT: cell})).avtalt_kommunal_finansiering == ""


def test_zero_for_every_formula_is_no_result(tmp_path: Path) -> None:
    """A program that does not calculate stores 0 and asks the next one to calculate all."""
    changed = {TEXT: xlsx("", "<f>A1</f><v>0</v>")}
    assert "formel uten lagret verdi" in only_problem(
        read_xlsx(tmp_path, changed, properties='<calcPr fullCalcOnLoad="1"/>')
    )
    assert only_case(read_xlsx(tmp_path, changed)).avtalt_kommunal_finansiering == "0"


def test_an_array_formula_without_values_reaches_over_its_range(tmp_path: Path) -> None:
    """The cells that it would fill are not empty: nobody knows what they are."""
    rows = table([{**ALIS, TEXT: None}, {**ALIS, "HPR-nr.": "990020333", TEXT: None}])
    rows[1][-1] = xlsx("", '<f t="array" ref="V2:V3">X()</f>')
    judged = read(write_raw_xlsx(tmp_path / "cases.xlsx", {"ALIS-avtale": rows}), TODAY)
    assert [(one.cell, one.level) for one in judged.problems] == [("V2", "error"), ("V3", "error")]


def test_a_row_of_formulas_without_values_is_one_problem(tmp_path: Path) -> None:
    """Twenty cells that cannot be known are told once, at the first."""
    rows = table([ALIS])
    rows.append([xlsx("", "<f>A1</f>") for _cell in rows[0]])
    judged = read(write_raw_xlsx(tmp_path / "cases.xlsx", {"ALIS-avtale": rows}), TODAY)
    assert [(one.cell, one.level) for one in judged.problems] == [("A3", "error")]
    assert (judged.count, len(judged.cases)) == (2, 1)


@pytest.mark.parametrize(
    ("attributes", "content", "text"),
    [
        ('office:value-type="string" office:string-value="Kurs"', "", "Kurs"),
        ('office:string-value="Kurs"', "", "Kurs"),
        ('office:value-type="string" office:string-value="Kurs"', "<text:p> Kurs </text:p>", "Kurs"),
        ('office:value-type="float" office:value="5"', "", "5"),
        ('office:value="5"', "", "5"),
        ('office:value-type="currency" office:currency="NOK" office:value="5000"', "<text:p>kr 5 000</text:p>", "5000"),
        ('office:value-type="string"', "<text:p>\n    Kurs\n    og reise\n</text:p>", "Kurs og reise"),
        (
            'office:value-type="string"',
            (
                "<text:p>Kurs<text:note><text:note-citation>1</text:note-citation>"
                "<text:note-body><text:p>note</text:p></text:note-body></text:note></text:p>"
            ),
            "Kurs",
        ),
        (
            'office:value-type="string"',
            ("<text:p>Kurs<office:annotation><text:p>merknad</text:p></office:annotation> her</text:p>"),
            "Kurs her",
        ),
        (
            'office:value-type="string"',
            (
                "<text:p><text:ruby><text:ruby-base>Kurs</text:ruby-base>"
                "<text:ruby-text>lyd</text:ruby-text></text:ruby></text:p>"
            ),
            "Kurs",
        ),
        (
            'office:value-type="string"',
            (
                "<draw:frame><draw:text-box><text:p>figur</text:p></draw:text-box></draw:frame>"
                '<text:p>Kurs<text:s text:c="2"/>og<text:line-break/>reise</text:p>'
            ),
            "Kurs og\nreise",
        ),
        (
            'office:value-type="string"',
            ("<text:p>a</text:p><text:list><text:list-item><text:p>b</text:p></text:list-item></text:list>"),
            "a\nb",
        ),
    ],
)
def test_values_of_ods_with_and_without_paragraphs(tmp_path: Path, attributes: str, content: str, text: str) -> None:
    """The attributes hold the value; comments, notes, pictures and pronunciation are no part of it."""
    assert only_case(read_ods(tmp_path, {TEXT: ods(attributes, content)})).avtalt_kommunal_finansiering == text


def test_days_and_truth_of_ods_without_paragraphs(tmp_path: Path) -> None:
    """Date and truth values need no paragraph, and may have nanoseconds."""
    cell = ods('office:value-type="date" office:date-value="2027-01-01T00:00:00.000000000"')
    assert only_case(read_ods(tmp_path, {DAY: cell})).avtale_gjelder_fra == NEW_YEAR
    cell = ods('office:value-type="boolean" office:boolean-value="false"')
    assert not only_case(read_ods(tmp_path, {"Tilknyttet vikarbyrå": cell})).vikarbyra_tilknytning


@pytest.mark.parametrize(
    "cell",
    [
        ods('office:value-type="time" office:time-value="PT13H45M30S"'),
        ods('office:value-type="time" office:time-value="x"'),
        ods('office:value-type="float" office:value="INF"'),
        ods('office:value-type="float"', "<text:p>5</text:p>"),
        ods('office:value-type="strange"', "<text:p>5</text:p>"),
        ods('office:value-type="string" office:string-value="en"', "<text:p>to</text:p>"),
    ],
)
def test_a_cell_of_ods_that_contradicts_itself_is_a_problem(tmp_path: Path, cell: Xml) -> None:
    """A type without its value, a value that is none, two values, and a time where a text is wanted."""
    assert only_problem(read_ods(tmp_path, {TEXT: cell})).startswith("V2: ")


@pytest.mark.parametrize(
    "cell",
    [
        xlsx('t="strange"', "<v>5</v>"),
        xlsx('t="s"', "<v>99999</v>"),
        xlsx('t="s"', "<v>-1</v>"),
        xlsx("", "<v>abc</v>"),
        xlsx("", "<v>1e999</v>"),
        xlsx('t="b"', "<v>kanskje</v>"),
        xlsx('t="d"', "<v>i morgen</v>"),
        xlsx('s="x"', "<v>1</v>"),
    ],
)
def test_a_cell_that_cannot_be_read_sinks_its_case_and_no_file(tmp_path: Path, cell: Xml) -> None:
    """It is a problem at its cell; in a column nobody asked for it is nothing at all."""
    assert "V2: Innholdet i cellen kan ikke leses" in only_problem(read_xlsx(tmp_path, {TEXT: cell}))
    judged = read_xlsx(tmp_path, {"Møtetid": cell})
    assert [(one.rule, one.level) for one in judged.problems] == [("headings", "warning")]
    assert len(judged.cases) == 1


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (xlsx('t="inlineStr"', '<is><t>Kurs</t><rPh sb="0" eb="1"><t>lyd</t></rPh></is>'), "Kurs"),
        (Xml('<{x}si><{x}r><{x}t>Kurs</{x}t></{x}r><{x}rPh sb="0" eb="1"><{x}t>lyd</{x}t></{x}rPh></{x}si>'), "Kurs"),
        ("Kurs_x000D_\nog reise", "Kurs\nog reise"),
        ("Kurs_x0026_reise", "Kurs&reise"),
        ("Kurs _xD83D__xDE00_", "Kurs \U0001f600"),
        ("Sak_x005F_x0041_", "Sak_x0041_"),
        (xlsx('t="str"', "<v>Kurs<!-- x --> og<?x y?> reise</v>"), "Kurs og reise"),
        (xlsx('t="inlineStr"', "<is><t>Kurs<!-- x --> og reise</t></is>"), "Kurs og reise"),
        (xlsx('t="str"', "<v><![CDATA[Kurs & reise]]></v>"), "Kurs & reise"),
    ],
)
def test_texts_of_xlsx_are_what_the_sheet_shows(tmp_path: Path, cell: Any, text: str) -> None:
    """Pronunciation is no text, and escaped characters are the characters."""
    assert only_case(read_xlsx(tmp_path, {TEXT: cell})).avtalt_kommunal_finansiering == text


def test_a_heading_that_cannot_be_known_is_told(tmp_path: Path) -> None:
    """A column is not dropped in silence because its heading is a formula without a value, an error or struck out."""
    for cell, level in (
        (xlsx("", "<f>A1</f>"), "error"),
        (xlsx('t="e"', "<v>#REF!</v>"), "error"),
        (xlsx(f's="{STRUCK}" t="str"', f"<v>{END}</v>"), "warning"),
    ):
        rows = table([{**ALIS, END: date(2028, 12, 31)}])
        rows[0][-1] = cell
        judged = read(write_raw_xlsx(tmp_path / "cases.xlsx", {"ALIS-avtale": rows}), TODAY)
        assert ("V1", "headings", level) in [(one.cell, one.rule, one.level) for one in judged.problems]
