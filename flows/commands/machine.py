"""Commands about this machine: try the line out, convert a file, see what is installed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands import console
from flows.commands.options import AsJson
from flows.settings import Engine

if TYPE_CHECKING:
    from flows.application.doctor import Component

app = typer.Typer()


@app.command()
def demo(as_json: AsJson = False) -> None:
    """Run the whole line on the fixtures, with the embedded signing desk and test signers."""
    from flows.application.demo import run_demo

    raise typer.Exit(run_demo(as_json))


@app.command()
def convert(
    docx: Annotated[Path, typer.Argument(metavar="FILE.docx", exists=True, dir_okay=False)],
    pdf: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE.pdf")] = None,
    engine: Annotated[Engine, typer.Option("--engine", help="What makes the PDF.")] = Engine.WEASYPRINT,
    lossy: Annotated[bool, typer.Option("--lossy", help="Convert even where something is lost.")] = False,
) -> None:
    """Convert a DOCX to PDF/A; refuse where something would be lost."""
    from flows.application.preview import convert_file

    target = pdf or docx.with_suffix(".pdf")
    pages, lost = convert_file(docx, target, engine, lossy)
    console.out.print(f"{target}: {pages} pages.")
    if lost:
        console.err.print(f"{target}: {console.losses(lost)}.")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Show what is installed and what is missing, and the line that installs it."""
    from flows.application.doctor import examine

    found = [*examine(), *_provider()]
    if as_json:
        console.print_json([one.as_json() for one in found])
    else:
        rows = [("ok" if one.present else "missing", one.name, one.why, one.install) for one in found]
        console.print_table("What Avtaleflyt needs", ("", "Component", "What for", "What to do"), rows)
    raise typer.Exit(0 if all(one.present or not one.required for one in found) else 2)


def _provider() -> "list[Component]":
    """Ask the configured signature provider whether it lets us in; the desk runs when it is wanted."""
    from flows.application.doctor import Component
    from flows.deployment.secret_blocks import with_secrets
    from flows.register import open_register
    from flows.settings import load_settings
    from flows.signing.providers.health_check import unfitness

    settings = with_secrets(load_settings())
    if settings.provider == "desk":
        return []
    wrong = unfitness(settings, open_register(settings.register_url))
    why = f"the signature provider {settings.provider}"
    return [Component("Provider", why, not wrong, required=True, install=" ".join(wrong))]
