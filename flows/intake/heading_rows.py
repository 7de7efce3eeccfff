"""Find the row of headings of a sheet, and say what is wrong with it.

Titles may stand above it. Headings may take two rows: groups of columns above («Lege», «Signatar for kommunen») with
their parts below («Navn», «E-post»), or some headings in the one row and some in the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from openpyxl.utils import get_column_letter

from flows.agreements.fields import fields_of
from flows.agreements.problems import Level, Problem
from flows.agreements.types import AgreementType
from flows.intake.case_rows import Raw
from flows.intake.character_faults import character_fault
from flows.intake.headings import MatchedHeadings, clear_heading, match_headings, readings, with_doubts
from flows.intake.sheet_model import SheetRow
from flows.intake.text_normalization import as_text, clean, shown
from flows.language import translate as _

_LEAST_HEADINGS = 3


@dataclass(frozen=True)
class HeadingRow:
    """The headings of one sheet: their (lower) row, the text of each by column (from 0), and what they mean.

    `width` is the number of cells of their line in a text file, and 0 elsewhere. `groups` is what stands above them.
    """

    agreement: AgreementType
    number: int
    texts: Mapping[int, str]
    matched: MatchedHeadings[int]
    width: int = 0
    groups: Mapping[int, str] = field(default_factory=dict)

    def whole(self, column: int) -> str:
        """Return a heading with what stands above it: «Veileder: HPR-nr.»."""
        text, above = self.texts[column], self.groups.get(column, "")
        return f"{above}: {text}" if above and above != text else text

    @property
    def missing(self) -> list[str]:
        """Fields that every case must have, and that no heading can mean."""
        known, unread = fields_of(self.agreement.case), self.matched.unread
        return [
            name
            for name, each in known.items()
            if each.required and name not in self.matched.fields and name not in unread
        ]

    @cached_property
    def letters(self) -> dict[str, str]:
        """Return the letters of each field's column."""
        return {name: get_column_letter(column + 1) for name, column in self.matched.fields.items()}

    @cached_property
    def unread(self) -> frozenset[str]:
        """Fields whose values cannot be read from this sheet, which its headings' problems have said."""
        return self.matched.unread | frozenset(self.missing)

    @cached_property
    def unused(self) -> frozenset[int]:
        """Columns with a heading that are not used."""
        return frozenset(self.texts) - frozenset(self.matched.fields.values())

    @cached_property
    def first_column(self) -> int:
        """The table's first column: the place of what concerns a column that is not there."""
        return min(self.matched.fields.values(), default=min(self.texts))


def find_headings(rows: Sequence[SheetRow], agreements: Sequence[AgreementType]) -> HeadingRow | None:
    """Return the row among the first that has most headings of one of the agreements, or None.

    Where several agreements come into question, enough of them must be certain: a list of names and addresses is none.
    """
    best: HeadingRow | None = None
    above: SheetRow | None = None
    for row in rows:
        if not _texts(row):
            continue
        for agreement in agreements:
            found = _as_headings(row, above if above and above.number == row.number - 1 else None, agreement)
            enough = (
                found.matched.known if len(agreements) == 1 else len({*found.matched.fields, *found.matched.repeated})
            )
            if enough >= _LEAST_HEADINGS and (
                best is None or found.matched.known > best.matched.known or _goes_on(best, found)
            ):
                best = found
        above = row
    return best and replace(best, matched=with_doubts(best.matched, best.agreement))


