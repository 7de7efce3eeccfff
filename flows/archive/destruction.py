"""Put and release legal holds on records, set when they may be destroyed, and destroy their files.

Destruction takes two people and a waiting time. Whether a record is held, and who asked for its destruction, is read
from its events: they are in the hash chain, where a later change is detected. No schedule ever destroys anything.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.archive.bucket import FOR_GOOD
from flows.archive.ingest import keep_head
from flows.archive.store import Store, blob_path
from flows.archive.text_index import remove_from_index
from flows.dates import oslo_date, parse_day, short_date
from flows.errors import NotAllowed
from flows.language import translate as _
from flows.register import Event, Record, RecordFile, Register
from flows.register.actors import is_same_person
from flows.register.record_digests import seal_of
from flows.register.records import amend, files_of, get_record, set_record_status
from flows.register.states import RecordStatus

_VOIDS = ("held", "amended")
"""Events after which a destruction that was asked for counts no longer."""
WAITING_TIME = timedelta(days=14)
"""Between asking for a destruction and approving it."""


def hold(register: Register, store: Store, record_id: str, why: str) -> None:
    """Put a legal hold on a record: nobody can destroy it until the hold is released. Raises `NotFound`."""
    _note(register, store, record_id, "held", why)


def release(register: Register, store: Store, record_id: str, why: str) -> None:
    """Release the hold on a record. Raises `NotFound`, `NotAllowed` where there is none."""
    with register.read() as session:
        if not is_held(session, get_record(session, record_id)):
            raise NotAllowed(_("There is no hold on this record."))
    _note(register, store, record_id, "released", why)


def is_held(session: Session, record: Record) -> bool:
    """Say whether a hold is on a record."""
    last = _last(session, record, ("held", "released"))
    return last is not None and last.kind == "held"


def set_disposal(register: Register, store: Store, record_id: str, basis: str, on: date, why: str) -> None:
    """Say on which legal basis, and from which day, a record may be destroyed; a pending request becomes void.

    Raises `NotFound`, and `NotAllowed` without a basis or for a day that is past.
    """
    if not basis.strip():
        raise NotAllowed(_("A disposal needs its legal basis: --retention."))
    value = {"verdict": "Kasseres", "basis": basis.strip(), "years": None, "date": on.isoformat()}
    with register.write() as transaction:
        if on < oslo_date(transaction.now):
            raise NotAllowed(
                _("{day} is past: a record is disposed of from a day that is still to come, or today.").format(
                    day=short_date(on)
                )
            )
        amend(transaction, get_record(transaction.session, record_id), "retention", value, why)
    keep_head(register, store)


def ask_for_destruction(register: Register, store: Store, record_id: str, why: str) -> None:
    """Ask that a record's files be destroyed: the first of two steps by two people.

    Raises `NotAllowed` unless its retention is `Kasseres` with a named legal basis, its date has passed and no hold is
    on it (Noark 5 krav 6.1.19).
    """
    with register.write() as transaction:
        record = get_record(transaction.session, record_id)
        _must_be_destroyable(transaction.session, record, oslo_date(transaction.now))
        transaction.note("destruction_asked", record.agreement_id, why, {"record": record.id})
    keep_head(register, store)


def destroy(register: Register, store: Store, record_id: str, why: str) -> list[dict[str, str]]:
    """Destroy a record's files: the second step, by another person, after the waiting time.

    Metadata stay, with a list of what was destroyed; blobs that other records need stay, too. The event comes first, so
    that an interrupted run has recorded what it was about to do, and the same command completes it. Returns the files
    that were destroyed. Raises `NotAllowed`.
    """
    left = _left_by_another_run(register, store, record_id)
    if left:
        return _remove(store, left)
    with register.write() as transaction:
        session = transaction.session
        record = get_record(session, record_id)
        _must_be_destroyable(session, record, oslo_date(transaction.now))
        asked = _last(session, record, ("destruction_asked", *_VOIDS))
        if asked is None or asked.kind != "destruction_asked":
            raise NotAllowed(
                _(
                    "Nobody has asked for this destruction, or a hold or a new retention has come since: "
                    "ask for it first."
                )
            )
        if is_same_person(session, asked.actor, transaction.actor):
            raise NotAllowed(_("Another person than the one who asked must release a destruction."))
        if transaction.now - asked.at < WAITING_TIME:
            until = short_date(oslo_date(asked.at + WAITING_TIME))
            raise NotAllowed(
                _("The waiting time is not over: this destruction can be released from {until}.").format(until=until)
            )
        listed = _to_be_destroyed(session, record)
        for file in files_of(session, record.id):
            if file.role != "template":
                session.delete(file)
        set_record_status(record, RecordStatus.DESTROYED)
        remove_from_index(session, record)
        session.flush()
        details = {"record": record.id, "asked_by": asked.actor, "files": listed, "seal": seal_of(session, record.id)}
        transaction.note("destroyed", record.agreement_id, why, details)
        unneeded = _unneeded(session, record, listed)
    _remove(store, unneeded)
    keep_head(register, store)
    return listed


def _left_by_another_run(register: Register, store: Store, record_id: str) -> list[dict[str, str]]:
    """Return the files that an interrupted destruction has recorded and not removed.

    If there was none, raises `NotAllowed` when the store has locked a file: the store is asked outside transactions.
    """
    with register.read() as session:
        record = get_record(session, record_id)
        done = _last(session, record, ("destroyed",))
        listed = done.details["files"] if done else _to_be_destroyed(session, record)
        unneeded = _unneeded(session, record, listed)
    if done:
        return [one for one in unneeded if store.exists_anywhere(one["sha256"])]
    _must_be_unlocked(store, unneeded, register.clock())
    return []


def _to_be_destroyed(session: Session, record: Record) -> list[dict[str, str]]:
    """Return a record's files except the template, which holds no personal data and is used by other records."""
    return [{"role": one.role, "sha256": one.digest} for one in files_of(session, record.id) if one.role != "template"]


