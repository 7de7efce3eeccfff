"""Work on the parts of a season: a worker has two at a time, one that it makes and one that it sends.

Making keeps every core busy, and sending waits for a provider most of the time: side by side they take less time.
Every worker takes the next part that nobody has; one whose worker fell silent is taken up by another. What it has done
already is left alone then: documents are made of what was received, and only what is approved is sent.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

from flows.application.context import Context
from flows.application.make_documents import make_documents
from flows.application.outages import Patience
from flows.application.outcomes import AgreementOutcome
from flows.application.send import send_agreements
from flows.errors import AvtaleflytError
from flows.language import for_the_register, translate
from flows.register import State
from flows.register.schema import Json, new_id
from flows.register.work_parts import (
    LEASE,
    abandoned_runs,
    claim_part,
    end_part,
    free_parts,
    give_up,
    leave_part,
    parts_of_run,
    renew_part,
)
from flows.register.work_schema import WorkPart

_log = logging.getLogger(__name__)
_SILENT_AT_MOST = 600.0
"""Seconds without progress after which a worker no longer keeps its part: it may hang."""

_making = threading.Lock()
"""Held while a part's documents are made, by as many processes as are set: two parts would be made no faster."""

Report = Callable[[int], None]
"""Called with how many more agreements a step is done with."""


def ignore_report(_number: int) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class PartOutcome:
    """What came of a part: the outcome of each agreement, which of them it tried to send, and why it ended early."""

    number: int
    parts: int
    agreements: tuple[AgreementOutcome, ...]
    tried: frozenset[str]
    problem: str = ""


class _Stopped(BaseException):
    """The other lane has ended for a reason that ends the run."""


def work_on_parts(context: Context, run_id: str = "", report: Report = ignore_report) -> list[PartOutcome]:
    """Do every part that nobody has, of one run or of any, until there is none; return what came of them.

    A part whose worker fell silent is taken up, too. Raises what ends a part early; the part is then kept as ended, and
    no further one is begun. `report` is called after each step with how many more agreements are done with it.
    """
    over, done = threading.Event(), list[PartOutcome]()

    def report_beside(number: int) -> None:
        if over.is_set():
            raise _Stopped
        report(number)

    def lane(told: Report) -> None:
        try:
            while not over.is_set() and (outcome := work_on_next_part(context, run_id, told)) is not None:
                done.append(outcome)
        except BaseException:
            over.set()
            raise

    with context.register.read() as session:
        several = free_parts(session, context.register.clock(), run_id) > 1
    if not several:
        lane(report)
        return done
    with ThreadPoolExecutor(1, thread_name_prefix="part") as other:
        beside = other.submit(copy_context().run, lane, report_beside)
        lane(report)
        beside.result()
    return sorted(done, key=lambda one: one.number)


def finish_abandoned_parts(context: Context) -> list[PartOutcome]:
    """Do what is left of seasons that nobody works on any more, since their machines ended; return what came of it."""
    with context.register.read() as session:
        runs = abandoned_runs(session, context.register.clock())
    done: list[PartOutcome] = []
    for run_id in runs:
        try:
            done += work_on_parts(context, run_id)
        except AvtaleflytError as error:  # it is kept with the part, and waits for a person; the other runs go on
            _log.warning("A part of a season ended early: %s", error, extra={"run": run_id})
    return done


def work_on_next_part(context: Context, run_id: str = "", report: Report = ignore_report) -> PartOutcome | None:
    """Take the next part that nobody has and do it; None where there is none. Raises as `work_on_parts`."""
    holder = new_id()
    with context.register.coordinate() as session:
        part = claim_part(session, context.register.clock(), holder, run_id)
    if part is None:
        return None
    begun = time.monotonic()
    with _kept(context, part, holder) as progress:
        try:
            outcomes, tried = _do(context, part, progress, report)
        except AvtaleflytError as error:
            _end(context, part, holder, {"problem": for_the_register(error.message)})
            raise
        except BaseException as error:  # the machine is to stop, or the program has a fault: another may do better
            with context.register.coordinate() as session:
                leave_part(session, part.id, holder, in_order=not isinstance(error, Exception))
            raise
        spent = {"seconds": round(time.monotonic() - begun, 3), "worker": f"{socket.gethostname()}:{os.getpid()}"}
        _end(context, part, holder, {"agreements": [_as_json(one, tried) for one in outcomes], **spent})
    counts = {"part": part.number, "parts": part.parts, "agreements": len(outcomes), "sent": len(tried), **spent}
    _log.info("A part of the season is done: %s", counts, extra={"run": part.run_id})
    return PartOutcome(part.number, part.parts, tuple(outcomes), frozenset(tried))


