"""Keeping: fixity within a budget, orphans and missing files, legal holds, and destruction by two people.

Holds and destructions are events and nothing else: what happened is what is true, and the chain proves it. Nothing here
destroys by itself; a schedule only looks and mends.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from flows.archive.bucket import FOR_GOOD
from flows.archive.filing import keep_head
from flows.archive.index import remove_from_index
from flows.archive.mending import mend
from flows.archive.shelves import FolderShelf
from flows.archive.store import Store, blob_path
from flows.errors import AvtaleflytError, NotAllowed
from flows.register import Event, Record, RecordFile, Register, SignatureRequest, Version
from flows.register.archive_schema import Fixity
from flows.register.records import files_of, get_record
from flows.register.seals import seal_of

WAITING_TIME = timedelta(days=14)
"""Between asking for a destruction and releasing it."""
_READERS = 2
_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class Looked:
    """What a round of fixity did: blobs and bytes recomputed, those mended, and what is wrong and stays so."""

    checked: int
    size: int
    mended: tuple[str, ...]
    faults: tuple[str, ...]
    not_checked: int


def look_after(
    register: Register, store: Store, budget: int, interval: timedelta = timedelta(days=90), *, orphans: bool = True
) -> Looked:
    """Recompute blobs, the one that was looked at longest ago first, until `budget` bytes were read.

    A bad one is mended from the other copy where that is good, with an event. What has not been recomputed within the
    interval when the budget is spent is counted as not checked: that, too, is a failure.
    """
    for shelf in store.copies.values():
        if isinstance(shelf, FolderShelf):
            shelf.sweep()
    checked, read, mended, faults = 0, 0, [], []
    with ThreadPoolExecutor(_READERS) as readers:
        for batch in _oldest_first(register, list(store.copies), budget):
            found = list(readers.map(lambda one: _fault(store, one[0], one[1]), batch))
            marks = []
            for (digest, copy, size), fault in zip(batch, found, strict=True):
                checked, read = checked + 1, read + size
                good = not fault
                if fault and mend(register, store, copy, digest):
                    mended.append(digest)
                    good = True
                elif fault:
                    faults.append(fault)
                result = "not_checked" if fault.startswith("not checked") else "good" if good else "bad"
                marks.append((digest, copy, result))
            with register.write() as transaction:
                for digest, copy, result in marks:
                    transaction.session.merge(
                        Fixity(digest=digest, copy=copy, checked_at=transaction.now, result=result)
                    )
    late = _late(register, list(store.copies), interval)
    if orphans:
        faults += [f"The blob {one} belongs to no agreement." for one in orphans_in(register, store)]
    with register.write() as transaction:
        details = {"checked": checked, "bytes": read, "mended": len(mended), "faults": len(faults), "not_checked": late}
        transaction.note("fixity", None, "blobs were recomputed", details)
    keep_head(register, store)
    return Looked(checked, read, tuple(mended), tuple(faults), late)


def _fault(store: Store, digest: str, copy: str) -> str:
    try:
        return store.fault_in(copy, digest)
    except (AvtaleflytError, OSError) as error:
        return f"not checked: {error}"


def _oldest_first(register: Register, copies: list[str], budget: int) -> Iterator[list[tuple[str, str, int]]]:
    """Yield batches of digest, copy and size: never checked first, then by age, each once, within the budget."""
    started = register.clock()
    spent = 0
    for never in (True, False):
        for copy in copies:
            last = ""
            while spent < budget:
                batch = _next(register, copy, started, last, never=never)
                if not batch:
                    break
                last = batch[-1][0]
                taken = []
                for digest, size in batch:
                    if spent >= budget:
                        break
                    taken.append((digest, copy, size))
                    spent += size
                yield taken


def _next(register: Register, copy: str, started: object, last: str, *, never: bool) -> list[tuple[str, int]]:
    wanted = select(RecordFile.digest, RecordFile.size).distinct()
    joined = (Fixity.digest == RecordFile.digest) & (Fixity.copy == copy)
    if never:
        wanted = wanted.outerjoin(Fixity, joined).where(Fixity.digest.is_(None), RecordFile.digest > last)
        wanted = wanted.order_by(RecordFile.digest)
    else:
        wanted = wanted.add_columns(Fixity.checked_at).join(Fixity, joined).where(Fixity.checked_at < started)
        wanted = wanted.order_by(Fixity.checked_at, RecordFile.digest)
    with register.read() as session:
        return [(row[0], row[1]) for row in session.execute(wanted.limit(_TOGETHER))]


def _late(register: Register, copies: list[str], interval: timedelta) -> int:
    """Count the blobs that were not recomputed within the interval, in each copy."""
    since = register.clock() - interval
    late = 0
    with register.read() as session:
        for copy in copies:
            checked = select(Fixity.digest).where(
                Fixity.copy == copy, Fixity.checked_at >= since, Fixity.result != "not_checked"
            )
            wanted = select(RecordFile.digest).where(RecordFile.digest.not_in(checked)).distinct()
            late += len(session.execute(wanted).all())
    return late


def orphans_in(register: Register, store: Store) -> Iterator[str]:
    """Yield blobs that nothing in the register names. They are never removed: what they are is for a person to say."""
    batch: list[str] = []
    for digest, _size in store.digests():
        batch.append(digest)
        if len(batch) == 500:
            yield from _unnamed(register, batch)
            batch = []
    yield from _unnamed(register, batch)


def _unnamed(register: Register, digests: list[str]) -> list[str]:
    with register.read() as session:
        named: set[str | None] = set()
        for column in (
            *(RecordFile.digest, Version.docx_sha256, Version.pdf_sha256, Version.template_sha256),
            SignatureRequest.pdf_sha256,
        ):
            named |= set(session.execute(select(column).where(column.in_(digests))).scalars())
    return [digest for digest in digests if digest not in named]


def hold(register: Register, record_id: str, why: str) -> None:
    """Put a legal hold on a record: nobody can destroy it until the hold is released. Raises `NotFound`."""
    _note(register, record_id, "held", why)


def release(register: Register, record_id: str, why: str) -> None:
    """Release the hold on a record. Raises `NotFound`, `NotAllowed` where there is none."""
    with register.read() as session:
        if not is_held(session, get_record(session, record_id)):
            raise NotAllowed("There is no hold on this record.")
    _note(register, record_id, "released", why)


def is_held(session: Session, record: Record) -> bool:
    """Say whether a hold is on a record."""
    last = _last(session, record, ("held", "released"))
    return last is not None and last.kind == "held"


def ask_for_destruction(register: Register, record_id: str, why: str) -> None:
    """Ask that a record's files be destroyed: the first of two steps by two people.

    Raises `NotAllowed` unless its retention is `Kasseres` with a named legal basis, its date has passed and no hold is
    on it (Noark 5 krav 6.1.19).
    """
    with register.write() as transaction:
        record = get_record(transaction.session, record_id)
        _must_be_destroyable(transaction.session, record, transaction.now.date().isoformat())
        transaction.note("destruction_asked", record.agreement_id, why, {"record": record.id})


def destroy(register: Register, store: Store, record_id: str, why: str) -> list[dict[str, str]]:
    """Destroy a record's files: the second step, by another person, after the waiting time.

    Metadata stay, with a list of what was destroyed; blobs that other records need stay, too. The event comes first, so
    that a run that is cut off has told what it was about to do, and the same command completes it. Raises `NotAllowed`.
    """
    with register.write() as transaction:
        session = transaction.session
        record = get_record(session, record_id)
        done = _last(session, record, ("destroyed",))
        if done is not None and (left := _left(session, store, done)):
            return _remove(store, left)
        _must_be_destroyable(session, record, transaction.now.date().isoformat())
        asked = _last(session, record, ("destruction_asked",))
        if asked is None:
            raise NotAllowed("Nobody has asked for this destruction: `archive destroy ID --ask --why …` comes first.")
        if asked.actor == transaction.actor:
            raise NotAllowed("Another person than the one who asked must release a destruction.")
        if transaction.now - asked.at < WAITING_TIME:
            until = (asked.at + WAITING_TIME).date()
            raise NotAllowed(f"The waiting time is not over: this destruction can be released from {until}.")
        # The template says nothing about anybody, and others were made from it.
        listed = [
            {"role": one.role, "sha256": one.digest} for one in files_of(session, record.id) if one.role != "template"
        ]
        session.execute(delete(RecordFile).where(RecordFile.record_id == record.id, RecordFile.role != "template"))
        _must_be_unlocked(store, _unneeded(session, listed), transaction.now)
        remove_from_index(session, record, "destroyed")
        session.flush()
        details = {"record": record.id, "asked_by": asked.actor, "files": listed, "seal": seal_of(session, record.id)}
        transaction.note("destroyed", record.agreement_id, why, details)
        unneeded = _unneeded(session, listed)
    _remove(store, unneeded)
    keep_head(register, store)
    return listed


def _left(session: Session, store: Store, done: Event) -> list[dict[str, str]]:
    """Return the files that a destruction which was cut off has named and not removed."""
    return [one for one in _unneeded(session, done.details["files"]) if store.lies_anywhere(one["sha256"])]


def _remove(store: Store, files: list[dict[str, str]]) -> list[dict[str, str]]:
    for one in files:
        for shelf in store.copies.values():
            shelf.remove(blob_path(one["sha256"]))
    return files


def _must_be_unlocked(store: Store, files: list[dict[str, str]], now: datetime) -> None:
    """Raise `NotAllowed` where a bucket's Object Lock or legal hold still keeps one of the files."""
    locks = [shelf.locked_until(blob_path(one["sha256"])) for one in files for shelf in store.copies.values()]
    until = max((one for one in locks if one is not None and one > now), default=None)
    if until == FOR_GOOD:
        raise NotAllowed(
            "A legal hold in the bucket keeps a file of this record: nothing is destroyed before it is lifted."
        )
    if until is not None:
        raise NotAllowed(
            f"The bucket's Object Lock keeps a file of this record until {until.date()}: nothing is destroyed before."
        )


