"""Write what is due as a workbook, for whoever settles it."""

from collections.abc import Sequence
from pathlib import Path

from flows.agreements.types import types
from flows.language import translate as _
from flows.review import deadline_kinds
from flows.review.agenda import AgendaItem
from flows.table_workbook import write_table


def write_workbook(path: Path, dates: Sequence[AgendaItem]) -> None:
    """Write the dates to an .xlsx file, one a row, in their order. Days are real dates; nothing is a formula."""
    headings = (
        (_("Due"), 12),
        (_("What"), 44),
        (_("Municipality"), 34),
        (_("Type of agreement"), 30),
        (_("Day before it was moved"), 12),
        (_("Where it says so"), 40),
        (_("Id"), 38),
    )
    rows = []
    for one in dates:
        title = types()[one.type].title if one.type in types() else one.type
        what = f"{deadline_kinds.title_of(one.kind)} {one.number}" if one.number else deadline_kinds.title_of(one.kind)
        source = f"{one.section} ({one.rule})" if one.rule else one.section
        rows.append((one.due, what, one.municipality, title, one.nominal, source, one.agreement_id or one.id))
    write_table(path, _("Due"), headings, rows)
