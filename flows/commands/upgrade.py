"""The command `upgrade`: tables and bucket as this release of the program needs them."""

from dataclasses import asdict

import typer

from flows.commands import console
from flows.commands.options import AsJson
from flows.language import translate as _

app = typer.Typer()


@app.command()
def upgrade(as_json: AsJson = False) -> None:
    """Bring the register up to date with this release, by the account that owns its tables; make the store's bucket."""
    from flows.application.context import current_context
    from flows.application.upgrade import bring_up_to_date

    done = bring_up_to_date(current_context().settings)
    said = _("The register is up to date ({revision}).").format(revision=done.revision)
    if done.bucket_made:
        said += " " + _("The bucket of the store was made.")
    console.print_result(as_json, asdict(done), said)
