"""End a flow run in a Prefect state that says what came of it, and keep its counts as an artifact.

A run that is done, or after which agreements wait for a person, is completed; the name of its state tells which. A run
that failed is failed, so that Prefect's own notices and pages show it. Whoever calls a flow in this process gets what
it made in any case, by `run_flow`.
"""

from collections.abc import Callable
from typing import TypeVar, cast

from prefect import State, get_run_logger
from prefect.artifacts import create_table_artifact
from prefect.states import Completed, Failed

from flows.application.context import current_context
from flows.application.run_outcome import Ending, RunOutcome
from flows.dates import oslo_time
from flows.language import translate
from flows.language import translate as _
from flows.register.database import utc_now

Result = TypeVar("Result")


def run_name(what: str) -> Callable[[], str]:
    """Return the function that names a flow's runs, for Prefect: «Sesong 2027-06-01 06:00», in Norwegian time."""

    def name() -> str:
        current_context()  # whose settings say the language
        return f"{translate(what)} {oslo_time(utc_now()):%Y-%m-%d %H:%M}"

    return name


def ended(key: str, outcome: RunOutcome, result: Result) -> Result:
    """Return, for a flow to return, the state of a run that ended so; its caller gets `result`.

    Counts and ids of what waits become the artifact of this key (lower-case letters and hyphens).
    """
    keep_counts(key, outcome.counts, outcome.waiting)
    return end_state(outcome, result)


def keep_counts(key: str, counts: dict[str, int], waiting: tuple[str, ...] = ()) -> None:
    """Keep counts, and ids of agreements that wait for a person, as the artifact of this key."""
    rows = [(translate(name.replace("_", " ")), str(number)) for name, number in counts.items()]
    rows += [(_("waits for a person"), agreement_id) for agreement_id in waiting]
    table = [{_("what"): what, _("number or id"): number} for what, number in rows]
    create_table_artifact(key=key, table=table, description=_sentence(counts))


def end_state(outcome: RunOutcome, result: Result) -> Result:
    """Return, for a flow to return, the state of a run that ended so; its caller gets `result`."""
    counted = _sentence(outcome.counts)
    get_run_logger().info("%s: %s", outcome.ending, outcome.counts)
    names = {Ending.DONE: _("Completed"), Ending.WAITING: _("Waits for a person"), Ending.FAILED: _("Failed")}
    make = Failed if outcome.ending is Ending.FAILED else Completed
    message = f"{outcome.why} ({counted})" if outcome.why else counted
    state: State[Result] = make(name=names[outcome.ending], message=message, data=result)
    return cast("Result", state)  # Prefect hands the caller the state's data


def _sentence(counts: dict[str, int]) -> str:
    counted = [f"{translate(name.replace('_', ' '))}: {number}" for name, number in counts.items() if number]
    return ", ".join(counted) or _("Nothing to do.")


def run_flow(flow: Callable[..., Result], **parameters: object) -> Result:
    """Run a flow in this process and return what it made, also where its state is failed. Raises what it raises."""
    state = cast("State[Result]", flow(**parameters, return_state=True))
    made = state.result(raise_on_failure=False)
    if isinstance(made, BaseException):
        raise made
    return made
