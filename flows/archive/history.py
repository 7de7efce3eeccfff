"""Verify the history: the heads, the rows that they cover, and what the heads kept elsewhere say.

Each head follows from the one before and is signed with a key that the database does not hold; together they tell the
digest of every covered row. So a row that was changed, added or removed in the database alone is found, an event that
somebody else appended, and, by heads that lie elsewhere, a history that was rewritten or cut off or an old database.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.archive.head_files import kept_after, kept_heads
from flows.archive.store import Store
from flows.dates import oslo_date, short_date
from flows.errors import AvtaleflytError
from flows.language import translate
from flows.language import translate as _
from flows.register import Agreement, Event
from flows.register.event_chain import head_of
from flows.register.events import START
from flows.register.guards import faults_of_guards
from flows.register.history_schema import SignedHead, UncoveredTable
from flows.register.recovery import Restore, restores
from flows.register.row_digests import COVERED, stored_rows
from flows.register.schema import Base
from flows.register.signed_heads import Head, TrustedKeys, head_of_row, is_signed, newest_head
from flows.register.unique_keys import faults_of_unique_keys

if TYPE_CHECKING:  # it loads what asks timestamp services, and comparing needs no more than what they gave
    from flows.archive.witness import Witness


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a history is compared with besides itself.

    `keys` may have signed its heads (none: signatures are not checked); `witnesses` were handed heads; `labels` are
    heads that a person holds, as `1204-9f3c…`.
    """

    keys: TrustedKeys = field(default_factory=dict)
    witnesses: Sequence["Witness"] = ()
    labels: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class HistoryFault:
    """Something in the history that does not hold. `agreement_id` is empty for what belongs to none."""

    kind: str
    fault: str
    agreement_id: str = ""


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """A head that is kept elsewhere: its digest and all of it, None where a file there is not what it was.

    A head that a person holds has the digest alone.
    """

    place: str
    number: int
    digest: str
    head: Head | None
    held_by_person: bool = False


_KINDS = {"signature_request": "request", "record_file": "files"}
"""What a fault of a row is called, as the faults of a record's seal are; other tables by their own name."""


def check_history(session: Session, store: Store, evidence: Evidence) -> Iterator[HistoryFault]:
    """Yield every fault of the guards, the heads and the covered rows."""
    for fault in (*faults_of_guards(session), *faults_of_unique_keys(session)):
        yield HistoryFault("guard", fault)
    elsewhere: list[_Elsewhere] = []
    handed = _handed_over(session) if evidence.witnesses else {}
    for place, reading in _readings(store, evidence):
        missing = dict(handed.get(place, {}))
        try:
            for one in reading:
                if one.number:
                    elsewhere.append(one)
                    missing.pop(f"{one.number}-{one.digest}", None)
                else:
                    yield HistoryFault("head", _("a file among the heads in {place} is none").format(place=place))
        except (AvtaleflytError, OSError) as error:
            yield HistoryFault("head", _("not checked: {error}").format(error=error))
            continue
        for label, at in list(missing.items())[:1]:
            fault = _("{place} no longer has head {number}, which it was given on {day}")
            number = label.partition("-")[0]
            yield HistoryFault("head", fault.format(place=place, number=number, day=short_date(oslo_date(at))))
    known: dict[str, str] = {}
    yield from _check_heads(session, evidence.keys, elsewhere, known)
    yield from _check_rows(session, known)


def newer_heads(session: Session, store: Store, keys: TrustedKeys) -> Iterator[Head]:
    """Yield heads beside the blobs that the register has forgotten without saying so: an old database was put back."""
    last, restored = newest_head(session), restores(session)
    for head in kept_after(store.primary, last.number if last else 0):
        if is_signed(head, keys) and not _forgotten(_Elsewhere("", head.number, head.digest, head), restored, keys):
            yield head


def _handed_over(session: Session) -> dict[str, dict[str, datetime]]:
    """Return which heads each place was given, by label, and when: witnesses outside, and each copy of the store.

    The store does not have those of before a backup that was restored.
    """
    found: dict[str, dict[str, datetime]] = {}
    restored = max((one.at for one in restores(session)), default=None)
    for event in session.execute(select(Event).where(Event.kind == "witnessed").order_by(Event.number)).scalars():
        head = str(event.details.get("head", ""))
        kept = () if restored and event.at <= restored else event.details.get("kept", ())
        for place in (str(event.details.get("to", "")), *map(_copy_named, kept)):
            found.setdefault(place, {})[head] = event.at
    return found


def _copy_named(name: str) -> str:
    return _("the {copy} copy of the store").format(copy=translate(name))


def _readings(store: Store, evidence: Evidence) -> Iterator[tuple[str, Iterator[_Elsewhere]]]:
    for name, backend in store.copies.items():
        place = _copy_named(name)
        heads = (one for one in kept_heads(backend) if one.number)  # files of other names are told of as such
        yield place, (_Elsewhere(place, one.number, one.digest, one.head) for one in heads)
    for witness in (one for one in evidence.witnesses if one.readable):
        yield witness.name, (_Elsewhere(witness.name, one.number, one.digest, one.head) for one in witness.heads())
    place = _("your head")
    yield place, (_of_label(place, label) for label in evidence.labels)


def _of_label(place: str, label: str) -> _Elsewhere:
    number, _sep, digest = label.strip().partition("-")
    known = int(number) if number.isdecimal() else 0
    return _Elsewhere(f"{place} {number}", known, digest.lower(), None, held_by_person=True)


