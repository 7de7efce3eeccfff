"""The commands `archive search`, `get`, `verify` and their like, for archivists."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flows.commands import archive_decisions, archive_maintenance, console
from flows.commands.options import AsJson, Force
from flows.errors import WrongUse
from flows.language import translate as _

app = typer.Typer(no_args_is_help=True, help="The archivist's verbs.")
app.add_typer(archive_maintenance.app)
app.add_typer(archive_decisions.app)


@app.command("search")
def archive_search(
    words: Annotated[str, typer.Argument(metavar="[WORDS]", help="Words anywhere in the agreement.")] = "",
    type_: Annotated[str, typer.Option("--type", help="An agreement type, such as alis.")] = "",
    municipality: Annotated[str, typer.Option(help="Municipality number, four digits.")] = "",
    valid_on: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="In force on this day.")] = "",
    signed_from: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Signed on this day or later.")] = "",
    signed_to: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Signed on this day or earlier.")] = "",
    page: Annotated[int, typer.Option(min=1, help="Which page of 100.")] = 1,
    why: Annotated[str, typer.Option(help="Why it is searched; kept with the event.")] = "",
    as_json: AsJson = False,
) -> None:
    """List archived agreements: whole words before parts of words, then the newest."""
    from flows.application.context import current_context
    from flows.application.records import SearchQuery, search_records

    question = SearchQuery(
        words=words,
        type=type_ or None,
        municipality_number=municipality or None,
        valid_on=_day(valid_on, "--valid-on"),
        signed_from=_day(signed_from, "--signed-from"),
        signed_to=_day(signed_to, "--signed-to"),
    )
    found = search_records(current_context(), question, page, why)
    if as_json:
        console.print_json([one.as_json() for one in found.found])
        return
    if not found.found:
        console.out.print(_("No archived agreement matches, or there are no more."))
        return
    rows = [
        (one.id, one.title, one.valid_from, one.valid_to or "", one.next_review or "", one.sentence)
        for one in found.found
    ]
    headings = ("Record", "Title", "Valid from", "Valid to", "Next review", "Where")
    console.print_table("Archived agreements", headings, rows)
    if found.more:
        console.out.print(_("There are more: --page {page}.").format(page=page + 1))


@app.command("reindex")
def archive_reindex(as_json: AsJson = False) -> None:
    """Make what search reads anew from the texts that are kept: for a damaged index. Changes nothing else."""
    from flows.application.context import current_context
    from flows.application.records import rebuild_search

    records = rebuild_search(current_context())
    console.print_result(as_json, {"records": records}, _("{records} records indexed.").format(records=records))


@app.command("get")
def archive_get(
    record: Annotated[str, typer.Argument(metavar="ID", help="A record's id, or its agreement's.")],
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Folder to write to.")],
    why: Annotated[str, typer.Option(help="Why it is read; kept with the event.")] = "",
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Write a record's files to a folder, each compared with its digest."""
    from flows.application.context import current_context
    from flows.application.records import write_files

    written = write_files(current_context(), record, folder, why, force)
    if as_json:
        console.print_json(written)
    else:
        console.print_table(
            _("Record {id}").format(id=record), ("Role", "File", "SHA-256"), [tuple(one.values()) for one in written]
        )


@app.command("verify")
def archive_verify(
    record: Annotated[str, typer.Argument(metavar="[ID]", help="One record; all of them otherwise.")] = "",
    head: Annotated[
        list[str] | None, typer.Option("--head", metavar="HEAD", help="A head that the archivist got by e-mail.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that every file and row is unchanged, every signature holds and no event was edited."""
    from flows.application.context import current_context
    from flows.application.records import verify_records

    if record and head:
        raise WrongUse(_("--head is compared with the whole history: leave the record out."))
    with console.progress_bars():
        result = verify_records(current_context(), record, head or [])
    if as_json:
        rows = [{"record": one.record, "kind": one.kind, "fault": one.fault} for one in result.faults]
        console.print_json({"records": result.records, "faults": rows})
    else:
        if result.faults:
            rows_for_people = [(one.record, one.kind, one.fault) for one in result.faults]
            console.print_table("Faults in the archive", ("Record", "What", "Fault"), rows_for_people)
        console.out.print(
            _("{records} records checked, {faults} faults.").format(records=result.records, faults=len(result.faults))
        )
    raise typer.Exit(1 if result.faults else 0)


def _day(value: str, option: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise WrongUse(_("{option} takes a date such as 2027-01-31.").format(option=option)) from None
