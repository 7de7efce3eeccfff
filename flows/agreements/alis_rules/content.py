"""Rules about what the sections of an ALIS-avtale hold."""

import re
from datetime import date
from decimal import Decimal

from flows.agreements.alis_case import AlisCase, Practice
from flows.agreements.rulebook import Rulebook, Wrong
from flows.agreements.sections import (
    LEARNING_ACTIVITIES,
    LOWER_PRODUCTIVITY,
    MUNICIPAL_MONEY,
    NOTHING_AGREED,
    PRACTICE_COMPENSATION,
    SUPPLEMENTS,
    Section,
    centrality,
    needs_split,
)
from flows.dates import short_date
from flows.language import translate as _

OWN_ELEMENTS_BEFORE = date(2022, 1, 1)
"""Elements of agreements made before this day may be moved to section 4.3."""

_NOT_AGREED = re.compile(
    r"(?:ingen|inga|ikke noen|ikkje nokon) særski(?:lt|ld) avtale\.?"
    r"|(?:ikke|ikkje) aktuel(?:t|l)\.?|(?:ikke|ikkje) aktuelt[:,(–-]? (?:(?!\bmen\b)[^.;\n\d]){1,100}\.?",
    re.IGNORECASE,
)
"""A text that says no more than that nothing is agreed, perhaps with a reason: nothing of it is lost."""
_ALL = 100
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:%|prosent\b|pst\b)")

rulebook = Rulebook()


def _empty_box(case: AlisCase, section: Section) -> Wrong:
    if not section.why_not(case) and not getattr(case, section.box):
        yield (
            section.box,
            _("Section {number} says nothing. Write what is agreed, or «{nothing}».").format(
                number=section.number, nothing=NOTHING_AGREED
            ),
        )


@rulebook.rule("R-A22")
def practice_compensation_is_written(case: AlisCase) -> Wrong:
    """Require what is agreed in 4.1.1 where it applies, were it only that nothing is."""
    yield from _empty_box(case, PRACTICE_COMPENSATION)


@rulebook.rule("R-A22")
def learning_activities_are_written(case: AlisCase) -> Wrong:
    """Require what is agreed in 4.1.2, were it only that nothing is."""
    yield from _empty_box(case, LEARNING_ACTIVITIES)


@rulebook.rule("R-A22")
def lower_productivity_is_written(case: AlisCase) -> Wrong:
    """Require what is agreed in 4.1.3 where it applies, were it only that nothing is."""
    yield from _empty_box(case, LOWER_PRODUCTIVITY)


def _text_of_section_that_does_not_apply(case: AlisCase, section: Section) -> Wrong:
    text: str = getattr(case, section.box)
    reason = section.why_not(case)
    if reason and text and text not in (reason, section.why_not(case, "nn")) and not _NOT_AGREED.fullmatch(text):
        yield (
            section.box,
            _(
                "The text will not be part of the agreement, for section {number} will say: «{reason}» Delete the text."
            ).format(number=section.number, reason=reason),
        )


@rulebook.rule("R-A12", "warning")
def no_practice_compensation_outside_the_scheme(case: AlisCase) -> Wrong:
    """Point out text for section 4.1.1, which does not apply to other municipal medical work."""
    yield from _text_of_section_that_does_not_apply(case, PRACTICE_COMPENSATION)


@rulebook.rule("R-A15", "warning")
def no_lower_productivity_for_introduction_or_outside(case: AlisCase) -> Wrong:
    """Point out text for 4.1.3, which is neither for an introduksjonslege nor for other municipal work."""
    yield from _text_of_section_that_does_not_apply(case, LOWER_PRODUCTIVITY)


@rulebook.rule("R-A18", "warning")
def supplements_in_class_6_only(case: AlisCase) -> Wrong:
    """Point out text for section 4.2, which is for centrality class 6 only."""
    yield from _text_of_section_that_does_not_apply(case, SUPPLEMENTS)


@rulebook.rule("R-A18")
def centrality_class_is_the_municipality_s(case: AlisCase) -> Wrong:
    """Require a newer source for a class that differs from the register's."""
    found = centrality(case)
    if found and case.sentralitetsklasse and case.sentralitetsklasse != found[0]:
        yield (
            "sentralitetsklasse",
            _(
                "The municipality is in class {number} (SSB {year}). If SSB has changed it since, write the year."
            ).format(number=found[0], year=found[1]),
        )


