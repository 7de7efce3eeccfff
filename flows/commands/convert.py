"""`convert`: any DOCX to PDF/A."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands import console
from flows.commands.options import Force, existing_file
from flows.language import translate_plural
from flows.settings import Engine

app = typer.Typer()


@app.command()
def convert(
    docx: Annotated[Path, typer.Argument(metavar="FILE.docx", callback=existing_file)],
    pdf: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE.pdf")] = None,
    engine: Annotated[Engine, typer.Option("--engine", help="What makes the PDF.")] = Engine.WEASYPRINT,
    lossy: Annotated[bool, typer.Option("--lossy", help="Convert even where something is lost.")] = False,
    force: Force = False,
) -> None:
    """Convert a DOCX to PDF/A; refuse where something would be lost."""
    from flows.application.convert_file import convert_file

    target = pdf or docx.with_suffix(".pdf")
    pages, lost = convert_file(docx, target, engine, lossy, force)
    console.out.print(
        translate_plural("{path}: {count} page.", "{path}: {count} pages.", pages).format(path=target, count=pages)
    )
    if lost:
        console.err.print(f"{target}: {console.losses(lost)}.")
