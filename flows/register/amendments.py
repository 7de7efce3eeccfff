"""Amendments: agreements that change another one, which stays as it was signed.

What is agreed is the case of the newest amendment that is archived, or that of the agreement itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flows.language import translate as _
from flows.register.amendment_schema import Amendment
from flows.register.database import Transaction
from flows.register.received_cases import ReceivedCase, is_same_case
from flows.register.schema import Agreement, Json, Version
from flows.register.states import OUT, UNSENT, State


@dataclass(frozen=True, slots=True)
class AmendedAgreement:
    """What an amendment changes: the agreement, what was agreed before it, and its number from 1."""

    agreement: Agreement
    before: Json
    number: int


def amendment_title(title: str) -> str:
    """Return the public title of an amendment to the agreement with a title; titles are Norwegian in every language."""
    return _("Amendment to {title}", "nb").format(title=title)


def as_amendment(case: ReceivedCase, first_day: date) -> ReceivedCase:
    """Return a changed case as the amendment that it asks for: known by the first day of the change."""
    title = amendment_title(case.public_title)
    return replace(case, valid_from=first_day, public_title=title, amended_from=None, agreed=())


def is_as_agreed(session: Session, agreement: Agreement, case: ReceivedCase) -> bool:
    """Return whether a case says what is agreed; one that changes something may differ in what is no part of that."""
    agreed = agreed_case(session, agreement)
    if is_same_case(agreed, case.case):
        return True
    return case.amended_from is not None and is_same_case(_of(case.agreed, agreed), _of(case.agreed, case.case))


def _of(names: Sequence[str], case: Json) -> Json:
    return {name: value for name, value in case.items() if name in names}


def amendment_of(session: Session, agreement_id: str) -> Amendment | None:
    """Return what an agreement changes; None for one that changes none."""
    return session.get(Amendment, agreement_id)


def amendments_of(session: Session, agreement_id: str) -> Sequence[Agreement]:
    """Return the amendments of an agreement, in the order of their numbers, whatever state they are in."""
    wanted = select(Agreement).join(Amendment, Amendment.agreement_id == Agreement.id)
    return session.execute(wanted.where(Amendment.amends_id == agreement_id).order_by(Amendment.number)).scalars().all()


def is_another_under_way(session: Session, agreement: Agreement) -> bool:
    """Return whether an agreement is an amendment, and another one of what it amends waits or is out for signature."""
    amendment = amendment_of(session, agreement.id)
    if amendment is None:
        return False
    others = (one for one in amendments_of(session, amendment.amends_id) if one.id != agreement.id)
    return any(one.state in UNSENT or one.state in OUT for one in others)


def agreed_case(session: Session, agreement: Agreement) -> Json:
    """Return the case of what is agreed: of the newest archived amendment, or of the agreement's current version."""
    wanted = (
        select(Version.case)
        .join(Agreement, (Agreement.id == Version.agreement_id) & (Agreement.version == Version.number))
        .join(Amendment, Amendment.agreement_id == Agreement.id)
        .where(Amendment.amends_id == agreement.id, Agreement.state == State.ARCHIVED)
        .order_by(Amendment.number.desc())
        .limit(1)
    )
    amended = session.execute(wanted).scalar_one_or_none()
    return amended if amended is not None else session.get_one(Version, (agreement.id, agreement.version)).case


def add_amendment(transaction: Transaction, agreement_id: str, amended: Agreement) -> None:
    """Register that an agreement that was just received changes another one."""
    session = transaction.session
    newest = session.execute(select(func.max(Amendment.number)).where(Amendment.amends_id == amended.id)).scalar()
    number = (newest or 0) + 1
    before = agreed_case(session, amended)
    session.add(Amendment(agreement_id=agreement_id, amends_id=amended.id, number=number, before=before))
    session.flush()
    details: Json = {"amends": amended.id, "number": number}
    transaction.note("amendment", agreement_id, "amendment of an archived agreement", details)