def _missing_split(case: AlisCase, section: Section) -> Wrong:
    if not needs_split(section, case):
        return
    split: str = getattr(case, section.split)
    if not split:
        yield (
            section.split,
            _(
                "Section {number} needs the split between municipality and doctor, for that does not follow from the "
                "practice form. Write it as «60 % til ALIS, 40 % til kommunen»."
            ).format(number=section.number),
        )
    elif not any(letter.isalpha() for letter in split):
        yield (
            section.split,
            _("The split does not say who gets what. Write it as «60 % til ALIS, 40 % til kommunen»."),
        )


def _idle_split(case: AlisCase, section: Section) -> Wrong:
    """Yield that a split is not printed, because the agreement's own text decides who gets the compensation."""
    split: str = getattr(case, section.split)
    if split and not needs_split(section, case) and not section.why_not(case):
        yield (
            section.split,
            _(
                "The split will not be part of the agreement: with this practice form, section {number} itself says "
                "who gets the compensation. Check the practice form, or delete the split."
            ).format(number=section.number),
        )


def _uneven_split(case: AlisCase, section: Section) -> Wrong:
    """Yield that the shares of a split, where it names several, are more or less than all."""
    if not needs_split(section, case):
        return
    shares = [Decimal(each.replace(",", ".")) for each in _PERCENT.findall(getattr(case, section.split))]
    if (len(shares) > 1 and sum(shares) != _ALL) or any(share > _ALL for share in shares):
        yield section.split, _("The shares do not make 100 % together. Check the split.")


@rulebook.rule("R-A13")
def split_of_practice_compensation_is_agreed(case: AlisCase) -> Wrong:
    """Require a split unless the text of section 4.1.1 decides who gets the compensation."""
    yield from _missing_split(case, PRACTICE_COMPENSATION)


@rulebook.rule("R-A13", "warning")
def split_of_practice_compensation_is_printed(case: AlisCase) -> Wrong:
    """Point out a split that section 4.1.1 does not hold, or that does not add up."""
    yield from _idle_split(case, PRACTICE_COMPENSATION)
    yield from _uneven_split(case, PRACTICE_COMPENSATION)


@rulebook.rule("R-A16", "warning")
def split_of_lower_productivity_is_printed(case: AlisCase) -> Wrong:
    """Point out a split that section 4.1.3 does not hold, or that does not add up."""
    yield from _idle_split(case, LOWER_PRODUCTIVITY)
    yield from _uneven_split(case, LOWER_PRODUCTIVITY)


@rulebook.rule("R-A13", "warning")
def who_covers_the_practice_expenses_is_known(case: AlisCase) -> Wrong:
    """Ask whether the doctor covers the expenses, as section 4.1.1 does beyond the main model (A-C17)."""
    applies = not PRACTICE_COMPENSATION.why_not(case)
    if applies and case.driftsform is Practice.HOVEDMODELL and case.dekker_praksisutgifter_selv is None:
        yield (
            "dekker_praksisutgifter_selv",
            _("It is taken for granted that the doctor covers the practice expenses. Write «Ja» or «Nei»."),
        )


@rulebook.rule("R-A16")
def split_of_lower_productivity_is_agreed(case: AlisCase) -> Wrong:
    """Require a split unless the text of section 4.1.3 decides who gets the compensation."""
    yield from _missing_split(case, LOWER_PRODUCTIVITY)


@rulebook.rule("R-A16", "warning")
def change_of_list_matches_the_contract(case: AlisCase) -> Wrong:
    """Point out a change of the list's ceiling, which must match the doctor's contract."""
    if not LOWER_PRODUCTIVITY.why_not(case) and "listetak" in case.avtalt_lavere_produktivitet.casefold():
        yield (
            LOWER_PRODUCTIVITY.box,
            _("The text changes the list's ceiling. Check that it matches the doctor's contract (fastlegeavtalen)."),
        )


@rulebook.rule("R-A19", "warning")
def elements_of_an_earlier_agreement_have_a_home(case: AlisCase) -> Wrong:
    """Recall that elements of an agreement from before 2022 may stand in section 4.3."""
    earlier = case.tidligere_avtale_dato
    if earlier and earlier < OWN_ELEMENTS_BEFORE and not case.avtalt_kommunal_finansiering:
        yield (
            MUNICIPAL_MONEY.box,
            _("The earlier agreement is from {day}. If elements of it are to go on, write them in section 4.3.").format(
                day=short_date(earlier)
            ),
        )
