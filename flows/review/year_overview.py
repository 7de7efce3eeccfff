"""Draw a year: months × municipalities, with the number of reviews and deadlines in each."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select

from flows import language
from flows.dates import month_name
from flows.language import translate as _
from flows.register import Agreement, Register, Review, State
from flows.register.review_schema import Deadline
from flows.register.reviews import LAPSED
from flows.register.states import DeadlineStatus
from flows.review import deadline_kinds
from flows.review.agenda import AgendaItem, of_deadline, of_review

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, undefined=StrictUndefined
)
_TOP, _WIDE, _HIGH = 64, 62, 30
"""Room for months, and the size of a cell, in the picture's units."""


@dataclass(frozen=True, slots=True)
class MonthCell:
    """One month of one municipality: open and settled reviews, and deadlines. `shade` runs from 0 to 4."""

    x: int
    y: int
    reviews: int
    done: int
    deadlines: int
    shade: int
    text: str
    title: str


@dataclass(frozen=True, slots=True)
class MunicipalityRow:
    """One municipality of the picture."""

    name: str
    number: str
    y: int
    cells: list[MonthCell]
    total: int


def dates_of_year(register: Register, year: int) -> list[AgendaItem]:
    """Return every review and deadline that is due in a year, settled ones included; lapsed and cancelled ones not."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    reviews = (
        select(Review, Agreement)
        .join(Agreement, Agreement.id == Review.agreement_id)
        .where(Review.due_date.between(first, last))
        .where(Review.outcome.is_(None) | (Review.outcome != LAPSED))
        .where(Review.outcome.is_not(None) | (Agreement.state != State.ENDED))
    )
    deadlines = select(Deadline).where(
        Deadline.due_date.between(first, last), Deadline.status != DeadlineStatus.CANCELLED
    )
    with register.read() as session:
        found = [of_review(review, agreement) for review, agreement in session.execute(reviews)]
        return found + [of_deadline(one) for one in session.execute(deadlines).scalars()]


def rows_of(dates: list[AgendaItem]) -> list[MunicipalityRow]:
    """Return the picture's rows, by the municipality's name."""
    names = sorted({(one.municipality, one.municipality_number) for one in dates})
    left = _room_for(dates)
    return [_row(name, number, left, place, dates) for place, (name, number) in enumerate(names)]


def _room_for(dates: list[AgendaItem]) -> int:
    """Return how wide the names are: some municipalities have three of them."""
    return 24 + 8 * max((len(one.municipality) for one in dates), default=20)


def year_picture(dates: list[AgendaItem], year: int) -> str:
    """Return the year as an SVG picture that stands alone, with a text for each cell."""
    return _PAGES.get_template("year.html").render(picture_only=True, **_parts(dates, year))


def year_page(dates: list[AgendaItem], year: int, links: bool = False) -> str:
    """Return the year as an HTML page: the picture, and the same numbers as a table for those who cannot see it.

    `links` lead to the years before and after, at addresses beside this one.
    """
    return _PAGES.get_template("year.html").render(picture_only=False, links=links, **_parts(dates, year))


def _parts(dates: list[AgendaItem], year: int) -> dict[str, object]:
    rows = rows_of(dates)
    here, left = language.current(), _room_for(dates)
    return {
        "language": here,
        "year": year,
        "rows": rows,
        "months": [
            (month_name(month, here, short=True), left + (month - 1) * _WIDE + _WIDE // 2) for month in range(1, 13)
        ],
        "width": left + 12 * _WIDE + 60,
        "height": _TOP + max(1, len(rows)) * _HIGH + 44,
        "wide": _WIDE - 2,
        "high": _HIGH - 2,
        "top": _TOP,
        "left": left,
        "title": _("Reviews and deadlines in {year}").format(year=year),
        "legend": _("In each cell: open reviews, and + deadlines. Darker means more; ✓ means that all are done."),
        "nothing": _("Nothing falls in this year."),
        "municipality": _("Municipality"),
        "total": _("Sum"),
    }


def _row(name: str, number: str, left: int, place: int, dates: list[AgendaItem]) -> MunicipalityRow:
    counted: Counter[tuple[int, str]] = Counter()
    for one in dates:
        if one.municipality_number == number:
            what = "deadlines" if one.kind != deadline_kinds.REVIEW else "reviews" if one.open else "done"
            counted[one.due.month, what] += 1
    y = _TOP + place * _HIGH
    cells = [
        _cell(
            name,
            month,
            left + (month - 1) * _WIDE,
            y,
            (counted[month, "reviews"], counted[month, "done"], counted[month, "deadlines"]),
        )
        for month in range(1, 13)
    ]
    return MunicipalityRow(name, number, y, cells, sum(counted.values()))


def _cell(name: str, month: int, x: int, y: int, counts: tuple[int, int, int]) -> MonthCell:
    reviews, done, deadlines = counts
    waiting = reviews + deadlines
    shade = 0 if not waiting else 1 if waiting == 1 else 2 if waiting <= 3 else 3 if waiting <= 6 else 4
    text = " ".join([str(reviews)] * bool(reviews) + [f"+{deadlines}"] * bool(deadlines))
    if not text and done:
        text = "✓"
    title = _("{municipality}, {month}: {reviews} open reviews, {done} done, {deadlines} deadlines").format(
        municipality=name,
        month=month_name(month, language.current()),
        reviews=reviews,
        done=done,
        deadlines=deadlines,
    )
    return MonthCell(x, y, reviews, done, deadlines, shade, text, title)
