"""Find the agreement that a case belongs to: type, municipality, counterpart and first day are those of one alone."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.register.received_cases import ReceivedCase
from flows.register.schema import Agreement


def agreement_of(session: Session, case: ReceivedCase) -> Agreement | None:
    """Return the agreement of a case, or None where there is none yet."""
    wanted = select(Agreement).where(
        Agreement.type == case.type,
        Agreement.municipality_number == case.municipality_number,
        Agreement.counterpart == case.counterpart,
        Agreement.valid_from == case.valid_from,
    )
    return session.execute(wanted).scalar_one_or_none()
