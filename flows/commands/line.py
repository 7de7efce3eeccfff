"""Commands that follow agreements on the line."""

from typing import Annotated

import typer

from flows import screen
from flows.commands.options import AsJson
from flows.settings import load_settings

app = typer.Typer()


@app.command()
def collect(as_json: AsJson = False) -> None:
    """Follow up open signature requests, and archive what everybody has signed."""
    from flows.collect_signed import collect_signed

    collected = collect_signed()
    if as_json:
        problems = [{"id": one.agreement_id, "problem": one.problem} for one in collected.problems]
        screen.print_json({"archived": collected.archived, "quarantined": collected.quarantined, "problems": problems})
    else:
        for one in collected.problems:
            screen.err.print(f"{one.agreement_id}: {one.problem}")
        screen.out.print(f"{len(collected.archived)} archived, {len(collected.quarantined)} quarantined.")
    raise typer.Exit(1 if collected.quarantined or collected.problems else 0)


@app.command()
def status(
    agreement: Annotated[str, typer.Argument(metavar="[ID]", help="An agreement's id.")] = "",
    as_json: AsJson = False,
) -> None:
    """Count agreements by state, or show what happened to one."""
    from flows.register import open_register
    from flows.register.agreements import count_by_state, events_of, get_agreement

    register = open_register(load_settings().register_url)
    with register.read() as session:
        if not agreement:
            counts = count_by_state(session)
            if as_json:
                screen.print_json(counts)
            else:
                screen.print_table("Agreements by state", ("State", "Number"), list(counts.items()))
            return
        found = get_agreement(session, agreement)
        events = events_of(session, agreement)
        if as_json:
            rows = [{"at": e.at, "actor": e.actor, "kind": e.kind, "to": e.state_after, "why": e.why} for e in events]
            screen.print_json({"id": found.id, "type": found.type, "state": found.state, "events": rows})
            return
        rows_for_people = [(f"{e.at:%Y-%m-%d %H:%M:%S}Z", e.actor, e.state_after or e.kind, e.why) for e in events]
        title = f"{found.type} {found.id}: {found.state}"
        screen.print_table(title, ("When", "Who", "What", "Why"), rows_for_people)
