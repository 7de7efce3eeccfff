"""Flow: the renewal season. Many cases → generated → sent.

Takes the cases of one batch in, makes their documents in chunks, and sends them if that is asked for; `collect_signed`
follows up what was sent. By hand: `avtaleflyt renew CASES [-o DIR] [--send]`. As a deployment, without a batch, it
reads the source named by AVTALEFLYT_CASES.
"""

from dataclasses import replace
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, as_completed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.application import take_in as intake
from flows.application.context import current_context
from flows.application.host_check import require_provider, require_templates
from flows.application.make_documents import make_documents
from flows.application.outcomes import AgreementOutcome
from flows.application.progress import Step, progress_of
from flows.application.run_outcome import of_season
from flows.application.season import SeasonResult
from flows.application.send import send_agreement as send_one
from flows.application.take_in import IntakeResult
from flows.deployment.run_states import ended, run_name
from flows.deployment.secret_blocks import use_secret_blocks
from flows.errors import WrongUse
from flows.language import translate as _
from flows.private_files import keep_files_private
from flows.register import State

keep_files_private()
use_secret_blocks()

_SENDERS: TaskRunner[PrefectFuture[Any]] = ThreadPoolTaskRunner(max_workers=4)  # type: ignore[assignment]  # by default a runner has no limit


@flow(name="renewal-season", flow_run_name=run_name("Season"), task_runner=_SENDERS, validate_parameters=False)
def renewal_season(
    batch: str | None = None, send: bool = False, lossy: bool = False, include_hidden: bool = False
) -> SeasonResult:
    """Make the documents of a batch's cases and, with `send`, send them for signature.

    With `lossy`, documents are made even if their PDF does not show everything that the Word document holds. With
    `include_hidden`, cases in hidden sheets, columns and rows are taken, too.
    """
    require_templates(current_context())
    if send:
        require_provider(current_context())
    taken_in = take_in(batch, include_hidden)
    ids, size = taken_in.agreement_ids, current_context().settings.chunk
    outcomes: list[AgreementOutcome] = []
    with progress_of(Step.DOCUMENTS) as report:
        for start in range(0, len(ids), size):
            outcomes += generate_chunk(ids[start : start + size], lossy)
            report(len(outcomes), len(ids))
    tried: set[str] = set()
    taken_in = intake.report_refusals(current_context(), taken_in, outcomes)
    if send:
        tried = {one.agreement_id for one in outcomes if one.ready_to_send} - set(taken_in.held_back)
        outcomes = _send(outcomes, tried)
    result = SeasonResult(taken_in, tuple(outcomes), frozenset(tried))
    return ended("season", of_season(result), result)


@task(name="take-in", cache_policy=NO_CACHE)
def take_in(batch: str | None, include_hidden: bool = False) -> IntakeResult:
    """Read and judge the cases, and register the good ones."""
    context = current_context()
    if batch is None:
        if not context.settings.cases:
            raise WrongUse(_("No source of cases is set: set AVTALEFLYT_CASES to a workbook or an address."))
        batch = intake.open_batch(context, context.settings.cases)
    return intake.take_in(context, batch, include_hidden=include_hidden)


@task(name="generate-chunk", cache_policy=NO_CACHE)
def generate_chunk(agreement_ids: list[str], lossy: bool = False) -> list[AgreementOutcome]:
    """Make the documents of one chunk, in a pool of warm processes."""
    return make_documents(current_context(), agreement_ids, lossy)


@task(name="send-agreement", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=[2, 10], retry_jitter_factor=0.5)
def send_agreement(agreement_id: str, reason: str) -> AgreementOutcome:
    """Send one agreement. Only a request that certainly never reached the provider is tried again."""
    return send_one(current_context(), agreement_id, reason)


def _send(outcomes: list[AgreementOutcome], wanted: set[str]) -> list[AgreementOutcome]:
    sending = {
        one.agreement_id: send_agreement.submit(one.agreement_id, "sent with the renewal season")
        for one in outcomes
        if one.agreement_id in wanted
    }
    with progress_of(Step.SENDING) as report:
        for done, _sent in enumerate(as_completed(list(sending.values())), start=1):
            report(done, len(sending))
    return [_after_sending(one, sending.get(one.agreement_id)) for one in outcomes]


def _after_sending(before: AgreementOutcome, sending: PrefectFuture[AgreementOutcome] | None) -> AgreementOutcome:
    if sending is None:
        return before
    result = sending.result(raise_on_failure=False)
    if not isinstance(result, AgreementOutcome):
        result = AgreementOutcome(before.agreement_id, State.APPROVED, str(result))
    return replace(result, lost=before.lost)
