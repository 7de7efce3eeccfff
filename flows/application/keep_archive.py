"""Keep the archive: fixity checks, renewal of proof, backup and restore. Nothing archived is destroyed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from dateutil.relativedelta import relativedelta

from flows.application.archive_progress import watched_store
from flows.application.authorization import Action, authorize, authorized_record
from flows.application.context import Context
from flows.application.progress import Step
from flows.archive import backup
from flows.archive.backup import RestoredBackup
from flows.archive.backup_manifest import BackupTrust
from flows.archive.fixity import FixityReport, check_blobs
from flows.archive.proof.renewal import RenewalRound, renew, renew_due
from flows.dates import start_of_day
from flows.errors import StoreDamaged, WrongUse
from flows.language import translate as _
from flows.language import translate_plural
from flows.register.read_log import forget_reads
from flows.register.signed_heads import keep_public_key, trusted_keys

__all__ = [
    "FixityReport",
    "KeepingResult",
    "RenewalRound",
    "back_up",
    "check_fixity",
    "empty_read_log",
    "renew_due_proofs",
    "renew_proof",
    "restore",
    "result_of",
]

_GIGABYTE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class KeepingResult:
    """Blobs recomputed, blobs repaired from the other copy, and records whose proof was renewed."""

    checked: int
    mended: int
    renewed: int


def check_fixity(context: Context) -> FixityReport:
    """Recompute blobs within the night's budget, the one checked longest ago first."""
    return check_blobs(context.register, context.store, int(context.settings.fixity_budget_gb * _GIGABYTE))


def renew_due_proofs(context: Context) -> RenewalRound:
    """Renew the proof of records that are due, if a timestamp service is set."""
    service = context.settings.timestamp_url
    if not service:
        return RenewalRound(0, ())
    age = timedelta(days=context.settings.renewal_days)
    return renew_due(context.register, context.store, context.anchors, service, age)


def empty_read_log(context: Context) -> int:
    """Remove reads from the log that are older than it is kept for; return how many."""
    last_kept = context.today - relativedelta(months=context.stated_settings.read_log_months)
    with context.register.write() as transaction:
        return forget_reads(transaction, start_of_day(last_kept))


def problems_of(looked: FixityReport, renewals: RenewalRound, unwitnessed: Sequence[str] = ()) -> list[str]:
    """Return what is wrong after a round, as sentences; empty if nothing is."""
    problems = []
    if looked.faults or looked.not_checked:
        problems.append(
            _(
                "Faults in the archive: {faults}. Blobs not checked in time: {not_checked}. "
                "`avtaleflyt archive verify` names the records."
            ).format(faults=len(looked.faults), not_checked=looked.not_checked)
        )
        problems += looked.faults[:1]
    if renewals.failed:
        number = len(renewals.failed)
        failed = translate_plural(
            "The proof of {number} record could not be renewed:",
            "The proof of {number} records could not be renewed:",
            number,
        )
        problems += [failed.format(number=number), *renewals.failed]
    return [*problems, *unwitnessed]


def result_of(looked: FixityReport, renewals: RenewalRound, unwitnessed: Sequence[str] = ()) -> KeepingResult:
    """Return the counts of a round. Raises `StoreDamaged` with everything that is wrong."""
    if problems := problems_of(looked, renewals, unwitnessed):
        raise StoreDamaged("\n".join(problems))
    return KeepingResult(looked.checked, len(looked.mended), renewals.renewed)


def renew_proof(context: Context, record_id: str) -> str:
    """Renew a record's proof with a document timestamp; return the digest of the new version. Raises `NotAllowed`."""
    authorized_record(context, Action.RENEW, record_id)
    service = context.settings.timestamp_url
    if not service:
        raise WrongUse(_("There is no timestamp service: set AVTALEFLYT_TIMESTAMP_URL."))
    return renew(context.register, context.store, context.anchors, record_id, service)


def back_up(context: Context, folder: Path) -> dict[str, int]:
    """Copy register and store to a folder while the system runs; return the counts. Raises `NotAllowed`."""
    authorize(context, Action.BACKUP)
    with watched_store(context, Step.BACKUP) as store:
        return backup.back_up(context.register, store, folder)


def restore(context: Context, folder: Path, key: str = "", *, unsigned: bool, with_damage: bool) -> RestoredBackup:
    """Restore a backup into an empty register and store; return what came back. Raises `NotAllowed`, `StoreDamaged`.

    `key` is the fingerprint of a key that signed the backup and is not known here yet.
    """
    authorize(context, Action.RESTORE)
    keys = context.stated_settings.head_keys_folder
    trust = BackupTrust(trusted_keys(keys), key, unsigned)
    with watched_store(context, Step.RESTORING, backup.number_of_blobs(folder)) as store:
        restored = backup.restore(folder, context.register, store, trust, with_damage=with_damage)
    if restored.key is not None and key:
        keep_public_key(keys, restored.key)
    return restored
