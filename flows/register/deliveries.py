"""Deliveries to archive systems in the register: the one writer of their states, their attempts, and what is due."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import case, exists, select
from sqlalchemy.orm import Session, aliased

from flows.errors import NotFound
from flows.language import for_the_register
from flows.language import translate as _
from flows.register.database import Transaction
from flows.register.delivery_schema import Delivery, DeliveryAttempt
from flows.register.schema import Agreement, Json, Record, new_id
from flows.register.states import DELIVERY_CHANGES, DeliveryState, RecordStatus, check_change

CREATE, DESTROYED, ACCESS = "create", "destroyed", "access"
"""Purposes; `access` is followed by the number of the event that changed the access: `access:417`."""
IN_FLIGHT = frozenset({DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.RECEIVED, DeliveryState.UNKNOWN})
"""States in which the archive system may have the delivery, and has not said what came of it."""
_FOR_PEOPLE = frozenset({DeliveryState.REFUSED, DeliveryState.NEEDS_PERSON, DeliveryState.UNKNOWN})
_WITHOUT_REASON = frozenset(
    {DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.RECEIVED, DeliveryState.DELIVERED}
)
_HOLDS_UP = IN_FLIGHT | {DeliveryState.NEEDS_PERSON}


class AttemptKind(StrEnum):
    """Whether a message delivers a record or asks the archive system about a delivery."""

    DELIVERY = "delivery"
    LOOKUP = "lookup"


@dataclass(frozen=True, slots=True)
class DeliveryMessage:
    """A message as it was made once: its type, its XML, and its files (`{role, name, digest, size}`)."""

    type: str
    xml: bytes
    files: Sequence[Json]


def set_delivery_state(
    transaction: Transaction,
    delivery: Delivery,
    after: DeliveryState,
    why: str,
    details: Json | None = None,
    words: str = "",
) -> None:
    """Change the state of a delivery and write the event. Raises `TransitionRefused`.

    `words` are the archive's own; they are kept with the delivery alone, since events hold no personal data.
    """
    before = delivery.state
    delivery.state = check_change(DELIVERY_CHANGES, before, after)
    delivery.reason = "" if after in _WITHOUT_REASON else for_the_register(words or why)
    if after in {DeliveryState.DELIVERED, DeliveryState.REFUSED}:
        delivery.settled_at = transaction.now
    about = {"record": delivery.record_id, "delivery": delivery.id, "purpose": delivery.purpose}
    about |= {"before": before, "after": str(after)}
    transaction.note("delivery", delivery.agreement_id, why, {**about, **(details or {})})


def plan(transaction: Transaction, record: Record, archive: str, purpose: str, case_key: str) -> Delivery:
    """Add a delivery that is due now. Deliveries of one `case_key` belong to one case in the archive system."""
    delivery = Delivery(
        record_id=record.id,
        agreement_id=record.agreement_id,
        archive=archive,
        purpose=purpose,
        case_key=case_key,
        planned_at=transaction.now,
        next_attempt_at=transaction.now,
    )
    transaction.session.add(delivery)
    transaction.session.flush()
    return delivery


def undelivered_records(
    session: Session, archive: str, municipalities: Collection[str], since: datetime | None, limit: int
) -> list[tuple[Record, Agreement]]:
    """Return archived records of these municipalities (`*`: all) for which no delivery is planned, oldest first."""
    planned = exists().where(Delivery.record_id == Record.id, Delivery.archive == archive, Delivery.purpose == CREATE)
    wanted = select(Record, Agreement).join(Agreement, Agreement.id == Record.agreement_id)
    wanted = wanted.where(Record.status == RecordStatus.ARCHIVED, ~planned)
    if "*" not in municipalities:
        wanted = wanted.where(Agreement.municipality_number.in_(list(municipalities)))
    if since is not None:
        wanted = wanted.where(Record.archived_at >= since)
    rows = session.execute(wanted.order_by(Record.archived_at, Record.version, Record.id).limit(limit))
    return [(record, agreement) for record, agreement in rows]


def due_deliveries(session: Session, archive: str, now: datetime, limit: int) -> list[str]:
    """Return the ids of deliveries that may be sent now, at most one of each archive case.

    It is the earliest that is due, and none while another one of its case is in flight or waits for a person.
    """
    other = aliased(Delivery)
    in_the_way = exists().where(
        other.archive == archive,
        other.case_key == Delivery.case_key,
        other.id != Delivery.id,
        other.state.in_([str(one) for one in _HOLDS_UP]),
    )
    earlier = exists().where(
        other.archive == archive,
        other.case_key == Delivery.case_key,
        other.state == DeliveryState.DUE,
        (other.planned_at < Delivery.planned_at)
        | ((other.planned_at == Delivery.planned_at) & (other.id < Delivery.id)),
    )
    wanted = select(Delivery.id).where(
        Delivery.archive == archive, Delivery.state == DeliveryState.DUE, Delivery.next_attempt_at <= now
    )
    wanted = wanted.where(~in_the_way, ~earlier).order_by(Delivery.planned_at, Delivery.id).limit(limit)
    return list(session.execute(wanted).scalars())


def intend(transaction: Transaction, delivery: Delivery, message: DeliveryMessage | None) -> DeliveryAttempt:
    """Record that a delivery is about to be sent; `message` is given the first time, and kept for every repeat."""
    if message is not None:
        delivery.message_type, delivery.message, delivery.files = message.type, message.xml, list(message.files)
        delivery.message_sha256 = hashlib.sha256(message.xml).hexdigest()
    delivery.attempts += 1
    delivery.intended_at, delivery.absent_since = transaction.now, None
    set_delivery_state(transaction, delivery, DeliveryState.SENDING, "about to be sent")
    return _attempt(transaction, delivery, AttemptKind.DELIVERY, delivery.client_message_id)


def intend_lookup(transaction: Transaction, delivery: Delivery) -> DeliveryAttempt:
    """Record that the archive system is about to be asked about a delivery."""
    return _attempt(transaction, delivery, AttemptKind.LOOKUP, new_id())


def _attempt(transaction: Transaction, delivery: Delivery, kind: AttemptKind, client_id: str) -> DeliveryAttempt:
    attempt = DeliveryAttempt(
        delivery_id=delivery.id, kind=kind, client_message_id=client_id, intended_at=transaction.now
    )
    transaction.session.add(attempt)
    transaction.session.flush()
    return attempt


def record_message_id(transaction: Transaction, attempt_id: str, message_id: str) -> Delivery:
    """Keep the message id that answers to an attempt will refer to; return the attempt's delivery."""
    attempt = transaction.session.get_one(DeliveryAttempt, attempt_id)
    attempt.message_id = message_id
    return transaction.session.get_one(Delivery, attempt.delivery_id)


