"""Look up which numbers, names and addresses the register has for the parties of its agreements."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from flows.register.schema import Agreement, Version
from flows.register.states import ENDED_UNSIGNED, OUT, UNSENT


@dataclass(frozen=True, slots=True)
class RegisteredParties:
    """What the current version of one agreement says of its parties; empty where it says nothing.

    `under_way` tells that the agreement is neither archived nor ended, so that what is wrong in it can be put right.
    """

    type: str
    municipality_number: str
    counterpart: str
    valid_from: date
    under_way: bool
    organisation_number: str
    doctor: str
    doctor_email: str


def registered_parties(session: Session) -> Iterator[RegisteredParties]:
    """Yield the parties of every agreement, but those whose request ended without a signature."""
    fields = ("kommune_orgnr", "lege_navn", "lege_epost")
    wanted = (
        select(
            Agreement.type,
            Agreement.municipality_number,
            Agreement.counterpart,
            Agreement.valid_from,
            Agreement.state,
            *(Version.case[name].as_string() for name in fields),
        )
        .join(Version, and_(Version.agreement_id == Agreement.id, Version.number == Agreement.version))
        .where(Agreement.state.not_in([str(state) for state in ENDED_UNSIGNED]))
    )
    for kind, municipality, counterpart, valid_from, state, number, name, email in session.execute(wanted):
        under_way = state in UNSENT or state in OUT
        yield RegisteredParties(
            kind, municipality, counterpart, valid_from, under_way, number or "", name or "", email or ""
        )
