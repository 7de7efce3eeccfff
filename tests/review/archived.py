"""Archived agreements, brought there through the register's own doors; only the documents are missing."""

from datetime import date, datetime, time, timedelta

from flows.agreements.case import OF_ROW, MunicipalCase
from flows.agreements.types import types
from flows.dates import OSLO
from flows.register import Register
from flows.register.agreements import (
    GeneratedDocument,
    ReceivedCase,
    approve,
    get_agreement,
    receive,
    record_generated,
    replace,
)
from flows.register.records import RecordContent, file_record
from flows.register.signature_requests import ProviderAnswer, intend, record_sent, record_signed
from flows.review import plan_first_review

MADE = GeneratedDocument("template.docx", "1.0", "a" * 64, "b" * 64, "c" * 64, 5)


def received_case(agreement_type: str, case: MunicipalCase) -> ReceivedCase:
    """Return a case as the register takes it."""
    kind = types()[agreement_type]
    identity = kind.identity(case)
    return ReceivedCase(
        type=agreement_type,
        municipality_number=identity.municipality_number,
        counterpart=identity.counterpart,
        valid_from=identity.valid_from,
        valid_to=kind.valid_to(case),
        public_title=kind.public_title(case),
        case=case.model_dump(mode="json", exclude=set(OF_ROW)),
    )


def archive(register: Register, agreement_type: str, case: MunicipalCase, signed: date) -> str:
    """Bring a case to the archive as signed on a day, with its review dates; return the agreement's id."""
    with register.write() as transaction:
        agreement_id = receive(transaction, received_case(agreement_type, case)).agreement_id
    _sign(register, agreement_id, 1, signed)
    return agreement_id


def archive_changed(
    register: Register, agreement_type: str, agreement_id: str, case: MunicipalCase, signed: date
) -> None:
    """Bring a new version of an archived agreement to the archive."""
    with register.write() as transaction:
        agreement = get_agreement(transaction.session, agreement_id)
        replace(transaction, agreement, received_case(agreement_type, case), "changed after its review")
        version = agreement.version
    _sign(register, agreement_id, version, signed)


def _sign(register: Register, agreement_id: str, version: int, signed: date) -> None:
    signed_at = datetime.combine(signed, time(12), OSLO)
    with register.write() as transaction:
        record_generated(transaction, agreement_id, version, MADE)
        approve(transaction, agreement_id, "looked at")
        request = intend(transaction, agreement_id, "desk", [], signed_at + timedelta(days=30))
        assert request is not None
        record_sent(transaction, request.reference, ProviderAnswer("p", {}), "sent")
        record_signed(transaction, request.reference)
        file_record(transaction, RecordContent(request.reference, (), signed_at, {}), lambda _record: None)
    plan_first_review(register, agreement_id, signed)
