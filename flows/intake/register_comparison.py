"""Compare cases with the register: new, unchanged, changed, out for signature, archived."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import BaseModel
from sqlalchemy.orm import Session

from flows.agreements.amendments import agreed_fields
from flows.agreements.case import OF_ROW
from flows.agreements.fields import fields_of
from flows.agreements.problems import Finding, Problem
from flows.agreements.types import AgreementType, types
from flows.intake.duplicates import place_of
from flows.intake.text_normalization import shown
from flows.intake.validation import ValidatedCase
from flows.language import current
from flows.language import translate as _
from flows.register.agreements import ReceivedCase, Reception, current_version, recognise
from flows.register.identities import agreement_of
from flows.register.listing_update import PartyNames

_NAMED = 10
"""Fields that are named of a case that is replaced."""


@dataclass(slots=True)
class RegisterComparison:
    """How many cases are what to the register, and a warning for each that cannot be taken in as it is."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)


def as_received(judged: ValidatedCase) -> ReceivedCase:
    """Return a judged case as the register takes it."""
    agreement = types()[judged.type]
    identity = agreement.identity(judged.case)
    return ReceivedCase(
        type=judged.type,
        municipality_number=identity.municipality_number,
        counterpart=identity.counterpart,
        valid_from=identity.valid_from,
        valid_to=agreement.valid_to(judged.case),
        public_title=agreement.public_title(judged.case),
        case=judged.case.model_dump(mode="json", exclude=set(OF_ROW)),
        place=judged.place.as_json(),
        names=names_of(agreement, judged.case),
        amended_from=getattr(judged.case, "endres_fra", None),
        agreed=agreed_fields(agreement),
    )


def names_of(agreement: AgreementType, case: BaseModel) -> PartyNames:
    """Return the names under which a case without errors is listed: its municipality, and its doctor or trust."""
    signatories = agreement.signatories(case)
    return PartyNames(signatories[0].organisation, signatories[-1].organisation or signatories[-1].name)


def replaced_cases(session: Session, cases: Iterable[ValidatedCase]) -> list[str]:
    """Return the place of each case that would replace what the register has, with the fields that differ."""
    labelled = ((one, _changed_labels(session, one)) for one in cases)
    return [f"{place_of(one.place)} ({', '.join(labels[:_NAMED])})" for one, labels in labelled if labels]


def _changed_labels(session: Session, case: ValidatedCase) -> tuple[str, ...]:
    received = as_received(case)
    agreement = agreement_of(session, received)
    if agreement is None or recognise(session, received) is not Reception.CHANGED:
        return ()
    kind, before = types()[case.type], current_version(session, agreement).case
    return tuple(
        kind.text(one.column.label, current())
        for name, one in fields_of(kind.case).items()
        if name in received.case and before.get(name) != received.case[name]
    )


def compare(session: Session, cases: Iterable[ValidatedCase]) -> RegisterComparison:
    """Compare cases with the register, and change nothing."""
    known = RegisterComparison()
    for case in cases:
        reception = recognise(session, as_received(case))
        known.counts[reception.value] += 1
        if problem := held_back(case, reception):
            known.problems.append(problem)
    return known


def held_back(case: ValidatedCase, reception: Reception) -> Problem | None:
    """Return a warning at the case's place when the register keeps the agreement as it was."""
    match reception:
        case Reception.OUT_FOR_SIGNATURE:
            message = _(
                "The case has changed, but the agreement is out for signature as it was. Nothing new is sent until "
                "somebody asks for it to be replaced."
            )
        case Reception.ALREADY_ARCHIVED:
            message = _(
                "The case has changed, but the agreement is signed and archived as it was. Write in «Endres fra» from "
                "which day the change holds: then it becomes an amendment."
            )
        case _:
            return None
    finding = Finding("kommunenr", "register", message, "warning")
    return case.place.problem(finding, shown(getattr(case.case, "kommunenr", "")))
