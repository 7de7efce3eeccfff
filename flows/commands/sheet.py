"""The command that makes input workbooks."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands import console
from flows.commands.options import Force
from flows.errors import WrongUse
from flows.language import translate as _

app = typer.Typer()


@app.command()
def sheet(
    agreement: Annotated[str, typer.Argument(metavar="AGREEMENT", help="An agreement type, such as alis.")],
    target: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.xlsx", help="Workbook to write.")],
    from_register: Annotated[bool, typer.Option(help="Fill in the agreements that a season should renew.")] = False,
    season: Annotated[
        int | None, typer.Option(min=2000, max=2200, help="The season's year, with --from-register.")
    ] = None,
    force: Force = False,
) -> None:
    """Make the input workbook of an agreement, with help, drop-downs and an example row or what is to be renewed."""
    from flows.application.context import current_context
    from flows.application.sheet import make_sheet

    if target.suffix.lower() != ".xlsx":
        raise WrongUse(_("The workbook is an .xlsx file: give it that ending."))
    if from_register != (season is not None):
        raise WrongUse(_("--from-register and --season YEAR belong together."))
    make_sheet(current_context(), agreement, target, season, force)
    console.out.print(
        _("{path}: fill it in, and try it with `avtaleflyt check {path}`.").format(path=target), soft_wrap=True
    )
