"""Take in what the archive answers: store, acknowledge, and only then open it and act on it.

The queue forgets a message once it is acknowledged, and deletes one that is fetched three times without. So each is
committed first; what it means is read from the register's own copy, and whatever is wrong with it waits there for a
person.
"""

from dataclasses import dataclass

from flows.delivery.port import AnswerKind, ArchiveAnswer, ArchiveSystem
from flows.delivery.repeats import PAUSES, repeat_or_leave
from flows.errors import AvtaleflytError
from flows.language import translate as _
from flows.register import Register, Transaction
from flows.register.deliveries import CREATE, IN_FLIGHT, AttemptKind, newest_attempt, record_receipt, set_delivery_state
from flows.register.delivery_answers import (
    AnswerOutcome,
    ReceivedAnswer,
    attempt_answered,
    keep_answer,
    record_answer,
    unread_answers,
)
from flows.register.delivery_schema import Delivery, DeliveryAnswer, DeliveryAttempt
from flows.register.states import DELIVERY_CHANGES, DeliveryState


@dataclass(frozen=True, slots=True)
class _Answered:
    """An answer beside the attempt and the delivery that it is about."""

    answer: ArchiveAnswer
    attempt: DeliveryAttempt
    delivery: Delivery


def store_answers(register: Register, archive: ArchiveSystem) -> int:
    """Store everything that lies in our queue; return how many messages were new.

    Each is committed before the next is asked for, which is what acknowledges it. Raises `NotHandedOver`,
    `DeliveryStopped`.
    """
    new = 0
    for answer in archive.answers():
        with register.write() as transaction:
            new += keep_answer(transaction, answer)
    return new


def read_answers(register: Register, archive: ArchiveSystem) -> list[str]:
    """Open every stored message that nothing has come of yet, and act on it; return the deliveries they were about."""
    with register.read() as session:
        waiting = unread_answers(session)
    touched = []
    for message_id in waiting:
        delivery_id = _read_one(register, archive, message_id)
        if delivery_id is not None:
            touched.append(delivery_id)
    return touched


def _read_one(register: Register, archive: ArchiveSystem, message_id: str) -> str | None:
    with register.read() as session:
        stored = session.get_one(DeliveryAnswer, message_id)
    received = ReceivedAnswer(
        stored.message_id, stored.type, stored.sender, stored.reply_to, stored.correlation, stored.body, stored.headers
    )
    try:
        answer = archive.read(received)
    except (AvtaleflytError, ValueError, TypeError, ArithmeticError, LookupError, MemoryError, RecursionError):
        answer = ArchiveAnswer(AnswerKind.UNREADABLE, _("Its contents cannot be read."))
    with register.write() as transaction:
        if transaction.session.get_one(DeliveryAnswer, message_id).outcome != AnswerOutcome.UNREAD:
            return None
        return _take(transaction, received, answer)


def _take(transaction: Transaction, received: ReceivedAnswer, answer: ArchiveAnswer) -> str | None:
    session = transaction.session
    attempt = attempt_answered(session, received.reply_to, received.correlation)
    row = session.get_one(DeliveryAnswer, received.message_id)
    row.content, row.signer = answer.content or None, answer.signer
    if attempt is None or answer.kind is AnswerKind.OTHER:
        told = answer.words or _("It answers nothing that was sent from here.")
        record_answer(transaction, received.message_id, AnswerOutcome.UNMATCHED, told)
        return None
    if attempt.message_id is None and received.reply_to:
        attempt.message_id = received.reply_to[:36]
    delivery = session.get_one(Delivery, attempt.delivery_id)
    outcome, note = _apply(transaction, _Answered(answer, attempt, delivery))
    record_answer(transaction, received.message_id, outcome, note, delivery.id)
    return delivery.id


def _apply(transaction: Transaction, answered: _Answered) -> tuple[AnswerOutcome, str]:
    """Act on an answer; return what came of it, and a note for people."""
    answer, delivery = answered.answer, answered.delivery
    if answer.kind is AnswerKind.UNREADABLE:
        return _unreadable(transaction, answered)
    if not _is_about(answer, delivery):
        return AnswerOutcome.UNMATCHED, _("It names another entry than the one it answers about.")
    if answer.kind in {AnswerKind.RECEIPT, AnswerKind.FOUND}:
        return _delivered(transaction, answered)
    if delivery.state == DeliveryState.DELIVERED:
        if answer.kind is AnswerKind.RECEIVED or answered.attempt.kind == AttemptKind.LOOKUP:
            return AnswerOutcome.REPEATED, ""
        told = _("The archive answered this after its receipt: {words}")
        return AnswerOutcome.UNMATCHED, told.format(words=answer.words or answer.kind)
    if answered.attempt.kind == AttemptKind.LOOKUP:
        return _looked_up(transaction, answered)
    newest = newest_attempt(transaction.session, delivery.id, AttemptKind.DELIVERY)
    if answer.kind is not AnswerKind.RECEIVED and newest is not None and newest.id != answered.attempt.id:
        return AnswerOutcome.REPEATED, ""  # about an earlier try: the newest one has its own answer
    return _not_delivered(transaction, answered)


