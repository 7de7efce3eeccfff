"""Find cases that contradict what the register says of the same municipality or doctor in other agreements.

An agreement that the source itself renews or corrects is not compared with: it may be what is being put right. Against
agreements under way a contradiction is an error; against archived ones, which nobody can correct, it is a warning.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from flows.agreements.case import MunicipalCase
from flows.agreements.problems import Finding, Level, Problem
from flows.agreements.types import types
from flows.intake.contradicting_pairs import PAIRS, ContradictingPair, PartyFacts
from flows.intake.contradictions import CONTRADICTION, facts_of
from flows.intake.duplicates import plain_person
from flows.intake.pipeline import ValidatedSource
from flows.intake.text_normalization import shown
from flows.intake.validation import ValidatedCase
from flows.register.parties import registered_parties

_Key = tuple[str, str, str, object]


_Known = dict[ContradictingPair, dict[str, dict[str, bool]]]
"""What the register says, by pair and key: each value, and whether it stands in an agreement under way."""


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
    known: _Known = {pair: {} for pair in PAIRS if pair.in_register}
    for one in registered_parties(session):
        if (one.type, one.municipality_number, one.counterpart, one.valid_from) in own:
            continue
        facts = PartyFacts(one.municipality_number, one.organisation_number)
        if one.doctor:
            facts = facts._replace(
                hpr=one.counterpart, doctor=plain_person(one.doctor), address=one.doctor_email.casefold()
            )
        for pair, values_by_key in known.items():
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
    for pair, values_by_key in known.items():
        value = getattr(facts, pair.value)
        said = values_by_key.get(getattr(facts, pair.key), {})
        others = {other: under_way for other, under_way in said.items() if not pair.same(other, value)}
        if value and pair.in_register and others and pair.unless not in told:
            told.add(pair)
            stands, level = getattr(case, pair.column), _level(others)
            message = pair.in_register().format(value=shown(stands))
            yield judged.place.problem(Finding(pair.column, CONTRADICTION, message, level), shown(stands))


def _level(others: dict[str, bool]) -> Level:
    """Return how grave it is that the register says other values: an agreement under way can be put right."""
    return "error" if any(others.values()) else "warning"
