"""Agreements in the register, from the reception of a case until it is sent."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flows.errors import NotFound, TransitionRefused
from flows.language import for_the_register, translate
from flows.language import translate as _
from flows.register.amendments import (
    AmendedAgreement,
    add_amendment,
    agreed_case,
    amendment_of,
    amendments_of,
    as_amendment,
    is_another_under_way,
    is_as_agreed,
)
from flows.register.database import Transaction
from flows.register.identities import agreement_of
from flows.register.listing_update import name_parties
from flows.register.received_cases import GeneratedDocument as GeneratedDocument
from flows.register.received_cases import ReceivedCase as ReceivedCase
from flows.register.received_cases import Reception as Reception
from flows.register.received_cases import ReceptionResult as ReceptionResult
from flows.register.received_cases import case_digest as case_digest
from flows.register.schema import Agreement, Event, Json, SignatureRequest, Version
from flows.register.states import ENDED_UNSIGNED, OUT, UNSENT, State


def receive(transaction: Transaction, case: ReceivedCase, batch_id: str | None = None) -> ReceptionResult:
    """Receive one case. The same case again is the same agreement; a changed one is a new version if none is out.

    A changed case of an agreement that is out for signature or archived changes nothing here: `replace` does, once a
    person has asked for it.
    """
    session = transaction.session
    agreement = agreement_of(session, case)
    if agreement is None:
        agreement = Agreement(
            type=case.type,
            municipality_number=case.municipality_number,
            counterpart=case.counterpart,
            valid_from=case.valid_from,
            state=State.RECEIVED,
            version=1,
            received_at=transaction.now,
        )
        session.add(agreement)
        session.flush()
        _add_version(transaction, agreement, case, batch_id)
        details: Json = {"version": 1, "case_sha256": case_digest(case.case)}
        transaction.note("state", agreement.id, "case received", details, after=State.RECEIVED)
        return ReceptionResult(agreement.id, Reception.NEW)
    reception = _reception(session, agreement, case)
    if reception is Reception.ALREADY_ARCHIVED and case.amended_from:
        return _receive_amendment(transaction, agreement, case, case.amended_from, batch_id)
    if reception is Reception.CHANGED:
        replace(transaction, agreement, case, "changed case received", batch_id)
    elif reception is Reception.SAME and agreement.state == State.RECEIVED and case.place:
        current_version(session, agreement).place = case.place  # it may stand elsewhere in the file that is open now
    return ReceptionResult(agreement.id, reception)


def recognise(session: Session, case: ReceivedCase) -> Reception:
    """Return what `receive` would make of a case, and change nothing."""
    agreement = agreement_of(session, case)
    if agreement is None:
        return Reception.NEW
    reception = _reception(session, agreement, case)
    if reception is Reception.ALREADY_ARCHIVED and case.amended_from:
        return recognised_amendment(session, agreement, as_amendment(case, case.amended_from))
    return reception


def amended_by(session: Session, case: ReceivedCase) -> AmendedAgreement | None:
    """Return what `receive` would have a case change, if it is an amendment; None for a case of any other kind."""
    agreement = agreement_of(session, case)
    if agreement is None or case.amended_from is None or agreement.state != State.ARCHIVED:
        return None
    every = amendments_of(session, agreement.id)
    same = next((one for one in every if one.valid_from == case.amended_from), None)
    if same is not None and (known := amendment_of(session, same.id)) is not None:
        return AmendedAgreement(agreement, known.before, known.number)
    if _reception(session, agreement, case) is Reception.SAME:
        return None
    return AmendedAgreement(agreement, agreed_case(session, agreement), len(every) + 1)


def replace(
    transaction: Transaction, agreement: Agreement, case: ReceivedCase, why: str, batch_id: str | None = None
) -> None:
    """Make a new version of an agreement from a changed case. Raises `TransitionRefused` if one is out."""
    agreement.version += 1
    agreement_version = agreement.version
    details: Json = {"version": agreement_version, "case_sha256": case_digest(case.case)}
    transaction.move(agreement, State.RECEIVED, why, details)
    _add_version(transaction, agreement, case, batch_id)


def start_anew(transaction: Transaction, agreement_id: str) -> None:
    """Make a new version of the same case after its request has ended without a signature.

    One that was out before and is to be sent again already (its signed file was refused, or a run was cut off) goes on
    from where it stands. Raises `TransitionRefused` in any other state, `NotFound`.
    """
    session = transaction.session
    agreement = get_agreement(session, agreement_id)
    was_out = select(SignatureRequest.id).where(SignatureRequest.agreement_id == agreement_id).limit(1)
    if agreement.state in UNSENT and session.execute(was_out).first():
        return
    if agreement.state not in ENDED_UNSIGNED:
        raise TransitionRefused(
            _("The agreement is {state}; only what was declined, expired, cancelled or refused is sent anew.").format(
                state=translate(agreement.state)
            )
        )
    if is_another_under_way(session, agreement):
        raise TransitionRefused(
            _("Another change of the same agreement is under way. Wait until it is signed or withdrawn.")
        )
    version = current_version(session, agreement)
    replace(transaction, agreement, received_case(agreement, version), "a person wants it sent anew", version.batch_id)


def record_generated(transaction: Transaction, agreement_id: str, number: int, made: GeneratedDocument) -> bool:
    """Record the document of a version; False if there is a newer version, or it was generated already."""
    agreement = get_agreement(transaction.session, agreement_id)
    if agreement.version != number or agreement.state != State.RECEIVED:
        return False
    version = current_version(transaction.session, agreement)
    version.template = made.template
    version.template_version = made.template_version
    version.template_sha256 = made.template_sha256
    version.docx_sha256 = made.docx_sha256
    version.pdf_sha256 = made.pdf_sha256
    version.pages = made.pages
    version.generated_at = transaction.now
    version.signature_places = made.signature_places
    version.refusal = None
    details: Json = {"version": number, "pdf_sha256": made.pdf_sha256, "template_sha256": made.template_sha256}
    if made.lost:
        details["lost"] = [for_the_register(loss) for loss in made.lost]
    why = "document generated, with losses" if made.lost else "document generated"
    transaction.move(agreement, State.GENERATED, why, details)
    return True


def record_refused(
    transaction: Transaction, agreement_id: str, number: int, sentence: str, problems: Sequence[Json]
) -> None:
    """Record why no document of a version could be made, until one is; a reason that was recorded stands as it is.

    `problems` are the cells or JSON pointers of the values that are the reason, none where the template is. Neither
    they nor the sentence hold values.
    """
    agreement = get_agreement(transaction.session, agreement_id)
    if agreement.version != number or agreement.state != State.RECEIVED:
        return
    version = current_version(transaction.session, agreement)
    refusal: Json = {"sentence": for_the_register(sentence), "problems": list(problems)}
    if version.refusal != refusal:
        version.refusal = refusal
        details = {"version": number, "fields": [problem["column"] for problem in problems]}
        transaction.note("refused", agreement_id, sentence, details)


def losses_of(session: Session, agreement_id: str, number: int) -> tuple[str, ...]:
    """Return the constructs of a version's DOCX that its PDF does not show."""
    for event in events_of(session, agreement_id):
        if event.state_after == State.GENERATED and event.details.get("version") == number:
            return tuple(event.details.get("lost", ()))
    return ()


