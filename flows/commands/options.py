"""Options and arguments that several commands share."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print results for programs.")]
Lossy = Annotated[
    bool, typer.Option("--lossy", help="Make documents even where the PDF does not show everything; say what is lost.")
]
Force = Annotated[bool, typer.Option("--force", help="Write over files that are there already.")]
Cases = Annotated[str, typer.Argument(metavar="CASES", help="A workbook or JSON file of cases.")]
IncludeHidden = Annotated[
    bool,
    typer.Option(
        "--include-hidden", help="Take cases in hidden sheets, columns and rows, too. They are named either way."
    ),
]
