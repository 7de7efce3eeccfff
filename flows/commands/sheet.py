"""The command that makes input workbooks."""

from pathlib import Path
from typing import Annotated

import typer

from flows import screen
from flows.errors import WrongUse

app = typer.Typer()


@app.command()
def sheet(
    agreement: Annotated[str, typer.Argument(metavar="AGREEMENT", help="alis or tjenesteavtale6.")],
    target: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.xlsx", help="Workbook to write.")],
) -> None:
    """Make the input workbook of an agreement, with help, drop-downs and an example row."""
    from flows.agreements.types import types
    from flows.intake.sheet import write_sheet
    from flows.register.database import utc_now
    from flows.review.dates import oslo_date

    if agreement not in types():
        raise WrongUse(f"There is no agreement «{agreement}»; write one of: {', '.join(types())}.")
    if target.suffix.lower() != ".xlsx":
        raise WrongUse("The workbook is an .xlsx file: give it that ending.")
    write_sheet(types()[agreement], target, oslo_date(utc_now()))
    screen.out.print(f"{target}: fill it in, and try it with `avtaleflyt check {target}`.", soft_wrap=True)
