"""Find rows of one source that cannot all be right: one number of two bodies, one address of two doctors.

Each row is right in itself. Where two contradict each other nobody can know which is wrong, so an error is told at
every row that says either, and none of them goes on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from flows.agreements.alis_case import AlisCase
from flows.agreements.case import MunicipalCase
from flows.agreements.field_types import WorkPeriod
from flows.agreements.problems import Finding, Level, Problem
from flows.dates import short_date
from flows.intake.case_rows import CaseRow
from flows.intake.duplicates import place_of, plain_person, same_name
from flows.intake.text_normalization import shown
from flows.intake.validation import RowValidation
from flows.language import translate as _

CONTRADICTION = "contradiction"
_FULL_TIME = 100
_MARKED = (
    "kommune_orgnr", "lege_hpr_nummer", "lege_epost", "lege_mobil", "signatar_kommune_epost", "signatar_hf_epost",
    "avtale_gjelder_fra",
)  # fmt: skip
"""Fields whose cells a contradiction is told at."""
_SIGNATORIES = ("lege", "signatar_kommune", "signatar_hf")


class _Met(NamedTuple):
    """A case that was met: its place in the source, and the number it is kept by. `columns` is shared by like rows."""

    order: int
    kept: int
    sheet: str
    number: int
    pointer: str
    columns: tuple[str, ...]

    def row(self, name: str = "", value: str = "") -> CaseRow:
        """Return the row with nothing but its place, and one value."""
        column = dict(zip(_MARKED, self.columns, strict=True)).get(name, "")
        place = (f"{column}{self.number}" if self.sheet else f"{self.pointer}{column}") if column else ""
        return CaseRow(
            None,
            {name: value},
            {name: place},
            sheet=self.sheet,
            row=self.number,
            pointer=self.pointer,
            first_place=place,
        )


class _Service(NamedTuple):
    """One agreement of a doctor: from when, until when, and what share of full time."""

    first_day: date
    last_day: date | None
    work: tuple[WorkPeriod, ...]
    met: _Met


@dataclass(slots=True)
class _Pairing:
    """Which values stand beside each key, and in which rows; one key has one value."""

    column: str
    level: Level
    message: Callable[[], str]
    same: Callable[[str, str], bool] = str.__eq__
    _first: dict[str, dict[str, _Met]] = field(default_factory=dict)
    _rows: dict[str, list[tuple[_Met, str]]] = field(default_factory=dict)

    def meet(self, key: str, value: str, met: _Met, stands: str, column: str = "") -> Iterator[tuple[_Met, Problem]]:
        """Yield the problems of a row that gives a key another value, and of the rows before it. `stands`: its text."""
        firsts = self._first.setdefault(key, {})
        known = value in firsts
        other = next((first for said, first in firsts.items() if not self.same(said, value)), None)
        firsts.setdefault(value, met)
        if self.level == "error":
            self._rows.setdefault(key, []).append((met, stands))
        if other is None or other.order == met.order or (known and self.level == "warning"):
            return
        yield met, self._problem(met, other, stands, column)
        waiting = self._rows.get(key, [])[:-1]
        if waiting and waiting[0][0].kept >= 0:  # told once; those that follow are told as they come
            for earlier, said in waiting:
                yield earlier, self._problem(earlier, met, said)
            self._rows[key] = [(met._replace(kept=-1), stands)]

    def _problem(self, met: _Met, other: _Met, stands: str, column: str = "") -> Problem:
        name = column or self.column
        message = self.message().format(value=shown(stands), place=place_of(other.row()))
        return met.row(name, stands).problem(Finding(name, CONTRADICTION, message, self.level))


@dataclass(slots=True)
class ContradictionDetector:
    """Remembers, of every good case met, what a later one could contradict."""

    _columns: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    _works: dict[tuple[WorkPeriod, ...], tuple[WorkPeriod, ...]] = field(default_factory=dict)
    _services: dict[str, list[_Service]] = field(default_factory=dict)
    _numbers: _Pairing = field(
        default_factory=lambda: _Pairing(
            "kommune_orgnr",
            "error",
            lambda: _(
                "{place} gives the same municipality another organisation number than {value}. Correct one of them."
            ),
        )
    )
    _bodies: _Pairing = field(
        default_factory=lambda: _Pairing(
            "kommune_orgnr",
            "error",
            lambda: _("{value} is the organisation number of another municipality in {place}. Correct one of them."),
        )
    )
    _doctors: _Pairing = field(
        default_factory=lambda: _Pairing(
            "lege_hpr_nummer",
            "error",
            lambda: _(
                "The HPR number is that of a doctor with another name in {place}. Correct the name or the number."
            ),
            same_name,
        )
    )
    _addresses: _Pairing = field(
        default_factory=lambda: _Pairing(
            "lege_epost",
            "error",
            lambda: _(
                "The address is that of another doctor in {place}, and the link to sign would go there. Correct one."
            ),
        )
    )
    _mobiles: _Pairing = field(
        default_factory=lambda: _Pairing(
            "lege_mobil", "warning", lambda: _("The mobile number is that of another doctor in {place}. Check both.")
        )
    )
    _persons: _Pairing = field(
        default_factory=lambda: _Pairing(
            "lege_epost",
            "warning",
            lambda: _("The address is that of somebody with another name in {place}. Check who reads it."),
            same_name,
        )
    )

    def meet(self, order: int, verdict: RowValidation, kept: int) -> Iterator[tuple[int, int, Problem]]:
        """Yield order, kept number and problem of every row that contradicts this good case, and of the case itself."""
        case, row = verdict.case, verdict.row
        if not isinstance(case, MunicipalCase):
            return
        met = _Met(order, kept, row.sheet, row.row, row.pointer, self._shared_columns(row))
        for one, problem in self._contradictions(case, verdict, met):
            yield one.order, one.kept, problem

    def _contradictions(self, case: MunicipalCase, verdict: RowValidation, met: _Met) -> Iterator[tuple[_Met, Problem]]:
        shared: list[tuple[_Met, Problem]] = []
        body = case.kommune_orgnr
        told = list(self._numbers.meet(case.kommunenr, body, met, body))
        yield from told or self._bodies.meet(body, case.kommunenr, met, body)
        if isinstance(case, AlisCase):
            hpr = case.lege_hpr_nummer.zfill(9)
            name = plain_person(case.lege_navn)
            yield from self._doctors.meet(hpr, name, met, case.lege_hpr_nummer)
            if case.lege_epost:
                shared = list(self._addresses.meet(case.lege_epost.casefold(), hpr, met, case.lege_epost))
                yield from shared
            if case.lege_mobil:
                yield from self._mobiles.meet(case.lege_mobil, hpr, met, case.lege_mobil)
            last_day = verdict.row.type.valid_to(case) if verdict.row.type else None
            work = self._works.setdefault(case.stillingsprosent, case.stillingsprosent)  # most are the same
            yield from self._overlaps(hpr, _Service(case.avtale_gjelder_fra, last_day, work, met))
        for who in _SIGNATORIES[bool(shared) :]:
            email, name = getattr(case, f"{who}_epost", ""), getattr(case, f"{who}_navn", "")
            if email:
                column = f"{who}_epost"
                yield from self._persons.meet(email.casefold(), plain_person(name), met, email, column)

    def _overlaps(self, hpr: str, service: _Service) -> Iterator[tuple[_Met, Problem]]:
        known = self._services.setdefault(hpr, [])
        for other in known:
            begins = max(service.first_day, other.first_day)
            if any(each.last_day is not None and each.last_day < begins for each in (service, other)):
                continue
            total = _share_on(service, begins) + _share_on(other, begins)
            level: Level = "error" if total > _FULL_TIME else "warning"
            yield service.met, _overlap(service, other, total, level)
            if level == "error":
                yield other.met, _overlap(other, service, total, level)
        known.append(service)

    def _shared_columns(self, row: CaseRow) -> tuple[str, ...]:
        """Return the column of each marked field, as one object for all rows that have the same."""
        places = (row.places.get(name, "") for name in _MARKED)
        columns = tuple(
            place.rstrip("0123456789") if row.sheet else place.removeprefix(row.pointer) for place in places
        )
        return self._columns.setdefault(columns, columns)


def _share_on(service: _Service, day: date) -> Decimal:
    held = [period for period in service.work[1:] if period.fra and period.fra <= day]
    return (held[-1] if held else service.work[0]).prosent


def _overlap(one: _Service, other: _Service, total: Decimal, level: Level) -> Problem:
    name = "avtale_gjelder_fra"
    message = _(
        "The doctor has another agreement at the same time in {place}; together they are {total} %. Check the days."
    )
    said = message.format(place=place_of(other.met.row()), total=f"{total.normalize():f}".replace(".", ","))
    return one.met.row(name, short_date(one.first_day)).problem(Finding(name, CONTRADICTION, said, level))
