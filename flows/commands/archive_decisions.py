"""The archivist's verbs: deciding about what is quarantined, and who may read what is archived."""

from typing import Annotated

import typer

from flows.commands import console
from flows.commands.archive_maintenance import RecordId, Why, opened
from flows.errors import WrongUse

app = typer.Typer()


@app.command("accept")
def archive_accept(record: RecordId, why: Why) -> None:
    """Archive a quarantined record in spite of its faults; the reason becomes part of it."""
    from flows.application.steps import accept_quarantined

    _settings, register, store = opened("decide")
    accepted = accept_quarantined(register, store, record, why)
    console.out.print(f"{accepted.id} is archived; its faults were accepted by {register.actor}.")


@app.command("refuse")
def archive_refuse(record: RecordId, why: Why) -> None:
    """Refuse a quarantined record for good: the file is kept, and the agreement goes back to be signed anew."""
    from flows.archive.quarantine import refuse

    _settings, register, store = opened("decide")
    refused = refuse(register, store, record, why)
    console.out.print(
        f"{refused.id} is refused; its agreement {refused.agreement_id} is received again: `avtaleflyt renew` sends it."
    )


@app.command("access")
def archive_access(
    record: RecordId,
    why: Why,
    level: Annotated[str, typer.Option(help="Unntatt offentlighet, Personalsaker or Klientsaker.")] = "",
    basis: Annotated[str, typer.Option(help="The legal basis, such as «Offl. § 13».")] = "",
    lift: Annotated[bool, typer.Option("--lift", help="Lift the restriction instead.")] = False,
) -> None:
    """Restrict the access to an archived record, with its legal basis, or lift the restriction."""
    from flows.archive.access import restrict

    if lift == bool(level or basis):
        raise WrongUse("Say --level and --basis, or --lift.")
    _settings, register, store = opened("restrict")
    restrict(register, store, record, level, basis, why)
    console.out.print("The restriction is lifted." if lift else f"Access is restricted: {level} ({basis.strip()}).")
