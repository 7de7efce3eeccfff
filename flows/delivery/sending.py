"""Send deliveries exactly once as the archive sees it: commit the intent, make one call, commit its outcome.

What a run was cut off from, or got no answer to, is `unknown`. The archive is asked about it where it may be; where it
may not, a person settles it. Nothing is repeated on a guess (docs/protocols.md#fiks-io).
"""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from flows.delivery.port import ArchiveSystem, OutgoingFile, OutgoingMessage
from flows.delivery.repeats import repeat_or_leave
from flows.errors import (
    AvtaleflytError,
    DeliveryRefused,
    DeliveryStopped,
    NotAllowed,
    NotHandedOver,
    PerhapsDelivered,
)
from flows.language import translate as _
from flows.register import Register, Transaction
from flows.register.deliveries import (
    CREATE,
    AttemptKind,
    DeliveryMessage,
    deliveries_in,
    intend,
    intend_lookup,
    newest_attempt,
    postpone,
    record_message_id,
    set_delivery_state,
)
from flows.register.delivery_schema import Delivery
from flows.register.recovery import check_reconciled
from flows.register.states import DeliveryState

CALL_TIME = timedelta(minutes=15)
"""Longer than any call may take: a delivery that is being sent for longer was cut off."""
BETWEEN_LOOKUPS = timedelta(minutes=30)
LOST_LOOKUP = timedelta(days=2)
"""After this long without an answer, the archive is asked again."""
_LATE_RECEIPT = timedelta(days=1)
"""The receipt of a message whose sending had no answer comes within this time, if there is one."""
_SHORTLY = timedelta(minutes=10)

MessageMaker = Callable[[Session, Delivery], DeliveryMessage]
"""Makes the message of a delivery. Raises `NotAllowed` where a person must say something first."""
FileReader = Callable[[str], bytes]
"""Returns a stored file by its digest. Raises `StoreDamaged`."""


def send_due(
    register: Register, archive: ArchiveSystem, delivery_id: str, make: MessageMaker, read_file: FileReader
) -> DeliveryState:
    """Send one delivery that is due; return the state it is in afterwards. One that is not due is left alone.

    Raises `NotHandedOver` and `DeliveryStopped`, after which the delivery is due again.
    """
    with register.write() as transaction:
        check_reconciled(transaction.session)
        delivery = transaction.session.get_one(Delivery, delivery_id)
        if delivery.state != DeliveryState.DUE or delivery.next_attempt_at > transaction.now:
            return DeliveryState(delivery.state)
        try:
            message = make(transaction.session, delivery) if delivery.message is None else None
        except NotAllowed as missing:
            set_delivery_state(transaction, delivery, DeliveryState.NEEDS_PERSON, missing.message)
            return DeliveryState.NEEDS_PERSON
        attempt_id = intend(transaction, delivery, message).id
    try:
        files = [OutgoingFile(one["name"], read_file(one["digest"])) for one in delivery.files]
    except (AvtaleflytError, OSError):
        told = _("A file of the record cannot be read from the store: see `avtaleflyt archive verify`.")
        return _back(register, delivery_id, DeliveryState.NEEDS_PERSON, told)
    outgoing = OutgoingMessage(delivery.message_type, delivery.message or b"", files, delivery.client_message_id)
    try:
        message_id = archive.send(outgoing)
    except DeliveryRefused as refusal:
        return _back(register, delivery_id, DeliveryState.REFUSED, refusal.message)
    except (NotHandedOver, DeliveryStopped) as refusal:
        _back(register, delivery_id, DeliveryState.DUE, refusal.message)
        raise
    except PerhapsDelivered as doubt:
        return _back(register, delivery_id, DeliveryState.UNKNOWN, doubt.message)
    with register.write() as transaction:
        delivery = record_message_id(transaction, attempt_id, message_id)
        delivery.sent_at = transaction.now
        if delivery.state in {DeliveryState.SENDING, DeliveryState.UNKNOWN}:  # an answer may have been quicker
            set_delivery_state(transaction, delivery, DeliveryState.SENT, "accepted", {"message": message_id})
        return DeliveryState(delivery.state)


