"""Decide about quarantined records: accept one in spite of its faults, or refuse it for good."""

from flows.application.authorization import Action, authorize
from flows.application.context import Context
from flows.archive.quarantine import accept, refuse
from flows.dates import oslo_date
from flows.register import Record, Register
from flows.review import plan_first_review


def accept_quarantined(context: Context, record_id: str, why: str) -> Record:
    """Archive a quarantined record in spite of its faults, and plan its review. Raises `NotAllowed`."""
    authorize(context, Action.DECIDE)
    record = accept(context.register, context.store, record_id, why)
    plan_review(context.register, record)
    return record


def refuse_quarantined(context: Context, record_id: str, why: str) -> Record:
    """Refuse a quarantined record: the file is kept, and the agreement is received again. Raises `NotAllowed`."""
    authorize(context, Action.DECIDE)
    return refuse(context.register, context.store, record_id, why)


def plan_review(register: Register, record: Record) -> None:
    """Plan the first yearly review of an archived record, if it has a date of signature."""
    if record.signed_at is not None:
        plan_first_review(register, record.agreement_id, oslo_date(record.signed_at))
