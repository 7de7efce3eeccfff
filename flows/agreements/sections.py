"""Decide which sections of the ALIS-avtale apply, and the text of its six boxes (docs/domain.md#section-matrix).

No heading is ever dropped and no box is blank: a section that does not apply says why, and one that applies holds what
is agreed or «Ingen særskilt avtale». The sentences are part of the agreement in the
language of its template, bokmål or nynorsk.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from flows.agreements import municipalities
from flows.agreements.alis_case import AlisCase, Category, Practice
from flows.agreements.free_text import amounts_in
from flows.agreements.types import in_agreement
from flows.amounts import amount_text

NOTHING_AGREED = "Ingen særskilt avtale"
_OUTSIDE = "Ikke aktuelt: gjelder ikke lege i annet kommunalt legearbeid utenfor fastlegeordningen."
_INTRODUCTION = "Ikke aktuelt: gjelder ikke introduksjonslege."
_NOT_CLASS_6 = "Ikke aktuelt: kommunen er i sentralitetsklasse {number} (SSB {year})."


class Reason(Protocol):
    """Say why a section does not apply."""

    def __call__(self, case: AlisCase, language: str = "nb") -> str:
        """Return the sentence in bokmål or nynorsk, or an empty text where the section applies."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section with a box.

    `box` is the field that holds what is agreed. `why_not` returns the sentence of a section that does not apply, or an
    empty text for one that does. `split` is the field with the division of the compensation between municipality and
    doctor, `amount` the one with an amount in NOK; both are empty for sections that have none.
    """

    number: str
    box: str
    why_not: Reason
    split: str = ""
    amount: str = ""


def centrality(case: AlisCase) -> tuple[int, int] | None:
    """Return the municipality's centrality class and its year, or None where neither case nor register has it.

    The case's own class counts when it is from a newer year than the register's.
    """
    municipality = municipalities.by_number(case.kommunenr)
    stated = (case.sentralitetsklasse, case.kildeaar)
    if stated[0] and stated[1] and (municipality is None or stated[1] > municipality.centrality_year):
        return stated[0], stated[1]
    return (municipality.centrality_class, municipality.centrality_year) if municipality else None


def needs_split(section: Section, case: AlisCase) -> bool:
    """Return whether the division of the compensation must be agreed (R-A13, R-A16).

    It follows from the agreement's text for the employed, and for those in business after the main model who, as far as
    4.1.1 is concerned, also cover the expenses of the practice themselves.
    """
    if not section.split or section.why_not(case):
        return False
    if case.driftsform is Practice.HOVEDMODELL:
        return section.number == "4.1.1" and case.dekker_praksisutgifter_selv is False
    return case.driftsform is Practice.ANNEN_AVTALE


def boxes(case: AlisCase, language: str = "nb") -> dict[str, str]:
    """Return the final text of the six boxes by the name of their field, none of them empty."""
    return {section.box: _text(section, case, language) for section in SECTIONS}


def _text(section: Section, case: AlisCase, language: str) -> str:
    if reason := section.why_not(case, language):
        return reason
    written: str = getattr(case, section.box)
    amount = unnamed_amount(section, case)
    sum_of_money = f"Beløp: {amount_text(amount, 'kroner')}" if amount else ""
    if not written and sum_of_money:
        return sum_of_money
    agreed = written or NOTHING_AGREED
    if agreed == NOTHING_AGREED:
        agreed = in_agreement(NOTHING_AGREED, language)
    split: str = getattr(case, section.split) if section.split else ""
    if needs_split(section, case) and split and not re.search(rf"(?<!\w){re.escape(split)}(?!\w)", agreed):
        return f"{agreed}\nFordeling mellom kommune og ALIS: {split}"
    return f"{agreed}\n{sum_of_money}" if sum_of_money else agreed


def unnamed_amount(section: Section, case: AlisCase) -> Decimal | None:
    """Return the amount that belongs to a section and that its text does not name; None where there is none."""
    amount: Decimal | None = getattr(case, section.amount) if section.amount else None
    return amount if amount and amount not in amounts_in(getattr(case, section.box)) else None


def _outside_the_scheme(case: AlisCase, language: str = "nb") -> str:
    return in_agreement(_OUTSIDE, language) if case.kategori is Category.ANNET else ""


def _introduction_or_outside(case: AlisCase, language: str = "nb") -> str:
    if case.kategori is Category.INTRODUKSJONSLEGE:
        return in_agreement(_INTRODUCTION, language)
    return _outside_the_scheme(case, language)


def _not_class_6(case: AlisCase, language: str = "nb") -> str:
    found = centrality(case)
    if found is None or found[0] == 6:
        return ""
    return in_agreement(_NOT_CLASS_6, language).format(number=found[0], year=found[1])


def _always(case: AlisCase, language: str = "nb") -> str:  # noqa: ARG001  one signature for all sections
    return ""


PRACTICE_COMPENSATION = Section(
    "4.1.1", "avtalt_praksiskompensasjon", _outside_the_scheme, "fordeling_praksiskompensasjon"
)
LEARNING_ACTIVITIES = Section("4.1.2", "avtalt_laeringsaktiviteter", _always)
LOWER_PRODUCTIVITY = Section(
    "4.1.3", "avtalt_lavere_produktivitet", _introduction_or_outside, "fordeling_produktivitet"
)
FACILITATION = Section("4.1.5", "avtalt_tilrettelegging", _always, amount="tilrettelegging_belop")
SUPPLEMENTS = Section("4.2", "avtalt_tilleggselementer", _not_class_6)
MUNICIPAL_MONEY = Section("4.3", "avtalt_kommunal_finansiering", _always)

SECTIONS = (
    PRACTICE_COMPENSATION,
    LEARNING_ACTIVITIES,
    LOWER_PRODUCTIVITY,
    FACILITATION,
    SUPPLEMENTS,
    MUNICIPAL_MONEY,
)
