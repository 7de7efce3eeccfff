"""Verify the archive: every file is present and unchanged, every row equals its seal, every signature holds.

Rows are compared, byte for byte as the database keeps them, with the seal in the chain of events; the chain with its
own head, and the whole history with heads that lie elsewhere (`history`). "Not checked" counts as a fault: a check that
could not be made says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from sqlalchemy import String, func, select, type_coerce
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from flows.archive.blob_references import RECORD, named_blobs
from flows.archive.history import Evidence, check_history
from flows.archive.proof.judging_process import judge_apart as judge
from flows.archive.proof.profiles import profile_of
from flows.archive.proof.signer_names import reported_signers
from flows.archive.proof.trust_anchors import anchors_of
from flows.archive.signatures import SigningCircumstances
from flows.archive.store import Store
from flows.errors import AvtaleflytError
from flows.language import translate, translate_plural
from flows.language import translate as _
from flows.register import Agreement, Event, Record, RecordFile, Register, SignatureRequest, Version
from flows.register.event_chain import VerifiedEvent, verified_events
from flows.register.index_verification import faults_of_index
from flows.register.record_digests import newest_seal, seal_of
from flows.register.states import RecordStatus

_PARTS = {
    "record": "the record's row was changed, or is gone",
    "files": "the list of its files was changed",
    "version": "the version of the agreement was changed",
    "request": "the signature request was changed",
    "agreement": "the agreement's identity was changed",
    "text": "the text that search reads was changed",
}
"""What a seal covers. Older seals lack parts that were added later."""
_LETTERS_ALIKE = 30
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, SQLAlchemyError)


@dataclass(frozen=True, slots=True)
class ArchiveFault:
    """Something in the archive that does not hold. `record` is a record's id, empty for what belongs to none."""

    record: str
    kind: str
    fault: str


def check_archive(
    register: Register,
    store: Store,
    anchors: Path,
    record_id: str | None = None,
    evidence: Evidence | None = None,
) -> Iterator[ArchiveFault]:
    """Yield every fault of one record, or of all records, the store and the history.

    `evidence` is what the history is compared with besides itself; without it signatures of heads are not checked.
    """
    with register.read() as session:
        wanted = select(type_coerce(Record.id, String)).order_by(Record.id)
        if record_id:
            wanted = wanted.where(Record.id == record_id)
        for found in list(session.execute(wanted).scalars()):
            session.expunge_all()
            yield from _read(session, str(found), "record", _check_record(session, store, str(found), anchors))
            if record_id:
                yield from _read(session, record_id, "search", _check_search(session, record_id))
        if not record_id:
            yield from _read(session, "", "register", _check_unfiled(session, store))
            yield from _read(session, "", "event", _check_chain(session, store))
            yield from _read(session, "", "head", _check_history(session, store, evidence or Evidence()))
            yield from _read(session, "", "search", _check_search(session))
            yield from _read(session, "", "store", _check_foreign(store))


def _read(session: Session, record: str, kind: str, faults: Iterator[ArchiveFault]) -> Iterator[ArchiveFault]:
    """Pass faults on; a register that cannot be read to its end is one, and the rest is checked all the same."""
    try:
        yield from faults
    except _UNREADABLE as error:
        session.rollback()
        yield ArchiveFault(
            record, kind, _("not checked, because a row cannot be read ({name})").format(name=type(error).__name__)
        )
    except AvtaleflytError as error:
        yield ArchiveFault(record, kind, _("not checked: {error}").format(error=error))


def _check_chain(session: Session, store: Store) -> Iterator[ArchiveFault]:
    heads = iter(store.heads())
    head = next(heads, None)
    sealed: dict[str, int] = {}
    for proven in verified_events(session):
        event = proven.event
        record = _record_of(session, proven)
        for one in proven.faults:
            yield ArchiveFault(record, "event", _("event {number} {fault}").format(number=one.number, fault=one.fault))
        if event is None:
            continue
        while head is not None and head[0] <= event.number:
            if head != (event.number, event.digest):
                yield ArchiveFault(
                    record,
                    "event",
                    _("event {number} is not the one whose digest lies beside the blobs").format(number=head[0]),
                )
            head = next(heads, None)
        if "seal" in event.details:
            sealed[str(event.details["record"])] = event.number
        if len(sealed) >= 500:
            yield from _gone(session, sealed)
    yield from _gone(session, sealed)
    if head is not None:
        yield ArchiveFault(
            "",
            "event",
            _("the events up to {number} are gone: their digest lies beside the blobs").format(number=head[0]),
        )


