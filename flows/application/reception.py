"""Register judged cases some at a time, so that nobody else waits long for the register."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from flows.application.context import Context
from flows.intake.pipeline import ValidatedSource
from flows.intake.register_comparison import as_received
from flows.intake.register_contradictions import without_contradictions
from flows.register import Transaction
from flows.register.agreements import ReceptionResult, receive
from flows.register.batches import record_batch_agreements
from flows.register.schema import ChainHead

AT_ONCE = 100
"""Cases of one transaction: well under a second."""


@dataclass(frozen=True, slots=True)
class ReceivedCases:
    """What was judged, without the cases that contradict the register, and what receiving each of the rest came to."""

    judged: ValidatedSource
    received: tuple[ReceptionResult, ...]


def receive_cases(
    context: Context,
    judged: ValidatedSource,
    batch_id: str,
    at_end: Callable[[Transaction, ValidatedSource], None],
) -> ReceivedCases:
    """Register the good cases of a batch; one that is cut off can be done again, and then does the rest.

    They are compared with what the register says of others, again where somebody else has written meanwhile. `at_end`
    is called in the last transaction.
    """
    left, good, problems = list(judged.cases), list(judged.cases[:0]), list(judged.problems)
    received: list[ReceptionResult] = []
    known_until = -1
    while True:
        with context.register.write() as transaction:
            session = transaction.session
            if session.get_one(ChainHead, 1).number != known_until:
                compared = without_contradictions(session, replace(judged, cases=left, problems=()), own=judged.cases)
                problems += [one for one in compared.problems if one not in problems]
                left = list(compared.cases)
            some, left = left[:AT_ONCE], left[AT_ONCE:]
            results = [receive(transaction, as_received(case), batch_id) for case in some]
            record_batch_agreements(transaction, batch_id, [(one.agreement_id, str(one.reception)) for one in results])
            good += some
            received += results
            known_until = session.get_one(ChainHead, 1).number
            if not left:
                judged = replace(judged, cases=good, problems=tuple(problems))
                at_end(transaction, judged)
                return ReceivedCases(judged, tuple(received))