def _back(register: Register, delivery_id: str, after: DeliveryState, why: str) -> DeliveryState:
    """Keep that the call of a delivery came to nothing, unless an answer has settled it meanwhile."""
    with register.write() as transaction:
        delivery = transaction.session.get_one(Delivery, delivery_id)
        if delivery.state == DeliveryState.SENDING:
            if after is DeliveryState.DUE:
                delivery.attempts -= 1  # nothing left for the archive
                postpone(transaction, delivery, _SHORTLY)
            set_delivery_state(transaction, delivery, after, why)
        return DeliveryState(delivery.state)


def settle_open(register: Register, archive: ArchiveSystem, days_to_answer: int) -> int:
    """Bring forward what hangs: calls that were cut off, answers that never came, and what is unknown.

    Return how many questions were asked. Raises `NotHandedOver`, `DeliveryStopped`.
    """
    with register.write() as transaction:
        _give_up_waiting(transaction, archive, timedelta(days=days_to_answer))
        unknown = []
        for one in deliveries_in(transaction.session, archive.name, [DeliveryState.UNKNOWN]):
            if one.purpose != CREATE:
                repeat_or_leave(transaction, one, one.reason)
            elif archive.may_look_up:
                unknown.append(one.id)
            elif one.intended_at is None or transaction.now - one.intended_at >= _LATE_RECEIPT:
                _leave_to_person(transaction, one)
    return sum(_look_up(register, archive, delivery_id) for delivery_id in unknown)


def _give_up_waiting(transaction: Transaction, archive: ArchiveSystem, patience: timedelta) -> None:
    session, now = transaction.session, transaction.now
    for one in deliveries_in(session, archive.name, [DeliveryState.SENDING]):
        if one.intended_at is None or now - one.intended_at >= CALL_TIME:
            set_delivery_state(transaction, one, DeliveryState.UNKNOWN, _("its sending was cut off"))
    for one in deliveries_in(session, archive.name, [DeliveryState.SENT, DeliveryState.RECEIVED]):
        if one.intended_at is None or now - one.intended_at >= patience:
            told = _("the archive has not answered for {days} days").format(days=patience.days)
            set_delivery_state(transaction, one, DeliveryState.UNKNOWN, told)


def _leave_to_person(transaction: Transaction, delivery: Delivery) -> None:
    told = _("It is not known whether the archive has it, and the archive cannot be asked. {why}")
    words = told.format(why=delivery.reason).strip()
    why = _("nobody but a person can say whether the archive has it")
    set_delivery_state(transaction, delivery, DeliveryState.NEEDS_PERSON, why, words=words)


def _look_up(register: Register, archive: ArchiveSystem, delivery_id: str) -> bool:
    """Ask the archive about a delivery, if it is time to; say whether it was asked.

    A question follows the message it is about through the same queue, and comes after it. It is asked twice all the
    same, since archives may work on several messages at once.
    """
    with register.write() as transaction:
        delivery = transaction.session.get_one(Delivery, delivery_id)
        now, sent = transaction.now, delivery.intended_at
        if delivery.state != DeliveryState.UNKNOWN or (sent is not None and now - sent < CALL_TIME):
            return False
        last = newest_attempt(transaction.session, delivery.id, AttemptKind.LOOKUP)
        answered = delivery.absent_since is not None and last is not None and delivery.absent_since > last.intended_at
        pause = BETWEEN_LOOKUPS if last is None or answered or last.message_id is None else LOST_LOOKUP
        if last is not None and now - last.intended_at < pause:
            return False
        attempt = intend_lookup(transaction, delivery)
    try:
        message_id = archive.ask(delivery.record_id, attempt.client_message_id)
    except (PerhapsDelivered, DeliveryRefused):
        return False  # a question may be asked again at no cost
    with register.write() as transaction:
        record_message_id(transaction, attempt.id, message_id)
    return True