def heading_problems(sheet: str, headings: HeadingRow) -> Iterator[Problem]:
    """Yield a problem for each column that is missing, repeated, unclear or unknown."""
    known, matched, texts = fields_of(headings.agreement.case), headings.matched, headings.texts

    def problem(level: Level, column: int, field: str, value: str, message: str) -> Problem:
        cell = address(column, headings.number)
        return Problem("headings", level, message, field, shown(value), sheet, cell, headings.number)

    for name in headings.missing:
        label = known[name].column.label
        message = _("The column «{label}» is missing. Add it to the headings.").format(label=label)
        yield problem("error", headings.first_column, name, "", message)
    for name, (first, *others) in matched.repeated.items():
        for column in others:
            message = _("The column «{label}» is there twice; the first is {cell}. Remove one of them.").format(
                label=known[name].column.label, cell=address(first, headings.number)
            )
            yield problem("error", column, name, texts[column], message)
    for column, names in matched.unclear.items():
        message = character_fault(texts[column]) or unclear_heading(headings.whole(column), names, headings.agreement)
        yield problem("error" if names else "warning", column, "", texts[column], message)
    for column, heading in matched.strangers.items():
        if damage := character_fault(heading):
            yield problem("error", column, "", heading, damage)
        else:
            message = _("The heading is not known, and the column is not used. Correct it if it should be.")
            yield problem("warning", column, "", heading, message)


def unclear_heading(heading: str, names: Sequence[str], agreement: AgreementType) -> str:
    """Return the sentence about a heading that may mean several fields, or one with a doubtful remark, or no more."""
    listed = ", ".join(f"«{clear_heading(name, agreement)}»" for name in names)
    if not names:
        message = _(
            "«{heading}» is not clear, and each field that it may mean has a heading of its own. It is not used: "
            "delete it, or call it what it is."
        )
    elif len(names) == 1:
        message = _(
            "«{heading}» may mean {fields}, but that is not certain. Write {fields} as the heading if that is meant, "
            "and something else if it is not."
        )
    else:
        message = _(
            "«{heading}» may mean several fields: {fields}. Write the one that is meant as the heading, and something "
            "else if it is none of them."
        )
    return message.format(heading=shown(heading), fields=listed)


def address(column: int, row: int) -> str:
    """Return the name of a cell, «D7», from its column (from 0) and its row (from 1)."""
    return f"{get_column_letter(column + 1)}{row}"


def _goes_on(above: HeadingRow, headings: HeadingRow) -> bool:
    """Return whether a row only repeats the one above: headings merged over two rows."""
    return (
        headings.number == above.number + 1
        and headings.matched.fields == above.matched.fields
        and headings.agreement is above.agreement
    )


def _as_headings(row: SheetRow, above: SheetRow | None, agreement: AgreementType) -> HeadingRow:
    """Return a row as headings: with the row above it where that says more of them, by itself otherwise."""
    texts = _texts(row)
    width = row.line.width if row.line else 0
    alone = match_headings(texts, agreement)
    tops = _texts(above) if above else {}
    groups = _groups(tops, texts, agreement)
    both = {**tops, **texts}
    together = match_headings(both, agreement, groups)
    told_more = any(
        readings(texts[column], agreement, group) != readings(texts[column], agreement)
        for column, group in groups.items()
    )
    if told_more or together.known > alone.known:
        return HeadingRow(agreement, row.number, both, together, width, groups)
    return HeadingRow(agreement, row.number, texts, alone, width)


def _groups(tops: Mapping[int, str], texts: Mapping[int, str], agreement: AgreementType) -> dict[int, str]:
    """Return the group that each heading belongs to, of those that have one.

    A heading above stands for its own column, and for those after it with nothing above them, up to one that means a
    field by itself. How far the last one reaches nobody can see, and a single one may be a title.
    """
    groups: dict[int, str] = {}
    group, last = "", max(tops, default=0)
    for column, text in texts.items():
        if column in tops:
            group = tops[column]
        elif column > last or _stands_by_itself(text, group, agreement):
            group = ""
        if group:
            groups[column] = group
    return groups


def _stands_by_itself(text: str, group: str, agreement: AgreementType) -> bool:
    own = readings(text, agreement)
    return own.certain and bool(own.fields) and readings(text, agreement, group) == own


def _texts(row: SheetRow) -> dict[int, str]:
    """Return the cells of a row as headings. A number is one, too: «4.3» comes out of a spreadsheet as 4.3."""
    return {
        column: text
        for column, cell in sorted(row.values().items())
        if not row.cannot_be_known(column) and (text := _heading(cell))
    }


def _heading(cell: Raw) -> str:
    if isinstance(cell, float) and not cell.is_integer():
        return str(cell)
    return clean(as_text(cell)) or ""