def _check_heads(
    session: Session, keys: TrustedKeys, elsewhere: Sequence[_Elsewhere], known: dict[str, str]
) -> Iterator[HistoryFault]:
    """Yield the faults of the chain of heads; fill `known` with the digest of every row that they tell of."""
    expected: dict[int, list[_Elsewhere]] = {}
    for one in elsewhere:
        expected.setdefault(one.number, []).append(one)
    last: Head | None = None
    signed, restored = False, restores(session)
    for row, event_digest in _rows_of_heads(session):
        head = head_of_row(row)
        for fault in _faults_of_head(head, row.digest, event_digest, last):
            yield HistoryFault("head", _("head {number} {fault}").format(number=head.number, fault=fault))
        if keys and (signed or head.key) and not is_signed(head, keys):
            yield HistoryFault("head", _("head {number} was not signed by this program").format(number=head.number))
        signed = signed or bool(head.key)
        for other in expected.pop(head.number, ()):
            if _forgotten(other, restored, keys):
                continue
            if other.digest != head.digest or (other.head is not None and other.head != head):
                yield _rewritten(other)
            elif other.head is None and not other.held_by_person:
                yield HistoryFault(
                    "head",
                    _("the head {number} in {place} was changed").format(number=other.number, place=other.place),
                )
        yield from _follow_rows(head.number, row.rows, known)
        last = head
    yield from _check_end(session, last, signed, keys)
    told = set()
    for other in (one for several in expected.values() for one in several):
        if other.place not in told and not _forgotten(other, restored, keys):
            told.add(other.place)
            yield HistoryFault(
                "head",
                _(
                    "the register ends with head {last}, and {place} has head {number}: its history was shortened, "
                    "or an old database was put back"
                ).format(last=last.number if last else 0, place=other.place, number=other.number),
            )


def _forgotten(other: _Elsewhere, restored: Sequence[Restore], keys: TrustedKeys) -> bool:
    """Say whether a head came after a backup that was restored later on: the register has forgotten it and says so."""
    if other.head is None or (keys and other.head.key and not is_signed(other.head, keys)):
        return False
    at = datetime.fromisoformat(other.head.at)
    return any(one.head < other.number and at <= one.at for one in restored)


def _rewritten(other: _Elsewhere) -> HistoryFault:
    return HistoryFault(
        "head",
        _("head {number} is not the one that {place} has: the history was rewritten").format(
            number=other.number, place=other.place
        ),
    )


def _rows_of_heads(session: Session) -> Iterator[tuple[SignedHead, str | None]]:
    """Yield the heads in order, each with the digest that its event has."""
    wanted = select(SignedHead, Event.digest).outerjoin(Event, Event.number == SignedHead.event)
    rows = session.execute(wanted.order_by(SignedHead.number).execution_options(yield_per=500))
    for head, digest in rows:
        yield head, digest
        session.expunge(head)


def _faults_of_head(head: Head, digest: str, event_digest: str | None, last: Head | None) -> Iterator[str]:
    if head.number != (last.number if last else 0) + 1:
        yield _("does not come next: heads before it are missing")
    elif head.previous != (last.digest if last else START):
        yield _("does not follow from the head before it")
    if head.digest != digest:
        yield _("was changed after it was written")
    if (event_digest or START) != head.event_digest or head.event < (last.event if last else 0):
        yield _("tells of another event than there is")


def _follow_rows(number: int, rows: dict[str, object], known: dict[str, str]) -> Iterator[HistoryFault]:
    for name, change in rows.items():
        before, after = change if isinstance(change, list) and len(change) == 2 else (None, None)
        if before != known.get(name):
            yield HistoryFault(
                _kind(name),
                _("{row} was changed in the database before head {number}, and was written over since").format(
                    row=name, number=number
                ),
                _agreement_in(name),
            )
        if after is None:
            known.pop(name, None)
        else:
            known[name] = str(after)


def _check_end(session: Session, last: Head | None, signed: bool, keys: TrustedKeys) -> Iterator[HistoryFault]:
    newest = head_of(session)
    if newest.number != (last.event if last else 0):
        yield HistoryFault(
            "head",
            _("the events from {number} on have no head: they were written past the program").format(
                number=(last.event if last else 0) + 1
            ),
        )
    if keys and signed and last is not None and not last.key:
        yield HistoryFault("head", _("the newest head is not signed"))


def _check_rows(session: Session, known: dict[str, str]) -> Iterator[HistoryFault]:
    """Compare every covered row with what the heads tell of it; empties `known`."""
    uncovered = set(session.execute(select(UncoveredTable.name)).scalars())
    for table in (one for one in COVERED if one.__tablename__ not in uncovered):
        for row in stored_rows(session, table):
            told = known.pop(row.name, None)
            if told is None:
                fault = _("{row} was added in the database alone")
            elif told != row.digest:
                fault = _("{row} was changed in the database alone")
            else:
                continue
            yield HistoryFault(_kind(row.name), fault.format(row=row.name), row.agreement_id)
    for name in known:
        fault = _("{row} was removed in the database alone").format(row=name)
        yield HistoryFault(_kind(name), fault, _agreement_in(name))
    known.clear()


def _kind(name: str) -> str:
    table = name.partition(":")[0]
    return _KINDS.get(table, table)


def _agreement_in(name: str) -> str:
    """Return the agreement that a row's own key names, empty where it names none."""
    table, _sep, key = name.partition(":")
    return key.partition("/")[0] if table in _KEYED_BY_AGREEMENT else ""


def _keyed_by_agreement(table: type[Base]) -> bool:
    first = next(iter(table.__table__.primary_key)).name
    return first == "agreement_id" or table is Agreement


_KEYED_BY_AGREEMENT = {table.__tablename__ for table in COVERED if _keyed_by_agreement(table)}
