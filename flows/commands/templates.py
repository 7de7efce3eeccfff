"""Commands about templates."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows.commands import console
from flows.commands.options import AsJson, existing_file
from flows.language import translate as _

app = typer.Typer(no_args_is_help=True, help="Look after the Word templates.")


@app.callback()
def templates() -> None:
    """Look after the Word templates."""


@app.command()
def wording(
    docx: Annotated[Path, typer.Argument(metavar="FILE.docx", callback=existing_file)],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE.txt", help="Where to write it; by default where the others are."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the official wording of a new version as text, from its approved template."""
    from flows.application.official_wording import write_wording

    written = write_wording(docx, output)
    if as_json:
        console.print_json({"path": str(written.path), "sha256": written.sha256, "number": written.number})
    else:
        console.out.print(
            _("Version {number} of the wording is in {path}; its SHA-256 for versions.toml is {sha256}.").format(
                number=written.number, path=written.path, sha256=written.sha256
            ),
            soft_wrap=True,
        )


@app.command()
def check(
    docx: Annotated[Path, typer.Argument(metavar="FILE.docx", callback=existing_file)],
    agreement: Annotated[
        str, typer.Option("--type", metavar="AGREEMENT", help="Its agreement, if the file's name does not say it.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Find tags that no case fills, and what the PDF would lose. The file's name says which agreement it is for."""
    from flows.application.template_check import display_name, template_faults

    faults = template_faults(docx, agreement)
    if as_json:
        console.print_json([asdict(fault) for fault in faults])
    elif faults:
        rows = [(fault.what, _place(fault.where, fault.text)) for fault in faults]
        title = _("{name}: to put right before it is used").format(name=display_name(docx))
        console.print_table(title, (_("What is wrong"), _("Where")), rows)
    else:
        console.out.print(_("{name}: nothing is wrong.").format(name=display_name(docx)))
    raise typer.Exit(1 if faults else 0)


def _place(where: str, text: str) -> str:
    place = where or _("the whole template")
    return f"{place}: «{text}»" if text else place
