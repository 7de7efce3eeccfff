"""Commands about this machine: try the line out, convert a file, see what is installed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands import console
from flows.commands.options import AsJson, Force
from flows.language import translate as _
from flows.language import translate_plural
from flows.settings import Engine

if TYPE_CHECKING:
    from flows.application.demo import DemoResult

app = typer.Typer()


@app.command()
def demo(as_json: AsJson = False) -> None:
    """Run the whole line on the fixtures, with the embedded signing desk and test signers."""
    from flows.application.demo import run_demo
    from flows.collect_signed import collect_signed
    from flows.renewal_season import renewal_season

    def say(sentence: str) -> None:
        if not as_json:  # a program reads what is printed
            console.out.print(sentence)

    with console.progress_bars():
        result = run_demo(lambda batch: renewal_season(batch=batch, send=True), collect_signed, say)
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
    rows = [(row["id"], row["type"], row["signatures"], row["next_review"]) for row in result.summary["records"]]
    console.print_table("Archived agreements", ("Archive number", "Type", "Sign.", "Review"), rows)
    console.out.print(_("Everything lies below {folder}.").format(folder=result.output))
    console.out.print(_("`.venv/bin/avtaleflyt archive get NUMBER -o DIR` takes a record out."))


@app.command()
def convert(
    docx: Annotated[Path, typer.Argument(metavar="FILE.docx", exists=True, dir_okay=False)],
    pdf: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE.pdf")] = None,
    engine: Annotated[Engine, typer.Option("--engine", help="What makes the PDF.")] = Engine.WEASYPRINT,
    lossy: Annotated[bool, typer.Option("--lossy", help="Convert even where something is lost.")] = False,
    force: Force = False,
) -> None:
    """Convert a DOCX to PDF/A; refuse where something would be lost."""
    from flows.application.preview import convert_file

    target = pdf or docx.with_suffix(".pdf")
    pages, lost = convert_file(docx, target, engine, lossy, force)
    console.out.print(
        translate_plural("{path}: {count} page.", "{path}: {count} pages.", pages).format(path=target, count=pages)
    )
    if lost:
        console.err.print(f"{target}: {console.losses(lost)}.")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Show what is installed and what is missing, and the line that installs it."""
    from flows.application.context import current_context
    from flows.application.doctor import examine

    found = examine(current_context())
    if as_json:
        console.print_json([one.as_json() for one in found])
    else:
        rows = [("ok" if one.present else "missing", one.name, one.why, one.install) for one in found]
        console.print_table("What Avtaleflyt needs", ("", "Component", "What for", "What to do"), rows)
    raise typer.Exit(0 if all(one.present or not one.required for one in found) else 2)