def _must_be_destroyable(session: Session, record: Record, today: str) -> None:
    retention = record.details.get("retention", {})
    if record.status == "destroyed":
        raise NotAllowed("The files of this record were destroyed before.")
    if is_held(session, record):
        raise NotAllowed("A legal hold is on this record: nobody can destroy it until the hold is released.")
    if retention.get("verdict") != "Kasseres" or not retention.get("basis"):
        raise NotAllowed("The record's retention is not «Kasseres» with a legal basis: it is kept.")
    if not retention.get("date") or retention["date"] > today:
        raise NotAllowed("The record's date of disposal has not come, or is not set.")


def _unneeded(session: Session, files: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return those of the files that no record has any more."""
    digests = [one["sha256"] for one in files]
    needed = set(session.execute(select(RecordFile.digest).where(RecordFile.digest.in_(digests))).scalars())
    return [one for one in files if one["sha256"] not in needed]


def _last(session: Session, record: Record, kinds: tuple[str, ...]) -> Event | None:
    wanted = select(Event).where(Event.agreement_id == record.agreement_id, Event.kind.in_(kinds))
    for event in session.execute(wanted.order_by(Event.number.desc())).scalars():
        if event.details.get("record") == record.id:
            return event
    return None


def _note(register: Register, record_id: str, kind: str, why: str) -> None:
    with register.write() as transaction:
        record = get_record(transaction.session, record_id)
        transaction.note(kind, record.agreement_id, why, {"record": record.id})
