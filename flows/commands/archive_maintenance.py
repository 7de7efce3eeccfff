"""The archivist's verbs: exporting, holding, destroying, renewing, backing up."""

import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import language
from flows.commands import console
from flows.commands.options import AsJson, existing_folder
from flows.dates import long_date, parse_day, short_date
from flows.errors import NotAllowed, StoreDamaged, WrongUse
from flows.language import translate as _

if TYPE_CHECKING:  # help alone need not load the use cases
    from flows.application.context import Context

app = typer.Typer()

RecordId = Annotated[str, typer.Argument(metavar="ID", help="A record's id, or its agreement's.")]
Why = Annotated[str, typer.Option(help="The reason; kept with the event.")]


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
    from flows.application.context import current_context
    from flows.application.export_archive import ExportForm, export_audit_package, export_records, export_year

    context, records = current_context(), record or []
    if form not in set(ExportForm):
        raise WrongUse(_("--form takes noark5, audit, bagit or fiks."))
    if public and form != "audit":
        raise WrongUse(_("--public goes with --form audit."))
    if form in {"noark5", "audit"} and not year:
        raise WrongUse(_("--form {form} needs --year.").format(form=form))
    if form in {"bagit", "fiks"} and not records:
        raise WrongUse(_("--form {form} needs --record.").format(form=form))
    said: dict[str, object] = {"form": form, "folder": str(folder)}
    with console.progress_bars():
        if form == "noark5":
            said["findings"] = export_year(context, year, folder)
        elif form == "audit":
            package = export_audit_package(context, year, folder, public)
            said["agreements"] = package.agreements
            if public:
                said |= {"public_copies": package.public_copies, "without_public_copy": list(package.without)}
        else:
            said["files"] = export_records(context, records, folder, ExportForm(form))
    console.print_result(as_json, said, ", ".join(f"{name}: {value}" for name, value in said.items()))
    raise typer.Exit(1 if said.get("findings") or said.get("without_public_copy") else 0)


@app.command("hold")
def archive_hold(
    record: RecordId,
    why: Why,
    release: Annotated[bool, typer.Option("--release", help="Release the hold instead.")] = False,
) -> None:
    """Put a legal hold on a record, or release it."""
    from flows.application.context import current_context
    from flows.application.record_decisions import hold_record, release_hold

    (release_hold if release else hold_record)(current_context(), record, why)
    console.out.print(_("The hold is released.") if release else _("The record is held: nobody can destroy it."))


@app.command("destroy")
def archive_destroy(
    record: RecordId,
    why: Why,
    ask: Annotated[bool, typer.Option("--ask", help="The first step: ask for it.")] = False,
    retention: Annotated[str, typer.Option(metavar="BASIS", help="Set the legal basis of disposal, with --date.")] = "",
    on: Annotated[str, typer.Option("--date", metavar="DD.MM.YYYY", help="From when it may be destroyed.")] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help="Set the date without asking whether it is the right one.")
    ] = False,
) -> None:
    """Destroy a record's files: one person asks, another releases after 14 days; metadata stay."""
    from flows.application import record_decisions
    from flows.application.context import current_context

    context = current_context()
    if retention or on:
        day = _disposal_day(context, on, yes)
        record_decisions.set_disposal(context, record, retention, day, why)
        console.out.print(_("The retention is set: the record may be destroyed from {day}.").format(day=_in_words(day)))
    elif ask:
        record_decisions.request_destruction(context, record, why)
        console.out.print(_("Asked for: another person can release it after the waiting time."))
    else:
        listed = record_decisions.destroy_record(context, record, why)
        console.print_table("Destroyed", ("Role", "SHA-256"), [tuple(one.values()) for one in listed])


def _disposal_day(context: "Context", on: str, yes: bool) -> date:
    """Return the day from which a record may be destroyed, once a person has seen it in words."""
    day = parse_day(on)
    if day is None:
        raise WrongUse(_("--date takes a day such as 31.01.2036 or 2036-01-31; nothing was set."))
    if day < context.today:
        raise NotAllowed(
            _("{day} is past: a record is disposed of from a day that is still to come, or today.").format(
                day=short_date(day)
            )
        )
    if not yes:
        if not sys.stdin.isatty():
            raise WrongUse(
                _("The record could be destroyed from {day}. Add --yes if that is right; nothing was set.").format(
                    day=_in_words(day)
                )
            )
        typer.confirm(
            _("The record may be destroyed from {day}. Is that right?").format(day=_in_words(day)), abort=True
        )
    return day


def _in_words(day: date) -> str:
    return long_date(day, language.current(), weekday=True)


@app.command("keep")
def archive_keep(as_json: AsJson = False) -> None:
    """Look after the archive as it is done every night: recompute files, mend them, renew proof that is due."""
    from flows.application.authorization import Action, authorize
    from flows.application.context import current_context
    from flows.commands.flow_runs import run_keeping

    authorize(current_context(), Action.KEEP)
    kept = run_keeping()
    said = _("{checked} files recomputed, {mended} mended, {renewed} records renewed.").format(
        checked=kept.checked, mended=kept.mended, renewed=kept.renewed
    )
    console.print_result(as_json, asdict(kept), said)


@app.command("renew")
def archive_renew(record: RecordId) -> None:
    """Renew a record's proof with a document timestamp, as a new version."""
    from flows.application.context import current_context
    from flows.application.keep_archive import renew_proof

    console.out.print(renew_proof(current_context(), record))


@app.command("backup")
def archive_backup(
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="An empty or new folder.")],
) -> None:
    """Copy register and store while the system runs."""
    from flows.application.context import current_context
    from flows.application.keep_archive import back_up

    with console.progress_bars():
        said = back_up(current_context(), folder)
    console.out.print(
        _("{records} records and {blobs} blobs are copied.").format(records=said["records"], blobs=said["blobs"])
    )
    _must_be_whole(said["damaged"])


@app.command("restore")
def archive_restore(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="What `archive backup` wrote.", callback=existing_folder)
    ],
    key: Annotated[str, typer.Option("--key", help="Fingerprint of the key that signed it, if not known here.")] = "",
    unsigned: Annotated[bool, typer.Option("--unsigned", help="It is from a version that signed none.")] = False,
    with_damage: Annotated[bool, typer.Option("--with-damage", help="Also if files in it are damaged.")] = False,
) -> None:
    """Bring a backup back into an empty register and store; then run `archive verify` and `reconcile`."""
    from flows.application.context import current_context
    from flows.application.keep_archive import restore

    with console.progress_bars():
        restored = restore(current_context(), folder, key, unsigned=unsigned, with_damage=with_damage)
    console.out.print(
        _("{records} records and {blobs} blobs are back; prove it: archive verify.").format(
            records=restored.records, blobs=restored.blobs
        )
    )
    console.out.print(_("What was sent after it may be forgotten, so nothing is sent now: run avtaleflyt reconcile."))
    _must_be_whole(restored.damaged)


def _must_be_whole(damaged: int) -> None:
    if damaged:
        raise StoreDamaged(
            _("{damaged} blobs are damaged or missing and were left out: `archive verify` names them.").format(
                damaged=damaged
            )
        )
