"""Decide about archived records: legal holds, disposal and destruction, and restriction of access."""

from datetime import date

from flows.application.authorization import Action, SharedDecision, authorized_record, takes_two
from flows.application.context import Context
from flows.archive import destruction
from flows.archive.access import restrict
from flows.archive.second_person import confirmed


def hold_record(context: Context, record_id: str, why: str) -> None:
    """Put a legal hold on a record. Raises `NotAllowed`."""
    authorized_record(context, Action.HOLD, record_id)
    destruction.hold(context.register, context.store, record_id, why)


def release_hold(context: Context, record_id: str, why: str) -> None:
    """Release the legal hold on a record. Raises `NotAllowed`."""
    authorized_record(context, Action.HOLD, record_id)
    destruction.release(context.register, context.store, record_id, why)


def set_disposal(context: Context, record_id: str, basis: str, on: date, why: str) -> None:
    """Set the legal basis of a record's disposal, and its day. Raises `NotAllowed`."""
    authorized_record(context, Action.DESTROY, record_id)
    destruction.set_disposal(context.register, context.store, record_id, basis, on, why)


def request_destruction(context: Context, record_id: str, why: str) -> None:
    """Request the destruction of a record, which another person releases. Raises `NotAllowed`."""
    authorized_record(context, Action.DESTROY, record_id)
    destruction.ask_for_destruction(context.register, context.store, record_id, why)


def destroy_record(context: Context, record_id: str, why: str) -> list[dict[str, str]]:
    """Destroy a record's files as another person requested; return their roles and digests. Raises `NotAllowed`."""
    authorized_record(context, Action.DESTROY, record_id)
    return destruction.destroy(context.register, context.store, record_id, why)


def restrict_access(context: Context, record_id: str, level: str, basis: str, why: str) -> bool:
    """Restrict the access to a record, or lift the restriction if level and basis are empty. Raises `NotAllowed`.

    Return False where the table of roles wants two persons for opening, and this one is the first.
    """
    authorized_record(context, Action.RESTRICT, record_id)
    if not level and takes_two(context, SharedDecision.OPEN):
        wanted = {"level": level, "basis": basis}
        if not confirmed(context.register, context.store, record_id, "opening_asked", wanted, why):
            return False
    restrict(context.register, context.store, record_id, level, basis, why)
    return True
