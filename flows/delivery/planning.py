"""Plan deliveries: a record that the archive system has not been told of, and changes of those that it has."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from flows.dates import start_of_day
from flows.delivery.archive_settings import ArchiveSettings
from flows.register import Agreement, Event, Record, Register, Transaction
from flows.register.deliveries import ACCESS, CREATE, DESTROYED, plan, undelivered_records
from flows.register.delivery_schema import Delivery
from flows.register.states import DeliveryState, RecordStatus


def plan_deliveries(register: Register, settings: ArchiveSettings, limit: int) -> int:
    """Plan what is new since the last time, at most `limit` records; return how many deliveries there are more."""
    since = start_of_day(settings.since) if settings.since else None
    with register.read() as session:
        nothing = not _undelivered(session, settings, since, 1) and not _changes(session, settings)
    if nothing:
        return 0
    with register.write() as transaction:
        session = transaction.session
        rows = _undelivered(session, settings, since, limit)
        for record, agreement in rows:
            plan(transaction, record, settings.archive, CREATE, _case_key(session, settings, record, agreement))
        changes = _changes(session, settings)
        for purpose, created, record in changes:
            plan(transaction, record, settings.archive, purpose, created.case_key)
        return len(rows) + len(changes)


def plan_one(transaction: Transaction, settings: ArchiveSettings, record: Record, agreement: Agreement) -> Delivery:
    """Plan the delivery of one record, or return the one that is planned already."""
    session = transaction.session
    wanted = select(Delivery).where(
        Delivery.record_id == record.id, Delivery.archive == settings.archive, Delivery.purpose == CREATE
    )
    known = session.execute(wanted).scalar_one_or_none()
    if known is not None:
        return known
    return plan(transaction, record, settings.archive, CREATE, _case_key(session, settings, record, agreement))


def _undelivered(
    session: Session, settings: ArchiveSettings, since: datetime | None, limit: int
) -> list[tuple[Record, Agreement]]:
    return undelivered_records(session, settings.archive, settings.municipalities, since, limit)


def _case_key(session: Session, settings: ArchiveSettings, record: Record, agreement: Agreement) -> str:
    """Return the key of a record's case: agreements between the same parties share one, unless each is to have its own.

    A renewal is another agreement; its case is that of the first one that was planned.
    """
    if settings.message.case == "new":
        return record.id
    wanted = (
        select(Delivery.case_key)
        .join(Agreement, Agreement.id == Delivery.agreement_id)
        .where(
            Delivery.archive == settings.archive,
            Delivery.purpose == CREATE,
            Agreement.type == agreement.type,
            Agreement.municipality_number == agreement.municipality_number,
            Agreement.counterpart == agreement.counterpart,
        )
        .order_by(Delivery.planned_at, Delivery.id)
        .limit(1)
    )
    return session.execute(wanted).scalar() or agreement.id


def _changes(session: Session, settings: ArchiveSettings) -> Sequence[tuple[str, Delivery, Record]]:
    """Return the changes that the archive has not been told of: purpose, the delivery of the record, and the record."""
    return [*_destroyed(session, settings), *_new_access(session, settings)]


def _delivered(settings: ArchiveSettings, status: RecordStatus) -> Select[Delivery, Record]:
    """Select the records of a status that the archive has, each with the delivery that brought it there."""
    return (
        select(Delivery, Record)
        .join(Record, Record.id == Delivery.record_id)
        .where(
            Delivery.archive == settings.archive,
            Delivery.purpose == CREATE,
            Delivery.state == DeliveryState.DELIVERED,
            Record.status == status,
        )
    )


def _destroyed(session: Session, settings: ArchiveSettings) -> list[tuple[str, Delivery, Record]]:
    told = select(Delivery.record_id).where(Delivery.archive == settings.archive, Delivery.purpose == DESTROYED)
    wanted = _delivered(settings, RecordStatus.DESTROYED).where(Record.id.not_in(told))
    return [(DESTROYED, delivery, record) for delivery, record in session.execute(wanted)]


def _new_access(session: Session, settings: ArchiveSettings) -> list[tuple[str, Delivery, Record]]:
    """Return records whose access was changed after their message was made: by the newest change of each."""
    later = exists().where(
        Event.agreement_id == Delivery.agreement_id, Event.kind == "amended", Event.at >= Delivery.intended_at
    )
    found = []
    for delivery, record in session.execute(_delivered(settings, RecordStatus.ARCHIVED).where(later)).all():
        events = select(Event).where(Event.agreement_id == delivery.agreement_id, Event.kind == "amended")
        about = [
            one
            for one in session.execute(events.order_by(Event.number)).scalars()
            if one.details.get("record") == record.id
            and one.details.get("field") == "access"
            and delivery.intended_at is not None
            and one.at >= delivery.intended_at
        ]
        if not about:
            continue
        purpose = f"{ACCESS}:{about[-1].number}"
        planned = select(Delivery.id).where(
            Delivery.record_id == record.id, Delivery.archive == settings.archive, Delivery.purpose == purpose
        )
        if session.execute(planned).first() is None:
            found.append((purpose, delivery, record))
    return found
