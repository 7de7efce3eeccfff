"""The command that makes input workbooks."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from flows.commands import console
from flows.errors import WrongUse
from flows.settings import load_settings

app = typer.Typer()


@app.command()
def sheet(
    agreement: Annotated[str, typer.Argument(metavar="AGREEMENT", help="alis or tjenesteavtale6.")],
    target: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.xlsx", help="Workbook to write.")],
    from_register: Annotated[bool, typer.Option(help="Fill in the agreements that a season should renew.")] = False,
    season: Annotated[
        int | None, typer.Option(min=2000, max=2200, help="The season's year, with --from-register.")
    ] = None,
) -> None:
    """Make the input workbook of an agreement, with help, drop-downs and an example row or what is to be renewed."""
    from flows.agreements.types import types
    from flows.intake.workbook_writer import write_sheet
    from flows.register.database import utc_now
    from flows.review.review_dates import oslo_date

    if agreement not in types():
        raise WrongUse(f"There is no agreement «{agreement}»; write one of: {', '.join(types())}.")
    if target.suffix.lower() != ".xlsx":
        raise WrongUse("The workbook is an .xlsx file: give it that ending.")
    if from_register != (season is not None):
        raise WrongUse("--from-register and --season YEAR belong together.")
    known = [] if season is None else _to_renew(agreement, season)
    if season is not None and not known:
        raise WrongUse(f"No {agreement} in the register needs renewal in {season}; no workbook was written.")
    write_sheet(types()[agreement], target, oslo_date(utc_now()), known)
    console.out.print(f"{target}: fill it in, and try it with `avtaleflyt check {target}`.", soft_wrap=True)


def _to_renew(agreement: str, season: int) -> list[BaseModel]:
    from flows.commands.reviews import present_templates
    from flows.register import open_register
    from flows.review.renewal_candidates import cases_by_type, renewals

    register = open_register(load_settings().register_url)
    return cases_by_type(renewals(register, season, present_templates(), agreement)).get(agreement, [])
