"""The commands `archive accept`, `refuse` and `access`: decide about quarantine, and restrict access to records."""

from typing import Annotated

import typer

from flows.commands import console
from flows.commands.archive_maintenance import RecordId, Why
from flows.errors import WrongUse
from flows.language import translate as _

app = typer.Typer()


@app.command("accept")
def archive_accept(record: RecordId, why: Why) -> None:
    """Archive a quarantined record in spite of its faults; the reason becomes part of it."""
    from flows.application.context import current_context
    from flows.application.quarantine import accept_quarantined

    context = current_context()
    accepted = accept_quarantined(context, record, why)
    if accepted is None:
        console.out.print(_("Noted: another person must give the same command before the record is archived."))
        raise typer.Exit(1)
    console.out.print(
        _("{id} is archived; its faults were accepted by {actor}.").format(id=accepted.id, actor=context.register.actor)
    )


@app.command("refuse")
def archive_refuse(record: RecordId, why: Why) -> None:
    """Refuse a quarantined record for good: the file is kept, and the agreement goes back to be signed anew."""
    from flows.application.context import current_context
    from flows.application.quarantine import refuse_quarantined

    refused = refuse_quarantined(current_context(), record, why)
    console.out.print(
        _("{id} is refused; its agreement {agreement} is received again: `avtaleflyt renew` sends it.").format(
            id=refused.id, agreement=refused.agreement_id
        )
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
    from flows.application.context import current_context
    from flows.application.record_decisions import restrict_access

    if lift == bool(level or basis):
        raise WrongUse(_("Say --level and --basis, or --lift."))
    if not restrict_access(current_context(), record, level, basis, why):
        console.out.print(_("Noted: another person must give the same command before access is opened."))
        raise typer.Exit(1)
    console.out.print(
        _("The restriction is lifted.")
        if lift
        else _("Access is restricted: {level} ({basis}).").format(level=level, basis=basis.strip())
    )
