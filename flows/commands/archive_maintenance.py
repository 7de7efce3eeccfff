"""The archivist's verbs: exporting, holding, destroying, renewing, backing up."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import language
from flows.commands import console
from flows.commands.options import AsJson
from flows.errors import StoreDamaged, WrongUse
from flows.settings import Settings, load_settings

if TYPE_CHECKING:  # whoever does something else need not load the archive
    from flows.archive import Store
    from flows.register import Register

app = typer.Typer()

RecordId = Annotated[str, typer.Argument(metavar="ID", help="A record's id, or its agreement's.")]
Why = Annotated[str, typer.Option(help="The reason; kept with the event.")]


def must_be_allowed(verb: str, settings: Settings) -> None:
    """See that the role at this command line has the verb. Raises `NotAllowed`."""
    from flows.archive import roles
    from flows.register.database import account

    roles.must_be_allowed(verb, account(), settings.archive_roles)


def opened(verb: str) -> "tuple[Settings, Register, Store]":
    """Return settings, register and store where the role has the verb. Raises `NotAllowed`."""
    from flows.archive import open_store
    from flows.register import open_register

    settings = load_settings()
    language.use(settings.language)
    must_be_allowed(verb, settings)
    return settings, open_register(settings.register_url), open_store(settings.blobs_url, settings.store_copy_url)


@app.command("export")
def archive_export(
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="A new folder.")],
    form: Annotated[str, typer.Option("--form", help="noark5, audit, bagit or fiks.")] = "noark5",
    year: Annotated[int, typer.Option(help="The year, for noark5 and audit.")] = 0,
    record: Annotated[list[str] | None, typer.Option(help="A record, for bagit (repeatable) and fiks.")] = None,
    public: Annotated[bool, typer.Option("--public", help="With audit: a public copy of each, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let the archive out: a Noark 5 extract, an audit package, a BagIt bag or an arkivmelding."""
    from flows.archive.exports import export_audit, export_bag
    from flows.archive.fiks_arkivmelding import export_message
    from flows.archive.noark.entries import Period
    from flows.archive.noark.extract import export_noark

    settings, register, store = opened("export")
    records = record or []
    if public and form != "audit":
        raise WrongUse("--public goes with --form audit.")
    if form in {"noark5", "audit"} and not year:
        raise WrongUse(f"--form {form} needs --year.")
    if form in {"bagit", "fiks"} and not records:
        raise WrongUse(f"--form {form} needs --record.")
    said: dict[str, object] = {"form": form, "folder": str(folder)}
    if form == "noark5":
        period = Period(
            year,
            settings.archive_creator,
            settings.archive_creator_number,
            settings.archive_unit,
            settings.noark_schemas,
            settings.noark_format,
            settings.noark_journal,
        )
        found = export_noark(register, store, period, folder)
        said["findings"] = [{"rule": one.rule, "place": one.place, "what": one.what} for one in found]
    elif form == "audit":
        from flows.application.public_copies import maker_of

        package = export_audit(register, store, year, folder, maker_of(settings, register, store) if public else None)
        said["agreements"] = package.agreements
        if public:
            said |= {"public_copies": package.public_copies, "without_public_copy": list(package.without)}
    elif form == "bagit":
        said["files"] = export_bag(register, store, records, folder, register.clock().date())
    elif form == "fiks":
        said["files"] = export_message(register, store, records[0], folder)
    else:
        raise WrongUse("--form takes noark5, audit, bagit or fiks.")
    console.print_told(as_json, said, ", ".join(f"{name}: {value}" for name, value in said.items()))
    raise typer.Exit(1 if said.get("findings") or said.get("without_public_copy") else 0)


@app.command("hold")
def archive_hold(
    record: RecordId,
    why: Why,
    release: Annotated[bool, typer.Option("--release", help="Release the hold instead.")] = False,
) -> None:
    """Put a legal hold on a record, or release it."""
    from flows.archive import destruction

    _settings, register, store = opened("hold")
    (destruction.release if release else destruction.hold)(register, store, record, why)
    console.out.print("The hold is released." if release else "The record is held: nobody can destroy it.")


@app.command("destroy")
def archive_destroy(
    record: RecordId,
    why: Why,
    ask: Annotated[bool, typer.Option("--ask", help="The first step: ask for it.")] = False,
    retention: Annotated[str, typer.Option(metavar="BASIS", help="Set the legal basis of disposal, with --date.")] = "",
    on: Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="From when it may be destroyed.")] = "",
) -> None:
    """Destroy a record's files: one person asks, another releases after 14 days; metadata stay."""
    from flows.archive import destruction

    _settings, register, store = opened("destroy")
    if retention:
        destruction.set_disposal(register, store, record, retention, on, why)
        console.out.print("The retention is set.")
    elif ask:
        destruction.ask_for_destruction(register, store, record, why)
        console.out.print("Asked for: another person can release it after the waiting time.")
    else:
        listed = destruction.destroy(register, store, record, why)
        console.print_table("Destroyed", ("Role", "SHA-256"), [tuple(one.values()) for one in listed])


@app.command("keep")
def archive_keep(as_json: AsJson = False) -> None:
    """Look after the archive as it is done every night: recompute files, mend them, renew proof that is due."""
    from flows.keep_archive import keep_archive

    must_be_allowed("keep", load_settings())
    kept = keep_archive()
    said = f"{kept.checked} files recomputed, {kept.mended} mended, {kept.renewed} records renewed."
    console.print_told(as_json, asdict(kept), said)


@app.command("renew")
def archive_renew(record: RecordId) -> None:
    """Renew a record's proof with a document timestamp, as a new version."""
    from flows.archive.proof.renewal import renew

    settings, register, store = opened("renew")
    if not settings.timestamp_url:
        raise WrongUse("There is no timestamp service: set AVTALEFLYT_TIMESTAMP_URL.")
    console.out.print(renew(register, store, settings.anchors_folder, record, settings.timestamp_url))


@app.command("backup")
def archive_backup(
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="An empty or new folder.")],
) -> None:
    """Copy register and store while the system runs."""
    from flows.archive.backup import back_up

    _settings, register, store = opened("backup")
    said = back_up(register, store, folder)
    console.out.print(f"{said['records']} records and {said['blobs']} blobs are copied.")
    _must_be_whole(said["damaged"])


@app.command("restore")
def archive_restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What `archive backup` wrote.")],
) -> None:
    """Bring a backup back into an empty register and store; then run `archive verify`."""
    from flows.archive.backup import restore

    settings = load_settings()
    must_be_allowed("restore", settings)
    said = restore(folder, settings.register_url, settings.blobs_url, settings.store_copy_url)
    console.out.print(f"{said['records']} records and {said['blobs']} blobs are back; prove it: archive verify.")
    _must_be_whole(said["damaged"])


def _must_be_whole(damaged: int) -> None:
    if damaged:
        raise StoreDamaged(f"{damaged} blobs are damaged or missing and were left out: `archive verify` names them.")
