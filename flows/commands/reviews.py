"""Commands about yearly reviews and deadlines."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands import console
from flows.commands.options import AsJson, Force
from flows.errors import NotDelivered, WrongUse
from flows.language import translate as _

if TYPE_CHECKING:  # the other commands need not load the reviews
    from flows.application.reviews import AgendaItem

app = typer.Typer(help="Yearly reviews and deadlines: what is due, and what came of it.")

Municipality = Annotated[str, typer.Option(metavar="NUMBER", help="Only this municipality, four digits.")]


@app.callback(invoke_without_command=True)
def reviews(
    context: typer.Context,
    within: Annotated[str, typer.Option(metavar="90d", help="How far ahead, in days.")] = "90d",
    deadlines: Annotated[bool, typer.Option("--deadlines", help="Show deadlines beside the yearly reviews.")] = False,
    municipality: Municipality = "",
    ics: Annotated[Path | None, typer.Option("--ics", metavar="FILE.ics", help="Write a calendar file.")] = None,
    workbook: Annotated[Path | None, typer.Option("--workbook", metavar="FILE.xlsx", help="Write a workbook.")] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Show the yearly reviews that are due, overdue ones first."""
    if context.invoked_subcommand:
        return
    from flows.application.context import current_context
    from flows.application.reviews import due, write_calendar, write_due_workbook

    if not re.fullmatch(r"\d{1,5}d?", within):
        raise WrongUse(_("--within takes a number of days, such as 90d."))
    opened = current_context()
    dates = due(opened, timedelta(days=int(within.rstrip("d"))), deadlines, municipality)
    if ics:
        write_calendar(opened, dates, ics, municipality, force)
    if workbook:
        write_due_workbook(dates, workbook, force)
    if as_json:
        console.print_json([one.as_json() for one in dates])
        return
    _print_due(dates)


def _print_due(dates: "Sequence[AgendaItem]") -> None:
    rows = [(one.due, one.municipality, one.type, one.kind, one.number or "", one.rule, one.id) for one in dates]
    console.print_table("Due", ("Due", "Municipality", "Type", "What", "Number", "Rule", "Id"), rows)


@app.command()
def done(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Agreements, or deadlines.")] = None,
    outcome: Annotated[str, typer.Option(help="What came of it: continues, changed or ended.")] = "continues",
    municipality: Municipality = "",
    note: Annotated[str, typer.Option(help="A note for those who look at it later.")] = "",
    by: Annotated[str, typer.Option(help="Who did it; default: who is signed in here.")] = "",
    on: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="With ended: day of notice, or last day.")] = "",
    as_json: AsJson = False,
) -> None:
    """Record what came of reviews: one or several, or all that are due in a municipality."""
    from flows.application.context import current_context
    from flows.application.reviews import record_reviews

    recorded = record_reviews(
        current_context(), ids or [], outcome, municipality=municipality, by=by, note=note, on=_day(on)
    )
    if as_json:
        console.print_json([one.as_json() for one in recorded])
    else:
        rows = [(one.id, one.number or "", one.next_due or "", one.last_day or "", one.problem) for one in recorded]
        console.print_table("Recorded", ("Id", "Review", "Next due", "Last day", "Problem"), rows)
    raise typer.Exit(1 if any(one.problem for one in recorded) else 0)


@app.command()
def notify(as_json: AsJson = False) -> None:
    """Give today's notices, and deliver every e-mail that waits. Twice a day sends nothing twice."""
    from flows.commands.flow_runs import run_reviews

    try:
        made = run_reviews()
    except NotDelivered as error:
        console.err.print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    nobody = [one.due.id for one in made.given.nobody]
    untold = [] if made.given.mails else [one.due for one in made.given.items]
    if as_json:
        counts = {"notices": len(made.given.items), "mails": made.given.mails, "sent": made.delivered.sent}
        console.print_json({**counts, "nobody_to_tell": nobody, "untold": [one.as_json() for one in untold]})
    else:
        if untold:
            _print_due(untold)
            console.err.print(
                _("There is no mail server, so nobody was told: these dates stay due. Set AVTALEFLYT_SMTP_URL."),
                soft_wrap=True,
            )
        console.out.print(
            _("{notices} notices in {mails} e-mails; {sent} sent.").format(
                notices=len(made.given.items), mails=made.given.mails, sent=made.delivered.sent
            )
        )
        if nobody:
            console.err.print(
                _(
                    "{dates} dates have nobody to tell: fill in who is responsible in their cases, or set "
                    "AVTALEFLYT_NOTICE_TO."
                ).format(dates=len(nobody)),
                soft_wrap=True,
            )
    raise typer.Exit(1 if nobody or untold else 0)


