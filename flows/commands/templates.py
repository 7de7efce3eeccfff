"""Commands about templates."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands import console
from flows.commands.options import AsJson, Force, existing_file
from flows.dates import short_date
from flows.language import translate as _

if TYPE_CHECKING:
    from flows.agreements.wording_versions import WordingVersion

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


@app.command()
def versions(as_json: AsJson = False) -> None:
    """Show every version of the official wordings: since when it is valid, who approved it, what was done to it."""
    from flows.application.context import current_context
    from flows.application.template_versions import approved_wordings

    found = approved_wordings(current_context())
    if as_json:
        console.print_json([_version_as_json(name, one) for name, one in found])
        return
    rows = []
    for name, one in found:
        days = " – ".join(short_date(day) if day else "" for day in (one.valid_from, one.valid_to))
        history = "; ".join(f"{short_date(each.day)} {' '.join(each.change.split())}" for each in one.history)
        rows.append((f"{name} {one.language}", str(one.number), days.strip(" –"), one.approved_by, history))
    headings = (_("Agreement"), _("Version"), _("Valid"), _("Approved by"), _("History"))
    console.print_table(_("Official wordings"), headings, rows)


@app.command()
def again(
    agreement: Annotated[str, typer.Argument(metavar="ID", help="An agreement's id.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.pdf", help="Where to write it.")],
    number: Annotated[
        int | None, typer.Option("--version", min=1, help="Which version of it; by default the newest.")
    ] = None,
    force: Force = False,
) -> None:
    """Make a document again, from the template that it was made from, and say whether it is the same."""
    from flows.application.context import current_context
    from flows.application.template_versions import write_again

    is_same = write_again(current_context(), agreement, output, number, force)
    said = (
        _("{path}: byte for byte the document in the register.")
        if is_same
        else _("{path}: not byte for byte the document in the register. Program, fonts or names have changed since.")
    )
    console.out.print(said.format(path=output), soft_wrap=True)
    raise typer.Exit(0 if is_same else 1)


def _version_as_json(name: str, one: "WordingVersion") -> dict[str, object]:
    days = {key: day.isoformat() if day else None for key, day in (("from", one.valid_from), ("to", one.valid_to))}
    told = {"type": name, "language": one.language, "number": one.number, "unofficial": one.unofficial}
    history = [{"date": each.day.isoformat(), "change": each.change} for each in one.history]
    return {**told, "valid": days, "approved_by": one.approved_by, "source": one.source, "history": history}


def _place(where: str, text: str) -> str:
    place = where or _("the whole template")
    return f"{place}: «{text}»" if text else place
