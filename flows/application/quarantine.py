"""Decide about quarantined records: accept one in spite of its faults, or refuse it for good."""

from flows.application.authorization import Action, SharedDecision, authorized_record, takes_two
from flows.application.context import Context
from flows.archive.quarantine import accept, refuse
from flows.archive.second_person import confirmed
from flows.dates import oslo_date
from flows.register import Record, Register
from flows.register.records import get_record
from flows.register.schema import Json
from flows.review import plan_first_review


def accept_quarantined(context: Context, record_id: str, why: str) -> Record | None:
    """Archive a quarantined record in spite of its faults, and plan its review. Raises `NotAllowed`.

    Return None where the table of roles wants two persons, and this one is the first.
    """
    authorized_record(context, Action.DECIDE, record_id)
    first = ""
    if takes_two(context, SharedDecision.ACCEPT):
        with context.register.read() as session:
            wanted: Json = {"faults": list(get_record(session, record_id).details.get("faults", ()))}
        first = confirmed(context.register, context.store, record_id, "acceptance_asked", wanted, why)
        if not first:
            return None
    record = accept(context.register, context.store, record_id, why, first)
    plan_review(context.register, record)
    return record


def refuse_quarantined(context: Context, record_id: str, why: str) -> Record:
    """Refuse a quarantined record: the file is kept, and the agreement is received again. Raises `NotAllowed`."""
    authorized_record(context, Action.DECIDE, record_id)
    return refuse(context.register, context.store, record_id, why)


def plan_review(register: Register, record: Record) -> None:
    """Plan the first yearly review of an archived record, if it has a date of signature."""
    if record.signed_at is not None:
        plan_first_review(register, record.agreement_id, oslo_date(record.signed_at))
