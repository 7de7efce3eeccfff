"""Commands from cases to agreements that are sent."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.agreements.problems import Problem
from flows.commands import console
from flows.commands.options import AsJson, Cases, Force, IncludeHidden, Lossy, existing_file
from flows.errors import WrongUse
from flows.language import translate
from flows.language import translate as _
from flows.settings import Engine

if TYPE_CHECKING:  # the other commands need not load the register
    from flows.application.season import SeasonResult

app = typer.Typer()


@app.command()
def check(
    cases: Cases,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE.xlsx", help="Write the problem report.")
    ] = None,
    include_hidden: IncludeHidden = False,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Read and judge cases, and report every problem. Changes nothing."""
    from flows.application.check_cases import check_cases
    from flows.application.context import current_context

    checked = check_cases(current_context(), cases, report, force=force, include_hidden=include_hidden)
    if as_json:
        problems = [one.as_json() for one in checked.problems]
        counts = {"cases": checked.cases, "good": checked.good}
        console.print_json({**counts, "problems": problems, "register": checked.in_register})
    else:
        console.print_problems(checked.problems)
        for notice in checked.notices:
            console.out.print(notice, markup=False, soft_wrap=True)
        needing = checked.cases - checked.good
        console.out.print(
            _("{cases} cases, {good} good, {needing} need a person.").format(
                cases=checked.cases, good=checked.good, needing=needing
            )
        )
        if checked.in_register:
            words = ", ".join(
                f"{number} {translate(word.replace('_', ' '))}" for word, number in checked.in_register.items()
            )
            console.out.print(_("To the register the good cases are: {words}.").format(words=words))
        if report:
            console.out.print(_("The problem report is in {path}.").format(path=report), soft_wrap=True)
    raise typer.Exit(1 if checked.good < checked.cases or _any_error(checked.problems) else 0)


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
    include_hidden: IncludeHidden = False,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Make DOCX and PDF for looking at, with a contact sheet. Sends nothing, and leaves the register alone."""
    from flows.application.context import current_context
    from flows.application.preview import preview

    with console.progress_bars():
        made = preview(
            current_context(), cases, folder, engine=engine, lossy=lossy, force=force, include_hidden=include_hidden
        )
    if as_json:
        console.print_json(made.as_json())
    else:
        console.print_problems(made.problems)
        rows = [(one.name, one.pages, one.problem or console.losses(one.lost)) for one in made.documents]
        console.print_table(_("Documents in {folder}").format(folder=folder), ("Name", "Pages", "Problem"), rows)
        console.out.print(_("Look the documents through in {path}.").format(path=made.index), soft_wrap=True)
    raise typer.Exit(0 if made.complete and not _any_error(made.problems) else 1)


@app.command()
def renew(
    cases: Cases,
    send: Annotated[bool, typer.Option("--send", help="Send the documents for signature, too.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Cancel what is out and has changed, first.")] = False,
    folder: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Write the documents and a contact sheet here.")
    ] = None,
    lossy: Lossy = False,
    include_hidden: IncludeHidden = False,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Run the renewal flow: take cases in, generate their documents and, with --send, send them."""
    from flows.application.context import current_context
    from flows.application.preview import check_folder, write_contact_sheet
    from flows.application.replace import cancel_replaced
    from flows.application.take_in import open_batch
    from flows.application.template_versions import templates_used
    from flows.commands.flow_runs import run_season

    context = current_context()
    if folder:
        check_folder(folder, force)
    batch = open_batch(context, cases)
    with console.progress_bars():
        season = run_season(batch, send=send, lossy=lossy, include_hidden=include_hidden)
        if replace and season.intake.held_back:
            replaced = cancel_replaced(context, season.intake.held_back)
            for one in replaced:
                if one.problem:
                    console.err.print(f"{one.agreement_id}: {one.problem}", markup=False, soft_wrap=True)
            if any(one.cancelled for one in replaced):
                batch = open_batch(context, cases)
                season = run_season(batch, send=send, lossy=lossy, include_hidden=include_hidden)
    taken_in = season.intake
    stuck = [one for one in season.outcomes if one.problem]
    index = None
    if folder:
        wanted = {one.agreement_id: one.problem for one in season.outcomes}
        index = write_contact_sheet(context, wanted, folder, taken_in.cases, taken_in.problems, force)
    if as_json:
        templates = [one.as_json() for one in templates_used(context, taken_in.batch_id or batch)]
        console.print_json({**_season_as_json(batch, season, index), "templates": templates})
    else:
        console.print_problems(taken_in.problems)
        if taken_in.report:
            console.out.print(_("The problem report is in {path}.").format(path=taken_in.report), soft_wrap=True)
        console.print_outcomes(season.outcomes, taken_in.held_back)
        if send:
            console.print_told(season.outcomes)
        for used in templates_used(context, taken_in.batch_id or batch):
            said = _("Template {template}, version {version}: {number} documents.")
            told = said.format(template=used.template, version=used.version, number=used.documents)
            console.out.print(told, soft_wrap=True)
        if index:
            console.out.print(_("Look the documents through in {path}.").format(path=index), soft_wrap=True)
    needing = taken_in.rejected or taken_in.held_back or stuck or _any_error(taken_in.problems)
    raise typer.Exit(1 if needing else 0)