def _is_about(answer: ArchiveAnswer, delivery: Delivery) -> bool:
    return answer.keys.get("entry", delivery.record_id) == delivery.record_id


def _delivered(transaction: Transaction, answered: _Answered) -> tuple[AnswerOutcome, str]:
    answer, delivery = answered.answer, answered.delivery
    if delivery.state == DeliveryState.DELIVERED:
        return AnswerOutcome.REPEATED, ""
    if delivery.purpose == CREATE and not (answer.receipt.get("entry") or {}).get("system_id"):
        told = _("The archive's receipt names no entry: ask the archive's people whether the document is there.")
        _keep_case(transaction, answered)
        if DeliveryState.NEEDS_PERSON in DELIVERY_CHANGES[DeliveryState(delivery.state)]:
            set_delivery_state(transaction, delivery, DeliveryState.NEEDS_PERSON, told)
        return AnswerOutcome.APPLIED, told
    record_receipt(transaction, delivery, answer.receipt)
    set_delivery_state(transaction, delivery, DeliveryState.DELIVERED, "the archive has it", delivery.receipt)
    return AnswerOutcome.APPLIED, ""


def _keep_case(transaction: Transaction, answered: _Answered) -> None:
    """Keep the case of a receipt without an entry: it was made, and the next message names it."""
    if answered.answer.receipt.get("case"):
        record_receipt(transaction, answered.delivery, {"case": answered.answer.receipt["case"]})


def _not_delivered(transaction: Transaction, answered: _Answered) -> tuple[AnswerOutcome, str]:
    answer, delivery = answered.answer, answered.delivery
    allowed = DELIVERY_CHANGES[DeliveryState(delivery.state)]
    if answer.kind is AnswerKind.RECEIVED:
        if DeliveryState.RECEIVED in allowed:  # after another answer, or for what is unknown, it says nothing new
            set_delivery_state(transaction, delivery, DeliveryState.RECEIVED, "the archive has received it")
        return AnswerOutcome.APPLIED, ""
    if answer.kind in {AnswerKind.REFUSED, AnswerKind.NOT_FOUND}:
        _keep_case(transaction, answered)
        if DeliveryState.REFUSED in allowed:
            why = _("the archive refused it")
            set_delivery_state(transaction, delivery, DeliveryState.REFUSED, why, words=answer.words)
        return AnswerOutcome.APPLIED, answer.words
    ran_out = answer.kind is AnswerKind.EXPIRED  # which may be told days after a person was asked
    given_up = delivery.state == DeliveryState.NEEDS_PERSON and delivery.attempts <= len(PAUSES)
    if delivery.state not in IN_FLIGHT and not (ran_out and given_up):
        return AnswerOutcome.REPEATED, ""  # it is about an earlier try, and the next one is planned
    if answer.kind is AnswerKind.FAILED:
        repeat_or_leave(transaction, delivery, _("the archive failed to take it"), answer.words, look=True)
    elif ran_out:
        told = _("The archive did not fetch it in time.")
        repeat_or_leave(transaction, delivery, told)
    elif delivery.state != DeliveryState.UNKNOWN:  # fetched three times and never acknowledged: it may have it
        told = _("The archive fetched it several times and never confirmed that.")
        set_delivery_state(transaction, delivery, DeliveryState.UNKNOWN, told)
    return AnswerOutcome.APPLIED, answer.words


def _looked_up(transaction: Transaction, answered: _Answered) -> tuple[AnswerOutcome, str]:
    """Act on what the archive said to a question: only `not found` about the newest try counts, and only twice."""
    answer, delivery, asked = answered.answer, answered.delivery, answered.attempt.intended_at
    sent = delivery.intended_at
    if answer.kind is not AnswerKind.NOT_FOUND:
        note = _("The archive could not say whether it has it: {words}").format(words=answer.words)
        return AnswerOutcome.APPLIED, note
    if delivery.state != DeliveryState.UNKNOWN or (sent is not None and asked <= sent):
        return AnswerOutcome.REPEATED, ""
    if delivery.absent_since is None:
        delivery.absent_since = transaction.now
    elif asked >= delivery.absent_since:  # `sending` lets time pass between two questions
        repeat_or_leave(transaction, delivery, _("The archive said twice that it does not have it."))
    return AnswerOutcome.APPLIED, ""


def _unreadable(transaction: Transaction, answered: _Answered) -> tuple[AnswerOutcome, str]:
    """Keep an answer that cannot be opened; the archive is asked what it has where that is possible."""
    delivery, words = answered.delivery, answered.answer.words
    waits = {DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.RECEIVED}
    if answered.attempt.kind == AttemptKind.DELIVERY and delivery.state in waits:
        told = _("An answer of the archive could not be used: {why}").format(why=words)
        set_delivery_state(transaction, delivery, DeliveryState.UNKNOWN, told)
    return AnswerOutcome.UNREADABLE, words
