"""The archivist's verbs."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flows import screen
from flows.commands.options import AsJson
from flows.errors import WrongUse
from flows.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="The archivist's verbs.")


@app.command("search")
def archive_search(
    type_: Annotated[str, typer.Option("--type", help="alis or tjenesteavtale6.")] = "",
    municipality: Annotated[str, typer.Option(help="Municipality number, four digits.")] = "",
    valid_on: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="In force on this day.")] = "",
    as_json: AsJson = False,
) -> None:
    """List archived agreements, the newest first."""
    from flows.archive.search import search
    from flows.register import open_register

    day = None
    if valid_on:
        try:
            day = date.fromisoformat(valid_on)
        except ValueError:
            raise WrongUse("--valid-on takes a date such as 2027-01-31.") from None
    found = search(open_register(load_settings().register_url), type_ or None, municipality or None, day)
    if as_json:
        screen.print_json([one.as_json() for one in found])
    else:
        rows = [(one.id, one.title, one.valid_from, one.valid_to or "", one.next_review or "") for one in found]
        screen.print_table("Archived agreements", ("Record", "Title", "Valid from", "Valid to", "Next review"), rows)


@app.command("get")
def archive_get(
    record: Annotated[str, typer.Argument(metavar="ID", help="A record's id, or its agreement's.")],
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Folder to write to.")],
    as_json: AsJson = False,
) -> None:
    """Write a record's files to a folder, each compared with its digest."""
    from flows.archive import open_store
    from flows.archive.search import get_files
    from flows.register import open_register

    settings = load_settings()
    written = get_files(open_register(settings.register_url), open_store(settings.blobs_url), record, folder)
    if as_json:
        screen.print_json(written)
    else:
        screen.print_table(f"Record {record}", ("Role", "File", "SHA-256"), [tuple(one.values()) for one in written])


@app.command("verify")
def archive_verify(
    record: Annotated[str, typer.Argument(metavar="[ID]", help="One record; all of them otherwise.")] = "",
    as_json: AsJson = False,
) -> None:
    """Prove that every file is unchanged, every signature holds and no event was edited."""
    from flows.archive import check_archive, open_store
    from flows.register import open_register
    from flows.register.records import count_records, get_record

    settings = load_settings()
    register = open_register(settings.register_url)
    with register.read() as session:
        record_id = get_record(session, record).id if record else None
        records = 1 if record else count_records(session)
    faults = list(check_archive(register, open_store(settings.blobs_url), settings.anchors_folder, record_id))
    if as_json:
        rows = [{"record": one.record, "kind": one.kind, "fault": one.fault} for one in faults]
        screen.print_json({"records": records, "faults": rows})
    else:
        if faults:
            rows_for_people = [(one.record, one.kind, one.fault) for one in faults]
            screen.print_table("Faults in the archive", ("Record", "What", "Fault"), rows_for_people)
        screen.out.print(f"{records} records checked, {len(faults)} faults.")
    raise typer.Exit(1 if faults else 0)
