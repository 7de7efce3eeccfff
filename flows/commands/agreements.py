"""Commands that follow agreements on the line."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands import console
from flows.commands.options import AsJson, Force
from flows.dates import oslo_date, short_date
from flows.errors import WrongUse
from flows.language import translate
from flows.language import translate as _

if TYPE_CHECKING:  # the other commands need not load the register
    from collections.abc import Sequence

    from flows.application.agreement_list import ListedAgreement
    from flows.application.status import AgreementHistory, StatusOverview

app = typer.Typer()


@app.command()
def collect(as_json: AsJson = False) -> None:
    """Follow up open signature requests, and archive what everybody has signed."""
    from flows.commands.flow_runs import run_collection

    with console.progress_bars():
        collected = run_collection()
    if as_json:
        console.print_json(
            {
                "archived": collected.archived,
                "quarantined": collected.quarantined,
                "problems": [{"id": one.agreement_id, "problem": one.problem} for one in collected.failures],
                "provider_errors": collected.provider_errors,
                "mail_errors": collected.mail_errors,
            }
        )
    else:
        failures = [f"{one.agreement_id}: {one.problem}" for one in collected.failures]
        for problem in (*failures, *collected.provider_errors, *collected.mail_errors):
            console.err.print(problem, markup=False, soft_wrap=True)
        console.out.print(
            _("{archived} archived, {quarantined} quarantined.").format(
                archived=len(collected.archived), quarantined=len(collected.quarantined)
            )
        )
    raise typer.Exit(0 if collected.complete else 1)


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
    from flows.application.context import current_context
    from flows.application.follow_up import resolve_as_gone, resolve_as_not_sent, resolve_as_sent

    if [bool(sent.strip()), not_sent, gone].count(True) != 1:
        raise WrongUse(_("Say one of --sent REF, with the provider's own id of the request, --not-sent and --gone."))
    context = current_context()
    if not_sent:
        result = resolve_as_not_sent(context, agreement)
    elif gone:
        result = resolve_as_gone(context, agreement)
    else:
        result = resolve_as_sent(context, agreement, sent.strip())
    told, said = (
        {"id": agreement, "state": result.state},
        _("{agreement} is {state} now.").format(agreement=agreement, state=translate(result.state)),
    )
    if not result.confirmed:
        said += " " + _("The provider cannot be asked whether {reference} is its request: your word is kept.").format(
            reference=sent.strip()
        )
    console.print_result(as_json, told if result.confirmed else {**told, "asked": False}, said)


@app.command()
def remind(
    agreement: Annotated[str, typer.Argument(metavar="ID", help="An agreement that is out for signature.")],
    signer: Annotated[int, typer.Option("--signer", min=0, help="Which signer; otherwise whoever is next.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Have the provider remind a signer, at most once in 24 hours."""
    from flows.application.context import current_context
    from flows.application.follow_up import remind_signer

    whom = remind_signer(current_context(), agreement, signer)
    told = {"id": agreement, "reminded": whom}
    console.print_result(
        as_json, told, _("Signer {number} of {agreement} is reminded.").format(number=whom, agreement=agreement)
    )


@app.command()
def withdraw(
    agreement: Annotated[str, typer.Argument(metavar="ID", help="An agreement that is not signed by everybody.")],
    as_json: AsJson = False,
) -> None:
    """Withdraw an agreement: one that is not sent at once, one that is out at the provider."""
    from flows.application.context import current_context
    from flows.application.follow_up import withdraw_agreement

    state = withdraw_agreement(current_context(), agreement)
    console.print_result(
        as_json,
        {"id": agreement, "state": state},
        _("{agreement} is {state} now.").format(agreement=agreement, state=translate(state)),
    )


