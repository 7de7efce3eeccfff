"""`doctor`: what is installed on this machine, and what is missing."""

import typer

from flows.commands import console
from flows.commands.options import AsJson

app = typer.Typer()


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
