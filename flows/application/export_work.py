"""Do exports of the archive in the background, in the name of whoever asked, and forget their files after a time.

Every record of an export stands in the log of reads. A worker that dies leaves nothing half done: another one begins
the export anew.
"""

import logging
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.application.access import Actor, Role, Scope
from flows.application.archive_exports import ExportWish, stopped_sentence, view_of, wish_of
from flows.application.context import Context
from flows.application.export_archive import ExportForm, export_audit_package, export_records, export_year
from flows.application.export_files import write_zip, zip_file
from flows.dates import oslo_date
from flows.errors import AvtaleflytError, NotAllowed, NotFound
from flows.language import for_the_register
from flows.language import translate as _
from flows.register.accounts import get_account
from flows.register.actors import name_in
from flows.register.exports import (
    ExportedRecord,
    end_export,
    expire_exports,
    exportable_records,
    keep_export,
    log_exported,
    number_of_files,
)
from flows.register.jobs import check_unaltered, claim_job
from flows.register.states import RecordStatus
from flows.register.workplace_schema import ArchiveExport

_BETWEEN_NOTES = timedelta(seconds=2)
"""How often an export notes how far it has come."""
_FILES = {ExportForm.NOARK5: ("signed", "renewed"), ExportForm.AUDIT: ("signed",), ExportForm.FIKS: ("signed",)}
"""Roles of the files that a form holds; a bag holds every file."""
_log = logging.getLogger(__name__)


class _Stopped(Exception):
    """The person who asked for the export wants it no more."""


def run_waiting_exports(context: Context) -> int:
    """Do every export that waits, one after another, and delete the files whose time is over; return how many."""
    with context.register.write() as transaction:
        over = expire_exports(transaction)
    for export_id in over:
        zip_file(context.stated_settings.exports_folder, export_id).unlink(missing_ok=True)
    done = 0
    while True:
        with context.register.write() as transaction:
            job = claim_job(transaction, ArchiveExport)
        if job is None:
            return done
        _run(context, job)
        done += 1


def _run(context: Context, job: ArchiveExport) -> None:
    """Do one export, and record how it ended."""
    try:
        check_unaltered(context.register, job)
        _make(context, job)
        return
    except _Stopped:
        problem = stopped_sentence()
    except AvtaleflytError as error:
        problem = error.message
    except Exception:  # noqa: BLE001 - a fault of the program must not end the worker: it is kept with the export
        _log.exception("An export failed.", extra={"export": job.id})
        problem = _("The program failed here, and nothing was exported. Try again, or tell operations.")
    with context.register.write() as transaction:
        end_export(transaction, job.id, problem=for_the_register(problem))


def _make(context: Context, job: ArchiveExport) -> None:
    wish, acting = wish_of(job), context.acting_as(_asker(context, job))
    with context.register.read() as session:
        chosen = [one for one in exportable_records(session, job.municipalities) if _belongs(one, wish)]
        total = number_of_files(session, [one.record_id for one in chosen], _FILES.get(wish.form, ()))
    with context.register.write() as transaction:
        transaction.session.get_one(ArchiveExport, job.id).total = total
    acting.store = replace(context.store, using=_Notes(context, job.id).note)
    place = context.stated_settings.exports_folder
    place.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=place, prefix=f"{job.id}.") as work:
        folder = Path(work) / view_of(job).name.removesuffix(".zip")
        findings, is_whole = _write(acting, wish, chosen, folder)
        if not is_whole:
            problem = _("The extract did not pass its own check, and is not handed out. Tell operations.")
            with context.register.write() as transaction:
                end_export(transaction, job.id, problem=for_the_register(problem), findings=findings)
            return
        draft = Path(work) / "export.zip"
        digest, size = write_zip(folder, draft)
        with context.register.write() as transaction:
            if end_export(transaction, job.id, findings=findings, sha256=digest, size=size):
                log_exported(transaction, job.account_id, name_in(job.asked_by), chosen)
                draft.replace(zip_file(place, job.id))


def _write(context: Context, wish: ExportWish, chosen: list[ExportedRecord], folder: Path) -> tuple[list[str], bool]:
    """Write an export to a folder; return what there is to say about it, and whether it may be handed out."""
    if wish.form == ExportForm.NOARK5:
        found = export_year(context, wish.year or 0, folder)
        return [f"{one['place']}: {one['what']} ({one['rule']})" for one in found], not found
    if wish.form == ExportForm.AUDIT:
        package = export_audit_package(context, wish.year or 0, folder, wish.public)
        return list(package.without), True
    wanted = [wish.record_id] if wish.record_id else [one.record_id for one in chosen]
    if not wanted:
        raise NotFound(_("Nothing was archived in {year}: there is nothing to export.").format(year=wish.year))
    export_records(context, wanted, folder, wish.form)
    return [], True


def _belongs(record: ExportedRecord, wish: ExportWish) -> bool:
    """Say whether a record is part of an export, as the forms themselves choose."""
    if wish.record_id:
        return record.record_id == wish.record_id
    year = wish.year or 0
    if wish.form == ExportForm.AUDIT:
        in_force = record.valid_from <= date(year, 12, 31) and (record.valid_to or date.max) >= date(year, 1, 1)
        return in_force and record.type == "alis" and record.status == RecordStatus.ARCHIVED
    return oslo_date(record.archived_at).year == year


def _asker(context: Context, job: ArchiveExport) -> Actor:
    """Return who asked, with what they could export then. Raises `NotAllowed` if their account is closed by now."""
    with context.register.read() as session:
        if get_account(session, job.account_id).disabled_at is not None:
            raise NotAllowed(_("The account of whoever asked for this is closed."))
    scope: Scope = "all" if job.municipalities is None else frozenset(job.municipalities)
    return Actor(job.account_id, name_in(job.asked_by), {Role.ARCHIVIST: scope})


@dataclass
class _Notes:
    """Notes how many files an export has read, now and then, and stops it where it is no longer wanted."""

    context: Context
    export_id: str
    done: int = 0
    _noted_at: datetime | None = None

    def note(self, _digest: str) -> None:
        """Count one file. Raises `_Stopped`."""
        self.done += 1
        now = self.context.register.clock()
        if self._noted_at is not None and now - self._noted_at < _BETWEEN_NOTES:
            return
        self._noted_at = now
        with self.context.register.write() as transaction:
            if not keep_export(transaction, self.export_id, self.done):
                raise _Stopped
