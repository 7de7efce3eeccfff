"""Find cases that contradict what the register says of the same municipality or doctor in other agreements.

An agreement that the source itself renews or corrects is not compared with: it may be what is being put right. Against
agreements under way a contradiction is an error; against archived ones, which nobody can correct, it is a warning.

A case that was taken in with another first day is another agreement, so one of the same doctor that holds at the same
time is told, too: an error where that is with its signers and both are more than a full post, a warning elsewhere. So
is one of the same type between the same parties, where no doctor's time is shared out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from flows.agreements.alis_case import AlisCase
from flows.agreements.case import MunicipalCase, SeasonAction
from flows.agreements.field_types import WorkPeriod
from flows.agreements.problems import Finding, Level, Problem
from flows.agreements.types import types
from flows.dates import short_date
from flows.intake.contradicting_pairs import PAIRS, ContradictingPair, PartyFacts
from flows.intake.contradictions import CONTRADICTION, facts_of
from flows.intake.duplicates import plain_person
from flows.intake.named_doctors import NAMED, name_key, names_in_texts
from flows.intake.overlapping_work import FULL_TIME, HeldAgreement, hold_together, share_together
from flows.intake.pipeline import ValidatedSource
from flows.intake.row_requests import wrong_requests
from flows.intake.text_normalization import shown
from flows.intake.validation import ValidatedCase
from flows.language import translate as _
from flows.register.parties import RegisteredParties, registered_parties

_Key = tuple[str, str, str, object]


@dataclass(slots=True)
class _Known:
    """What the register says.

    - `values`: by pair and key, each value, and whether it stands in an agreement under way
    - `agreements`: by type and HPR number, those of one doctor that hold or may come to hold
    - `between`: by type, municipality and counterpart, those of all other types
    - `doctors`: by municipality, the names of doctors as they stand in texts
    """

    values: dict[ContradictingPair, dict[str, dict[str, bool]]]
    agreements: dict[tuple[str, str], list[RegisteredParties]] = field(default_factory=dict)
    between: dict[tuple[str, str, str], list[RegisteredParties]] = field(default_factory=dict)
    doctors: dict[str, set[str]] = field(default_factory=dict)


def without_contradictions(
    session: Session, judged: ValidatedSource, own: Sequence[ValidatedCase] | None = None
) -> ValidatedSource:
    """Return a source with what contradicts the register told, and without the cases that are wrong by that.

    The register is read and not changed. `own` are all cases of the source where these are a part of them.
    """
    known = _known(session, {_key(case) for case in (judged.cases if own is None else own)})
    problems: list[Problem] = []
    good: list[ValidatedCase] | None = None
    for number, case in enumerate(judged.cases):
        found = [case.place.problem(one, shown(getattr(case.case, one.field))) for one in wrong_requests(session, case)]
        found += _contradictions(case, known)
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
    known = _Known({pair: {} for pair in PAIRS if pair.in_register})
    for one in registered_parties(session):
        if (one.type, one.municipality_number, one.counterpart, one.valid_from) in own:
            continue
        facts = PartyFacts(one.municipality_number, one.organisation_number)
        if one.doctor:
            doctor = plain_person(one.doctor)
            facts = facts._replace(
                hpr=one.counterpart,
                doctor=doctor,
                person=f"{one.municipality_number} {doctor}",
                address=one.doctor_email.casefold(),
                mobile=one.doctor_mobile,
            )
            known.doctors.setdefault(one.municipality_number, set()).add(name_key(one.doctor))
        if one.holds and one.doctor and one.work:
            known.agreements.setdefault((one.type, facts.hpr.zfill(9)), []).append(one)
        elif one.holds:
            known.between.setdefault((one.type, one.municipality_number, one.counterpart), []).append(one)
        for pair, values_by_key in known.values.items():
            key, value = getattr(facts, pair.key), getattr(facts, pair.value)
            if key and value:
                values = values_by_key.setdefault(key, {})
                values[value] = values.get(value, False) or one.under_way
    return known


def _contradictions(judged: ValidatedCase, known: _Known) -> Iterator[Problem]:
    case = judged.case
    if not isinstance(case, MunicipalCase):
        return
    facts = facts_of(case)
    told: set[ContradictingPair] = set()
    for pair, values_by_key in known.values.items():
        value = getattr(facts, pair.value)
        said = values_by_key.get(getattr(facts, pair.key), {})
        others = {other: under_way for other, under_way in said.items() if not pair.same(other, value)}
        if value and pair.in_register and others and pair.unless not in told:
            told.add(pair)
            stands, level = getattr(case, pair.column), _level(others) if pair.level == "error" else pair.level
            message = pair.in_register().format(value=shown(stands))
            yield judged.place.problem(Finding(pair.column, CONTRADICTION, message, level), shown(stands))
    if not isinstance(case, AlisCase):
        yield from _others_between(judged, case, known)
        return
    if not any(pair.key == "hpr" for pair in told):
        yield from _others_of_doctor(judged, case, known)
    named = known.doctors.get(case.kommunenr, ())
    for name, text, found in names_in_texts(case):
        if found in named:
            message = _("The text names a doctor who has an agreement in the register. Check whose it is.")
            yield judged.place.problem(Finding(name, NAMED, message, "warning"), shown(text))


def _others_of_doctor(judged: ValidatedCase, case: AlisCase, known: _Known) -> Iterator[Problem]:
    valid_to = types()[judged.type].valid_to(case)
    held = HeldAgreement(case.avtale_gjelder_fra, valid_to, case.stillingsprosent)
    for other in known.agreements.get((judged.type, case.lege_hpr_nummer.zfill(9)), ()):
        total = share_together(held, _held(other))
        if total is not None and (other.under_way or case.sesongvalg is not SeasonAction.RENEW):
            yield _overlap(judged, case, other, total)


def _others_between(judged: ValidatedCase, case: MunicipalCase, known: _Known) -> Iterator[Problem]:
    """Yield the problem of a case whose parties have another agreement of its type that holds at the same time."""
    kind = types()[judged.type]
    identity = kind.identity(case)
    held = HeldAgreement(case.avtale_gjelder_fra, kind.valid_to(case), ())
    for other in known.between.get((judged.type, identity.municipality_number, identity.counterpart), ()):
        taken_over = case.sesongvalg is SeasonAction.RENEW and not other.under_way
        if taken_over or not hold_together(held, _held(other)):
            continue
        message = _(
            "The register has a {title} of the same parties already, from {day}, which holds at the same time. "
            "Withdraw or end that if this one is to take its place; otherwise check the day."
        ).format(title=kind.title, day=short_date(other.valid_from))
        endless = held.last_day is other.valid_to is None
        level: Level = "error" if other.out and endless else "warning"
        finding = Finding("avtale_gjelder_fra", CONTRADICTION, message, level)
        yield judged.place.problem(finding, short_date(case.avtale_gjelder_fra))


def _held(one: RegisteredParties) -> HeldAgreement:
    work = tuple(WorkPeriod.model_validate(period) for period in one.work or ())
    return HeldAgreement(one.valid_from, one.valid_to, work)


def _overlap(judged: ValidatedCase, case: AlisCase, other: RegisteredParties, total: Decimal) -> Problem:
    """Return the problem of a case whose doctor has another agreement; its day is told within the municipality."""
    if other.municipality_number == case.kommunenr:
        message = _(
            "The register has another agreement of the doctor with the municipality at the same time, from {day}; "
            "together they are {total} %. Withdraw or end that if this one is to take its place; otherwise check the "
            "days."
        )
    else:
        message = _(
            "The doctor has another agreement in the register at the same time; together they are {total} %. Check "
            "the days and the shares of full time."
        )
    said = message.format(day=short_date(other.valid_from), total=f"{total.normalize():f}".replace(".", ","))
    level: Level = "error" if other.out and total > FULL_TIME else "warning"
    finding = Finding("avtale_gjelder_fra", CONTRADICTION, said, level)
    return judged.place.problem(finding, short_date(case.avtale_gjelder_fra))


def _level(others: dict[str, bool]) -> Level:
    """Return how grave it is that the register says other values: an agreement under way can be put right."""
    return "error" if any(others.values()) else "warning"
