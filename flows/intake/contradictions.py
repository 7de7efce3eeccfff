"""Find rows of one source that cannot all be right: one number of two bodies, one address of two doctors.

Each row is right in itself. Where two contradict each other nobody can know which is wrong, so an error is told at
every row that says either, and none of them goes on.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from flows.agreements.alis_case import AlisCase
from flows.agreements.case import MunicipalCase
from flows.agreements.case_place import CasePlace
from flows.agreements.field_types import WorkPeriod
from flows.agreements.problems import Finding, Level, Problem
from flows.dates import short_date
from flows.intake.contradicting_pairs import PAIRS, ContradictingPair, PartyFacts
from flows.intake.duplicates import place_of, plain_person, same_name
from flows.intake.overlapping_work import FULL_TIME, HeldAgreement, hold_together, share_together
from flows.intake.text_normalization import shown
from flows.intake.validation import RowValidation
from flows.language import translate as _

CONTRADICTION = "contradiction"


class _Met(NamedTuple):
    """A case that was met: its place in the source, and the number it is kept by."""

    order: int
    kept: int
    place: CasePlace


class _MetCases:
    """All cases that were met, each by its index, in a few bytes: there may be a hundred thousand."""

    def __init__(self) -> None:
        self._numbers = array("q")
        self._places: list[CasePlace] = []

    def add(self, met: _Met) -> int:
        """Keep a case; return its index."""
        self._numbers.extend((met.order, met.kept))
        self._places.append(met.place)
        return len(self._places) - 1

    def __getitem__(self, index: int) -> _Met:
        order, kept = self._numbers[2 * index : 2 * index + 2]
        return _Met(order, kept, self._places[index])


class _Service(NamedTuple):
    """One agreement of a doctor, and the index of the case."""

    held: HeldAgreement
    met: int


class _Said(NamedTuple):
    """A value that stands beside a key, how it is written, and the index of the first case, or those of all."""

    value: str
    stands: str
    cases: "int | array[int]"

    @property
    def indexes(self) -> Sequence[int]:
        """The cases that say it."""
        return (self.cases,) if isinstance(self.cases, int) else self.cases


@dataclass(slots=True)
class _Pairing:
    """Which values stand beside each key, and in which rows; one key has one value.

    Most keys have one value in one row, which is kept without a list around it.
    """

    column: str
    level: Level
    message: Callable[[], str]
    same: Callable[[str, str], bool] = str.__eq__
    _said: dict[str, _Said | list[_Said]] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def meet(
        self, key: str, value: str, met: int, cases: _MetCases, stands: str, column: str = ""
    ) -> Iterator[tuple[_Met, Problem]]:
        """Yield the problems of a case that gives a key another value, and of the cases before it.

        `met` is the case's index, `stands` the text of its cell.
        """
        found = self._said.get(key)
        if found is None:
            self._said[key] = _Said(value, stands, met)
            return
        said = found if isinstance(found, list) else [found]
        place = next((place for place, one in enumerate(said) if one.value == value), None)
        other = next((one for one in said if not self.same(one.value, value)), None)
        if place is None:
            said = [*said, _Said(value, stands, met)]
        elif self.level == "error":
            said[place] = _and_case(said[place], met)
        self._said[key] = said if len(said) > 1 else said[0]
        if other is None or other.indexes[0] == met or (place is not None and self.level == "warning"):
            return
        yield cases[met], self._problem(cases[met], cases[other.indexes[0]], stands, column)
        if self.level == "error" and key not in self._told:  # told once; those that follow are told as they come
            self._told.add(key)
            for one in said:
                for index in one.indexes:
                    if index != met:
                        yield cases[index], self._problem(cases[index], cases[met], one.stands)

    def _problem(self, met: _Met, other: _Met, stands: str, column: str = "") -> Problem:
        name = column or self.column
        message = self.message().format(value=shown(stands), place=place_of(other.place))
        return met.place.problem(Finding(name, CONTRADICTION, message, self.level), shown(stands))


def _and_case(said: _Said, met: int) -> _Said:
    if isinstance(said.cases, int):
        return said._replace(cases=array("I", (said.cases, met)))
    said.cases.append(met)
    return said


@dataclass(slots=True)
class ContradictionDetector:
    """Remembers, of every good case met, what a later one could contradict. `to_send`: the cases are to be sent."""

    to_send: bool = True
    _met: _MetCases = field(default_factory=_MetCases)
    _days: dict[date | None, date | None] = field(default_factory=dict)
    _works: dict[tuple[WorkPeriod, ...], tuple[WorkPeriod, ...]] = field(default_factory=dict)
    _services: dict[str, _Service | list[_Service]] = field(default_factory=dict)
    _pairings: dict[ContradictingPair, _Pairing] = field(default_factory=dict)
    _persons: _Pairing = field(
        default_factory=lambda: _Pairing(
            "lege_epost",
            "warning",
            lambda: _("The address is that of somebody with another name in {place}. Check who reads it."),
            same_name,
        )
    )

    def __post_init__(self) -> None:
        """Begin with nothing said of any pair."""
        for one in PAIRS:
            if one.in_source:
                self._pairings[one] = _Pairing(one.column, one.level_of(self.to_send), one.in_source, one.same)

    def meet(self, order: int, verdict: RowValidation, kept: int) -> Iterator[tuple[int, int, Problem]]:
        """Yield order, kept number and problem of every row that contradicts this good case, and of the case itself."""
        case = verdict.case
        if not isinstance(case, MunicipalCase):
            return
        met = _Met(order, kept, verdict.row.place)
        for one, problem in self._contradictions(case, verdict, self._met.add(met)):
            yield one.order, one.kept, problem

    def _contradictions(self, case: MunicipalCase, verdict: RowValidation, met: int) -> Iterator[tuple[_Met, Problem]]:
        cases, facts = self._met, facts_of(case)
        told: dict[ContradictingPair, list[tuple[_Met, Problem]]] = {}
        for pair, pairing in self._pairings.items():
            key, value = getattr(facts, pair.key), getattr(facts, pair.value)
            if key and value and not (pair.unless and told[pair.unless]):
                stands = getattr(case, pair.column)
                told[pair] = list(pairing.meet(key, value, met, cases, stands))
                yield from told[pair]
            else:
                told[pair] = []
        if isinstance(case, AlisCase):
            last_day = verdict.row.type.valid_to(case) if verdict.row.type else None
            work = self._works.setdefault(case.stillingsprosent, case.stillingsprosent)  # most are the same
            first_day = case.avtale_gjelder_fra
            first_day = self._days.setdefault(first_day, first_day) or first_day
            last_day = self._days.setdefault(last_day, last_day)
            yield from self._overlaps(facts.hpr, _Service(HeldAgreement(first_day, last_day, work), met))
        elif kind := verdict.row.type:
            identity = kind.identity(case)
            parties = f"{kind.name}|{identity.municipality_number}|{identity.counterpart}"
            held = HeldAgreement(case.avtale_gjelder_fra, kind.valid_to(case), ())
            yield from self._twice(kind.title, parties, _Service(held, met))
        shared = any(found for pair, found in told.items() if pair.column == "lege_epost")
        for party in verdict.row.type.parties if verdict.row.type else ():
            email, name = getattr(case, party.email) if party.email else "", getattr(case, party.name)
            if email and not (shared and party.email == "lege_epost"):
                column = party.email
                yield from self._persons.meet(email.casefold(), plain_person(name), met, cases, email, column)

    def _twice(self, title: str, parties: str, service: _Service) -> Iterator[tuple[_Met, Problem]]:
        """Yield the problems of a second agreement of one type between the same parties at the same time.

        Neither goes on where none of the two has a last day: only one can be meant.
        """
        found = self._services.get(parties)
        known = [] if found is None else found if isinstance(found, list) else [found]
        self._services[parties] = [*known, service] if known else service
        for other in known:
            if not hold_together(service.held, other.held):
                continue
            level: Level = "error" if service.held.last_day is other.held.last_day is None else "warning"
            one, two = self._met[service.met], self._met[other.met]
            yield one, _second(one, title, service.held.first_day, two, level)
            if level == "error":
                yield two, _second(two, title, other.held.first_day, one, level)

    def _overlaps(self, hpr: str, service: _Service) -> Iterator[tuple[_Met, Problem]]:
        found = self._services.get(hpr)
        if found is None:
            self._services[hpr] = service
            return
        known = found if isinstance(found, list) else [found]
        self._services[hpr] = [*known, service]
        for other in known:
            total = share_together(service.held, other.held)
            if total is None:
                continue
            level: Level = "error" if total > FULL_TIME else "warning"
            one, two = self._met[service.met], self._met[other.met]
            yield one, _overlap(one, service.held.first_day, two, total, level)
            if level == "error":
                yield two, _overlap(two, other.held.first_day, one, total, level)


def facts_of(case: MunicipalCase) -> PartyFacts:
    """Return what a case says of its parties."""
    if not isinstance(case, AlisCase):
        return PartyFacts(case.kommunenr, case.kommune_orgnr)
    doctor = plain_person(case.lege_navn)
    return PartyFacts(
        case.kommunenr,
        case.kommune_orgnr,
        case.lege_hpr_nummer.zfill(9),
        doctor,
        case.lege_epost.casefold(),
        case.lege_mobil,
        f"{case.kommunenr} {doctor}",
    )


def _second(met: _Met, title: str, first_day: date, other: _Met, level: Level) -> Problem:
    message = _("There is a {title} of the same parties at the same time in {place}. Keep the right one.")
    said = message.format(title=title, place=place_of(other.place))
    return met.place.problem(Finding("avtale_gjelder_fra", CONTRADICTION, said, level), short_date(first_day))


def _overlap(met: _Met, first_day: date, other: _Met, total: Decimal, level: Level) -> Problem:
    name = "avtale_gjelder_fra"
    message = _(
        "The doctor has another agreement at the same time in {place}; together they are {total} %. Check the days."
    )
    said = message.format(place=place_of(other.place), total=f"{total.normalize():f}".replace(".", ","))
    return met.place.problem(Finding(name, CONTRADICTION, said, level), short_date(first_day))
