"""Keep the archive: fixity checks, renewal of proof, backup and restore. Nothing here destroys anything."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flows.application.authorization import Action, authorize
from flows.application.context import Context
from flows.archive import backup
from flows.archive.fixity import FixityReport, look_after
from flows.archive.proof.renewal import RenewalRound, renew, renew_due
from flows.errors import StoreDamaged, WrongUse

__all__ = [
    "FixityReport",
    "KeepingResult",
    "RenewalRound",
    "back_up",
    "check_fixity",
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
    return look_after(context.register, context.store, int(context.settings.fixity_budget_gb * _GIGABYTE))


def renew_due_proofs(context: Context) -> RenewalRound:
    """Renew the proof of records that are due, if a timestamp service is set."""
    service = context.settings.timestamp_url
    if not service:
        return RenewalRound(0, ())
    age = timedelta(days=context.settings.renewal_days)
    return renew_due(context.register, context.store, context.anchors, service, age)


def problems_of(looked: FixityReport, renewals: RenewalRound) -> list[str]:
    """Return what is wrong after a round, as sentences; empty if nothing is."""
    problems = []
    if looked.faults or looked.not_checked:
        first = f" The first: {looked.faults[0]}" if looked.faults else ""
        counts = f"{len(looked.faults)} faults, and {looked.not_checked} blobs were not checked in time"
        problems.append(f"The archive has {counts}: `avtaleflyt archive verify` names the records.{first}")
    if renewals.failed:
        problems += [f"The proof of {len(renewals.failed)} records could not be renewed:", *renewals.failed]
    return problems


def result_of(looked: FixityReport, renewals: RenewalRound) -> KeepingResult:
    """Return the counts of a round. Raises `StoreDamaged` with everything that is wrong."""
    if problems := problems_of(looked, renewals):
        raise StoreDamaged("\n".join(problems))
    return KeepingResult(looked.checked, len(looked.mended), renewals.renewed)


def renew_proof(context: Context, record_id: str) -> str:
    """Renew a record's proof with a document timestamp; return the digest of the new version. Raises `NotAllowed`."""
    authorize(context, Action.RENEW)
    service = context.settings.timestamp_url
    if not service:
        raise WrongUse("There is no timestamp service: set AVTALEFLYT_TIMESTAMP_URL.")
    return renew(context.register, context.store, context.anchors, record_id, service)


def back_up(context: Context, folder: Path) -> dict[str, int]:
    """Copy register and store to a folder while the system runs; return the counts. Raises `NotAllowed`."""
    authorize(context, Action.BACKUP)
    return backup.back_up(context.register, context.store, folder)


def restore(context: Context, folder: Path) -> dict[str, int]:
    """Restore a backup into an empty register and store; return the counts. Raises `NotAllowed`."""
    authorize(context, Action.RESTORE)
    settings = context.stated_settings
    return backup.restore(folder, settings.register_url, settings.blobs_url, settings.store_copy_url)
