"""Commands about agreement types."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows.commands import console
from flows.commands.options import AsJson, existing_folder
from flows.language import translate as _

app = typer.Typer(no_args_is_help=True, help="Look after the agreement types.")


@app.callback()
def agreement_types() -> None:
    """Look after the agreement types."""


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", callback=existing_folder)],
    as_json: AsJson = False,
) -> None:
    """Try an agreement type on its example: workbook, case, template, PDF/A, proof, signatures and public copy."""
    from flows.application.type_check import type_faults

    faults = type_faults(folder)
    name = folder.resolve().name
    if as_json:
        console.print_json([asdict(fault) for fault in faults])
    elif faults:
        title = _("{name}: to put right before it is used").format(name=name)
        console.print_table(title, (_("Step"), _("What is wrong")), [(fault.step, fault.what) for fault in faults])
    else:
        console.out.print(_("{name}: nothing is wrong.").format(name=name))
    raise typer.Exit(1 if faults else 0)
