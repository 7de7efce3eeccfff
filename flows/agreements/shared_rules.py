"""Rules that apply to every agreement with a municipality."""

from datetime import date

from dateutil.relativedelta import relativedelta

from flows.agreements import municipalities, trusts
from flows.agreements.case import MunicipalCase
from flows.agreements.rulebook import Rulebook, Wrong
from flows.language import translate as _

_MONTHS_AHEAD = 18

rulebook = Rulebook()


@rulebook.rule("A-C01")
def municipality_number_is_in_the_register(case: MunicipalCase) -> Wrong:
    """Require a number that is in use: 357 since 2024 (docs/domain.md#formats)."""
    if municipalities.by_number(case.kommunenr):
        return
    if replaced := municipalities.successor(case.kommunenr):
        successor, year = replaced
        yield (
            "kommunenr",
            _("{number} is no longer a municipality number: it became {successor} in {year}. Use {successor}.").format(
                number=case.kommunenr, successor=successor, year=year
            ),
        )
        return
    yield (
        "kommunenr",
        _("{number} is no municipality number. Find the number in the list of municipalities.").format(
            number=case.kommunenr
        ),
    )


@rulebook.rule("A-C02")
def municipality_has_its_own_organisation_number(case: MunicipalCase) -> Wrong:
    """Refuse a hospital trust's number in the place of the municipality's."""
    if trust := trusts.by_organisation_number(case.kommune_orgnr):
        yield (
            "kommune_orgnr",
            _("{number} is the organisation number of {name}. Write the municipality's own number.").format(
                number=trust.organisation_number, name=trust.name
            ),
        )


@rulebook.dated_rule("A-C07", "warning")
def agreement_begins_within_reach(case: MunicipalCase, today: date) -> Wrong:
    """Ask about a first day far ahead, more often a slip of the pen than a plan (the project's own choice)."""
    if case.avtale_gjelder_fra > today + relativedelta(months=_MONTHS_AHEAD):
        yield (
            "avtale_gjelder_fra",
            _("The agreement begins more than {months} months ahead. Check the year.").format(months=_MONTHS_AHEAD),
        )


def name_of_another_municipality(case: MunicipalCase, written: str) -> str:
    """Return what is wrong with a municipality's name as written, or an empty text where it fits the number."""
    municipality = municipalities.by_number(case.kommunenr)
    if municipality is None or municipality.is_called(written):
        return ""
    others = ", ".join(f"{other.number} {other.norwegian_name}" for other in municipalities.by_name(written))
    if others:
        return _("«{written}» is not the name of {number}, which is {name}. By that name: {others}.").format(
            written=written, number=municipality.number, name=municipality.norwegian_name, others=others
        )
    return _("«{written}» is not the name of {number}, which is {name}. Correct the name or the number.").format(
        written=written, number=municipality.number, name=municipality.norwegian_name
    )