def _season_as_json(batch: str, season: "SeasonResult", index: Path | None) -> dict[str, object]:
    """Return what a renewal came to, for programs."""
    taken_in = season.intake
    return {
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
        "problems": [one.as_json() for one in season.problems],
    }


@app.command("new-alis")
def new_alis_command(
    case: Annotated[
        Path | None, typer.Argument(metavar="[CASE.json]", help="One case.", callback=existing_file)
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="Send the document for signature, too.")] = False,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Take up what the intake endpoint registered and no flow has finished.")
    ] = False,
    lossy: Lossy = False,
    as_json: AsJson = False,
) -> None:
    """Run the flow for one new hire."""
    from flows.application.context import current_context
    from flows.application.take_in import open_batch, take_in
    from flows.commands.flow_runs import run_hire

    if (case is None) is not waiting:
        raise WrongUse(_("Give a file with one case, or --waiting for what the intake endpoint has registered."))
    if case is None:
        _take_up_waiting(as_json)
        return
    context = current_context()
    taken_in = take_in(context, open_batch(context, str(case)))
    if len(taken_in.agreement_ids) != 1 or taken_in.rejected or _any_error(taken_in.problems):
        console.print_problems(taken_in.problems)
        if not taken_in.problems:
            raise WrongUse(_("The file must hold exactly one case; use `avtaleflyt renew` for several."))
        raise typer.Exit(1)
    outcome = run_hire(taken_in.agreement_ids[0], "sent for a new hire", send=send, lossy=lossy)
    if as_json:
        problems = [one.as_json() for one in (*taken_in.problems, *outcome.in_case)]
        told = {"id": outcome.agreement_id, "state": outcome.state, "problem": outcome.problem, "lost": outcome.lost}
        console.print_json({**told, "problems": problems})
    else:
        console.print_outcomes([outcome], taken_in.held_back)
        if send:
            console.print_told([outcome])
    raise typer.Exit(1 if outcome.problem or taken_in.held_back else 0)


def _take_up_waiting(as_json: bool) -> None:
    from flows.commands.flow_runs import run_sweep

    outcomes = run_sweep()
    if as_json:
        console.print_json([{"id": one.agreement_id, "state": one.state, "problem": one.problem} for one in outcomes])
    else:
        console.print_outcomes(outcomes, [])
    raise typer.Exit(1 if any(one.problem for one in outcomes) else 0)


def _any_error(problems: Sequence[Problem]) -> bool:
    """Return whether something is wrong that no case was made of, such as a row that may be the beginning of one."""
    return any(one.level == "error" for one in problems)
