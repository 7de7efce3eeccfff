"""The log of reads: every page that shows a person's data and every download writes one line; auditors read them."""

from dataclasses import replace

from sqlalchemy.orm import Session

from flows.application.access import Action, Actor
from flows.application.authorization import actor_of, authorized_scope
from flows.application.context import Context
from flows.register import Agreement, Record, read_log
from flows.register.account_schema import ReadEntry
from flows.register.read_log import Reading

__all__ = ["ReadEntry", "Reading", "note_read", "search_reads"]

PAGE_SIZE = 50


def note_read(context: Context, reading: Reading) -> None:
    """Write down what whoever acts has just read, or was refused: `Reading("agreement", agreement_id=…)`.

    The municipality is that of the agreement or record, so that auditors of that municipality see the entry.
    """
    actor: Actor = actor_of(context)
    with context.register.write() as transaction:
        if reading.municipality_number is None:
            reading = replace(reading, municipality_number=_municipality(transaction.session, reading))
        read_log.note_read(transaction, actor.account_id, actor.name, reading)


def _municipality(session: Session, reading: Reading) -> str | None:
    record = session.get(Record, reading.record_id) if reading.record_id else None
    agreement_id = record.agreement_id if record else reading.agreement_id
    agreement = session.get(Agreement, agreement_id) if agreement_id else None
    return agreement.municipality_number if agreement else None


def search_reads(
    context: Context, account_id: str = "", subject_id: str = "", page: int = 1
) -> tuple[list[ReadEntry], int]:
    """Return a page of the log, the newest first, and the number of entries: by reader, or by agreement or record.

    Whoever may read the log in some municipalities sees the reads there alone. Raises `NotAllowed`.
    """
    scope = authorized_scope(context, Action.READ_LOG)
    limit = None if scope == "all" else scope
    with context.register.read() as session:
        return read_log.reads(session, limit, account_id=account_id, subject_id=subject_id, page=page, size=PAGE_SIZE)
