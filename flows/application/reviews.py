"""Yearly reviews and deadlines: what is due, what came of it, and the notices that are sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from flows.application.context import Context
from flows.application.deliver_mail import sender_of
from flows.application.new_files import new_file, write_new
from flows.errors import WrongUse
from flows.language import translate as _
from flows.mail.outbox import DeliveryRound
from flows.register.mail import undelivered
from flows.register.review_schema import Mail
from flows.review import AgendaItem, due_dates, due_reviews, keep_dates, year_overview
from flows.review.calendar import calendar, calendar_name
from flows.review.notice_email import write_letter
from flows.review.notices import NoticeRound, give_notices
from flows.review.outcomes import RecordedOutcome, ReviewOutcome, due_in, record_outcomes
from flows.review.workbook import write_workbook

__all__ = [
    "AgendaItem",
    "DeliveryRound",
    "NoticeRound",
    "RecordedOutcome",
    "ReviewRound",
    "due",
    "notice_table",
    "notify_due",
    "record_reviews",
    "undelivered_mail",
    "update_dates",
    "write_calendar",
    "write_due_workbook",
    "write_year",
    "year_page",
    "year_picture",
]


@dataclass(frozen=True, slots=True)
class ReviewRound:
    """Notices that a round gave, dates with nobody to notify, and the delivery of the e-mails."""

    given: NoticeRound
    delivered: DeliveryRound


def due(context: Context, ahead: timedelta, deadlines: bool = False, municipality: str = "") -> list[AgendaItem]:
    """Return the reviews, and deadlines if asked for, that are due within a time, overdue ones first."""
    found = (due_dates if deadlines else due_reviews)(context.register, ahead)
    return [one for one in found if municipality in {"", one.municipality_number}]


def write_calendar(
    context: Context, dates: list[AgendaItem], target: Path, municipality: str = "", force: bool = False
) -> None:
    """Write dates as an iCalendar file. Raises `WrongUse` where it is there already, unless `force`."""
    write_new(target, calendar(dates, calendar_name(municipality), context.register.clock()), force)


def write_due_workbook(dates: list[AgendaItem], target: Path, force: bool = False) -> None:
    """Write dates as a workbook. Raises `WrongUse` where it is there already, unless `force`."""
    with new_file(target, force) as draft:
        write_workbook(draft, dates)


def record_reviews(
    context: Context,
    ids: Sequence[str],
    outcome: str,
    *,
    municipality: str = "",
    by: str = "",
    note: str = "",
    on: date | None = None,
) -> list[RecordedOutcome]:
    """Record the outcome of reviews, and of all that are due in a municipality if given. Raises `WrongUse`."""
    if outcome not in set(ReviewOutcome):
        raise WrongUse(_("--outcome takes continues, changed or ended."))
    register = context.register
    chosen = [*ids, *(due_in(register, municipality) if municipality else [])]
    if not chosen:
        raise WrongUse(_("Nothing to record: give the ids that `avtaleflyt reviews` shows, or --municipality."))
    return record_outcomes(register, chosen, ReviewOutcome(outcome), by or register.actor, note, on)


def update_dates(context: Context) -> None:
    """End agreements that have ended, and plan the reviews and deadlines that follow."""
    keep_dates(context.register, context.settings.grant_deadlines)


def notify_due(context: Context) -> NoticeRound:
    """Give every notice that was not given before; e-mails wait in the register until they are delivered."""
    settings = context.settings
    if not settings.smtp_url.get_secret_value():
        return give_notices(context.register)
    sender = sender_of(context)
    return give_notices(
        context.register,
        lambda address, items, today: write_letter(sender, address, items, today, context.register.clock()),
        settings.notice_to,
    )


def undelivered_mail(context: Context) -> list[Mail]:
    """Return the e-mails that are queued, in progress or refused."""
    with context.register.read() as session:
        return list(undelivered(session))


def year_picture(context: Context, year: int) -> str:
    """Return a year's overview as SVG."""
    return year_overview.year_picture(year_overview.dates_of_year(context.register, year), year)


def year_page(context: Context, year: int, links: bool = False) -> str:
    """Return a year's overview as an HTML page, with links to the neighbouring years if asked for."""
    return year_overview.year_page(year_overview.dates_of_year(context.register, year), year, links)


def write_year(context: Context, year: int, target: Path, force: bool = False) -> int:
    """Write a year's overview as .svg or .html; return the number of dates.

    Raises `WrongUse` where the file is there already, unless `force`.
    """
    dates = year_overview.dates_of_year(context.register, year)
    draw = year_overview.year_picture if target.suffix == ".svg" else year_overview.year_page
    write_new(target, draw(dates, year).encode(), force)
    return len(dates)


def notice_table(given: NoticeRound) -> list[dict[str, str | int | bool | None]]:
    """Return one row for each date of a round, for the run's artifact."""
    rows = [(one, _("told")) for one in given.items] + [(one, _("nobody to tell")) for one in given.nobody]
    return [{**one.due.as_json(), "reminder": one.reminder, "told": told} for one, told in rows]
