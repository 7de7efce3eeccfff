"""Commands that follow agreements on the line."""

from dataclasses import asdict
from typing import Annotated

import typer

from flows.commands import console
from flows.commands.options import AsJson
from flows.errors import WrongUse
from flows.settings import load_settings

app = typer.Typer()


@app.command()
def collect(as_json: AsJson = False) -> None:
    """Follow up open signature requests, and archive what everybody has signed."""
    from flows.collect_signed import collect_signed

    collected = collect_signed()
    if as_json:
        problems = [{"id": one.agreement_id, "problem": one.problem} for one in collected.problems]
        console.print_json({"archived": collected.archived, "quarantined": collected.quarantined, "problems": problems})
    else:
        for one in collected.problems:
            told = f"{one.agreement_id}: {one.problem}" if one.agreement_id else one.problem
            console.err.print(told, markup=False, soft_wrap=True)
        console.out.print(f"{len(collected.archived)} archived, {len(collected.quarantined)} quarantined.")
    raise typer.Exit(1 if collected.quarantined or collected.problems else 0)


@app.command()
def settle(
    agreement: Annotated[str, typer.Argument(metavar="ID", help="An agreement that is unknown, or gone there.")],
    sent: Annotated[str, typer.Option("--sent", metavar="REF", help="The provider has it, under this id of its.")] = "",
    not_sent: Annotated[
        bool, typer.Option("--not-sent", help="The provider has nothing: it may be sent again.")
    ] = False,
    gone: Annotated[bool, typer.Option("--gone", help="It was sent, and the provider no longer has it.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what you saw at the provider about an agreement that nobody can know about otherwise."""
    from flows.application.context import current_setup
    from flows.register import State, open_register
    from flows.signing.manual_resolution import settle_gone, settle_not_sent, settle_sent

    if [bool(sent.strip()), not_sent, gone].count(True) != 1:
        raise WrongUse("Say one of --sent REF, with the provider's own id of the request, --not-sent and --gone.")
    if not_sent:
        state, asked = settle_not_sent(open_register(load_settings().register_url), agreement), True
    elif gone:
        setup = current_setup()
        state, asked = settle_gone(setup.register, setup.provider, agreement), True
    else:
        setup = current_setup()
        asked = settle_sent(setup.register, setup.provider, agreement, sent.strip())
        state = State.SENT
    told, said = {"id": agreement, "state": state}, f"{agreement} is {state} now."
    if not asked:
        said += f" The provider cannot be asked whether {sent.strip()} is its request: your word is kept."
    console.print_told(as_json, told if asked else {**told, "asked": False}, said)


@app.command()
def remind(
    agreement: Annotated[str, typer.Argument(metavar="ID", help="An agreement that is out for signature.")],
    signer: Annotated[int, typer.Option("--signer", min=0, help="Which signer; otherwise whoever is next.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Have the provider remind a signer, at most once in 24 hours."""
    from flows.application.context import current_setup
    from flows.signing.reminders import remind

    setup = current_setup()
    whom = remind(setup.register, setup.provider, agreement, signer)
    told = {"id": agreement, "reminded": whom}
    console.print_told(as_json, told, f"Signer {whom} of {agreement} is reminded.")


@app.command()
def links(
    agreement: Annotated[str, typer.Argument(metavar="ID", help="An agreement that is out at the signing desk.")],
    new: Annotated[int, typer.Option("--new", min=0, help="Make this signer a new link; the one before is void.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Show the links to sign at the signing desk, for passing on; whoever has one can sign."""
    from flows.application.context import current_setup
    from flows.signing.signer_links import links_to_pass_on

    setup = current_setup()
    found = links_to_pass_on(setup.register, setup.provider, agreement, new)
    if as_json:
        console.print_json({"id": agreement, "links": found})
    else:
        for order, link in found.items():
            console.out.print(f"{order}: {link}", soft_wrap=True)


@app.command()
def resend(
    agreement: Annotated[str, typer.Argument(metavar="ID", help="Declined, expired, cancelled or refused.")],
    as_json: AsJson = False,
) -> None:
    """Send the same case anew, as a new version, after its request has ended without a signature that counts."""
    from flows.application.context import current_setup
    from flows.new_alis import new_alis
    from flows.register.agreements import start_anew

    with current_setup().register.write() as transaction:
        start_anew(transaction, agreement)
    outcome = new_alis(agreement=agreement, send=True)
    if as_json:
        console.print_json({"id": outcome.agreement_id, "state": outcome.state, "problem": outcome.problem})
    else:
        console.print_outcomes([outcome], [])
    raise typer.Exit(1 if outcome.problem else 0)


@app.command()
def status(
    agreement: Annotated[str, typer.Argument(metavar="[ID]", help="An agreement's id.")] = "",
    as_json: AsJson = False,
) -> None:
    """Count agreements by state and list what waits for a person, or show what happened to one."""
    from flows.register import open_register
    from flows.register.agreements import count_by_state, events_of, get_agreement
    from flows.register.alarms import alarms
    from flows.register.pending_decisions import waiting_for_a_person
    from flows.register.signature_requests import newest_request

    register = open_register(load_settings().register_url)
    with register.read() as session:
        if not agreement:
            counts = count_by_state(session)
            waiting = [*waiting_for_a_person(session), *alarms(session, register.clock())]
            if as_json:
                listed = {"waiting": [asdict(one) for one in waiting]} if waiting else {}
                console.print_json({**counts, **listed})
                return
            console.print_table("Agreements by state", ("State", "Number"), list(counts.items()))
            if waiting:
                lines = [(one.agreement_id, one.state, one.why, one.do) for one in waiting]
                console.print_table("Waiting for a person", ("Agreement", "State", "Why", "What to do"), lines)
            return
        found = get_agreement(session, agreement)
        events = events_of(session, agreement)
        request = newest_request(session, agreement)
        if as_json:
            rows = [{"at": e.at, "actor": e.actor, "kind": e.kind, "to": e.state_after, "why": e.why} for e in events]
            told = {
                "id": found.id,
                "type": found.type,
                "state": found.state,
                "reason": request.reason if request else "",
            }
            console.print_json({**told, "events": rows})
            return
        rows_for_people = [(f"{e.at:%Y-%m-%d %H:%M:%S}Z", e.actor, e.state_after or e.kind, e.why) for e in events]
        title = f"{found.type} {found.id}: {found.state}"
        console.print_table(title, ("When", "Who", "What", "Why"), rows_for_people)
        if request and request.reason:
            console.out.print(f"The reason that was given: {request.reason}", markup=False, soft_wrap=True)