def received_case(agreement: Agreement, version: Version) -> ReceivedCase:
    """Return the case of a version as it was received, to make the same again."""
    return ReceivedCase(
        type=agreement.type,
        municipality_number=agreement.municipality_number,
        counterpart=agreement.counterpart,
        valid_from=agreement.valid_from,
        valid_to=version.valid_to,
        public_title=version.public_title,
        case=version.case,
        place=version.place,
    )


def approve(transaction: Transaction, agreement_id: str, why: str) -> bool:
    """Approve a generated agreement; False if it is not generated, or already on its way."""
    agreement = get_agreement(transaction.session, agreement_id)
    if agreement.state != State.GENERATED:
        return False
    transaction.move(agreement, State.APPROVED, why)
    return True


def get_agreement(session: Session, agreement_id: str) -> Agreement:
    """Return an agreement by its id. Raises `NotFound`."""
    agreement = session.get(Agreement, agreement_id)
    if agreement is None:
        raise no_agreement(agreement_id)
    return agreement


def no_agreement(agreement_id: str) -> NotFound:
    """Return the exception for an id that no agreement has, or none that whoever asks may see."""
    return NotFound(
        _("There is no agreement {agreement_id}; `avtaleflyt status` counts those there are.").format(
            agreement_id=agreement_id
        )
    )