@app.command("list")
def list_command(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORD]...", help="Part of a name, a number, or how an id begins.")
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(metavar="STATE", help="Only this state; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List agreements with the names of the parties: who has signed, who is next, until when."""
    from flows.application.agreement_list import list_agreements
    from flows.application.context import current_context

    found = list_agreements(current_context(), words or [], state or [])
    if as_json:
        console.print_json([one.as_json() for one in found])
        return
    _print_listed(found)


def _print_listed(found: "Sequence[ListedAgreement]") -> None:
    rows = [
        (
            one.municipality,
            one.counterpart,
            one.state,
            one.signed,
            one.next or one.declined_by,
            short_date(one.until) if one.until else "",
            one.reason,
            one.id,
        )
        for one in found
    ]
    headings = ("Municipality", "Counterpart", "State", "Signed", "Next", "Until", "Reason", "Id")
    console.print_table("Agreements", headings, rows)


@app.command()
def links(
    agreement: Annotated[str, typer.Argument(metavar="[ID]", help="An agreement out at the signing desk.")] = "",
    new: Annotated[int, typer.Option("--new", min=0, help="Make this signer a new link; the one before is void.")] = 0,
    everything: Annotated[bool, typer.Option("--all", help="Write all links to a workbook, with -o.")] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE.xlsx", help="The workbook of --all.")
    ] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Show the links to sign at the signing desk, for passing on; whoever has one can sign."""
    from flows.application.context import current_context
    from flows.application.follow_up import links_of

    if everything:
        if agreement or new or output is None or output.suffix != ".xlsx":
            raise WrongUse(_("--all takes -o FILE.xlsx, and no agreement."))
        _write_links(output, force, as_json)
        return
    if not agreement:
        raise WrongUse(_("Give an agreement's id, or --all with -o FILE.xlsx."))
    found = links_of(current_context(), agreement, new)
    if as_json:
        console.print_json({"id": agreement, "links": found})
    else:
        for order, link in found.items():
            console.out.print(f"{order}: {link}", soft_wrap=True)


def _write_links(target: Path, force: bool, as_json: bool) -> None:
    from flows.application.agreement_list import write_links
    from flows.application.context import current_context

    count = write_links(current_context(), target, force)
    told = _("{count} links in {path}. Whoever has one can sign: pass them on one by one, and delete the file.")
    console.print_result(as_json, {"links": count, "path": str(target)}, told.format(count=count, path=target))


@app.command()
def resend(
    agreement: Annotated[str, typer.Argument(metavar="ID", help="Declined, expired, cancelled or refused.")],
    as_json: AsJson = False,
) -> None:
    """Send the same case anew, as a new version, after its request has ended without a signature that counts."""
    from flows.application.context import current_context
    from flows.application.follow_up import restart_agreement
    from flows.commands.flow_runs import run_hire

    restart_agreement(current_context(), agreement)
    outcome = run_hire(agreement, "sent anew after its request had ended", send=True)
    if as_json:
        console.print_json({"id": outcome.agreement_id, "state": outcome.state, "problem": outcome.problem})
    else:
        console.print_outcomes([outcome], [])
        console.print_told([outcome])
    raise typer.Exit(1 if outcome.problem else 0)


@app.command()
def status(
    agreement: Annotated[str, typer.Argument(metavar="[ID]", help="An agreement's id, or how it begins.")] = "",
    as_json: AsJson = False,
) -> None:
    """Count agreements by state and list what waits for a person, or show what happened to one."""
    from flows.application.context import current_context
    from flows.application.status import agreement_history, status_overview

    if agreement:
        _print_history(agreement_history(current_context(), agreement), as_json)
    else:
        _print_overview(status_overview(current_context()), as_json)


def _print_overview(overview: "StatusOverview", as_json: bool) -> None:
    if as_json:
        listed = {"waiting": [one.as_json() for one in overview.waiting]} if overview.waiting else {}
        console.print_json({**overview.counts, **listed})
        return
    console.print_table("Agreements by state", ("State", "Number"), list(overview.counts.items()))
    if overview.waiting:
        lines = [
            (
                one.municipality,
                one.counterpart,
                one.kind,
                f"{oslo_date(one.since)}",
                one.sentence,
                one.action,
                one.agreement_id or one.kind,
            )
            for one in overview.waiting
        ]
        headings = ("Municipality", "Counterpart", "State", "Since", "Why", "What to do", "Id")
        console.print_table("Waiting for a person", headings, lines)


def _print_history(history: "AgreementHistory", as_json: bool) -> None:
    from flows.application.status import reason_in_words

    found, events = history.agreement, history.events
    if as_json:
        rows = [{"at": e.at, "actor": e.actor, "kind": e.kind, "to": e.state_after, "why": e.why} for e in events]
        told = {"id": found.id, "type": found.type, "state": found.state, "reason": history.reason}
        named = history.listed.as_json() if history.listed else {}
        console.print_json({**named, **told, "events": rows})
        return
    if history.listed:
        _print_listed([history.listed])
    rows_for_people = [
        (f"{e.at:%Y-%m-%d %H:%M:%S}Z", e.actor, e.state_after or e.kind, reason_in_words(e)) for e in events
    ]
    title = f"{found.type} {found.id}: {found.state}"
    console.print_table(title, ("When", "Who", "What", "Why"), rows_for_people)
    if history.reason:
        console.out.print(
            _("The reason that was given: {reason}").format(reason=history.reason), markup=False, soft_wrap=True
        )
