"""Find and prove archived records: search, take files out, verify, and rebuild the search index."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from flows.application.archive_progress import watched_store
from flows.application.authorization import Action, authorize, authorized_record, authorized_scope
from flows.application.context import Context
from flows.application.new_files import write_new
from flows.application.progress import Step
from flows.application.witness import evidence_of, keep_heads
from flows.archive import ArchiveFault, check_archive
from flows.archive.search import SearchPage, SearchQuery, get_files, look_up, reindex
from flows.register.records import count_records

__all__ = ["SearchQuery", "VerificationResult", "rebuild_search", "search_records", "verify_records", "write_files"]

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """Number of records checked, and every fault."""

    records: int
    faults: tuple[ArchiveFault, ...]


def search_records(context: Context, question: SearchQuery, page: int = 1, why: str = "") -> SearchPage:
    """Return a page of the archived records that match everything asked for, of those that whoever acts may see.

    Raises `NotAllowed`.
    """
    scope = authorized_scope(context, Action.SEARCH)
    if scope != "all":
        question = replace(question, municipalities=scope)
    found = look_up(context.register, question, page, PAGE_SIZE, why)
    if question.words.strip():  # something was read
        keep_heads(context)
    return found


def rebuild_search(context: Context) -> int:
    """Rebuild the search index from the stored texts; return the number of records. Raises `NotAllowed`."""
    authorize(context, Action.REINDEX)
    return reindex(context.register)


def write_files(
    context: Context, record_id: str, folder: Path, why: str = "", force: bool = False
) -> list[dict[str, str]]:
    """Write a record's files to a folder, each compared with its digest. Raises `NotAllowed`, `StoreDamaged`.

    Raises `WrongUse` where they are there already, unless `force`.
    """
    authorized_record(context, Action.GET, record_id)
    write = partial(write_new, force=True) if force else None
    written = get_files(context.register, context.store, record_id, folder, why, write)
    keep_heads(context)
    return written


def verify_records(context: Context, record_id: str = "", labels: Sequence[str] = ()) -> VerificationResult:
    """Verify files, rows, signatures and events of one record, or of the whole archive. Raises `NotAllowed`.

    `labels` are heads of the history that a person holds, from an e-mail to the archivist.
    """
    if record_id:
        only, records = authorized_record(context, Action.VERIFY, record_id).id, 1
    else:
        authorize(context, Action.VERIFY)
        only = None
        with context.register.read() as session:
            records = count_records(session)
    total = 1 if record_id else None
    with watched_store(context, Step.VERIFYING, total) as store:
        faults = tuple(check_archive(context.register, store, context.anchors, only, evidence_of(context, labels)))
    return VerificationResult(records, faults)
