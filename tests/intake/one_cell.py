"""Workbooks of one row with some cells changed, and what came of the case."""

from datetime import date
from pathlib import Path
from typing import Any

from flows.agreements.alis_case import AlisCase
from flows.intake import ValidatedSource, read
from tests.intake.raw_workbooks import OdsOptions, XlsxOptions, Xml, write_raw_ods, write_raw_xlsx
from tests.intake.workbooks import ALIS, TODAY, table

TEXT, PLACE, DAY, END = "4.3 Kommunal finansiering", "Arbeidssted", "Avtalen gjelder fra", "Avtalen gjelder til"
SHARE, MONTH = "Stillingsprosent", "Forventet dato for avslutning av spesialiseringsløpet (MM/ÅÅÅÅ)"
NEW_YEAR = date(2027, 1, 1)


def read_xlsx(folder: Path, changed: dict[str, Any], **options: Any) -> ValidatedSource:
    """Read one row with some cells changed."""
    path = folder / "cases.xlsx"
    return read(write_raw_xlsx(path, {"ALIS-avtale": table([{**ALIS, **changed}])}, XlsxOptions(**options)), TODAY)


def read_ods(folder: Path, changed: dict[str, Any], **options: Any) -> ValidatedSource:
    """Read one row with some cells changed."""
    path = folder / "cases.ods"
    return read(write_raw_ods(path, {"ALIS-avtale": table([{**ALIS, **changed}])}, OdsOptions(**options)), TODAY)


def only_case(judged: ValidatedSource) -> AlisCase:
    """Return the one case of a source that has no error."""
    assert [one.message for one in judged.problems if one.level == "error"] == []
    (found,) = judged.cases
    assert isinstance(found.case, AlisCase)
    return found.case


def only_problem(judged: ValidatedSource, level: str = "error") -> str:
    """Return cell and message of the one problem of a source, whose case is left out if it is an error."""
    (found,) = judged.problems
    assert (found.level, found.row, len(judged.cases)) == (level, 2, 0 if level == "error" else 1)
    return f"{found.cell}: {found.message}"


def xlsx(attributes: str, content: str) -> Xml:
    """Return a cell of an .xlsx workbook."""
    return Xml(f'<{{x}}c r="{{r}}" {attributes}>{content}</{{x}}c>')


def ods(attributes: str, content: str = "") -> Xml:
    """Return a cell of an .ods workbook."""
    return Xml(f"<table:table-cell {attributes}>{content}</table:table-cell>")
