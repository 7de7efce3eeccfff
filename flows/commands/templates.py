"""Commands about templates."""

from pathlib import Path
from typing import Annotated

import typer

from flows import screen
from flows.commands.options import AsJson

app = typer.Typer(no_args_is_help=True, help="Look after the Word templates.")


@app.callback()
def templates() -> None:
    """Look after the Word templates."""


@app.command()
def check(
    docx: Annotated[Path, typer.Argument(metavar="FILE.docx", exists=True, dir_okay=False)],
    as_json: AsJson = False,
) -> None:
    """Find tags that no case fills, and what the PDF would lose. The file's name says which agreement it is for."""
    from flows.documents.template_check import check_template
    from flows.preview import names_of

    faults = check_template(docx, names_of(docx.name))
    if as_json:
        screen.print_json([{"what": fault.what, "where": fault.where} for fault in faults])
    elif faults:
        rows = [(fault.what, fault.where) for fault in faults]
        screen.print_table(f"{docx.name} needs a person", ("What", "Where"), rows)
    else:
        screen.out.print(f"{docx.name}: nothing wrong.")
    raise typer.Exit(1 if faults else 0)
