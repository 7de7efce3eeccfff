"""Exports of the archive: asked for at the workplace, followed, and fetched as one ZIP file for some days.

Whoever asks is the only one who may fetch the file, for as long as their roles still cover what it holds.
`export_work` makes it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from flows.application.access import Action, Scope
from flows.application.authorization import actor_of, authorized_record, authorized_scope
from flows.application.context import Context
from flows.application.export_archive import ExportForm
from flows.application.export_files import digest_of, pieces_of, zip_file
from flows.application.read_log import Reading, note_read
from flows.application.stored_files import StoredFile
from flows.errors import NotFound, StoreDamaged, WrongUse
from flows.language import for_the_register, translate
from flows.language import translate as _
from flows.register.exports import end_export, exports_of, open_export
from flows.register.jobs import check_unaltered
from flows.register.workplace_schema import ArchiveExport

_EARLIEST = 2000


@dataclass(frozen=True, slots=True)
class ExportWish:
    """What is to be exported: a year, or one record; `public` adds public copies to an audit package."""

    form: ExportForm
    year: int | None = None
    record_id: str = ""
    public: bool = False


@dataclass(frozen=True, slots=True)
class ExportView:
    """An export as its page shows it: how far it has come, what is wrong, and its file if there is one."""

    id: str
    wish: ExportWish
    asked_at: datetime
    ended_at: datetime | None
    expires_at: datetime | None
    stopping: bool
    total: int
    done: int
    problem: str
    findings: tuple[str, ...]
    size: int
    sha256: str

    @property
    def under_way(self) -> bool:
        """Whether it has not ended."""
        return self.ended_at is None

    @property
    def name(self) -> str:
        """The name of its file: form and year, or the beginning of a record's id."""
        return f"uttrekk-{self.wish.form}-{self.wish.year or self.wish.record_id[:8]}.zip"


def ask_for_export(context: Context, wish: ExportWish) -> tuple[str, bool]:
    """Ask for an export; return its id, and whether it is a new one. Raises `WrongUse`, `NotFound`, `NotAllowed`."""
    scope = authorized_scope(context, Action.EXPORT)
    record_id = authorized_record(context, Action.EXPORT, wish.record_id).id if wish.record_id else None
    _check(wish, scope, context.today)
    wanted = ArchiveExport(
        form=str(wish.form),
        year=wish.year,
        record_id=record_id,
        public=wish.public,
        municipalities=None if scope == "all" else sorted(scope),
        account_id=actor_of(context).account_id,
    )
    with context.register.write() as transaction:
        job, is_new = open_export(transaction, wanted)
    return job.id, is_new


def _check(wish: ExportWish, scope: Scope, today: date) -> None:
    if wish.form == ExportForm.NOARK5 and scope != "all":
        raise WrongUse(_("A Noark 5 extract holds the whole archive: it needs an archivist of all municipalities."))
    if wish.form == ExportForm.FIKS and not wish.record_id:
        raise WrongUse(_("An arkivmelding is about one agreement: open it in the archive and export it from there."))
    if wish.form in (ExportForm.NOARK5, ExportForm.AUDIT) and wish.record_id:
        raise WrongUse(_("This form holds a whole year, not one agreement."))
    if not wish.record_id and (wish.year is None or not _EARLIEST <= wish.year <= today.year):
        raise WrongUse(_("Write the year with four digits, from 2000 to this year."))


def own_exports(context: Context) -> list[ExportView]:
    """Return the newest exports that whoever acts has asked for. Raises `NotAllowed`."""
    scope = authorized_scope(context, Action.EXPORT)
    with context.register.read() as session:
        rows = exports_of(session, actor_of(context).account_id)
    return [view_of(row) for row in rows if _is_covered(row, scope)]


def own_export(context: Context, export_id: str) -> ExportView:
    """Return one export that whoever acts has asked for. Raises `NotFound` for anybody else's, `NotAllowed`."""
    return view_of(_own_row(context, export_id))


def stop_export(context: Context, export_id: str) -> None:
    """Ask that an export stops after the file at hand; nothing of it is kept. Raises `NotFound`."""
    _own_row(context, export_id)
    with context.register.write() as transaction:
        row = transaction.session.get_one(ArchiveExport, export_id)
        if row.ended_at is None and row.stop_asked_at is None:
            row.stop_asked_at = transaction.now
            if row.leased_until is None:  # nobody has begun
                end_export(transaction, export_id, problem=for_the_register(stopped_sentence()))


def export_file(context: Context, export_id: str) -> StoredFile:
    """Return the file of an export, after its digest has been checked.

    Raises `NotFound`, `StoreDamaged`, and `NotAllowed` for one that was changed in the database.
    """
    row = _own_row(context, export_id)
    path = zip_file(context.stated_settings.exports_folder, row.id)
    is_over = row.expires_at is not None and row.expires_at <= context.register.clock()
    if row.sha256 is None or row.size is None or is_over or not path.is_file():
        raise NotFound(no_such_export())
    check_unaltered(context.register, row)
    if digest_of(path) != row.sha256:
        raise StoreDamaged(_("The file of this export was changed on disk. Ask for a new export."))
    note_read(context, Reading("export_download", record_id=row.record_id))  # before anything is shown
    return StoredFile(pieces_of(path), row.size, view_of(row).name, "application/zip")


def _own_row(context: Context, export_id: str) -> ArchiveExport:
    scope = authorized_scope(context, Action.EXPORT)
    with context.register.read() as session:
        row = session.get(ArchiveExport, export_id)
    if row is None or row.account_id != actor_of(context).account_id or not _is_covered(row, scope):
        raise NotFound(no_such_export())
    return row


def _is_covered(row: ArchiveExport, scope: Scope) -> bool:
    """Say whether whoever works within a scope may see what an export holds."""
    if scope == "all":
        return True
    return row.municipalities is not None and scope.issuperset(row.municipalities)


def wish_of(row: ArchiveExport) -> ExportWish:
    """Return what an export is to hold."""
    return ExportWish(ExportForm(row.form), row.year, row.record_id or "", row.public)


def view_of(row: ArchiveExport) -> ExportView:
    """Return an export as its page shows it."""
    return ExportView(
        id=row.id,
        wish=wish_of(row),
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        expires_at=row.expires_at,
        stopping=row.stop_asked_at is not None and row.ended_at is None,
        total=row.total,
        done=min(row.done, row.total),
        problem=translate(row.problem) if row.problem else "",
        findings=tuple(str(one) for one in row.findings),
        size=row.size or 0,
        sha256=row.sha256 or "",
    )


def stopped_sentence() -> str:
    """Return why an export that was stopped has no file."""
    return _("It was stopped, and nothing of it is kept.")


def no_such_export() -> str:
    """Return the one sentence for an export that there is not, or not for whoever asks."""
    return _("There is no such export, or its time is over.")
