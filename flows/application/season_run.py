"""Run a season: take its cases in, divide them into parts, and see that every part is done, here or elsewhere.

The same on one machine and on many: whoever runs the season works on parts, too, and takes up those whose worker fell
silent. On many machines the flow asks for further workers (`share`).
"""

import threading
import time
from collections.abc import Callable, Collection, Sequence

from flows.agreements.problems import Problem
from flows.application import take_in as intake
from flows.application.context import Context
from flows.application.outcomes import AgreementOutcome
from flows.application.progress import ProgressReport, Step, progress_of
from flows.application.season import SeasonResult
from flows.application.season_parts import PartOutcome, give_up_run, outcomes_of_run, work_on_parts
from flows.application.take_in import IntakeResult
from flows.errors import WrongUse
from flows.language import translate as _
from flows.register import State
from flows.register.agreements import current_version, get_agreement
from flows.register.states import UNSENT
from flows.register.work_parts import PartOrder, plan_parts

CallOff = Callable[[], None]
"""Called when nothing is left to do: who was asked to take part and has not begun need not begin."""
Share = Callable[[str, int], CallOff]
"""Called with the id of a season's run and its number of parts: asks other workers to take part."""
_BETWEEN_LOOKS = 1.0
"""Seconds between two looks at whether parts that others work on are done."""


def keep_to_oneself(_run_id: str, _parts: int) -> CallOff:
    """Ask nobody: the season is done in this process."""
    return lambda: None


def run_season(context: Context, batch: str | None, order: PartOrder, *, include_hidden: bool = False) -> SeasonResult:
    """Take a batch's cases in, make their documents and, if that is ordered, send them, all in this process."""
    return do_season(context, take_in_cases(context, batch, include_hidden=include_hidden), order)


def take_in_cases(context: Context, batch: str | None, *, include_hidden: bool = False) -> IntakeResult:
    """Read and judge the cases of a batch, or of the source that is set, and register the good ones.

    Raises `WrongUse` where no source is set, and `CasesUnreadable`.
    """
    if batch is None:
        if not context.settings.cases:
            raise WrongUse(_("No source of cases is set: set AVTALEFLYT_CASES to a workbook or an address."))
        batch = intake.open_batch(context, context.settings.cases)
    return intake.take_in(context, batch, include_hidden=include_hidden)


def do_season(
    context: Context,
    taken_in: IntakeResult,
    order: PartOrder,
    share: Share = keep_to_oneself,
    sleep: Callable[[float], None] = time.sleep,
) -> SeasonResult:
    """Make the documents of what was taken in and, if that is ordered, send them; return what came of each.

    Raises what ends a part early here, such as a template that is refused; nobody begins the other parts then.
    """
    held = set(taken_in.held_back)
    ids = [one for one in taken_in.agreement_ids if one not in held]
    with context.register.write() as transaction:
        run_id = plan_parts(transaction, taken_in.batch_id or None, ids, context.settings.part, order)
    parts = -(-len(ids) // context.settings.part)
    call_off = share(run_id, parts) if parts > 1 else lambda: None
    try:
        with progress_of(Step.SEASON if order.send else Step.DOCUMENTS) as report:
            here = _until_all_are_done(context, run_id, _Steps(report, len(ids), 2 if order.send else 1), sleep)
    except BaseException:
        give_up_run(context, run_id)
        raise
    finally:
        call_off()
    known, tried = _together(context, run_id, ids, here)
    known |= _as_they_stand(context, held, "")
    found = tuple(known[one] for one in taken_in.agreement_ids)
    return SeasonResult(intake.report_refusals(context, taken_in, found), found, frozenset(tried))


class _Steps:
    """The progress of a season: each agreement is as many steps as are done with it."""

    def __init__(self, report: ProgressReport, agreements: int, steps: int) -> None:
        self._report, self._steps, self._total, self._here = report, steps, agreements * steps, 0
        self._lock = threading.Lock()

    def more(self, number: int) -> None:
        """Report so many more steps that were done here; two parts may do so at once."""
        with self._lock:
            self._here += number
            self._report(min(self._here, self._total), self._total)

    def at_least(self, agreements: int) -> None:
        """Report what the register knows to be done, here and elsewhere."""
        self._here = max(self._here, agreements * self._steps)
        self._report(min(self._here, self._total), self._total)


def _until_all_are_done(
    context: Context, run_id: str, steps: _Steps, sleep: Callable[[float], None]
) -> list[PartOutcome]:
    here: list[PartOutcome] = []
    while True:
        here += work_on_parts(context, run_id, steps.more)
        ended, left = outcomes_of_run(context, run_id)
        steps.at_least(sum(len(one.agreements) for one in ended))
        if not left:
            return here
        sleep(_BETWEEN_LOOKS)


def _together(
    context: Context, run_id: str, ids: Sequence[str], here: Sequence[PartOutcome]
) -> tuple[dict[str, AgreementOutcome], set[str]]:
    """Return the outcomes by agreement, and what the run tried to send.

    Of what was done here more is known than the register keeps.
    """
    ended, _left = outcomes_of_run(context, run_id)
    known = {each.agreement_id: each for one in ended for each in one.agreements}
    known = {one: _with_cells(context, outcome) for one, outcome in known.items()}
    known |= {each.agreement_id: each for one in here for each in one.agreements}
    problem = next((one.problem for one in ended if one.problem), "")
    known |= _as_they_stand(context, [one for one in ids if one not in known], problem)
    return known, {each for one in ended for each in one.tried}


def _as_they_stand(context: Context, ids: Collection[str], problem: str) -> dict[str, AgreementOutcome]:
    """Return agreements as the register has them; those that are not out wait for the reason given."""
    with context.register.read() as session:
        states = {one: State(get_agreement(session, one).state) for one in ids}
    return {one: AgreementOutcome(one, state, problem if state in UNSENT else "") for one, state in states.items()}


def _with_cells(context: Context, outcome: AgreementOutcome) -> AgreementOutcome:
    """Return an outcome with the cells that are the reason why a document was refused on another machine."""
    if outcome.state != State.RECEIVED:
        return outcome
    with context.register.read() as session:
        refusal = current_version(session, get_agreement(session, outcome.agreement_id)).refusal
    cells = tuple(Problem(**one) for one in (refusal or {}).get("problems", ()))
    return AgreementOutcome(outcome.agreement_id, outcome.state, outcome.problem, outcome.lost, cells)
