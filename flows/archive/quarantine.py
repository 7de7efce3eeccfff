"""Record a person's decision about a quarantined file: accept or refuse.

Either the record is archived with the accepted faults and the reason, or it is refused for good and the agreement is
signed anew. The file is kept in both cases.
"""

from datetime import UTC

from sqlalchemy.orm import Session

from flows.archive.ingest import keep_head
from flows.archive.store import Store
from flows.errors import NotAllowed
from flows.language import translate
from flows.language import translate as _
from flows.register import Agreement, Record, Register, SignatureRequest, State, Transaction
from flows.register.agreements import current_version, get_agreement, received_case, replace
from flows.register.record_digests import seal_of
from flows.register.records import get_record, journal_place, set_record_status
from flows.register.schema import Json
from flows.register.signature_requests import set_request_status
from flows.register.states import RecordStatus, RequestState


def accept(register: Register, store: Store, record_id: str, why: str, first: str = "") -> Record:
    """Archive a quarantined record in spite of its faults; who accepted them, and why, is part of the record.

    `first` is the person who wanted the same before, where it takes two.

    Raises `NotFound`, and `NotAllowed` if it is not quarantined, no reason is given, or the file is incomplete.
    """
    with register.write() as transaction:
        record, agreement = _waiting(transaction.session, record_id, why)
        faults = list(record.details["faults"])
        if any(fault.startswith("incomplete") for fault in faults):
            raise NotAllowed(_("The file is not whole or cannot be read: it can only be refused."))
        if agreement.version != record.version:
            raise NotAllowed(_("The agreement has a newer version: the file of the earlier one can only be refused."))
        set_record_status(record, RecordStatus.ARCHIVED)
        record.archived_at = transaction.now
        record.details = {
            **record.details,
            "journal": journal_place(transaction, record.details["journal"]),
            "accepted": _decision(transaction, why) | {"faults": faults} | ({"first": first} if first else {}),
        }
        transaction.session.flush()
        seal = seal_of(transaction.session, record.id)
        transaction.move(agreement, State.ARCHIVED, why, {"record": record.id, "accepted": faults, "seal": seal})
    keep_head(register, store)
    return record


def refuse(register: Register, store: Store, record_id: str, why: str) -> Record:
    """Refuse a quarantined record for good; the agreement becomes a new version, to be generated and signed anew.

    Raises `NotFound`, and `NotAllowed` if it is not quarantined or no reason is given.
    """
    with register.write() as transaction:
        record, agreement = _waiting(transaction.session, record_id, why)
        set_record_status(record, RecordStatus.REFUSED)
        record.details = {**record.details, "refused": _decision(transaction, why)}
        set_request_status(transaction.session.get_one(SignatureRequest, record.request_id), RequestState.REFUSED)
        transaction.session.flush()
        seal = seal_of(transaction.session, record.id)
        transaction.note("refused", agreement.id, why, {"record": record.id, "seal": seal})
        replace(transaction, agreement, received_case(agreement, current_version(transaction.session, agreement)), why)
    keep_head(register, store)
    return record


def _waiting(session: Session, record_id: str, why: str) -> tuple[Record, Agreement]:
    if not why.strip():
        raise NotAllowed(_("A decision about quarantine needs its reason: --why."))
    record = get_record(session, record_id)
    if record.status != RecordStatus.QUARANTINED:
        raise NotAllowed(
            _("The record is {status}, not quarantined: there is nothing to decide.").format(
                status=translate(record.status)
            )
        )
    return record, get_agreement(session, record.agreement_id)


def _decision(transaction: Transaction, why: str) -> Json:
    return {"by": transaction.actor, "at": transaction.now.astimezone(UTC).isoformat(), "why": why}
