"""The command `reconcile`: what a restored register has forgotten."""

from dataclasses import asdict
from typing import Annotated

import typer

from flows.commands import console
from flows.commands.options import AsJson
from flows.errors import WrongUse
from flows.language import translate as _

app = typer.Typer()


@app.command()
def reconcile(
    done: Annotated[bool, typer.Option("--done", help="You have looked: let sending go on.")] = False,
    restored: Annotated[
        bool, typer.Option("--restored", help="Say that the database was put back by its own means.")
    ] = False,
    why: Annotated[str, typer.Option(help="What you have found; kept with the event.")] = "",
    as_json: AsJson = False,
) -> None:
    """Ask the providers what they hold that the register does not know, as after a restore."""
    from flows.application.context import current_context
    from flows.application.reconcile import compare_with_providers, say_restored, settle_restore

    if done and restored:
        raise WrongUse(_("Say --restored first, look, and then say --done."))
    context = current_context()
    if restored:
        say_restored(context)
    found = settle_restore(context, why) if done else compare_with_providers(context)
    waiting = found.waiting and not done
    if as_json:
        console.print_json({"waiting": waiting, "providers": [asdict(one) for one in found.holdings]})
    else:
        rows = [
            (one.provider, held.provider_id, held.reference, held.status)
            for one in found.holdings
            for held in one.unknown
        ]
        if rows:
            console.print_table("Not known here", ("Provider", "Its id", "Our reference", "Status"), rows)
        for one in found.holdings:
            if one.problem:
                console.out.print(f"{one.provider}: {one.problem}", markup=False, soft_wrap=True)
        console.out.print(_("{count} requests at providers are not known here.").format(count=found.unknown))
        if waiting:
            console.out.print(
                _(
                    "Nothing is sent before you have looked at them: cancel there what is not to be signed, and then "
                    "run avtaleflyt reconcile --done --why …"
                ),
                soft_wrap=True,
            )
        elif done:
            console.out.print(_("Sending goes on."))
    unsure = any(one.problem or one.unknown for one in found.holdings)
    raise typer.Exit(1 if waiting or (unsure and not done) else 0)