def get_delivery(session: Session, any_id: str, archive: str) -> Delivery:
    """Return a delivery by its own id, or by that of a record or an agreement. Raises `NotFound`.

    Of several, it is one that waits for a person, and then the newest.
    """
    found = session.get(Delivery, any_id)
    if found is not None:
        return found
    wanted = select(Delivery).where(
        Delivery.archive == archive, (Delivery.record_id == any_id) | (Delivery.agreement_id == any_id)
    )
    waits = case((Delivery.state.in_([str(one) for one in _FOR_PEOPLE]), 0), else_=1)
    order = (waits, Delivery.planned_at.desc(), Delivery.id)
    first = session.execute(wanted.order_by(*order).limit(1)).scalar_one_or_none()
    if first is None:
        raise NotFound(
            _("Nothing about {id} is to be delivered to the archive system; `avtaleflyt deliver` plans it.").format(
                id=any_id
            )
        )
    return first


def deliveries_of(session: Session, record_ids: Collection[str]) -> list[Delivery]:
    """Return the deliveries of records, oldest first."""
    wanted = select(Delivery).where(Delivery.record_id.in_(list(record_ids)))
    return list(session.execute(wanted.order_by(Delivery.planned_at, Delivery.purpose)).scalars())


def delivered_of(session: Session, record_ids: Collection[str]) -> list[Delivery]:
    """Return the deliveries by which archive systems have got these records, oldest first."""
    return [
        one
        for one in deliveries_of(session, record_ids)
        if one.purpose == CREATE and one.state == DeliveryState.DELIVERED
    ]


def records_by_number(session: Session, number: str) -> list[str]:
    """Return the ids of the records that an archive system has under a number of a case or an entry, newest first."""
    of_case = Delivery.case_number == number
    wanted = select(Delivery.record_id).where(
        Delivery.purpose == CREATE,
        Delivery.state == DeliveryState.DELIVERED,
        of_case | (Delivery.entry_number == number),
    )
    return list(dict.fromkeys(session.execute(wanted.order_by(Delivery.settled_at.desc())).scalars()))