def _check_history(session: Session, store: Store, evidence: Evidence) -> Iterator[ArchiveFault]:
    records: dict[str, str] = {}
    for one in check_history(session, store, evidence):
        if one.agreement_id and one.agreement_id not in records:
            wanted = select(Record.id).where(Record.agreement_id == one.agreement_id).order_by(Record.version.desc())
            records[one.agreement_id] = session.execute(wanted.limit(1)).scalar() or ""
        yield ArchiveFault(records.get(one.agreement_id, ""), one.kind, one.fault)


def _check_search(session: Session, record_id: str = "") -> Iterator[ArchiveFault]:
    """Yield records that search does not find by what their texts say."""
    for one in faults_of_index(session, record_id):
        sentence = translate_plural(
            "search has {count} word otherwise than the texts say; run `avtaleflyt archive reindex`",
            "search has {count} words otherwise than the texts say; run `avtaleflyt archive reindex`",
            one.words,
        )
        yield ArchiveFault(one.record_id, "search", sentence.format(count=one.words))


def _check_foreign(store: Store) -> Iterator[ArchiveFault]:
    """Yield what lies below the store and is none of its files."""
    for copy, backend in store.copies.items():
        for path in backend.foreign():
            yield ArchiveFault(
                "",
                "store",
                _("{path} in the {copy} copy of the store is no file of the archive's").format(
                    path=path, copy=translate(copy)
                ),
            )


def _gone(session: Session, sealed: dict[str, int]) -> Iterator[ArchiveFault]:
    """Yield records that an event sealed and that are no longer there; empties what it is given."""
    there = set(session.execute(select(type_coerce(Record.id, String)).where(Record.id.in_(sealed))).scalars())
    for record, number in sealed.items():
        if record not in there:
            yield ArchiveFault(
                record, "record", _("the record is gone; event {number} sealed it").format(number=number)
            )
    sealed.clear()


def _record_of(session: Session, proven: VerifiedEvent) -> str:
    """Return the record that a faulty event belongs to, also where its agreement's id was changed by a few letters."""
    if not proven.faults or not proven.agreement_id:
        return ""
    if proven.event is not None and "record" in proven.event.details:
        return str(proven.event.details["record"])
    nearest = ("", _LETTERS_ALIKE)
    for record, agreement in session.execute(select(Record.id, Record.agreement_id)):
        alike = sum(one == other for one, other in zip(agreement, proven.agreement_id, strict=False))
        if alike > nearest[1]:
            nearest = (record, alike)
    return nearest[0]


def _check_record(session: Session, store: Store, record_id: str, anchors: Path) -> Iterator[ArchiveFault]:
    agreement_id = session.execute(
        select(type_coerce(Record.agreement_id, String)).where(Record.id == record_id)
    ).scalar_one()
    try:
        seal = newest_seal(session, record_id, str(agreement_id))
    except _UNREADABLE:
        seal = None
    if not isinstance(seal, dict):
        yield ArchiveFault(record_id, "record", _("no event seals this record: its row or its event was changed"))
    else:
        now = seal_of(session, record_id)
        broken = [part for part in _PARTS if part in seal and now[part] != seal[part]]
        for part in broken:
            yield ArchiveFault(record_id, part, translate(_PARTS[part]))
    yield from _check_files(session, store, record_id, anchors)
    yield from _check_states(session, record_id, str(agreement_id))


