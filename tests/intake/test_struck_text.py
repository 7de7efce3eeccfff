"""What is struck through or hidden in a cell is what a person took out: it is left out, and named."""

from datetime import date
from pathlib import Path

import pytest
import xlwt

from flows.intake import read
from tests.intake.one_cell import (
    END,
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
    STRUCK,
    STRUCK_DATE,
    UNSEEN,
    Xml,
    serial,
    write_raw_xlsx,
)
from tests.intake.workbooks import ALIS, TODAY, table

RICH = (
    "<{x}si><{x}r><{x}rPr><{x}strike/></{x}rPr><{x}t>Gamle </{x}t></{x}r><{x}r><{x}t>Nye senter</{x}t></{x}r></{x}si>"
)


def test_what_is_struck_through_is_left_out_with_a_warning(tmp_path: Path) -> None:
    """It is what the person took out: in runs of a text, and in runs of a cell that is struck through as a whole."""
    judged = read_xlsx(tmp_path, {PLACE: Xml(RICH)})
    assert only_case(judged).arbeidssted == "Nye senter"
    assert "G2: Gjennomstreket eller skjult tekst er utelatt: «Gamle»" in only_problem(judged, "warning")
    inline = RICH.replace("si>", "is>")
    assert only_case(read_xlsx(tmp_path, {PLACE: xlsx('t="inlineStr"', inline)})).arbeidssted == "Nye senter"
    unstruck = '<is><r><rPr><strike val="0"/></rPr><t>Ny</t></r><r><t> gammel</t></r></is>'
    cell = xlsx(f't="inlineStr" s="{STRUCK}"', unstruck)
    assert only_case(read_xlsx(tmp_path, {PLACE: cell})).arbeidssted == "Ny"


@pytest.mark.parametrize(
    "content",
    ['<text:p><text:span text:style-name="cut">Gamle </text:span>Nye senter</text:p>',
     '<text:p text:style-name="cut">Gamle</text:p><text:p>Nye senter</text:p>',
     '<text:p><text:span text:style-name="unseen">Gamle </text:span>Nye senter</text:p>',
     '<text:p><text:hidden-text text:string-value="Gamle ">Gamle </text:hidden-text>Nye senter</text:p>'],
)  # fmt: skip
def test_what_is_struck_through_or_hidden_in_ods_is_left_out(tmp_path: Path, content: str) -> None:
    """Spans and paragraphs of OpenDocument likewise."""
    judged = read_ods(tmp_path, {PLACE: ods('office:value-type="string"', content)})
    assert only_case(judged).arbeidssted == "Nye senter"
    assert "«Gamle»" in only_problem(judged, "warning")


@pytest.mark.parametrize("style", ["cut", "of-cut"])
def test_a_cell_struck_through_in_ods(tmp_path: Path, style: str) -> None:
    """By its own style, by one that it is based on, or by that of its column; a span may say otherwise."""
    name = f'table:style-name="{style}"'
    cell = ods(f'{name} office:value-type="string"', "<text:p>100 000 kr</text:p>")
    judged = read_ods(tmp_path, {TEXT: cell})
    assert only_case(judged).avtalt_kommunal_finansiering == ""
    assert "«100 000 kr»" in only_problem(judged, "warning")
    span = '<text:p>100 <text:span text:style-name="whole">200</text:span></text:p>'
    kept = read_ods(tmp_path, {TEXT: ods(f'{name} office:value-type="string"', span)})
    assert only_case(kept).avtalt_kommunal_finansiering == "200"
    number = ods(f'{name} office:value-type="date" office:date-value="2028-12-31"')
    assert only_case(read_ods(tmp_path, {END: number})).avtale_gjelder_til is None


def test_a_cell_struck_through_as_a_whole(tmp_path: Path) -> None:
    """An optional value is gone with a warning; one that every case needs is an error at its cell, told once."""
    judged = read_xlsx(tmp_path, {END: xlsx(f's="{STRUCK_DATE}"', f"<v>{serial(date(2028, 12, 31))}</v>")})
    assert only_case(judged).avtale_gjelder_til is None
    assert "«31.12.2028»" in only_problem(judged, "warning")
    text = xlsx(f's="{STRUCK}" t="str"', "<v>Legesenteret</v>")
    assert "G2: Gjennomstreket" in only_problem(read_xlsx(tmp_path, {PLACE: text}))


def test_a_cell_that_its_format_hides_is_left_out(tmp_path: Path) -> None:
    """The format «;;;» shows nothing, so nobody saw what stands there."""
    judged = read_xlsx(tmp_path, {TEXT: xlsx(f's="{UNSEEN}" t="str"', "<v>100 000 kr</v>")})
    assert only_case(judged).avtalt_kommunal_finansiering == ""
    assert "«100 000 kr»" in only_problem(judged, "warning")


def test_what_is_struck_through_in_xls_is_left_out(tmp_path: Path) -> None:
    """Runs and cells of the old format likewise."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("ALIS-avtale")
    struck, plain = xlwt.Font(), xlwt.Font()
    struck.struck_out = True
    style = xlwt.XFStyle()
    style.font = struck
    for number, row in enumerate(table([{**ALIS, PLACE: "rich", TEXT: "whole"}])):
        for column, value in enumerate(row):
            if value == "rich":
                sheet.write_rich_text(number, column, (("Gamle ", struck), ("Nye senter", plain)))
            else:
                text = f"{value:%d.%m.%Y}" if isinstance(value, date) else value
                sheet.write(number, column, text, *([style] if value == "whole" else []))
    workbook.save(str(tmp_path / "cases.xls"))
    judged = read(tmp_path / "cases.xls", TODAY)
    case = only_case(judged)
    assert (case.arbeidssted, case.avtalt_kommunal_finansiering) == ("Nye senter", "")
    assert [(one.cell, one.level) for one in judged.problems] == [("G2", "warning"), ("V2", "warning")]


def test_a_row_struck_through_is_no_case(tmp_path: Path) -> None:
    """The person took the case out: one warning, not thirty errors."""
    rows = table([ALIS, {**ALIS, "HPR-nr.": "990020333"}])
    rows[2] = [xlsx(f's="{STRUCK}" t="str"', f"<v>{value}</v>") for value in rows[2]]
    judged = read(write_raw_xlsx(tmp_path / "cases.xlsx", {"ALIS-avtale": rows}), TODAY)
    assert [(one.cell, one.level) for one in judged.problems] == [("A3", "warning")]
    assert "Raden er gjennomstreket" in judged.problems[0].message
    assert (judged.count, len(judged.cases)) == (1, 1)
