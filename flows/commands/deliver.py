"""The command `deliver`: archived agreements into the municipality's own archive system."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands import console
from flows.commands.options import AsJson
from flows.errors import WrongUse
from flows.language import translate as _

if TYPE_CHECKING:
    from flows.application.deliver_records import DeliveryRound
    from flows.application.delivery_view import DeliveryView

app = typer.Typer()


@app.command()
def deliver(
    any_id: Annotated[
        str, typer.Argument(metavar="[ID]", help="A record, an agreement or a delivery; all that is due otherwise.")
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="Send it anew, with a message that is made anew.")] = False,
    settle: Annotated[
        str, typer.Option(metavar="WHAT", help="What you found in the archive: delivered or not-delivered.")
    ] = "",
    case: Annotated[str, typer.Option(metavar="YEAR/NUMBER", help="The archive's case, such as 2026/4711.")] = "",
    entry: Annotated[str, typer.Option(metavar="NUMBER", help="What the archive calls the entry.")] = "",
    why: Annotated[str, typer.Option(help="Who has looked, and what was there; kept with the event.")] = "",
    list_open: Annotated[bool, typer.Option("--list", help="List what is not delivered; change nothing.")] = False,
    close_answers: Annotated[
        bool, typer.Option("--close-answers", help="You have looked at the messages that fit nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Deliver archived agreements to the municipality's own archive system, and take in what it answers."""
    if bool(again) + bool(settle) + bool(list_open) + bool(close_answers) > 1:
        raise WrongUse(_("Give one of --again, --settle, --list and --close-answers."))
    if (again or settle) and not any_id:
        raise WrongUse(_("Say which delivery: `avtaleflyt deliver --list` shows their ids."))
    if list_open:
        _print_open(as_json)
    elif close_answers:
        _close(why, as_json)
    elif settle:
        _print_one(_settled(any_id, settle, (case, entry), why), as_json)
    else:
        _run(any_id, again, case, why, as_json)


def _settled(any_id: str, settle: str, numbers: tuple[str, str], why: str) -> "DeliveryView":
    from flows.application.context import current_context
    from flows.application.delivery_decisions import Settlement, settle_delivery

    if settle not in {str(one) for one in Settlement}:
        raise WrongUse(_("--settle takes delivered or not-delivered."))
    return settle_delivery(current_context(), any_id, Settlement(settle), *numbers, why)


def _run(any_id: str, again: bool, case: str, why: str, as_json: bool) -> None:
    """Run a round; a record that was named goes first, and is planned if it was not."""
    from flows.application.context import current_context
    from flows.application.deliver_records import archive_of
    from flows.application.delivery_decisions import deliver_again, deliver_now
    from flows.commands.flow_runs import run_deliveries

    context = current_context()
    archive_of(context)
    if again:
        deliver_again(context, any_id, case, why)
    elif any_id:
        deliver_now(context, any_id)
    made = run_deliveries()
    _print_round(made, as_json)


def _print_round(made: "DeliveryRound", as_json: bool) -> None:
    from flows.application.delivery_view import state_in_words
    from flows.register.states import DeliveryState

    for_people = made.count(DeliveryState.REFUSED) + made.count(DeliveryState.NEEDS_PERSON)
    if as_json:
        states = {one: str(state) for one, state in made.states.items()}
        counts = {"answers": made.stored, "planned": made.planned, "asked": made.asked}
        console.print_json({**counts, "deliveries": states, "problems": made.problems})
    else:
        if made.states:
            rows = [(one, state_in_words(state)) for one, state in made.states.items()]
            console.print_table("Deliveries", ("Delivery", "State"), rows)
        told = _("{answers} answers taken in, {planned} deliveries planned.")
        console.out.print(told.format(answers=made.stored, planned=made.planned))
        for one in made.problems:
            console.err.print(one, markup=False, soft_wrap=True)
    raise typer.Exit(1 if made.problems or for_people else 0)


def _print_open(as_json: bool) -> None:
    from flows.application.context import current_context
    from flows.application.delivery_decisions import open_deliveries, strange_answers

    context = current_context()
    found, strange = open_deliveries(context), strange_answers(context)
    if as_json:
        answers = [{"id": one.message_id, "type": one.type, "why": one.note} for one in strange]
        console.print_json({"deliveries": [one.as_json() for one in found], "answers": answers})
        return
    if not found and not strange:
        console.out.print(_("Everything that is planned is delivered."))
    if found:
        rows = [(one.id, one.record_id, one.state_in_words, one.attempts, one.reason) for one in found]
        console.print_table("Not delivered", ("Delivery", "Record", "State", "Attempts", "Why"), rows)
    if strange:
        rows_of_answers = [(one.message_id, one.type, one.note) for one in strange]
        console.print_table("Messages that fit nothing", ("Message", "Type", "Why"), rows_of_answers)


def _print_one(one: "DeliveryView", as_json: bool) -> None:
    told = _("Delivery {id} is {state}.").format(id=one.id, state=one.state_in_words)
    console.print_result(as_json, one.as_json(), told)


def _close(why: str, as_json: bool) -> None:
    from flows.application.context import current_context
    from flows.application.delivery_decisions import close_answers

    count = close_answers(current_context(), why)
    console.print_result(as_json, {"closed": count}, _("{count} messages closed.").format(count=count))
