"""`demo`: run the whole line on the fixtures."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from flows.commands import console
from flows.commands.options import AsJson
from flows.language import translate as _

if TYPE_CHECKING:
    from flows.application.demo import DemoResult

app = typer.Typer()


@app.command()
def demo(as_json: AsJson = False) -> None:
    """Run the whole line on the fixtures, with the embedded signing desk and test signers."""
    from flows.application.demo import run_demo
    from flows.commands.flow_runs import run_collection, run_season

    def say(sentence: str) -> None:
        if not as_json:  # a program reads what is printed
            console.out.print(sentence)

    with console.progress_bars():
        result = run_demo(lambda batch: run_season(batch, send=True), run_collection, say)
    for one in result.season.outcomes:
        if one.problem:
            console.err.print(f"{one.agreement_id}: {one.problem}", markup=False)
    if not as_json:
        _print_demo(result)
    console.print_json(result.summary)
    raise typer.Exit(0 if result.complete else 1)


def _print_demo(result: "DemoResult") -> None:
    console.print_problems(result.season.intake.problems)
    console.out.print(_("The same report for programs: {path}").format(path=result.problem_report))
    rows = [(row["id"], row["type"], row["signatures"], _day(row["next_review"])) for row in result.summary["records"]]
    console.print_table("Archived agreements", ("Archive number", "Type", "Sign.", "Review"), rows)
    console.out.print(_("Everything lies below {folder}.").format(folder=result.output))
    told = _("`{program} archive get NUMBER -o DIR` takes a record out.")
    console.out.print(told.format(program=console.program()), markup=False)
    _print_way_to_workplace()


def _print_way_to_workplace() -> None:
    from flows.application.context import current_context
    from flows.application.demo_account import demo_coordinator

    context = current_context()
    if account := demo_coordinator(context):
        said = _(
            "The workplace: start `{program} serve`, open {address}, "
            "and sign in as «{user}» with the password {password}. "
            "To send from there, start the signing desk as well: `{python} -m flows.signing_desk`."
        )
        address = context.stated_settings.public_url
        program = console.program()
        python = str(Path(program).with_name("python")) if "/" in program else "python"
        sentence = said.format(program=program, python=python, address=address, user=account[0], password=account[1])
        console.out.print(sentence, markup=False, highlight=False)


def _day(text: str | None) -> date | str:
    return date.fromisoformat(text) if text else ""
