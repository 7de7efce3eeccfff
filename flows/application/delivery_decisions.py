"""What people do about single deliveries: plan one now, send it anew, or say what came of it."""

from collections.abc import Sequence
from enum import StrEnum

from flows.application.authorization import Action, authorize, authorized_record
from flows.application.context import Context
from flows.application.deliver_records import archive_of
from flows.application.delivery_view import DeliveryView, delivery_view, state_in_words
from flows.delivery.arkivmelding import parse_case_number
from flows.delivery.planning import plan_one
from flows.errors import NotAllowed, WrongUse
from flows.language import translate
from flows.language import translate as _
from flows.register import Transaction
from flows.register.agreements import get_agreement
from flows.register.deliveries import (
    CREATE,
    begin_anew,
    deliveries_in,
    get_delivery,
    record_receipt,
    set_delivery_state,
)
from flows.register.delivery_answers import AnswerOutcome, answers_for_people, record_answer
from flows.register.delivery_schema import Delivery, DeliveryAnswer
from flows.register.pending_decisions import refresh
from flows.register.records import get_record
from flows.register.schema import Json
from flows.register.states import DeliveryState, RecordStatus


class Settlement(StrEnum):
    """What a person has found out about a delivery."""

    DELIVERED = "delivered"
    NOT_DELIVERED = "not-delivered"


def open_deliveries(context: Context) -> list[DeliveryView]:
    """Return what is not delivered, oldest first. Raises `NotAllowed`, `WrongUse`."""
    authorize(context, Action.DELIVER)
    _settings, archive = archive_of(context)
    states = [one for one in DeliveryState if one != DeliveryState.DELIVERED]
    with context.register.read() as session:
        return [delivery_view(one) for one in deliveries_in(session, archive.name, states)]


def deliver_now(context: Context, record_id: str) -> DeliveryView:
    """Let a record be delivered next: plan it, or end its wait. Raises `NotAllowed`, `NotFound`, `WrongUse`."""
    settings, _archive = archive_of(context)
    record = authorized_record(context, Action.DELIVER, record_id)
    if record.status != RecordStatus.ARCHIVED:
        raise NotAllowed(
            _("Only an archived agreement is delivered; this one is {status}.").format(status=translate(record.status))
        )
    with context.register.write() as transaction:
        session = transaction.session
        agreement = get_agreement(session, record.agreement_id)
        if "*" not in settings.municipalities and agreement.municipality_number not in settings.municipalities:
            raise NotAllowed(
                _("The archive system is not that of municipality {number}.").format(
                    number=agreement.municipality_number
                )
            )
        delivery = plan_one(transaction, settings, get_record(session, record.id), agreement)
        if delivery.state == DeliveryState.DUE:
            delivery.next_attempt_at = transaction.now
        return delivery_view(delivery)


def deliver_again(context: Context, any_id: str, case_number: str, why: str) -> DeliveryView:
    """Send a delivery anew that was refused or waits for a person, with a message made anew and the same keys.

    `case_number` says which case of the archive it is for. Raises `NotAllowed`, `NotFound`, `WrongUse`.
    """
    _settings, archive = archive_of(context)
    if case_number:
        parse_case_number(case_number)
    delivery_id = _authorized(context, any_id, archive.name)
    with context.register.write() as transaction:
        delivery = transaction.session.get_one(Delivery, delivery_id)
        if delivery.state not in {DeliveryState.REFUSED, DeliveryState.NEEDS_PERSON, DeliveryState.DUE}:
            raise NotAllowed(
                _("This delivery is {state}: only one that was refused or waits for a person is sent anew.").format(
                    state=state_in_words(delivery.state)
                )
            )
        begin_anew(transaction, delivery, why, case_number)
        view = delivery_view(delivery)
    refresh(context.register)
    return view


def settle_delivery(
    context: Context, any_id: str, found: Settlement, case_number: str, entry_number: str, why: str
) -> DeliveryView:
    """Record what a person has found in the archive: it is there, with its numbers, or it is not and is sent again.

    Raises `NotAllowed`, `NotFound`, `WrongUse` without a reason.
    """
    _settings, archive = archive_of(context)
    if not why.strip():
        raise WrongUse(_("Say with --why who looked in the archive, and what was there."))
    delivery_id = _authorized(context, any_id, archive.name)
    with context.register.write() as transaction:
        delivery = transaction.session.get_one(Delivery, delivery_id)
        if delivery.state not in {DeliveryState.UNKNOWN, DeliveryState.NEEDS_PERSON, DeliveryState.REFUSED}:
            raise NotAllowed(
                _("This delivery is {state}: there is nothing to settle about it.").format(
                    state=state_in_words(delivery.state)
                )
            )
        if found is Settlement.NOT_DELIVERED:
            begin_anew(transaction, delivery, why, "", same_message=delivery.state != DeliveryState.REFUSED)
        else:
            _settle_as_delivered(transaction, delivery, (case_number.strip(), entry_number.strip()), why)
        view = delivery_view(delivery)
    refresh(context.register)
    return view


def _authorized(context: Context, any_id: str, archive: str) -> str:
    """Return the id of a delivery that whoever acts may decide about. Raises `NotAllowed`, `NotFound`."""
    with context.register.read() as session:
        delivery = get_delivery(session, any_id, archive)
    authorized_record(context, Action.DELIVER, delivery.record_id)
    return delivery.id


def _settle_as_delivered(transaction: Transaction, delivery: Delivery, numbers: tuple[str, str], why: str) -> None:
    case_number, entry_number = numbers
    receipt: Json = {}
    if case_number:
        year, sequence = parse_case_number(case_number)
        receipt["case"] = {"year": year, "sequence": sequence}
    if entry_number:
        receipt["entry"] = {"id": entry_number}
    if delivery.purpose == CREATE and not (case_number and entry_number):
        raise WrongUse(_("Say with --case and --entry what the archive calls its case and its entry."))
    record_receipt(transaction, delivery, receipt)
    about = {"case": case_number, "entry": entry_number}
    set_delivery_state(transaction, delivery, DeliveryState.DELIVERED, why, about)


def close_answers(context: Context, why: str) -> int:
    """Record that a person has looked at the messages that fit nothing; return how many. Raises `NotAllowed`."""
    authorize(context, Action.DELIVER)
    if not why.strip():
        raise WrongUse(_("Say with --why what these messages were."))
    with context.register.write() as transaction:
        rows = answers_for_people(transaction.session)
        for one in rows:
            record_answer(transaction, one.message_id, AnswerOutcome.CLOSED, why, one.delivery_id)
        if rows:
            transaction.note("delivery", None, why, {"answers": [one.message_id for one in rows]})
    refresh(context.register)
    return len(rows)


def strange_answers(context: Context) -> Sequence[DeliveryAnswer]:
    """Return the messages that fit nothing or could not be opened. Raises `NotAllowed`."""
    authorize(context, Action.DELIVER)
    with context.register.read() as session:
        return answers_for_people(session)
