"""Look up which numbers, names and addresses the register has for the parties of its agreements."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from flows.register.agreement_ends import last_days
from flows.register.amendment_schema import Amendment
from flows.register.schema import Agreement, Json, Version
from flows.register.states import ENDED_UNSIGNED, OUT, UNSENT, State


@dataclass(frozen=True, slots=True)
class RegisteredParties:
    """What the current version of one agreement says of its parties; empty where it says nothing.

    `under_way` tells that the agreement is neither archived nor ended, so that what is wrong in it can be put right;
    `out` that it is with its signers; `holds` that no end of it is recorded, and that it is no amendment of another.
    `valid_to` and `work`, the doctor's share of full time (None without one), are those that are agreed by now, with
    amendments and recorded ends.
    """

    type: str
    municipality_number: str
    counterpart: str
    valid_from: date
    under_way: bool
    organisation_number: str
    doctor: str
    doctor_email: str
    doctor_mobile: str = ""
    out: bool = False
    holds: bool = True
    valid_to: date | None = None
    work: list[Json] | None = None


def registered_parties(session: Session) -> Iterator[RegisteredParties]:
    """Yield the parties of every agreement, but those whose request ended without a signature."""
    fields = ("kommune_orgnr", "lege_navn", "lege_epost", "lege_mobil")
    amended, ends = _amended(session), last_days(session)
    wanted = (
        select(
            Agreement.id,
            Agreement.type,
            Agreement.municipality_number,
            Agreement.counterpart,
            Agreement.valid_from,
            Agreement.state,
            Version.valid_to,
            Amendment.agreement_id,
            Version.case["stillingsprosent"],
            *(Version.case[name].as_string() for name in fields),
        )
        .join(Version, and_(Version.agreement_id == Agreement.id, Version.number == Agreement.version))
        .outerjoin(Amendment, Amendment.agreement_id == Agreement.id)
        .where(Agreement.state.not_in([str(state) for state in ENDED_UNSIGNED]))
    )
    for id_, kind, municipality, counterpart, valid_from, state, valid_to, amends, work, *said in session.execute(
        wanted
    ):
        number, name, email, mobile = said
        valid_to, work = amended.get(id_, (valid_to, work))
        yield RegisteredParties(
            type=kind,
            municipality_number=municipality,
            counterpart=counterpart,
            valid_from=valid_from,
            under_way=state in UNSENT or state in OUT,
            organisation_number=number or "",
            doctor=name or "",
            doctor_email=email or "",
            doctor_mobile=mobile or "",
            out=state in OUT,
            holds=state != State.ENDED and amends is None,
            valid_to=ends.get(id_, valid_to),
            work=work,
        )


def _amended(session: Session) -> dict[str, tuple[date | None, list[Json] | None]]:
    """Return last day and share of full time of each agreement that was amended, by the newest signed amendment."""
    wanted = (
        select(Amendment.amends_id, Version.valid_to, Version.case["stillingsprosent"])
        .join(Agreement, Agreement.id == Amendment.agreement_id)
        .join(Version, and_(Version.agreement_id == Agreement.id, Version.number == Agreement.version))
        .where(Agreement.state == State.ARCHIVED)
        .order_by(Amendment.number)
    )
    return {amends_id: (valid_to, work) for amends_id, valid_to, work in session.execute(wanted)}