def _check_files(session: Session, store: Store, record_id: str, anchors: Path) -> Iterator[ArchiveFault]:
    wanted = select(RecordFile).where(RecordFile.record_id == record_id).order_by(RecordFile.role, RecordFile.number)
    files = list(session.execute(wanted).scalars())
    damaged = False
    for file in files:
        for fault in _faults_of(store, file.digest):
            damaged = True
            yield ArchiveFault(record_id, file.role, fault)
    record = session.get_one(Record, record_id)
    if record.status == RecordStatus.DESTROYED:
        return
    pdfs = {file.role: file.digest for file in files}  # the newest of each role
    if damaged or not {"signed", "sent"} <= pdfs.keys():
        yield ArchiveFault(record_id, "signatures", _("not checked, because a file is damaged or missing"))
        return
    request = session.get_one(SignatureRequest, record.request_id)
    signed = store.get(pdfs["signed"])
    newest = store.get(pdfs["renewed"]) if "renewed" in pdfs else signed
    if not newest.startswith(signed):
        yield ArchiveFault(record_id, "signatures", _("the renewed version does not begin with the signed one"))
    details = record.details
    reported = reported_signers(details.get("signed_by", ()), details.get("signed_addresses", ()))
    circumstances = SigningCircumstances(reported)
    if "signed_at_proof" in details:  # earlier records were filed without a look at what signatures claim
        arrived = next(file.stored_at for file in files if file.role == "signed")
        circumstances = SigningCircumstances(reported, request.intended_at, arrived)
    trusted, profile = anchors_of(anchors, request.provider), profile_of(request.provider)
    verdict = judge(
        newest,
        store.get(pdfs["sent"]),
        request.signers,
        trusted,
        profile,
        circumstances,
        pictures=False,
    )
    if record.status == RecordStatus.ARCHIVED:
        accepted = set(record.details.get("accepted", {}).get("faults", ()))
        for reason in verdict.reasons:
            if accepted.isdisjoint({reason.in_language("nb"), reason.in_language("en")}):  # English in older registers
                yield ArchiveFault(record_id, "signatures", str(reason))


def _check_unfiled(session: Session, store: Store) -> Iterator[ArchiveFault]:
    """Recompute what the register names and no record has: documents that are not signed yet, files that wait."""
    for digest, several in groupby(named_blobs(session, store), key=lambda one: one[0]):
        kinds = [what for _digest, what in several]
        if RECORD not in kinds:
            yield from (ArchiveFault("", kinds[0], fault) for fault in _faults_of(store, digest))


def _faults_of(store: Store, digest: str) -> Iterator[str]:
    """Yield what is wrong with a blob in each copy; a copy that cannot be read is not checked, which is a fault."""
    for copy in store.copies:
        try:
            fault = store.fault_in(copy, digest)
        except AvtaleflytError as error:
            fault = _("not checked: {error}").format(error=error)
        if fault:
            yield fault


def _check_states(session: Session, record_id: str, agreement_id: str) -> Iterator[ArchiveFault]:
    """Compare what may change after archiving with what the events say about it."""
    agreement = session.get_one(Agreement, agreement_id)
    last = select(Event.state_after).where(Event.agreement_id == agreement_id, Event.state_after.is_not(None))
    if session.execute(last.order_by(Event.number.desc()).limit(1)).scalar() != agreement.state:
        yield ArchiveFault(record_id, "agreement", _("the agreement's state is not what the events say"))
    newest = select(func.max(Version.number)).where(Version.agreement_id == agreement_id)
    if session.execute(newest).scalar() != agreement.version:
        yield ArchiveFault(record_id, "agreement", _("the agreement's version is not its newest"))
    record = session.get_one(Record, record_id)
    request = session.get_one(SignatureRequest, record.request_id)
    told = select(Event.at, Event.details).where(Event.agreement_id == agreement_id, Event.kind == "acknowledged")
    when = [at for at, details in session.execute(told) if details.get("reference") == request.reference]
    if (request.acknowledged_at is None) != (not when) or request.acknowledged_at not in [None, *when]:
        yield ArchiveFault(record_id, "request", _("the time of acknowledgement is not what the events say"))
