"""Take in the cases of one call to the intake endpoint: all of them, or none.

The same idempotency key with the same body gives the same answer again, and takes nothing in.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from flows.agreements.problems import Problem
from flows.agreements.types import types
from flows.application.access import Scope, covers
from flows.application.api_keys import INTAKE_TOKEN, hiring_scope
from flows.application.context import Context
from flows.errors import CasesUnreadable
from flows.intake import ValidatedSource
from flows.intake.json_file import rows_of
from flows.intake.json_text import parse_json
from flows.intake.pipeline import judge_all
from flows.intake.register_comparison import as_received, held_back
from flows.intake.register_contradictions import without_contradictions
from flows.language import translate as _
from flows.register import Batch, State, Transaction
from flows.register.agreements import Reception, get_agreement, receive
from flows.register.events import canonical
from flows.register.intake_calls import previous_answer, store_answer
from flows.register.sending_wishes import INTAKE, wish_to_send

MOST_CASES = 1000
"""Cases that one call may hold."""

RECEPTIONS = tuple(str(one) for one in Reception)
"""What the register makes of a case, as the answer says it."""


class CallFault(Enum):
    """Why a call takes nothing in."""

    NO_CASES = auto()
    TOO_MANY_CASES = auto()
    KEY_REUSED = auto()
    CASES_WRONG = auto()
    OTHER_MUNICIPALITY = auto()


@dataclass
class CallRefused(Exception):
    """A call that takes nothing in: why, and the errors of its cases."""

    fault: CallFault
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """The answer to a call as JSON, and the agreements about a doctor whose flow is to be started."""

    content: dict[str, Any]
    to_announce: tuple[str, ...]


def parse_body(body: bytes) -> Any:
    """Return what the body of a call says. Raises ValueError or RecursionError where it is no JSON."""
    return parse_json(body, strict=True)


def take_in_call(context: Context, content: Any, key: str, *, send: bool = False, body: bytes = b"") -> CallAnswer:
    """Judge the cases of a parsed body and register them; with `send`, register that they are to be sent, too.

    The same key with equal JSON, however it is written, is the same call. Raises `CallRefused`.
    """
    digest, former_digest = _digests(content, body, send)
    judged = _judge(context, content)
    errors = [problem for problem in judged.problems if problem.level == "error"]
    _refuse_other_municipalities(judged, hiring_scope(context))
    if key and context.actor is not None and context.actor.account_id != INTAKE_TOKEN:
        key = f"{context.actor.account_id}:{key}"  # two callers may choose the same key
    with context.register.write() as transaction:
        # Looked up in the transaction that is alone in writing: of two calls at once the second waits, and repeats.
        former = previous_answer(transaction.session, key)
        if former and former.body_sha256 not in {digest, former_digest}:
            raise CallRefused(CallFault.KEY_REUSED)
        if not errors and not former:
            judged = without_contradictions(transaction.session, judged)
            errors = [problem for problem in judged.problems if problem.level == "error"]
        if errors:
            raise CallRefused(CallFault.CASES_WRONG, errors)
        answer = former.answer if former else _receive(transaction, judged)
        if not former:
            store_answer(transaction, key, digest, answer)
            if send:
                _wish(transaction, answer)
        waiting = [
            one["id"]
            for one in answer["agreements"]
            if types()[one["type"]].hired and get_agreement(transaction.session, one["id"]).state == State.RECEIVED
        ]
    return CallAnswer(answer, tuple(dict.fromkeys(waiting)))


def _refuse_other_municipalities(judged: ValidatedSource, scope: Scope) -> None:
    """Raise `CallRefused` where a good case is for a municipality that the caller's key is not for."""
    if scope != "all" and any(not covers(scope, as_received(one).municipality_number) for one in judged.cases):
        raise CallRefused(CallFault.OTHER_MUNICIPALITY)


def problem_as_json(problem: Problem) -> dict[str, str]:
    """Return a problem as the endpoint reports it, by JSON pointer."""
    return {
        "pointer": problem.pointer,
        "rule": problem.rule,
        "level": problem.level,
        "detail": problem.message,
    }


def _digests(content: Any, body: bytes, send: bool) -> tuple[str, str]:
    """Return the digest of what a call says, and that of its bytes, by which calls were once known."""
    suffix = b"+send" if send else b""
    try:
        said = canonical(content)
    except UnicodeEncodeError:  # halves of letters, which no encoding takes: such a call is refused for its cases
        said = body
    return hashlib.sha256(said + suffix).hexdigest(), hashlib.sha256(body + suffix).hexdigest()


def _wish(transaction: Transaction, answer: dict[str, Any]) -> None:
    """Register that what this call took in is to be sent; not what is out already, or archived."""
    taken = {str(Reception.NEW), str(Reception.CHANGED), str(Reception.SAME)}
    for one in answer["agreements"]:
        if one["reception"] in taken:
            wish_to_send(transaction, one["id"])


def _judge(context: Context, content: Any) -> ValidatedSource:
    try:
        judged = judge_all(rows_of(content, _("The body")), context.today)
    except (CasesUnreadable, RecursionError):
        raise CallRefused(CallFault.NO_CASES) from None
    if judged.count == 0:
        raise CallRefused(CallFault.NO_CASES)
    if judged.count > MOST_CASES:
        raise CallRefused(CallFault.TOO_MANY_CASES)
    return judged


def _receive(transaction: Transaction, judged: ValidatedSource) -> dict[str, Any]:
    batch = Batch(source=INTAKE, received_at=transaction.now, cases=judged.count)
    transaction.session.add(batch)
    transaction.session.flush()
    warnings = list(judged.problems)
    agreements = []
    for case in judged.cases:
        received = receive(transaction, as_received(case), batch.id)
        agreements.append(
            {
                "pointer": case.place.pointer,
                "type": case.type,
                "id": received.agreement_id,
                "reception": received.reception.value,
            }
        )
        if problem := held_back(case, received.reception):
            warnings.append(problem)
    return {"agreements": agreements, "warnings": [problem_as_json(problem) for problem in warnings]}
