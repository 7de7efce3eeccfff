"""Options and arguments that several commands share."""

from pathlib import Path
from typing import Annotated, TypeVar

import typer

from flows.errors import CasesUnreadable, WrongUse
from flows.language import translate as _

_Path = TypeVar("_Path", bound="Path | None")


def existing_cases(source: str) -> str:
    """Return a source of cases. Raises `CasesUnreadable`, before anything is loaded, if its file is missing."""
    if "://" not in source and not source.startswith("batch:") and not Path(source).is_file():
        raise CasesUnreadable(_("There is no file {file}. Check the path.").format(file=source))
    return source


def existing_file(path: _Path) -> _Path:
    """Return the path of a file that a command reads, if any. Raises `WrongUse`, before anything is loaded."""
    if path is not None and not path.is_file():
        raise WrongUse(_("There is no file {file}. Check the path.").format(file=path))
    return path


def existing_folder(path: _Path) -> _Path:
    """Return the path of a folder that a command reads, if any. Raises `WrongUse`, before anything is loaded."""
    if path is not None and not path.is_dir():
        raise WrongUse(_("There is no folder {folder}. Check the path.").format(folder=path))
    return path


AsJson = Annotated[bool, typer.Option("--json", help="Print results for programs.")]
Lossy = Annotated[
    bool, typer.Option("--lossy", help="Make documents even where the PDF does not show everything; say what is lost.")
]
Force = Annotated[bool, typer.Option("--force", help="Write over files that are there already.")]
Cases = Annotated[
    str, typer.Argument(metavar="CASES", help="A workbook or JSON file of cases.", callback=existing_cases)
]
IncludeHidden = Annotated[
    bool,
    typer.Option(
        "--include-hidden", help="Take cases in hidden sheets, columns and rows, too. They are named either way."
    ),
]
