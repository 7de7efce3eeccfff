"""Options and arguments that several commands share."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print results for programs.")]
Cases = Annotated[str, typer.Argument(metavar="CASES", help="A workbook or JSON file of cases.")]
