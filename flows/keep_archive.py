"""Flow: look after the archive → fixity, mending, renewal of proof. It looks and mends; it never destroys.

By hand: `avtaleflyt archive keep`. As a deployment it runs every night.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows.application.context import current_setup
from flows.archive.fixity import Looked, look_after
from flows.archive.proof.renewal import Renewals, renew_due
from flows.errors import StoreDamaged

_GIGABYTE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Kept:
    """What a night of keeping did: blobs recomputed, those mended from the other copy, and records renewed."""

    checked: int
    mended: int
    renewed: int


@flow(name="keep-archive", validate_parameters=False)
def keep_archive() -> Kept:
    """Recompute blobs within the night's budget and renew proof that is due.

    Raises `StoreDamaged` for what stays wrong, after all the rest is done.
    """
    looked = fixity()
    renewals = renewal()
    row = {"checked": looked.checked, "mended": len(looked.mended), "renewed": renewals.renewed}
    row |= {"faults": len(looked.faults), "not checked": looked.not_checked, "not renewed": len(renewals.failed)}
    create_table_artifact(key="archive-kept", table=[row], description="What was looked at in the archive tonight")
    problems = [*_told(looked), *_not_renewed(renewals.failed)]
    if problems:
        raise StoreDamaged("\n".join(problems))
    return Kept(looked.checked, len(looked.mended), renewals.renewed)


def _told(looked: Looked) -> list[str]:
    if not looked.faults and not looked.not_checked:
        return []
    said = f" The first: {looked.faults[0]}" if looked.faults else ""
    what = f"{len(looked.faults)} faults, and {looked.not_checked} blobs were not checked in time"
    return [f"The archive has {what}: `avtaleflyt archive verify` names the records.{said}"]


def _not_renewed(failed: Sequence[str]) -> list[str]:
    return [f"The proof of {len(failed)} records could not be renewed:", *failed] if failed else []


@task(name="fixity", cache_policy=NO_CACHE)
def fixity() -> Looked:
    """Recompute blobs, the one looked at longest ago first."""
    setup = current_setup()
    return look_after(setup.register, setup.store, int(setup.settings.fixity_budget_gb * _GIGABYTE))


@task(name="renewal", cache_policy=NO_CACHE)
def renewal() -> Renewals:
    """Renew the proof of records whose newest is old enough or soon ends, where a timestamp service is set."""
    setup = current_setup()
    service = setup.settings.timestamp_url
    if not service:
        return Renewals(0, ())
    age = timedelta(days=setup.settings.renewal_days)
    return renew_due(setup.register, setup.store, setup.anchors, service, age)
