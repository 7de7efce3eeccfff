"""What is struck through or hidden in a cell is what a person took out: it is left out, and named."""

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlwt
from openpyxl import load_workbook
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Font

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
    write_raw_ods,
    write_raw_xlsx,
)
from tests.intake.workbooks import ALIS, TODAY, table, write_workbook

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


STRIKING = Font(strike=True)
OTHER = {"HPR-nr.": "990010212", "Legens navn": "Ola Vik"}


def rule_by_formula(formulas: list[str], font: Font) -> Any:
    """Return a rule whose condition is a formula."""
    return FormulaRule(formulas, font=font)  # type: ignore[no-untyped-call]


def rule_by_value(value: str, font: Font) -> Any:
    """Return a rule that holds for cells of a value."""
    return CellIsRule("equal", [value], font=font)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("rule", "where", "told"),
    [
        (rule_by_formula(['$V2="utgår"'], font=STRIKING), "A2:Z500", "A2:U3"),
        (rule_by_formula(["TRUE"], font=STRIKING), "E3", "E3"),
        (rule_by_value('"x"', font=STRIKING), "G1:G3 I2", "G2:G3"),
        (rule_by_formula(["TRUE"], font=Font(bold=True)), "A2:Z500", ""),
        (rule_by_formula(["TRUE"], font=STRIKING), "A1:Z1", ""),
        (rule_by_formula(["TRUE"], font=STRIKING), "AB2:AC9 A20:Z90", ""),
    ],
    ids=["a column says so", "one cell", "by its own value", "bold", "the headings", "beside the table"],
)
def test_a_rule_that_strikes_through_is_told(tmp_path: Path, rule: Any, where: str, told: str) -> None:
    """Whether its condition holds takes a spreadsheet program: the range is named, and nothing is left out unseen."""
    workbook = load_workbook(write_workbook(tmp_path / "a.xlsx", {"ALIS-avtale": table([ALIS, {**ALIS, **OTHER}])}))
    workbook["ALIS-avtale"].conditional_formatting.add(where, rule)
    workbook.save(tmp_path / "b.xlsx")
    judged = read(tmp_path / "b.xlsx", TODAY)
    assert len(judged.cases) == 2
    found = [each for each in judged.problems if each.rule == "struck"]
    assert [(each.level, each.cell) for each in found][:1] == ([("warning", told.partition(":")[0])] if told else [])
    assert all("stryker ut" in each.message for each in found)
    assert not told or f" {told} " in found[0].message


def test_a_rule_of_a_newer_kind_or_another_program_is_told(tmp_path: Path) -> None:
    """Excel's newer rules carry their look with them; LibreOffice names a style."""
    path = write_workbook(tmp_path / "a.xlsx", {"ALIS-avtale": table([ALIS])})
    newer = (
        '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"'
        ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
        ' xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:conditionalFormattings>'
        '<x14:conditionalFormatting><x14:cfRule type="expression" priority="1"><xm:f>Ark2!$A$1="x"</xm:f>'
        "<x14:dxf><font><strike/></font></x14:dxf></x14:cfRule><xm:sqref>B2:C9</xm:sqref>"
        "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst></worksheet>"
    )
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</worksheet>", newer.encode())
            target.writestr(name, content)
    assert [each.cell for each in read(tmp_path / "b.xlsx", TODAY).problems] == ["B2"]


def test_a_rule_of_libreoffice_is_told(tmp_path: Path) -> None:
    """Its range names the sheet, and its style is one of the file's."""
    path = write_raw_ods(tmp_path / "a.ods", {"ALIS-avtale": table([ALIS])})
    rule = (
        '<calcext:conditional-formats xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:'
        'calcext:1.0">'
        "<calcext:conditional-format calcext:target-range-address=\"'ALIS-avtale'.D2:'ALIS-avtale'.E9\">"
        '<calcext:condition calcext:apply-style-name="cut" calcext:value="=&quot;x&quot;"/>'
        "</calcext:conditional-format></calcext:conditional-formats></table:table>"
    )
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(tmp_path / "b.ods", "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "content.xml":
                content = content.replace(b"</table:table>", rule.encode(), 1)
            target.writestr(name, content)
    assert [(each.rule, each.cell) for each in read(tmp_path / "b.ods", TODAY).problems] == [("struck", "D2")]