def deliveries_in(session: Session, archive: str, states: Collection[DeliveryState]) -> list[Delivery]:
    """Return the deliveries to an archive system that are in one of these states, oldest first."""
    wanted = select(Delivery).where(Delivery.archive == archive, Delivery.state.in_([str(one) for one in states]))
    return list(session.execute(wanted.order_by(Delivery.planned_at, Delivery.id)).scalars())


def newest_attempt(session: Session, delivery_id: str, kind: AttemptKind) -> DeliveryAttempt | None:
    """Return the newest message of a kind about a delivery, or None."""
    wanted = select(DeliveryAttempt).where(DeliveryAttempt.delivery_id == delivery_id, DeliveryAttempt.kind == kind)
    return session.execute(wanted.order_by(DeliveryAttempt.intended_at.desc()).limit(1)).scalars().first()


def postpone(transaction: Transaction, delivery: Delivery, wait: timedelta) -> None:
    """Let a delivery wait before its next attempt."""
    delivery.next_attempt_at = transaction.now + wait


def begin_anew(
    transaction: Transaction, delivery: Delivery, why: str, case_number: str = "", *, same_message: bool = False
) -> None:
    """Let a delivery begin anew after a person's decision: with its message as it was, or with one that is made anew.

    External keys are kept; a new message gets a new client message id. `case_number` is the case that the person chose.
    """
    delivery.attempts, delivery.absent_since, delivery.next_attempt_at = 0, None, transaction.now
    if not same_message:
        delivery.message, delivery.message_sha256, delivery.files = None, "", []
        delivery.client_message_id = new_id()
    if case_number:
        delivery.case_number, delivery.receipt = case_number, None
    if delivery.state != DeliveryState.DUE:
        set_delivery_state(transaction, delivery, DeliveryState.DUE, why or "sent anew by a person")


def in_trial(session: Session, archive: str) -> bool | None:
    """Say whether the first delivery to an archive system is in flight; None if the system has accepted one before."""
    of_archive = select(Delivery.id).where(Delivery.archive == archive)
    if session.execute(of_archive.where(Delivery.state == DeliveryState.DELIVERED).limit(1)).first():
        return None
    flying = Delivery.state.in_([str(one) for one in IN_FLIGHT])
    return session.execute(of_archive.where(flying).limit(1)).first() is not None


def newest_were_refused(session: Session, archive: str, count: int) -> bool:
    """Say whether the `count` newest settled deliveries were all refused; False if there are fewer."""
    settled = [str(DeliveryState.DELIVERED), str(DeliveryState.REFUSED)]
    wanted = select(Delivery.state).where(Delivery.archive == archive, Delivery.state.in_(settled))
    newest = session.execute(wanted.order_by(Delivery.settled_at.desc()).limit(count)).scalars().all()
    return len(newest) == count and all(one == DeliveryState.REFUSED for one in newest)


def record_receipt(transaction: Transaction, delivery: Delivery, receipt: Json) -> None:
    """Keep what the archive calls case, entry and documents; search finds the record by these numbers from now on."""
    delivery.receipt = {**(delivery.receipt or {}), **receipt}
    delivery.case_number = case_number_of(delivery.receipt)[:60] or delivery.case_number
    delivery.entry_number = entry_number_of(delivery.receipt)[:60] or delivery.entry_number
    transaction.session.flush()


def case_number_of(receipt: Json) -> str:
    """Return a case's number as archivists write it: 2026/4711, or the archive's own id."""
    case = receipt.get("case") or {}
    if case.get("year") and case.get("sequence"):
        return f"{case['year']}/{case['sequence']}"
    return str(case.get("id") or case.get("system_id") or "")


def entry_number_of(receipt: Json) -> str:
    """Return an entry's number: 2026/4711-3 within its case, 812/2026 in the journal, or the archive's own id."""
    entry, case = receipt.get("entry") or {}, receipt.get("case") or {}
    if entry.get("number") and case.get("year") and case.get("sequence"):
        return f"{case['year']}/{case['sequence']}-{entry['number']}"
    if entry.get("year") and entry.get("sequence"):
        return f"{entry['sequence']}/{entry['year']}"
    return str(entry.get("id") or entry.get("system_id") or "")
