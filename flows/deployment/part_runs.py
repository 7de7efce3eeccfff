"""Ask other workers to take part in a season: one run of the deployment `season-part/part` for each that is online.

Each run does parts until none is left: starting one costs seconds, and parts are many. A run that has not begun when
the season is done, since its worker was busy, is cancelled: it would find nothing to do.
"""

import logging
from collections.abc import Sequence
from typing import cast
from uuid import UUID

from httpx import HTTPError
from prefect import runtime
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, WorkerStatus
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled

from flows.application.season_run import CallOff, Share, keep_to_oneself
from flows.deployment.run_states import run_name
from flows.language import translate as _

DEPLOYMENT = "season-part/part"
_MOST = 100
"""So many runs are asked for at most, whatever the number of workers."""
_log = logging.getLogger(__name__)


def ask_workers(send: bool) -> Share:
    """Return how a season asks for workers: not at all where it runs outside a deployment, as a command does."""
    return _asking(send) if runtime.deployment.id else keep_to_oneself


def part_name() -> str:
    """Return the name of a run of `season-part`, for Prefect: «Del av en sesong 2027-06-01 06:00 (2/4)»."""
    given = runtime.flow_run.parameters
    place = f" ({given['number']}/{given['workers']})" if given.get("workers") else ""
    return run_name("Part of a season")() + place


def _asking(send: bool) -> Share:
    def ask(run_id: str, parts: int) -> CallOff:
        asked: list[UUID] = []
        try:
            with get_client(sync_client=True) as client:
                others = min(parts - 1, _workers(client), _MOST)
            for number in range(1, others + 1):
                made = run_deployment(
                    DEPLOYMENT,
                    parameters={"run": run_id, "send": send, "number": number, "workers": others},
                    timeout=0,
                    as_subflow=False,
                    idempotency_key=f"{run_id}-{number}",
                )
                asked.append(cast("FlowRun", made).id)  # for Prefect it may be a coroutine, where one calls
        except (ObjectNotFound, HTTPError):  # this run does every part itself then
            _log.warning("No further workers could be asked to take part in the season.", exc_info=True)
        return lambda: _call_off(asked)

    return ask


def _call_off(asked: Sequence[UUID]) -> None:
    """Cancel those of these runs that have not begun."""
    try:
        with get_client(sync_client=True) as client:
            for one in asked:
                state = client.read_flow_run(one).state
                if state is not None and state.is_scheduled():
                    why = _("The season was done before this run began.")
                    client.set_flow_run_state(one, Cancelled(name=_("Not needed"), message=why))
    except (ObjectNotFound, HTTPError):  # they begin, and find nothing to do
        _log.warning("Runs that are no longer needed could not be cancelled.", exc_info=True)


def _workers(client: SyncPrefectClient) -> int:
    """Return how many workers of the pool of `season-part` are online."""
    pool = client.read_deployment_by_name(DEPLOYMENT).work_pool_name
    workers = client.read_workers_for_work_pool(pool) if pool else []
    return sum(one.status == WorkerStatus.ONLINE for one in workers)
