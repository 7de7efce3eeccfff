"""Valid files are read, whatever program wrote them: names of parts, namespaces, targets, kinds of workbook."""

import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.agreements.alis_case import AlisCase
from flows.errors import CasesUnreadable
from flows.intake import read
from flows.intake.problem_report import write_report
from tests.intake.raw_workbooks import OdsOptions, XlsxOptions, Xml, write_raw_ods, write_raw_xlsx
from tests.intake.workbooks import ALIS, TODAY, table

SHEETS = {"ALIS-avtale": table([ALIS])}
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PACKAGES: dict[str, XlsxOptions] = {
    "capital names": XlsxOptions(part_case=str.upper),
    "mixed names": XlsxOptions(part_case=lambda name: name.replace("sharedStrings", "SharedStrings").title()),
    "backslashes": XlsxOptions(part_case=lambda name: name.replace("/", "\\")),
    "relative targets": XlsxOptions(absolute=False),
    "another folder": XlsxOptions(folder="regneark/2027"),
    "a folder of another name": XlsxOptions(folder="bok"),
    "Strict": XlsxOptions(strict=True),
    "Strict with a prefix": XlsxOptions(strict=True, prefix="x"),
    "prefixed names": XlsxOptions(prefix="x"),
    "no addresses": XlsxOptions(addresses=False),
    "no shared texts": XlsxOptions(shared=False),
    "no shared texts or addresses": XlsxOptions(shared=False, addresses=False),
    "a template": XlsxOptions(main_type=f"{_SHEET_TYPE}.template.main+xml"),
    "a workbook with macros": XlsxOptions(main_type="application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    "counted from 1904": XlsxOptions(first_year=1904),
}


@pytest.mark.parametrize("kind", PACKAGES)
def test_a_valid_workbook_is_read(tmp_path: Path, kind: str) -> None:
    """Every way that the standard allows gives the same case, and a report."""
    path = write_raw_xlsx(tmp_path / "cases.xlsx", SHEETS, PACKAGES[kind])
    judged = read(path, TODAY)
    assert judged.problems == ()
    (found,) = judged.cases
    assert isinstance(found.case, AlisCase)
    assert (found.case.lege_navn, found.case.avtale_gjelder_fra) == (ALIS["Legens navn"], date(2027, 1, 1))
    write_report(path, judged, tmp_path / "report.xlsx")
    assert [one.case for one in read(tmp_path / "report.xlsx", TODAY).cases] == [found.case]


@pytest.mark.parametrize("ending", ["xlsx", "xlsm", "xltx", "xltm", "ods", "fods"])
def test_every_kind_of_workbook_is_read(tmp_path: Path, ending: str) -> None:
    """Templates and flat files are workbooks like others."""
    write = write_raw_ods if "ods" in ending else write_raw_xlsx
    assert len(read(write(tmp_path / f"cases.{ending}", SHEETS), TODAY).cases) == 1


def test_unknown_types_in_columns_that_nobody_asked_for(tmp_path: Path) -> None:
    """A time of Strict Open XML, an unknown type and an error beside the table sink nothing."""
    cells = ['<{x}c r="{r}" t="d"><{x}v>13:45:30</{x}v></{x}c>', '<{x}c r="{r}" t="new"><{x}v>?</{x}v></{x}c>',
             '<{x}c r="{r}" t="e"><{x}v>#REF!</{x}v></{x}c>']  # fmt: skip
    row = {**ALIS, **{f"Møtetid {index}": Xml(cell) for index, cell in enumerate(cells)}}
    judged = read(
        write_raw_xlsx(tmp_path / "cases.xlsx", {"ALIS-avtale": table([row])}, XlsxOptions(strict=True)), TODAY
    )
    assert len(judged.cases) == 1
    assert {one.level for one in judged.problems} == {"warning"}


def test_tables_in_charts_and_links_are_no_sheets(tmp_path: Path) -> None:
    """A chart on a sheet holds a table of its own, and a link to another file keeps a copy of it."""
    chart = (
        "<table:shapes><draw:frame><draw:object><office:document><office:body><office:chart><table:table>"
        "<table:table-row><table:table-cell><text:p>1</text:p></table:table-cell></table:table-row></table:table>"
        "</office:chart></office:body></office:document></draw:object></draw:frame></table:shapes>"
    )
    copy = '<table:table table:name="file"><table:table-source/>{rows}</table:table>'
    path = write_raw_ods(tmp_path / "cases.fods", SHEETS, OdsOptions(before=copy.format(rows=""), in_table=chart))
    judged = read(path, TODAY)
    assert [one.place.row for one in judged.cases] == [2]
    assert [one.rule for one in judged.problems] == ["workbook"]


_ENTITY = "?><!DOCTYPE w [<!ENTITY e 'x'>]>"
BROKEN: dict[str, Callable[[str], str]] = {
    "two cells at one place": lambda xml: xml.replace('r="B2"', 'r="A2"'),
    "a cell of another row": lambda xml: xml.replace('r="B2"', 'r="B7"'),
    "an address that is none": lambda xml: xml.replace('r="B2"', 'r="2B"'),
    "an entity of its own": lambda xml: xml.replace("?>", "?><!DOCTYPE w [<!ENTITY e 'x'>]>", 1).replace(
        "<v>3<", "<v>&e;<"
    ),
    "two rows of one number": lambda xml: xml.replace('<row r="2"', '<row r="1"'),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_cells_that_stand_nowhere_are_not_guessed(tmp_path: Path, kind: str) -> None:
    """A cell whose place cannot be known is not put into a column."""
    path = write_raw_xlsx(tmp_path / "cases.xlsx", SHEETS)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = BROKEN[kind](parts["xl/worksheets/sheet1.xml"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(CasesUnreadable, match="skadet"):
        read(path, TODAY)


def test_what_lies_below_a_merged_cell_is_not_shown_and_not_read(tmp_path: Path) -> None:
    """A merged cell shows its first cell alone, across and down."""
    first, second = {**ALIS, "Kommune": "Bodø"}, {**ALIS, "HPR-nr.": "990020333", "Kommune": "Narvik"}
    rows = table([{**first, "4.3 Kommunal finansiering": "gammelt"}, second])
    merges = '<mergeCells><mergeCell ref="B2:B3"/><mergeCell ref="U2:V2"/></mergeCells>'
    path = write_raw_xlsx(tmp_path / "cases.xlsx", {"ALIS-avtale": rows}, XlsxOptions(after_rows=merges))
    judged = read(path, TODAY)
    cases: list[Any] = [one.case for one in judged.cases]
    assert [(one.kommune_navn, one.avtalt_kommunal_finansiering) for one in cases] == [("Bodø", ""), ("Bodø", "")]


def _merges(count: int, shape: str) -> str:
    addresses = []
    for each in range(count):
        letter, row = "DEFGHIJKLM"[each % 10], each // 10 * 12 + 9
        addresses.append(
            {
                "down": f"Z{each * 2 + 9}:Z{each * 2 + 10}",
                "one row": f"Z9:Z{each + 10}",
                "across": f"C{each + 9}:XFD{each + 9}",
                "blocks": f"{letter}{row}:{letter}{row + 11}",
            }[shape]
        )
    cells = "".join(f'<mergeCell ref="{address}"/>' for address in addresses)
    return f"<mergeCells>{cells}</mergeCells>"


@pytest.mark.parametrize("shape", ["down", "one row", "across", "blocks"])
def test_merged_cells_by_the_ten_thousand_are_read_in_passing(tmp_path: Path, shape: str) -> None:
    """Each costs the same however many there are; twenty thousand take a second or two, not minutes."""
    rows = [*table([ALIS]), *([*[None] * 25, "x"] for _row in range(20_000))]
    options = XlsxOptions(after_rows=_merges(20_000, shape))
    path = write_raw_xlsx(tmp_path / "cases.xlsx", {"ALIS-avtale": rows}, options)
    begun = time.process_time()
    assert len(read(path, TODAY).cases) == 1
    assert time.process_time() - begun < 15
