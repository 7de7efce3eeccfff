"""Find cases that contradict what the register says of the same municipality or doctor in other agreements.

An agreement that the source itself renews or corrects is not compared with: it may be what is being put right. Against
agreements under way a contradiction is an error; against archived ones, which nobody can correct, it is a warning.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from flows.agreements.alis_case import AlisCase
from flows.agreements.case import MunicipalCase
from flows.agreements.problems import Finding, Level, Problem
from flows.agreements.types import types
from flows.intake.contradictions import CONTRADICTION
from flows.intake.duplicates import plain_person, same_name
from flows.intake.pipeline import ValidatedSource
from flows.intake.text_normalization import shown
from flows.intake.validation import ValidatedCase
from flows.language import translate as _
from flows.register.parties import registered_parties

_Key = tuple[str, str, str, object]


@dataclass(slots=True)
class _Known:
    """What the register says, by key: the value, and whether it stands in an agreement under way."""

    numbers: dict[str, dict[str, bool]] = field(default_factory=dict)
    bodies: dict[str, dict[str, bool]] = field(default_factory=dict)
    doctors: dict[str, dict[str, bool]] = field(default_factory=dict)
    addresses: dict[str, dict[str, bool]] = field(default_factory=dict)


def without_contradictions(session: Session, judged: ValidatedSource) -> ValidatedSource:
    """Return a source with what contradicts the register told, and without the cases that are wrong by that.

    The register is read and not changed.
    """
    known = _known(session, {_key(case) for case in judged.cases})
    problems: list[Problem] = []
    good: list[ValidatedCase] | None = None
    for number, case in enumerate(judged.cases):
        found = list(_contradictions(case, known))
        problems += found
        wrong = any(problem.level == "error" for problem in found)
        if wrong and good is None:
            good = list(judged.cases[:number])
        elif not wrong and good is not None:
            good.append(case)
    if not problems:
        return judged
    return replace(judged, cases=judged.cases if good is None else good, problems=(*judged.problems, *problems))


def _key(case: ValidatedCase) -> _Key:
    identity = types()[case.type].identity(case.case)
    return case.type, identity.municipality_number, identity.counterpart, identity.valid_from


def _known(session: Session, own: set[_Key]) -> _Known:
    known = _Known()

    def note(table: dict[str, dict[str, bool]], key: str, value: str, under_way: bool) -> None:
        if key and value:
            values = table.setdefault(key, {})
            values[value] = values.get(value, False) or under_way

    for one in registered_parties(session):
        if (one.type, one.municipality_number, one.counterpart, one.valid_from) in own:
            continue
        note(known.numbers, one.municipality_number, one.organisation_number, one.under_way)
        note(known.bodies, one.organisation_number, one.municipality_number, one.under_way)
        if one.doctor:
            note(known.doctors, one.counterpart, plain_person(one.doctor), one.under_way)
            note(known.addresses, one.doctor_email.casefold(), one.counterpart, one.under_way)
    return known


def _contradictions(judged: ValidatedCase, known: _Known) -> Iterator[Problem]:
    case = judged.case
    if not isinstance(case, MunicipalCase):
        return
    number = case.kommune_orgnr
    if level := _level(known.bodies.get(number, {}), case.kommunenr):
        message = _("{value} is the organisation number of another municipality in the register. Correct the number.")
        yield _problem(judged, "kommune_orgnr", number, message, level)
    elif level := _level(known.numbers.get(case.kommunenr, {}), number):
        message = _(
            "The register has another organisation number than {value} for this municipality. Check which is right."
        )
        yield _problem(judged, "kommune_orgnr", number, message, level)
    if not isinstance(case, AlisCase):
        return
    hpr, name = case.lege_hpr_nummer.zfill(9), plain_person(case.lege_navn)
    names = {said: way for said, way in known.doctors.get(hpr, {}).items() if not same_name(said, name)}
    if level := _level(names, name):
        message = _(
            "The HPR number is that of a doctor with another name in the register. Correct the name or the number."
        )
        yield _problem(judged, "lege_hpr_nummer", case.lege_hpr_nummer, message, level)
    if case.lege_epost and (level := _level(known.addresses.get(case.lege_epost.casefold(), {}), hpr)):
        message = _("The address is that of another doctor in the register, and the link to sign would go there.")
        yield _problem(judged, "lege_epost", case.lege_epost, message, level)


def _level(said: dict[str, bool], value: str) -> Level | None:
    """Return how grave it is that the register says other values, or None where it says only this one, or none."""
    others = [under_way for other, under_way in said.items() if other != value]
    if not others:
        return None
    return "error" if any(others) else "warning"


def _problem(judged: ValidatedCase, name: str, value: str, message: str, level: Level) -> Problem:
    """Return a problem at the place of a field of the case."""
    finding = Finding(name, CONTRADICTION, message.format(value=shown(value)), level)
    return judged.place.problem(finding, shown(value))
