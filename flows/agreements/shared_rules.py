"""Rules that apply to every agreement with a municipality."""

from datetime import date
from functools import cache
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from flows.agreements import enterprises, municipalities, trusts
from flows.agreements.case import MunicipalCase, SeasonAction
from flows.agreements.person_names import is_nobody, nobody, plain_address
from flows.agreements.rulebook import Rulebook, Wrong
from flows.dates import short_date
from flows.language import translate as _

_MONTHS_AHEAD = 18
_MONTHS_BACK = 12
_YEARS_AHEAD = 5
rulebook = Rulebook()


class _Limits(NamedTuple):
    """Days around today: before `past` and after `far` a first day is asked about, after `never` it is refused."""

    past: date
    far: date
    never: date


@cache
def _limits(today: date) -> _Limits:
    return _Limits(
        today - relativedelta(months=_MONTHS_BACK),
        today + relativedelta(months=_MONTHS_AHEAD),
        today + relativedelta(years=_YEARS_AHEAD),
    )


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


@rulebook.rule("A-C02")
def organisation_number_is_no_other_municipality_s(case: MunicipalCase) -> Wrong:
    """Refuse the number of another municipality, where a local copy of Enhetsregisteret is there to say so."""
    known = enterprises.municipal_numbers()
    other = known.municipality_of(case.kommune_orgnr) if known else ""
    if known and other and other != case.kommunenr:
        yield (
            "kommune_orgnr",
            _(
                "{number} is the organisation number of municipality {other} (Enhetsregisteret, {day}). Correct it."
            ).format(number=case.kommune_orgnr, other=other, day=short_date(known.as_of)),
        )


@rulebook.rule("A-C02", "warning")
def organisation_number_is_that_of_the_copy(case: MunicipalCase) -> Wrong:
    """Point out a number that is not the municipality's in the local copy, which may be older than the case."""
    known = enterprises.municipal_numbers()
    if known is None or known.municipality_of(case.kommune_orgnr):
        return
    if number := known.by_municipality.get(case.kommunenr):
        yield (
            "kommune_orgnr",
            _(
                "In Enhetsregisteret ({day}) municipality {municipality} has number {number}. Look which is right."
            ).format(day=short_date(known.as_of), municipality=case.kommunenr, number=number),
        )


@rulebook.dated_rule("A-C07", "warning")
def agreement_begins_within_reach(case: MunicipalCase, today: date) -> Wrong:
    """Ask about a first day far ahead, more often a slip of the pen than a plan (the project's own choice)."""
    limits = _limits(today)
    if limits.far < case.avtale_gjelder_fra <= limits.never:
        yield (
            "avtale_gjelder_fra",
            _("The agreement begins more than {months} months ahead. Check the year.").format(months=_MONTHS_AHEAD),
        )


@rulebook.dated_rule("A-C07")
def agreement_begins_in_this_time(case: MunicipalCase, today: date) -> Wrong:
    """Refuse a first day that no plan explains (the project's own choice)."""
    if case.avtale_gjelder_fra > _limits(today).never:
        yield (
            "avtale_gjelder_fra",
            _("The agreement would begin on {day}, more than {years} years ahead. Correct the date.").format(
                day=short_date(case.avtale_gjelder_fra), years=_YEARS_AHEAD
            ),
        )


@rulebook.dated_rule("A-C07", "warning")
def agreement_began_not_long_ago(case: MunicipalCase, today: date) -> Wrong:
    """Ask about a first day long past, more often an old date than a late agreement (the project's own choice)."""
    of_register = case.sesongvalg in (SeasonAction.AMEND, SeasonAction.NOTHING)
    if case.avtale_gjelder_fra < _limits(today).past and not of_register:
        yield (
            "avtale_gjelder_fra",
            _("The agreement began more than {months} months ago, on {day}. Check the year.").format(
                months=_MONTHS_BACK, day=short_date(case.avtale_gjelder_fra)
            ),
        )


@rulebook.rule("amendment")
def amendment_has_its_day(case: MunicipalCase) -> Wrong:
    """Require the first day of a change, within the agreement, where a row asks for one and only there."""
    day, asked = case.endres_fra, case.sesongvalg
    if asked is SeasonAction.AMEND and day is None:
        yield "endres_fra", _("The row changes an agreement, but not from which day. Write the day in «Endres fra».")
    if day and asked in (SeasonAction.RENEW, SeasonAction.NOTHING):
        yield "endres_fra", _("The row changes nothing, and yet has a day. Choose «Endres», or empty the cell.")
    if day and day <= case.avtale_gjelder_fra:
        yield "endres_fra", _("The change would hold from before the agreement does. Correct the day.")


@rulebook.dated_rule("A-F16", "warning")
def paper_is_signed_about_now(case: MunicipalCase, today: date) -> Wrong:
    """Ask about a day of signature that is not within a year: it is printed, and signing comes after."""
    if case.signatur_dato and abs(relativedelta(case.signatur_dato, today).years) >= 1:
        yield (
            "signatur_dato",
            _("The agreement would say that it is signed on {day}. Correct the day, or leave the cell empty.").format(
                day=short_date(case.signatur_dato)
            ),
        )


@rulebook.rule("A-F17")
def somebody_signs_for_the_municipality(case: MunicipalCase) -> Wrong:
    """Refuse a word that stands for a name not known yet: an agreement is signed by a person."""
    if is_nobody(case.signatar_kommune_navn):
        yield "signatar_kommune_navn", nobody(case.signatar_kommune_navn)


def shared_contact(*contacts: tuple[str, str, str]) -> str:
    """Return the first field whose address or number is also the other party's; empty if none is.

    Each contact is the field, its value, and the other party's value.
    """
    for name, own, other in contacts:
        if own and other and plain_address(own) == plain_address(other):
            return name
    return ""


def one_recipient(case: MunicipalCase, shared: str, *, approved: bool) -> Wrong:
    """Yield that one person, mailbox or mobile would sign for both parties, if that was approved by name or not."""
    by = case.felles_mottaker_godkjent_av
    if not shared or bool(by) is not approved:
        return
    if approved:
        yield (
            shared,
            _("The same person or address signs for both parties. {name} has approved that.").format(name=by),
        )
    else:
        yield (
            shared,
            _(
                "The same person or address would sign for both parties. Correct it, or write who approves that in "
                "«{column}»."
            ).format(column="Felles mottaker godkjent av"),
        )


def name_of_another_municipality(case: MunicipalCase, written: str) -> str:
    """Return what is wrong with a municipality's name as written, or an empty text where it fits the number."""
    municipality = municipalities.by_number(case.kommunenr)
    if municipality is None or municipality.is_called(written):
        return ""
    others = ", ".join(f"{other.number} {other.norwegian_name}" for other in municipalities.by_name(written))
    if others:
        return _("«{written}» is not the name of {number}, which is {name}. By that name: {others}.").format(
            written=written, number=municipality.number, name=municipality.name_with_county, others=others
        )
    return _("«{written}» is not the name of {number}, which is {name}. Correct the name or the number.").format(
        written=written, number=municipality.number, name=municipality.name_with_county
    )
