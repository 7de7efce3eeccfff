"""Flow: the renewal season. Many cases → generated → sent.

Takes the cases of one batch in and divides them into parts. `season_part` is the same work on another machine: as many
runs of it as there are workers do parts until none is left. `collect_signed` follows up what was sent. By hand:
`avtaleflyt renew CASES [-o DIR] [--send]`. As a deployment, without a batch, it reads the source named by
AVTALEFLYT_CASES.
"""

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.application import season_run
from flows.application.context import current_context
from flows.application.host_check import await_register, require_provider, require_templates
from flows.application.run_outcome import of_parts, of_season
from flows.application.season import SeasonResult
from flows.application.season_parts import PartOutcome, work_on_parts
from flows.application.take_in import IntakeResult
from flows.deployment.part_runs import ask_workers, part_name
from flows.deployment.run_states import ended, run_name
from flows.deployment.secret_blocks import use_secret_blocks
from flows.private_files import keep_files_private
from flows.register.work_parts import PartOrder

keep_files_private()
use_secret_blocks()


@flow(name="renewal-season", flow_run_name=run_name("Season"), validate_parameters=False)
def renewal_season(
    batch: str | None = None, send: bool = False, lossy: bool = False, include_hidden: bool = False
) -> SeasonResult:
    """Make the documents of a batch's cases and, with `send`, send them for signature.

    With `lossy`, documents are made even if their PDF does not show everything that the Word document holds. With
    `include_hidden`, cases in hidden sheets, columns and rows are taken, too.
    """
    await_register(current_context())
    require_templates(current_context())
    if send:
        require_provider(current_context())
    taken_in = take_in(batch, include_hidden)
    result = make_and_send(taken_in, PartOrder(send, lossy))
    return ended("season", of_season(result), result)


@flow(name="season-part", flow_run_name=part_name, validate_parameters=False)
def season_part(run: str = "", send: bool = False, number: int = 0, workers: int = 0) -> list[PartOutcome]:  # noqa: ARG001 - its name tells number and workers
    """Do parts of a season, of that run or of any whose worker fell silent, until there is none that nobody has.

    It is worker `number` of `workers` that the season asked for.
    """
    await_register(current_context())
    require_templates(current_context())
    if send:
        require_provider(current_context())
    done = work_on_parts(current_context(), run)
    return ended("season-part", of_parts(done), done)


@task(name="take-in", cache_policy=NO_CACHE)
def take_in(batch: str | None, include_hidden: bool = False) -> IntakeResult:
    """Read and judge the cases, and register the good ones."""
    return season_run.take_in_cases(current_context(), batch, include_hidden=include_hidden)


@task(name="make-and-send", cache_policy=NO_CACHE)
def make_and_send(taken_in: IntakeResult, order: PartOrder) -> SeasonResult:
    """Do the parts of the season together with the workers that take part; return when all are done."""
    return season_run.do_season(current_context(), taken_in, order, ask_workers(order.send))
