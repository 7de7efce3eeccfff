"""Flow: the renewal season. Many cases → generated → sent.

Takes the cases of one batch in, fills and converts their documents in chunks, and sends them where that is asked for;
`collect_signed` follows up what was sent. By hand: `avtaleflyt renew CASES [-o DIR] [--send]`. As a deployment, without
a batch, it reads the source named by AVTALEFLYT_CASES.
"""

from dataclasses import dataclass, replace
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, as_completed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.application import steps
from flows.application.context import current_setup
from flows.application.steps import Outcome, TakenIn
from flows.commands import console
from flows.errors import WrongUse
from flows.register import State


@dataclass(frozen=True, slots=True)
class Season:
    """What a run of the season did: what was taken in, and where each agreement stands afterwards."""

    taken_in: TakenIn
    outcomes: tuple[Outcome, ...]


_SENDERS: TaskRunner[PrefectFuture[Any]] = ThreadPoolTaskRunner(max_workers=4)  # type: ignore[assignment]  # by default a runner has no limit


@flow(name="renewal-season", task_runner=_SENDERS, validate_parameters=False)
def renewal_season(batch: str | None = None, send: bool = False, lossy: bool = False) -> Season:
    """Bring the cases of a batch to generated documents and, with `send`, out for signature.

    With `lossy`, documents are made even where their PDF does not show everything that the Word document holds.
    """
    taken_in = take_in(batch)
    ids, size = taken_in.agreement_ids, current_setup().settings.chunk
    chunks = [ids[start : start + size] for start in range(0, len(ids), size)]
    outcomes: list[Outcome] = []
    with console.progress("Making documents") as progress:
        for chunk in chunks:
            outcomes += generate_chunk(chunk, lossy)
            progress(len(outcomes), len(ids))
    if send:
        held_back = set(taken_in.held_back)
        sending = {
            one.agreement_id: send_agreement.submit(one.agreement_id)
            for one in outcomes
            if one.state in {State.GENERATED, State.APPROVED} and one.agreement_id not in held_back
        }
        with console.progress("Sending") as progress:
            for done, _sent in enumerate(as_completed(list(sending.values())), start=1):
                progress(done, len(sending))
        outcomes = [_after_sending(one, sending.get(one.agreement_id)) for one in outcomes]
    return Season(taken_in, tuple(outcomes))


@task(name="take-in", cache_policy=NO_CACHE)
def take_in(batch: str | None) -> TakenIn:
    """Read and judge the cases, and take the good ones into the register."""
    setup = current_setup()
    if batch is None:
        if not setup.settings.cases:
            raise WrongUse("No source of cases is set: set AVTALEFLYT_CASES to a workbook or an address.")
        batch = steps.open_batch(setup, setup.settings.cases)
    return steps.take_in(setup, batch)


@task(name="generate-chunk", cache_policy=NO_CACHE)
def generate_chunk(agreement_ids: list[str], lossy: bool = False) -> list[Outcome]:
    """Fill and convert the documents of one chunk, in a pool of warm processes."""
    return steps.generate(current_setup(), agreement_ids, lossy)


@task(name="send-agreement", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=[2, 10], retry_jitter_factor=0.5)
def send_agreement(agreement_id: str) -> Outcome:
    """Send one agreement. Only a request that certainly never reached the provider is tried again."""
    return steps.send_one(current_setup(), agreement_id, "sent with the renewal season")


def _after_sending(before: Outcome, sending: PrefectFuture[Outcome] | None) -> Outcome:
    if sending is None:
        return before
    result = sending.result(raise_on_failure=False)
    after = result if isinstance(result, Outcome) else Outcome(before.agreement_id, State.APPROVED, str(result))
    return replace(after, lost=before.lost)
