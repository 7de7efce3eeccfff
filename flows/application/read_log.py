"""The log of reads: every page that shows a person's data and every download writes one line; auditors read them."""

from flows.application.access import Action, Actor
from flows.application.authorization import actor_of, authorized_scope
from flows.application.context import Context
from flows.register import read_log
from flows.register.account_schema import ReadEntry
from flows.register.read_log import Reading

__all__ = ["ReadEntry", "Reading", "note_read", "search_reads"]

PAGE_SIZE = 50


def note_read(context: Context, reading: Reading) -> None:
    """Write down what whoever acts has just read, or was refused: `Reading("agreement", agreement_id=…)`."""
    actor: Actor = actor_of(context)
    with context.register.write() as transaction:
        read_log.note_read(transaction, actor.account_id, actor.name, reading)


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
