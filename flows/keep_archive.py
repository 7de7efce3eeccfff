"""Flow: keep the archive → fixity checks, repairs, renewal of proof. It destroys nothing of the archive.

By hand: `avtaleflyt archive keep`. As a deployment it runs every night.
"""

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.application import collect
from flows.application import keep_archive as keeping
from flows.application.context import current_context
from flows.application.host_check import await_register
from flows.application.keep_archive import FixityReport, KeepingResult, RenewalRound
from flows.application.retention import forget_expired
from flows.application.run_outcome import Ending, RunOutcome, counts_of_keeping
from flows.application.witness import hand_over_heads
from flows.deployment.run_states import end_state, keep_counts, run_name
from flows.deployment.secret_blocks import use_secret_blocks
from flows.private_files import keep_files_private

keep_files_private()
use_secret_blocks()


@flow(name="keep-archive", flow_run_name=run_name("Archive"), validate_parameters=False)
def keep_archive() -> KeepingResult:
    """Recompute blobs within the night's budget, renew proof that is due, and hand the history's head to its witness.

    What is older in the log of reads than it is kept for is removed. Raises `StoreDamaged` for what stays wrong, after
    all the rest is done.
    """
    await_register(current_context())
    looked = fixity()
    renewals = renewal()
    reads_removed = empty_read_log()
    unwitnessed = hand_over()
    notify_of_pending()
    counts = counts_of_keeping(looked, renewals) | {
        "not_handed_over": len(unwitnessed),
        "reads_removed": reads_removed,
        "forgotten": retention(),
    }
    keep_counts("archive-kept", counts)
    result = keeping.result_of(looked, renewals, unwitnessed)
    return end_state(RunOutcome(Ending.DONE, counts), result)


@task(name="fixity", cache_policy=NO_CACHE)
def fixity() -> FixityReport:
    """Recompute blobs, the one checked longest ago first."""
    return keeping.check_fixity(current_context())


@task(name="renewal", cache_policy=NO_CACHE)
def renewal() -> RenewalRound:
    """Renew the proof of records that are due, if a timestamp service is set."""
    return keeping.renew_due_proofs(current_context())


@task(name="read-log", cache_policy=NO_CACHE)
def empty_read_log() -> int:
    """Remove reads from the log that are older than it is kept for; return how many."""
    return keeping.empty_read_log(current_context())


@task(name="hand-over", cache_policy=NO_CACHE)
def hand_over() -> list[str]:
    """Hand the head of the history to every witness; return why not."""
    return hand_over_heads(current_context())


@task(name="retention", cache_policy=NO_CACHE)
def retention() -> int:
    """Delete delivered e-mails, uploads and files of batches whose time is over; return how many."""
    return forget_expired(current_context()).total


@task(name="notices", cache_policy=NO_CACHE)
def notify_of_pending() -> None:
    """Keep what waits for a person, such as a witness that is silent, and tell of it by e-mail.

    An e-mail that cannot be delivered stays in the outbox, which the next round tells of.
    """
    collect.notify_of_pending(current_context())