def _remove(store: Store, files: list[dict[str, str]]) -> list[dict[str, str]]:
    for one in files:
        for backend in store.copies.values():
            backend.remove(blob_path(one["sha256"]))
    return files


def _must_be_unlocked(store: Store, files: list[dict[str, str]], now: datetime) -> None:
    """Raise `NotAllowed` where a bucket's Object Lock or legal hold still keeps one of the files."""
    locks = [backend.locked_until(blob_path(one["sha256"])) for one in files for backend in store.copies.values()]
    until = max((one for one in locks if one is not None and one > now), default=None)
    if until == FOR_GOOD:
        raise NotAllowed(
            _("A legal hold in the bucket keeps a file of this record: nothing is destroyed before it is lifted.")
        )
    if until is not None:
        raise NotAllowed(
            _(
                "The bucket's Object Lock keeps a file of this record until {until}: nothing is destroyed before."
            ).format(until=short_date(oslo_date(until)))
        )


def _must_be_destroyable(session: Session, record: Record, today: date) -> None:
    """Raise `NotAllowed` for a record that is kept. In older registers a date may be unreadable: it never comes."""
    retention = record.details.get("retention", {})
    if record.status == RecordStatus.DESTROYED:
        raise NotAllowed(_("The files of this record were destroyed before."))
    if is_held(session, record):
        raise NotAllowed(_("A legal hold is on this record: nobody can destroy it until the hold is released."))
    if retention.get("verdict") != "Kasseres" or not retention.get("basis"):
        raise NotAllowed(
            _(
                "The record is to be kept: set its legal basis and date of destruction first, and ask for destruction "
                "afterwards."
            )
        )
    on = parse_day(str(retention.get("date") or ""))
    if on is None or on > today:
        raise NotAllowed(_("The record's date of disposal has not come, or is not set."))


def _unneeded(session: Session, record: Record, files: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return those of a record's files that no other record has."""
    digests = [one["sha256"] for one in files]
    others = select(RecordFile.digest).where(RecordFile.digest.in_(digests), RecordFile.record_id != record.id)
    needed = set(session.execute(others).scalars())
    return [one for one in files if one["sha256"] not in needed]


def _last(session: Session, record: Record, kinds: tuple[str, ...]) -> Event | None:
    wanted = select(Event).where(Event.agreement_id == record.agreement_id, Event.kind.in_(kinds))
    for event in session.execute(wanted.order_by(Event.number.desc())).scalars():
        if event.details.get("record") == record.id:
            return event
    return None


def _note(register: Register, store: Store, record_id: str, kind: str, why: str) -> None:
    with register.write() as transaction:
        record = get_record(transaction.session, record_id)
        transaction.note(kind, record.agreement_id, why, {"record": record.id})
    keep_head(register, store)
