"""Commands about yearly reviews and deadlines."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import language
from flows.commands import console
from flows.commands.options import AsJson
from flows.errors import NotDelivered, WrongUse
from flows.settings import load_settings

if TYPE_CHECKING:  # the other commands need not load the register
    from flows.register import Register

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
    as_json: AsJson = False,
) -> None:
    """Show the yearly reviews that are due, overdue ones first."""
    if context.invoked_subcommand:
        return
    from flows.review import due_dates, due_reviews

    if not re.fullmatch(r"\d{1,5}d?", within):
        raise WrongUse("--within takes a number of days, such as 90d.")
    register, ahead = _register(), timedelta(days=int(within.rstrip("d")))
    due = due_dates(register, ahead) if deadlines else due_reviews(register, ahead)
    due = [one for one in due if municipality in {"", one.municipality_number}]
    if ics:
        from flows.review.calendar import calendar, calendar_name

        ics.write_bytes(calendar(due, calendar_name(municipality), register.clock()))
    if workbook:
        from flows.review.workbook import write_workbook

        write_workbook(workbook, due)
    if as_json:
        console.print_json([one.as_json() for one in due])
        return
    rows = [(one.due, one.municipality, one.type, one.kind, one.number or "", one.rule, one.id) for one in due]
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
    from flows.review.outcomes import Outcome, do_reviews, due_in

    if outcome not in set(Outcome):
        raise WrongUse("--outcome takes continues, changed or ended.")
    register = _register()
    chosen = [*(ids or []), *(due_in(register, municipality) if municipality else [])]
    if not chosen:
        raise WrongUse("Nothing to record: give the ids that `avtaleflyt reviews` shows, or --municipality.")
    recorded = do_reviews(register, chosen, Outcome(outcome), by or register.actor, note, _day(on))
    if as_json:
        console.print_json([one.as_json() for one in recorded])
    else:
        rows = [(one.id, one.number or "", one.next_due or "", one.last_day or "", one.problem) for one in recorded]
        console.print_table("Recorded", ("Id", "Review", "Next due", "Last day", "Problem"), rows)
    raise typer.Exit(1 if any(one.problem for one in recorded) else 0)


@app.command()
def notify(as_json: AsJson = False) -> None:
    """Give today's notices, and deliver every e-mail that waits. Twice a day sends nothing twice."""
    from flows.yearly_review import yearly_review

    try:
        made = yearly_review()
    except NotDelivered as error:
        console.err.print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    nobody = [one.due.id for one in made.given.nobody]
    if as_json:
        counts = {"notices": len(made.given.items), "mails": made.given.mails, "sent": made.delivered.sent}
        console.print_json({**counts, "nobody_to_tell": nobody})
    else:
        console.out.print(f"{len(made.given.items)} notices in {made.given.mails} e-mails; {made.delivered.sent} sent.")
        if nobody:
            console.err.print(
                f"{len(nobody)} dates have nobody to tell: fill in who is responsible in their cases, or set "
                "AVTALEFLYT_NOTICE_TO.",
                soft_wrap=True,
            )
    raise typer.Exit(1 if nobody else 0)


@app.command()
def mail(as_json: AsJson = False) -> None:
    """Show the e-mails that wait, hang or were refused."""
    from flows.register.mail import undelivered

    with _register().read() as session:
        found = undelivered(session)
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
    from flows.agreements.municipalities import by_number
    from flows.register.calendar_feeds import make_feed
    from flows.web.calendar import feed_address

    if by_number(municipality) is None:
        raise WrongUse(f"There is no municipality {municipality}; give its four digits.")
    with _register().write() as transaction:
        _, token = make_feed(transaction, municipality)
    console.out.print(feed_address(load_settings().public_url, token), soft_wrap=True)


@app.command()
def feeds(as_json: AsJson = False) -> None:
    """List the calendar addresses there are, without what is secret in them."""
    from flows.register.calendar_feeds import feeds as every_feed

    with _register().read() as session:
        found = every_feed(session)
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
    from flows.register.calendar_feeds import revoke_feed

    with _register().write() as transaction:
        revoke_feed(transaction, feed_id)
    console.out.print("Revoked.")


@app.command()
def year(
    number: Annotated[int, typer.Argument(metavar="YEAR", min=2000, max=2200)],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="A .svg picture or a .html page.")],
) -> None:
    """Draw a year: months by municipalities, how much falls in each."""
    from flows.review.year_overview import dates_of_year, year_page, year_picture

    if output.suffix not in {".svg", ".html"}:
        raise WrongUse("-o takes a file that ends in .svg or .html.")
    dates = dates_of_year(_register(), number)
    output.write_text((year_picture if output.suffix == ".svg" else year_page)(dates, number), encoding="utf-8")
    console.out.print(f"{len(dates)} dates in {output}", markup=False)


@app.command()
def renewals(
    season: Annotated[int, typer.Option(metavar="YEAR", min=2000, max=2200, help="The season's year.")],
    as_json: AsJson = False,
) -> None:
    """List the agreements that a season should renew, and why."""
    from flows.review.renewal_candidates import renewals as to_renew

    found = to_renew(_register(), season, present_templates())
    if as_json:
        console.print_json([one.as_json() for one in found])
    else:
        rows = [(one.agreement_id, one.type, one.municipality_number, "; ".join(one.reasons)) for one in found]
        console.print_table(f"To renew in {season}", ("Agreement", "Type", "Municipality", "Why"), rows)


def present_templates() -> dict[str, str]:
    """Return the SHA-256 of each agreement type's template, where it is there."""
    import hashlib

    from flows.agreements.types import types

    paths = {name: load_settings().templates / kind.template for name, kind in types().items()}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in paths.items() if path.exists()}


def _register() -> "Register":
    from flows.register import open_register

    settings = load_settings()
    language.use(settings.language)
    return open_register(settings.register_url)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise WrongUse("--on takes a date such as 2027-01-31.") from None