def outcomes_of_run(context: Context, run_id: str) -> tuple[list[PartOutcome], int]:
    """Return what came of the parts of a run that have ended, in their order, and how many have not."""
    with context.register.read() as session:
        parts = parts_of_run(session, run_id)
    ended = [part for part in parts if part.ended_at is not None]
    return [_kept_outcome(part) for part in ended], len(parts) - len(ended)


def give_up_run(context: Context, run_id: str) -> None:
    """End the parts of a run that nobody has begun, since whoever asked for them has stopped."""
    with context.register.coordinate() as session:
        give_up(session, context.register.clock(), run_id, "the run was stopped")


def _do(
    context: Context, part: WorkPart, progress: Callable[[], None], report: Report
) -> tuple[list[AgreementOutcome], set[str]]:
    patience = Patience(context.settings.outage_seconds)

    def documents_made(number: int) -> None:
        progress()
        report(number)

    def one_sent() -> None:
        progress()
        report(1)

    with _making:
        outcomes = patience.through(lambda: make_documents(context, part.agreement_ids, part.lossy, documents_made))
    if not part.send:
        return outcomes, set()
    wanted = [one.agreement_id for one in outcomes if one.ready_to_send]
    after = {one.agreement_id: one for one in send_agreements(context, wanted, part.reason, patience, one_sent)}
    return [_after_sending(one, after.get(one.agreement_id)) for one in outcomes], set(wanted)


def _after_sending(before: AgreementOutcome, after: AgreementOutcome | None) -> AgreementOutcome:
    if after is None:
        return before
    return AgreementOutcome(after.agreement_id, after.state, after.problem, before.lost, before.in_case)


@contextmanager
def _kept(context: Context, part: WorkPart, holder: str) -> Iterator[Callable[[], None]]:
    """Keep the lease of a part while the block lasts and goes on; give what is to be called at each step."""
    over, last = threading.Event(), [time.monotonic()]

    def renew() -> None:
        while not over.wait(LEASE.total_seconds() / 4):
            if time.monotonic() - last[0] > _SILENT_AT_MOST:
                return
            try:
                with context.register.coordinate() as session:
                    renew_part(session, context.register.clock(), part.id, holder)
            except AvtaleflytError:
                continue  # the database is away: the next time may be better

    def progress() -> None:
        last[0] = time.monotonic()

    keeper = threading.Thread(target=renew, daemon=True)
    keeper.start()
    try:
        yield progress
    finally:
        over.set()
        keeper.join()


def _end(context: Context, part: WorkPart, holder: str, outcome: Json) -> None:
    def end() -> None:  # safe to repeat: only its holder ends a part
        with context.register.coordinate() as session:
            end_part(session, context.register.clock(), part.id, holder, outcome)

    Patience(context.settings.outage_seconds).through(end)


def _as_json(one: AgreementOutcome, tried: set[str]) -> list[object]:
    problem = for_the_register(one.problem) if one.problem else ""
    return [one.agreement_id, str(one.state), problem, list(map(str, one.lost)), one.agreement_id in tried]


def _kept_outcome(part: WorkPart) -> PartOutcome:
    outcome = part.outcome or {}
    rows: Sequence[list[Any]] = outcome.get("agreements", ())
    agreements = tuple(
        AgreementOutcome(one, State(state), translate(problem) if problem else "", tuple(lost))
        for one, state, problem, lost, _tried in rows
    )
    tried = frozenset(row[0] for row in rows if row[4])
    problem = str(outcome.get("problem") or "")
    return PartOutcome(part.number, part.parts, agreements, tried, translate(problem) if problem else "")
