"""Check blobs against their digests within a budget; report orphans and missing files. Nothing is destroyed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from flows.archive.blob_backends import LocalFolderBackend
from flows.archive.blob_references import named_blobs
from flows.archive.ingest import keep_head
from flows.archive.repair import repair_blob
from flows.archive.store import Store
from flows.errors import AvtaleflytError
from flows.language import translate as _
from flows.register import RecordFile, Register
from flows.register.archive_schema import Fixity

_READERS = 2
_TOGETHER = 64
_AHEAD = timedelta(days=1)
"""A check that lies further ahead than clocks differ was never made."""


@dataclass(frozen=True, slots=True)
class FixityReport:
    """The result of a fixity round: blobs and bytes recomputed, repaired blobs, remaining faults."""

    checked: int
    size: int
    mended: tuple[str, ...]
    faults: tuple[str, ...]
    not_checked: int


def check_blobs(
    register: Register, store: Store, budget: int, interval: timedelta = timedelta(days=90), *, orphans: bool = True
) -> FixityReport:
    """Recompute blobs, the one checked longest ago first, until `budget` bytes were read.

    A damaged one is repaired from a good copy, with an event. Blobs that were not recomputed within the interval when
    the budget is spent count as not checked, which is a failure too.
    """
    for backend in store.copies.values():
        if isinstance(backend, LocalFolderBackend):
            backend.sweep()
    checked, read, mended, faults = 0, 0, [], []
    with ThreadPoolExecutor(_READERS) as readers:
        for batch in _oldest_first(register, list(store.copies), budget):
            found = list(readers.map(lambda one: _fault(store, one[0], one[1]), batch))
            marks = []
            for (digest, copy, size), fault in zip(batch, found, strict=True):
                checked, read = checked + 1, read + size
                good = not fault.text
                if fault.text and repair_blob(register, store, copy, digest):
                    mended.append(digest)
                    good = True
                elif fault.text:
                    faults.append(fault.text)
                result = "good" if good else "bad" if fault.checked else "not_checked"
                marks.append((digest, copy, result))
            with register.write() as transaction:
                for digest, copy, result in marks:
                    transaction.session.merge(
                        Fixity(digest=digest, copy=copy, checked_at=transaction.now, result=result)
                    )
    late = _late(register, list(store.copies), interval)
    if orphans:
        faults += [
            _("The blob {digest} belongs to no agreement.").format(digest=one) for one in orphans_in(register, store)
        ]
    with register.write() as transaction:
        details = {"checked": checked, "bytes": read, "mended": len(mended), "faults": len(faults), "not_checked": late}
        transaction.note("fixity", None, "blobs were recomputed", details)
    keep_head(register, store)
    return FixityReport(checked, read, tuple(mended), tuple(faults), late)


class _BlobFault(NamedTuple):
    """The fault of a blob, empty if there is none, and whether it could be read."""

    text: str
    checked: bool


def _fault(store: Store, digest: str, copy: str) -> _BlobFault:
    try:
        return _BlobFault(store.fault_in(copy, digest), checked=True)
    except (AvtaleflytError, OSError) as error:
        return _BlobFault(_("not checked: {error}").format(error=error), checked=False)


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


def _next(register: Register, copy: str, started: datetime, last: str, *, never: bool) -> list[tuple[str, int]]:
    wanted = select(RecordFile.digest, RecordFile.size).group_by(RecordFile.digest, RecordFile.size)
    joined = (Fixity.digest == RecordFile.digest) & (Fixity.copy == copy)
    if never:
        wanted = wanted.outerjoin(Fixity, joined).where(Fixity.digest.is_(None), RecordFile.digest > last)
        wanted = wanted.order_by(RecordFile.digest)
    else:
        wanted = (
            wanted.join(Fixity, joined)
            .where((Fixity.checked_at < started) | (Fixity.checked_at > started + _AHEAD))
            .group_by(Fixity.checked_at)
        )
        wanted = wanted.order_by(Fixity.checked_at < started, Fixity.checked_at, RecordFile.digest)
    with register.read() as session:
        return [(row[0], row[1]) for row in session.execute(wanted.limit(_TOGETHER))]


def _late(register: Register, copies: list[str], interval: timedelta) -> int:
    """Count the blobs that were not recomputed within the interval, in each copy."""
    since = register.clock() - interval
    late = 0
    with register.read() as session:
        for copy in copies:
            checked = select(Fixity.digest).where(
                Fixity.copy == copy,
                Fixity.checked_at.between(since, register.clock() + _AHEAD),
                Fixity.result != "not_checked",
            )
            wanted = select(RecordFile.digest).where(RecordFile.digest.not_in(checked)).distinct()
            late += len(session.execute(wanted).all())
    return late


_NO_MORE: tuple[str | None, str] = (None, "")


def orphans_in(register: Register, store: Store) -> Iterator[str]:
    """Yield blobs that the register does not reference. They are never deleted: a person decides about them.

    Both sides are read in order of their digests, so memory does not grow. Blobs that are being archived meanwhile are
    looked up once more at the end.
    """
    unnamed: list[str] = []
    with register.read() as session, closing(named_blobs(session, store)) as named:
        last, _what = next(named, _NO_MORE)
        for digest, _size in store.digests():
            while last is not None and last < digest:
                last, _what = next(named, _NO_MORE)
            if digest != last:
                unnamed.append(digest)
    if unnamed:
        with register.read() as session:
            candidates = set(unnamed)
            meanwhile = {digest for digest, _what in named_blobs(session, store) if digest in candidates}
        yield from (digest for digest in unnamed if digest not in meanwhile)
