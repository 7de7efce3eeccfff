"""Lists as CSV for Excel: UTF-8 with its mark, semicolons, days as people write them, and no cell that is a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from io import StringIO

from flows.application.access import Action
from flows.application.agreement_list import ListedAgreement, page_of_agreements
from flows.application.context import Context
from flows.application.query_scope import query_scope
from flows.application.read_log import Reading, note_read
from flows.application.review_agenda import due_agenda
from flows.dates import short_date
from flows.language import translate
from flows.language import translate as _
from flows.register.listing_query import ListQuery, Scope

MEDIA_TYPE = "text/csv; charset=utf-8"
_MARK = "\ufeff"
_TOGETHER = 1000
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell begins with that Excel would take for a formula, also behind spaces (OWASP, CSV injection)."""

Cell = str | int | date | None


def agreements_csv(context: Context, query: ListQuery) -> Iterator[bytes]:
    """Return the pieces of the list of agreements that a query asks for, all pages of it; the reading is logged.

    Raises `NotAllowed` before the first piece.
    """
    scope = query_scope(context, Action.SEE_AGREEMENTS)
    _note(context, scope)
    headings = (
        *(_("Id"), _("Agreement"), _("Municipality number"), _("Municipality"), _("Counterpart"), _("Valid from")),
        *(_("State"), _("Signed"), _("Next"), _("Deadline"), _("Declined by"), _("Reason")),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for page in _pages(context, query, scope):
            for one in page:
                yield (
                    *(one.id, one.title, one.municipality_number, one.municipality, one.counterpart, one.valid_from),
                    *(translate(one.state), one.signed, one.next, one.until, one.declined_by, one.reason),
                )

    return _written(headings, rows())


def _pages(context: Context, query: ListQuery, scope: Scope) -> Iterator[Sequence[ListedAgreement]]:
    """Yield all that a query asks for: page by page, or at once where words are asked for, whose pages have an end."""
    if query.words:
        yield page_of_agreements(context, replace(query, page=1, size=None), scope).agreements
        return
    number = 1
    while page := page_of_agreements(context, replace(query, page=number, size=_TOGETHER), scope).agreements:
        yield page
        number += 1


def reviews_csv(context: Context) -> Iterator[bytes]:
    """Return the pieces of the list of reviews that are due within 90 days; the reading is logged.

    Raises `NotAllowed` before the first piece.
    """
    agenda = due_agenda(context, None)
    _note(context, query_scope(context, Action.SEE_REVIEWS))
    parts = ((_("Overdue"), agenda.overdue), (_("Within 30 days"), agenda.soon), (_("Within 90 days"), agenda.later))
    headings = (_("Agreement"), _("Municipality"), _("Counterpart"), _("Review"), _("Falls due"), _("State"))
    rows = (
        (one.agreement_id, one.municipality, one.counterpart, one.number, one.due, said)
        for said, reviews in parts
        for one in reviews.rows
    )
    return _written(headings, rows)


def _note(context: Context, scope: Scope) -> None:
    """Log the reading of a list, once for each municipality that it was limited to."""
    for number in [None] if scope is None else sorted(scope):
        note_read(context, Reading("list_csv", municipality_number=number))


def _written(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield a CSV file row by row."""
    yield _MARK.encode() + _line(headings)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[Cell]) -> bytes:
    written = StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow([safe_cell(one) for one in cells])
    return written.getvalue().encode()


def safe_cell(value: Cell) -> str:
    """Return a cell's text: days as DD.MM.YYYY, and an apostrophe before what Excel would take for a formula."""
    if value is None:
        return ""
    if isinstance(value, date):
        return short_date(value)
    text = " ".join(str(value).splitlines())
    return f"'{text}" if str(value).lstrip(" \u00a0").startswith(_FORMULAS) else text
