"""Decisions that take two persons: the first one's wish is an event, the second one's same wish lets it happen."""

from sqlalchemy import select

from flows.archive.ingest import keep_head
from flows.archive.store import Store
from flows.errors import NotAllowed
from flows.language import translate as _
from flows.register import Event, Register
from flows.register.actors import is_same_person
from flows.register.records import get_record
from flows.register.schema import Json


def confirmed(register: Register, store: Store, record_id: str, kind: str, wanted: Json, why: str) -> str:
    """Return who wanted the same for a record before, if that was another person; otherwise note this wish.

    `kind` is the event's, such as `acceptance_asked`. A change of the record's metadata since then makes a wish void.
    Raises `NotFound`, and `NotAllowed` without a reason or where the same person asks twice.
    """
    if not why.strip():
        raise NotAllowed(_("A decision needs its reason: --why."))
    with register.write() as transaction:
        record = get_record(transaction.session, record_id)
        events = select(Event).where(Event.agreement_id == record.agreement_id, Event.kind.in_([kind, "amended"]))
        last = next(
            (
                one
                for one in transaction.session.execute(events.order_by(Event.number.desc())).scalars()
                if one.details.get("record") == record.id
            ),
            None,
        )
        if last is not None and last.kind == kind and last.details.get("wanted") == wanted:
            if not is_same_person(transaction.session, last.actor, transaction.actor):
                return last.actor
            raise NotAllowed(_("You have asked for this before: another person must decide the same."))
        transaction.note(kind, record.agreement_id, why, {"record": record.id, "wanted": wanted})
    keep_head(register, store)
    return ""