def current_version(session: Session, agreement: Agreement) -> Version:
    """Return the newest version of an agreement."""
    return session.get_one(Version, (agreement.id, agreement.version))


def count_by_state(session: Session) -> dict[str, int]:
    """Return the number of agreements in each state, in the order of the line, without empty states."""
    rows = session.execute(select(Agreement.state, func.count()).group_by(Agreement.state))
    counts: dict[str, int] = dict(iter(rows))
    return {state: counts[state] for state in State if state in counts}


def events_of(session: Session, agreement_id: str) -> list[Event]:
    """Return everything that happened to an agreement, in order."""
    wanted = select(Event).where(Event.agreement_id == agreement_id).order_by(Event.number)
    return list(session.execute(wanted).scalars())


def _receive_amendment(
    transaction: Transaction, amended: Agreement, case: ReceivedCase, first_day: date, batch_id: str | None
) -> ReceptionResult:
    """Receive a changed case of an archived agreement as an amendment, which is an agreement of its own."""
    session, changed = transaction.session, as_amendment(case, first_day)
    reception = recognised_amendment(session, amended, changed)
    known = agreement_of(session, changed)
    if reception in {Reception.ALREADY_ARCHIVED, Reception.OUT_FOR_SIGNATURE}:
        return ReceptionResult((known or amended).id, reception)
    received = receive(transaction, changed, batch_id)
    if received.reception is Reception.NEW:
        add_amendment(transaction, received.agreement_id, amended)
    return received


def recognised_amendment(session: Session, amended: Agreement, changed: ReceivedCase) -> Reception:
    """Return what receiving an amendment would make of it.

    A day on which another agreement of the same parties begins is no day for one, and neither is one while an earlier
    amendment is under way: what it changes would not be known.
    """
    known = agreement_of(session, changed)
    if known is not None:
        amends = amendment_of(session, known.id)
        if amends is None or amends.amends_id != amended.id:
            return Reception.ALREADY_ARCHIVED
        waits = known.state in ENDED_UNSIGNED and is_another_under_way(session, known)
        return Reception.OUT_FOR_SIGNATURE if waits else _reception(session, known, changed)
    under_way = [one for one in amendments_of(session, amended.id) if one.state in UNSENT or one.state in OUT]
    return Reception.OUT_FOR_SIGNATURE if under_way else Reception.NEW


def _reception(session: Session, agreement: Agreement, case: ReceivedCase) -> Reception:
    if is_as_agreed(session, agreement, case):
        return Reception.SAME
    if agreement.state in OUT:
        return Reception.OUT_FOR_SIGNATURE
    if agreement.state in UNSENT or agreement.state in ENDED_UNSIGNED:
        return Reception.CHANGED
    return Reception.ALREADY_ARCHIVED


def _add_version(transaction: Transaction, agreement: Agreement, case: ReceivedCase, batch_id: str | None) -> None:
    version = Version(
        agreement_id=agreement.id,
        number=agreement.version,
        case=case.case,
        case_sha256=case_digest(case.case),
        public_title=case.public_title,
        valid_to=case.valid_to,
        received_at=transaction.now,
        batch_id=batch_id,
        place=case.place,
    )
    transaction.session.add(version)
    transaction.session.flush()
    if case.names:
        name_parties(transaction.session, agreement, case.names)
