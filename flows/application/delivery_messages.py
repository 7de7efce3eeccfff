"""Make the message of a delivery from what the archive keeps about a record."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.archive.noark import class_of
from flows.archive.outgoing_names import file_name, record_name
from flows.archive.pronom_formats import format_of
from flows.dates import oslo_date
from flows.delivery.archive_settings import ArchiveSettings, MessageSettings
from flows.delivery.arkivmelding import (
    EarlierEntry,
    MessageFile,
    MessageSubject,
    access_message,
    create_message,
    destroyed_message,
)
from flows.errors import NotAllowed
from flows.language import translate as _
from flows.register import Agreement, Record, RecordFile, Version
from flows.register.agreements import events_of, get_agreement
from flows.register.deliveries import CREATE, DESTROYED, DeliveryMessage
from flows.register.delivery_schema import Delivery
from flows.register.records import files_of, get_record
from flows.register.schema import Json
from flows.register.states import DeliveryState, RecordStatus


def delivery_message(settings: ArchiveSettings, session: Session, delivery: Delivery) -> DeliveryMessage:
    """Return the message of a delivery. Raises `NotAllowed` where a person must say or do something first."""
    record = get_record(session, delivery.record_id)
    if delivery.purpose == CREATE:
        return create_message(settings.message, _subject(settings, session, delivery, record))
    if not settings.updates:
        raise NotAllowed(
            _("The archive takes no updates: tell its people what has changed, then `avtaleflyt deliver ID --settle`.")
        )
    system_id = _entry_of(session, delivery)
    if delivery.purpose == DESTROYED:
        done = [
            one
            for one in events_of(session, delivery.agreement_id)
            if one.kind == "destroyed" and one.details.get("record") == record.id
        ]
        return destroyed_message(settings.message, record.id, system_id, oslo_date(done[-1].at))
    return access_message(settings.message, record.id, system_id, record.details.get("access") or {})


def exported_subject(session: Session, record_id: str, settings: MessageSettings) -> MessageSubject:
    """Return what a message that is written to a file tells of a record, whether or not it was delivered."""
    record = get_record(session, record_id)
    agreement = get_agreement(session, record.agreement_id)
    return _about(session, record, agreement, settings, case_key=agreement.id)


def _subject(settings: ArchiveSettings, session: Session, delivery: Delivery, record: Record) -> MessageSubject:
    agreement = get_agreement(session, delivery.agreement_id)
    if record.status != RecordStatus.ARCHIVED:
        raise NotAllowed(_("The record's files were destroyed before they were delivered."))
    number = delivery.case_number if not delivery.receipt else ""
    if not number and settings.message.case == "number":
        version = session.get_one(Version, (agreement.id, record.version))
        number = str(version.case.get(settings.message.case_field) or "")
    return _about(
        session,
        record,
        agreement,
        settings.message,
        case_key=delivery.case_key,
        case_number=number,
        known_case=_known_case(session, delivery),
        earlier=_earlier(session, delivery, record, agreement),
    )


def _about(
    session: Session,
    record: Record,
    agreement: Agreement,
    settings: MessageSettings,
    *,
    case_key: str,
    case_number: str = "",
    known_case: Json | None = None,
    earlier: Sequence[EarlierEntry] = (),
) -> MessageSubject:
    files = files_of(session, record.id)
    signed = next((one for one in files if one.role == "signed"), None)
    if signed is None:
        raise NotAllowed(_("The record has no signed PDF any more: there is nothing to send."))
    attached = [one for one in files if one.role in settings.attachments]
    names = [one["on_behalf_of"] or one["name"] for one in record.details["parties"]]
    return MessageSubject(
        record_id=record.id,
        case_key=case_key,
        title=record.public_title,
        class_id=class_of(agreement.type)[0],
        parties=(names[0], names[-1]),
        archived_on=oslo_date(record.archived_at),
        document_date=oslo_date(record.signed_at or record.archived_at),
        files=[_file(record, signed), *(_file(record, one) for one in attached)],
        access=record.details.get("access") or {},
        case_number=case_number,
        known_case=known_case or {},
        earlier=earlier,
    )


def _file(record: Record, file: RecordFile) -> MessageFile:
    main = file.role == "signed"
    name = f"{record_name(record)}.pdf" if main else f"{record_name(record)}-{file_name(file)}"
    media_type = file.media_type.partition(";")[0].strip() or "application/octet-stream"
    return MessageFile(
        file.role,
        name,
        file_name(file),
        file.digest,
        file.size,
        "application/pdf" if main else media_type,
        format_of(record.details) if main else None,
    )


def _known_case(session: Session, delivery: Delivery) -> Json:
    """Return what the archive told of the case of this key, if it made it already."""
    if delivery.receipt and delivery.receipt.get("case"):
        found: Json = delivery.receipt["case"]
        return found
    wanted = select(Delivery.receipt).where(
        Delivery.archive == delivery.archive,
        Delivery.case_key == delivery.case_key,
        Delivery.purpose == CREATE,
        Delivery.id != delivery.id,
        Delivery.settled_at.is_not(None),
    )
    for receipt in session.execute(wanted.order_by(Delivery.settled_at.desc())).scalars():
        if receipt and receipt.get("case"):
            case: Json = receipt["case"]
            return case
    return {}


def _earlier(session: Session, delivery: Delivery, record: Record, agreement: Agreement) -> list[EarlierEntry]:
    """Return the entries of earlier versions and agreements between the same parties, oldest first."""
    wanted = (
        select(Delivery.record_id, Delivery.receipt)
        .join(Agreement, Agreement.id == Delivery.agreement_id)
        .join(Record, Record.id == Delivery.record_id)
        .where(
            Delivery.archive == delivery.archive,
            Delivery.purpose == CREATE,
            Delivery.state == DeliveryState.DELIVERED,
            Delivery.id != delivery.id,
            Agreement.type == agreement.type,
            Agreement.municipality_number == agreement.municipality_number,
            Agreement.counterpart == agreement.counterpart,
            Record.archived_at <= record.archived_at,
        )
    )
    rows = session.execute(wanted.order_by(Record.archived_at, Record.id))
    return [EarlierEntry(record_id, _system_id(receipt)) for record_id, receipt in rows]


def _entry_of(session: Session, delivery: Delivery) -> str:
    wanted = select(Delivery.receipt).where(
        Delivery.archive == delivery.archive, Delivery.record_id == delivery.record_id, Delivery.purpose == CREATE
    )
    return _system_id(session.execute(wanted).scalar())


def _system_id(receipt: Json | None) -> str:
    return str(((receipt or {}).get("entry") or {}).get("system_id") or "")