@app.command()
def mail(as_json: AsJson = False) -> None:
    """Show the e-mails that wait, hang or were refused."""
    from flows.application.context import current_context
    from flows.application.reviews import undelivered_mail

    found = undelivered_mail(current_context())
    if as_json:
        rows = [
            {"id": o.id, "state": o.state, "tries": o.tries, "written": o.written_at, "problem": o.problem}
            for o in found
        ]
        console.print_json(rows)
    else:
        rows_for_people = [(o.id, o.state, o.tries, f"{o.written_at:%Y-%m-%d %H:%M}Z", o.problem) for o in found]
        console.print_table("E-mails not delivered", ("Id", "State", "Tries", "Written", "Problem"), rows_for_people)
    raise typer.Exit(1 if found else 0)


@app.command()
def feed(
    municipality: Annotated[str, typer.Argument(metavar="NUMBER", help="Municipality number, four digits.")],
) -> None:
    """Make a secret calendar address for a municipality, and print it: it is shown only this once."""
    from flows.application.calendar_feeds import create_feed
    from flows.application.context import current_context

    console.out.print(create_feed(current_context(), municipality), soft_wrap=True)


@app.command()
def feeds(as_json: AsJson = False) -> None:
    """List the calendar addresses there are, without what is secret in them."""
    from flows.application.calendar_feeds import list_feeds
    from flows.application.context import current_context

    found = list_feeds(current_context())
    if as_json:
        console.print_json(
            [
                {"id": o.id, "municipality_number": o.municipality_number, "made": o.made_at, "revoked": o.revoked_at}
                for o in found
            ]
        )
    else:
        rows = [(o.id, o.municipality_number, o.made_by, f"{o.made_at:%Y-%m-%d}", o.revoked_at or "") for o in found]
        console.print_table("Calendar feeds", ("Id", "Municipality", "Made by", "Made", "Revoked"), rows)


@app.command()
def revoke(feed_id: Annotated[str, typer.Argument(metavar="ID", help="A feed's id.")]) -> None:
    """Let a calendar address lead nowhere from now on."""
    from flows.application import calendar_feeds
    from flows.application.context import current_context

    calendar_feeds.revoke(current_context(), feed_id)
    console.out.print(_("Revoked."))


@app.command()
def year(
    number: Annotated[int, typer.Argument(metavar="YEAR", min=2000, max=2200)],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="A .svg picture or a .html page.")],
    force: Force = False,
) -> None:
    """Draw a year: months by municipalities, how much falls in each."""
    from flows.application.context import current_context
    from flows.application.reviews import write_year

    if output.suffix not in {".svg", ".html"}:
        raise WrongUse(_("-o takes a file that ends in .svg or .html."))
    count = write_year(current_context(), number, output, force)
    console.out.print(_("{count} dates in {path}").format(count=count, path=output), markup=False)


@app.command()
def renewals(
    season: Annotated[int, typer.Option(metavar="YEAR", min=2000, max=2200, help="The season's year.")],
    as_json: AsJson = False,
) -> None:
    """List the agreements that a season should renew, and why."""
    from flows.application.context import current_context
    from flows.application.sheet import season_renewals

    found = season_renewals(current_context(), season)
    if as_json:
        console.print_json([one.as_json() for one in found])
    else:
        rows = [(one.agreement_id, one.type, one.municipality_number, "; ".join(one.reasons)) for one in found]
        console.print_table(
            _("To renew in {season}").format(season=season), ("Agreement", "Type", "Municipality", "Why"), rows
        )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise WrongUse(_("--on takes a date such as 2027-01-31.")) from None
