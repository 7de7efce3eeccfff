"""Commands from cases to agreements that are sent."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from flows.commands import console
from flows.commands.options import AsJson, Cases, Lossy
from flows.deployment.secret_blocks import with_secrets
from flows.errors import WrongUse
from flows.settings import Engine, load_settings

app = typer.Typer()


@app.command()
def check(
    cases: Cases,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE.xlsx", help="Write the problem report.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read and judge cases, and report every problem. Changes nothing."""
    from flows.intake import read
    from flows.intake.problem_report import write_report
    from flows.intake.register_comparison import Known, compare
    from flows.register.database import existing_register, utc_now
    from flows.review.review_dates import oslo_date

    settings = with_secrets(load_settings())
    judged = read(cases, oslo_date(utc_now()), settings)
    known = Known()
    if register := existing_register(settings.register_url):
        with register.read() as session:
            known = compare(session, judged.cases)
        judged = replace(judged, problems=(*judged.problems, *known.problems))
    good = len(judged.cases)
    if report:
        write_report(cases, judged, report)
    if as_json:
        problems = [one.as_json() for one in judged.problems]
        console.print_json({"cases": judged.count, "good": good, "problems": problems, "register": known.counts})
    else:
        console.print_problems(judged.problems)
        console.out.print(f"{judged.count} cases, {good} good, {judged.count - good} need a person.")
        if known.counts:
            words = ", ".join(f"{number} {word.replace('_', ' ')}" for word, number in known.counts.items())
            console.out.print(f"To the register the good cases are: {words}.")
        if report:
            console.out.print(f"The problem report is in {report}.", soft_wrap=True)
    raise typer.Exit(0 if good == judged.count else 1)


@app.command()
def generate(
    cases: Cases,
    folder: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="Folder for DOCX, PDF and contact sheet.")
    ],
    engine: Annotated[
        Engine | None, typer.Option("--engine", help="What makes the PDF; by default AVTALEFLYT_ENGINE.")
    ] = None,
    lossy: Lossy = False,
    as_json: AsJson = False,
) -> None:
    """Make DOCX and PDF for looking at, with a contact sheet. Sends nothing, and leaves the register alone."""
    from flows.application.preview import preview

    with console.progress("Making documents") as progress:
        settings = with_secrets(load_settings())
        made = preview(settings, cases, folder, engine=engine, lossy=lossy, progress=progress)
    if as_json:
        console.print_json(made.as_json())
    else:
        console.print_problems(made.problems)
        rows = [(one.name, one.pages, one.problem or console.losses(one.lost)) for one in made.documents]
        console.print_table(f"Documents in {folder}", ("Name", "Pages", "Problem"), rows)
        console.out.print(f"Look them through in {made.index}.", soft_wrap=True)
    raise typer.Exit(0 if made.complete else 1)


@app.command()
def renew(
    cases: Cases,
    send: Annotated[bool, typer.Option("--send", help="Send the documents for signature, too.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Cancel what is out and has changed, first.")] = False,
    folder: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Write the documents and a contact sheet here.")
    ] = None,
    lossy: Lossy = False,
    as_json: AsJson = False,
) -> None:
    """Run the renewal flow: take cases in, generate their documents and, with --send, send them."""
    from flows.application import steps
    from flows.application.context import current_setup
    from flows.application.preview import look_through
    from flows.register import State
    from flows.renewal_season import renewal_season

    batch = steps.open_batch(current_setup(), cases)
    season = renewal_season(batch=batch, send=send, lossy=lossy)
    if replace and season.taken_in.held_back:
        made_way = steps.make_way(current_setup(), season.taken_in.held_back)
        for one in made_way:
            if one.problem:
                console.err.print(f"{one.agreement_id}: {one.problem}", markup=False, soft_wrap=True)
        if any(one.state == State.CANCELLED for one in made_way):
            batch = steps.open_batch(current_setup(), cases)
            season = renewal_season(batch=batch, send=send, lossy=lossy)
    taken_in = season.taken_in
    stuck = [one for one in season.outcomes if one.problem]
    index = None
    if folder:
        wanted = {one.agreement_id: one.problem for one in season.outcomes}
        index = look_through(current_setup(), wanted, folder, taken_in.cases, taken_in.problems)
    if as_json:
        console.print_json(
            {
                "batch": batch,
                "cases": taken_in.cases,
                "rejected": taken_in.rejected,
                "agreements": [
                    {"id": one.agreement_id, "state": one.state, "problem": one.problem, "lost": one.lost}
                    for one in season.outcomes
                ],
                "held_back": taken_in.held_back,
                "report": str(taken_in.report or ""),
                "index": str(index or ""),
                "problems": [one.as_json() for one in taken_in.problems],
            }
        )
    else:
        console.print_problems(taken_in.problems)
        if taken_in.report:
            console.out.print(f"The problem report is in {taken_in.report}.", soft_wrap=True)
        console.print_outcomes(season.outcomes, taken_in.held_back)
        if index:
            console.out.print(f"Look the documents through in {index}.", soft_wrap=True)
    raise typer.Exit(1 if taken_in.rejected or taken_in.held_back or stuck else 0)


@app.command("new-alis")
def new_alis_command(
    case: Annotated[Path, typer.Argument(metavar="CASE.json", help="One case.")],
    send: Annotated[bool, typer.Option("--send", help="Send the document for signature, too.")] = False,
    lossy: Lossy = False,
    as_json: AsJson = False,
) -> None:
    """Run the flow for one new hire."""
    from flows.application import steps
    from flows.application.context import current_setup
    from flows.new_alis import new_alis

    setup = current_setup()
    taken_in = steps.take_in(setup, steps.open_batch(setup, str(case)))
    if len(taken_in.agreement_ids) != 1 or taken_in.rejected:
        console.print_problems(taken_in.problems)
        if not taken_in.problems:
            raise WrongUse("The file must hold exactly one case; use `avtaleflyt renew` for several.")
        raise typer.Exit(1)
    outcome = new_alis(agreement=taken_in.agreement_ids[0], send=send, lossy=lossy)
    if as_json:
        console.print_json(
            {"id": outcome.agreement_id, "state": outcome.state, "problem": outcome.problem, "lost": outcome.lost}
        )
    else:
        console.print_outcomes([outcome], taken_in.held_back)
    raise typer.Exit(1 if outcome.problem or taken_in.held_back else 0)
