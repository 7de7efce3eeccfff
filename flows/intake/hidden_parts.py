"""Say what of a workbook is not shown: sheets, columns and rows hidden by hand, by a filter or in a closed group.

What a coordinator cannot see is no case: it is left out, and named. On request it is taken, and named all the same.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from flows.agreements.problems import Level, Problem
from flows.intake.sheet_model import Sheet, SheetRow
from flows.language import translate as _

HIDDEN = "hidden"
"""The rule of problems with what is not shown."""
STRUCK = "struck"
"""The rule of problems with what is struck through as a whole."""

_MOST_NAMED = 20
_ASIDE = re.compile(
    r"\b(?:gamm?e?le?|gml|old|fjor(?:året)?s?|i fjor|tidligere|utgått|utgåtte|utgår|historikk|historisk|arkiv(?:ert)?|"
    r"backup|sikkerhetskopi|kopi|copy|mal|template|eksempel|eksempler|example|test|utkast|kladd|slett(?:es|et)?|"
    r"ikke bruk|ikkje bruk|ikke i bruk|skal ikke|sluttet)\b|\(\d+\)$",
    re.IGNORECASE,
)
"""Words and endings of names that people give sheets that they keep beside the one that counts."""


def hidden_sheet(sheet: str, taken: bool) -> Problem:
    """Return the warning about a hidden sheet that holds cases."""
    message = (
        _("The sheet is hidden, and its cases are taken with the others.")
        if taken
        else _("The sheet is hidden, and its cases are left out. Show the sheet, or use --include-hidden.")
    )
    return Problem(HIDDEN, "warning", message, sheet=sheet, value=sheet)


def set_aside(sheet: str) -> Problem | None:
    """Return the warning about a sheet with cases whose name says that it is old, a copy, a draft or an example."""
    if not _ASIDE.search(sheet.replace("_", " ")):
        return None
    message = _(
        "The sheet is called «{sheet}», and its cases are taken with the others. Delete or hide the sheet if they "
        "should not be."
    )
    return Problem("sheet_name", "warning", message.format(sheet=sheet), sheet=sheet, value=sheet)


def hidden_column(sheet: str, row: int, column: int, label: str, *, taken: bool, needed: bool = False) -> Problem:
    """Return the problem of a hidden column, at its heading; an error if every case needs it and it is left out."""
    message = (
        _("The column «{label}» is hidden, and is taken with the others.")
        if taken
        else _("The column «{label}» is hidden, and is left out. Show the column, or use --include-hidden.")
    )
    cell = f"{get_column_letter(column + 1)}{row}"
    level: Level = "error" if needed and not taken else "warning"
    return Problem(HIDDEN, level, message.format(label=label), value=label, sheet=sheet, cell=cell, row=row)


def struck_by_rules(sheet: Sheet, heading_row: int, columns: Collection[int], last_row: int) -> Iterator[Problem]:
    """Yield a warning for each range below the headings in which conditional formatting may strike values through."""
    message = _(
        "Conditional formatting strikes out what stands in {cells} where its condition holds. That is not worked out "
        "here, and all of it is taken. Delete what is struck out, or the rule."
    )
    for each in sheet.struck_by_rules:
        within = [column for column in columns if each.first_column <= column <= each.last_column]
        first, last = max(each.first_row, heading_row + 1), min(each.last_row, last_row)
        if within and first <= last:
            cell = f"{get_column_letter(min(within) + 1)}{first}"
            other = f"{get_column_letter(max(within) + 1)}{last}"
            cells = cell if cell == other else f"{cell}:{other}"
            yield Problem(STRUCK, "warning", message.format(cells=cells), sheet=sheet.name, cell=cell, row=first)


@dataclass(slots=True)
class HiddenParts:
    """Notes hidden rows that hold a case, and hidden columns that hold a value, while a sheet is read.

    `columns` are the hidden columns of fields, with the label of each.
    """

    sheet: str
    taken: bool
    heading_row: int
    columns: Mapping[int, str]
    _rows: list[int] = field(default_factory=list)
    _filled: set[int] = field(default_factory=set)

    def note_row(self, number: int) -> bool:
        """Note a hidden row that holds a case; return whether it is taken."""
        self._rows.append(number)
        return self.taken

    def note_columns(self, row: SheetRow) -> None:
        """Note which hidden columns hold something in a row of a case."""
        self._filled.update(each for each in self.columns if each in row.cells or each in row.problems)

    def problems(self) -> Iterator[Problem]:
        """Yield one warning for all hidden rows, and one for each hidden column that holds something."""
        if self._rows:
            message = (
                _("Hidden rows are taken with the others: {rows}.")
                if self.taken
                else _("Hidden rows are left out: {rows}. Show the rows, or use --include-hidden.")
            )
            yield Problem(
                HIDDEN,
                "warning",
                message.format(rows=_ranges(self._rows)),
                sheet=self.sheet,
                cell=f"A{self._rows[0]}",
                row=self._rows[0],
            )
        for column in sorted(self._filled):
            yield hidden_column(self.sheet, self.heading_row, column, self.columns[column], taken=self.taken)


def _ranges(numbers: list[int]) -> str:
    """Return ascending numbers as «5–9, 14»."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ranges)


def commented(sheet: Sheet, heading_row: int, last_row: int) -> Iterator[Problem]:
    """Yield one warning about the comments in the rows of cases, which nothing is read from.

    It stands at no cell: a report leaves the cells of comments alone, in which nothing is wrong.
    """
    cells = sorted(each for each in sheet.commented if heading_row < each[0] <= last_row)
    if not cells:
        return
    places = [f"{get_column_letter(column + 1)}{row}" for row, column in cells]
    named = ", ".join(places[:_MOST_NAMED]) + (" …" if len(places) > _MOST_NAMED else "")
    message = _(
        "There are comments at {cells}, and nothing is read from them. Look whether one of them changes a case."
    ).format(cells=named)
    yield Problem("comments", "warning", message, sheet=sheet.name)
