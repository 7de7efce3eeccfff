"""Export the archive: a Noark 5 extract, an audit package, a BagIt bag or an arkivmelding."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from flows.application.archive_progress import watched_store
from flows.application.arkivmelding_export import export_message
from flows.application.authorization import Action, authorize, authorized_record, authorized_scope
from flows.application.context import Context
from flows.application.progress import Step
from flows.application.public_copies import public_copy_maker
from flows.application.witness import keep_heads
from flows.archive.exports import AuditPackage, export_audit, export_bag
from flows.archive.noark import Period, export_noark


class ExportForm(StrEnum):
    """Form of an export."""

    NOARK5 = "noark5"
    AUDIT = "audit"
    BAGIT = "bagit"
    FIKS = "fiks"


def export_year(context: Context, year: int, folder: Path) -> list[dict[str, str]]:
    """Write the Noark 5 extract of a year; return what its self-check found. Raises `NotAllowed`."""
    authorize(context, Action.EXPORT)
    settings = context.settings
    period = Period(
        year,
        settings.archive_creator,
        settings.archive_creator_number,
        settings.archive_unit,
        settings.noark_schemas,
        settings.noark_format,
        settings.noark_journal,
    )
    with watched_store(context, Step.EXPORTING) as store:
        found = export_noark(context.register, store, period, folder)
    keep_heads(context)
    return [{"rule": one.rule, "place": one.place, "what": one.what} for one in found]


def export_audit_package(context: Context, year: int, folder: Path, public: bool) -> AuditPackage:
    """Write the audit package of a year, with public copies if asked for, of what whoever acts may export.

    Raises `NotAllowed`.
    """
    scope = authorized_scope(context, Action.EXPORT)
    municipalities = None if scope == "all" else scope
    copies = public_copy_maker(context.settings, context.register, context.store) if public else None
    with watched_store(context, Step.EXPORTING) as store:
        package = export_audit(context.register, store, year, folder, copies, municipalities)
    keep_heads(context)
    return package


def export_records(context: Context, records: Sequence[str], folder: Path, form: ExportForm) -> int | list[str]:
    """Write records as a bag, or the first as an arkivmelding; return files or their number. Raises `NotAllowed`."""
    for one in records:
        authorized_record(context, Action.EXPORT, one)
    exported: int | list[str]
    if form == ExportForm.FIKS:
        how = context.archive_settings.message if context.archive_settings else None
        exported = export_message(context.register, context.store, records[0], folder, how)
    else:
        with watched_store(context, Step.EXPORTING, len(records)) as store:
            exported = export_bag(context.register, store, records, folder, context.today)
    keep_heads(context)
    return exported
