"""Rules about when an ALIS-avtale begins and ends, and about the training that it follows."""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from flows.agreements import duration, rates
from flows.agreements.alis_case import AlisCase, Category, GrantStatus
from flows.agreements.rulebook import Rulebook, Wrong
from flows.dates import short_date
from flows.language import translate as _

NEW_SCHEME = date(2019, 3, 1)
"""The new scheme for specialist training took effect (Tjenesteavtale 6, section 4)."""

rulebook = Rulebook()


def longest(case: AlisCase) -> date:
    """Return the last day that the agreement can reach (R-A04, R-A05, R-A06)."""
    return _last_day_of_agreement(
        case.avtale_gjelder_fra,
        tuple((period.fra, period.prosent) for period in case.stillingsprosent),
        tuple((service.fra, service.til) for service in case.institusjonstjeneste_perioder),
        Fraction(case.fravaer_maaneder or 0),
    )


@lru_cache(maxsize=1024)  # several rules ask, and the cases of a season begin on the same few days
def _last_day_of_agreement(
    first_day: date,
    shares: tuple[tuple[date | None, Decimal], ...],
    services: tuple[tuple[date, date], ...],
    absence: Fraction,
) -> date:
    work = [duration.Share(begins or first_day, Fraction(percent) / 100) for begins, percent in shares]
    breaks = [duration.Break(begins, ends) for begins, ends in services]
    return duration.last_day(first_day, work, breaks, absence)


@rulebook.rule("A-F07")
def training_began_in_the_new_scheme(case: AlisCase) -> Wrong:
    """Require a start in the new scheme, which is a condition of the grant."""
    if case.oppstart_ny_ordning < NEW_SCHEME:
        yield (
            "oppstart_ny_ordning",
            _("The new scheme began on {first_day}; the start cannot be earlier. Check the date.").format(
                first_day=short_date(NEW_SCHEME)
            ),
        )


@rulebook.rule("A-F08")
def training_ends_after_it_began(case: AlisCase) -> Wrong:
    """Require an expected end after the start."""
    if _last_day(case.forventet_avslutning) <= case.oppstart_ny_ordning:
        yield (
            "forventet_avslutning",
            _("The training ends ({end}) before it begins ({start}). Check both.").format(
                end=case.forventet_avslutning, start=short_date(case.oppstart_ny_ordning)
            ),
        )


@rulebook.rule("A-F08", "warning")
def training_ends_within_the_agreement(case: AlisCase) -> Wrong:
    """Point out training that outlasts the agreement: possible, but worth a look."""
    last_day = longest(case)
    if _first_day(case.forventet_avslutning) > last_day:
        yield (
            "forventet_avslutning",
            _("The training is expected to end in {end}, after the agreement's last possible day, {last_day}.").format(
                end=case.forventet_avslutning, last_day=short_date(last_day)
            ),
        )


@rulebook.rule("R-A03")
def agreement_lies_within_the_training(case: AlisCase) -> Wrong:
    """Require that the agreement begins during the training (section 1.2)."""
    if case.avtale_gjelder_fra < case.oppstart_ny_ordning:
        yield (
            "avtale_gjelder_fra",
            _("The agreement begins before the training ({start}). Use that day or a later one.").format(
                start=short_date(case.oppstart_ny_ordning)
            ),
        )
    if case.avtale_gjelder_fra > _last_day(case.forventet_avslutning):
        yield (
            "avtale_gjelder_fra",
            _("The agreement begins after the training is expected to end ({end}). Check both.").format(
                end=case.forventet_avslutning
            ),
        )


@rulebook.rule("R-A04")
def agreement_ends_in_time(case: AlisCase) -> Wrong:
    """Allow five years at full time, extended by part time, absence and institution service (section 1.2)."""
    if case.avtale_gjelder_til is None:
        return
    if case.avtale_gjelder_til < case.avtale_gjelder_fra:
        yield "avtale_gjelder_til", _("The agreement ends before it begins. Check both days.")
    elif case.avtale_gjelder_til > (last_day := longest(case)):
        yield (
            "avtale_gjelder_til",
            _("The agreement can last until {last_day} at most. Use that day, or leave the cell empty.").format(
                last_day=short_date(last_day)
            ),
        )


@rulebook.dated_rule("R-A04", "warning")
def agreement_has_not_ended(case: AlisCase, today: date) -> Wrong:
    """Ask about a stated last day that is past: there is nothing left to agree on."""
    if case.avtale_gjelder_til and case.avtale_gjelder_fra <= case.avtale_gjelder_til < today:
        yield (
            "avtale_gjelder_til",
            _("The agreement has ended already, on {day}. Check the first and the last day.").format(
                day=short_date(case.avtale_gjelder_til)
            ),
        )


@rulebook.rule("A-C13", "warning")
def locum_s_months_are_those_of_the_agreement(case: AlisCase) -> Wrong:
    """Point out a locum whose number of months is another than that between the days of the agreement."""
    if case.kategori is not Category.FASTLEGEVIKAR or not case.avtale_gjelder_til or not case.vikariat_varighet_mnd:
        return
    if not case.avtale_gjelder_fra <= case.avtale_gjelder_til <= longest(case):
        return  # told by the rule about the days themselves
    months = duration.months_between(case.avtale_gjelder_fra, case.avtale_gjelder_til + timedelta(days=1))
    if abs(months - case.vikariat_varighet_mnd) > 1:
        yield (
            "vikariat_varighet_mnd",
            _("The locum lasts {months} months, but the agreement from {start} to {end}. Check which is right.").format(
                months=case.vikariat_varighet_mnd,
                start=short_date(case.avtale_gjelder_fra),
                end=short_date(case.avtale_gjelder_til),
            ),
        )


@rulebook.rule("A-C15")
def earlier_agreement_is_earlier(case: AlisCase) -> Wrong:
    """Require that the agreement before this one came before it."""
    if case.tidligere_avtale_dato and case.tidligere_avtale_dato > case.avtale_gjelder_fra:
        yield (
            "tidligere_avtale_dato",
            _("The earlier agreement is younger than this one ({start}). Check both days.").format(
                start=short_date(case.avtale_gjelder_fra)
            ),
        )


@rulebook.rule("A-C06", "warning")
def shares_of_full_time_begin_within_the_agreement(case: AlisCase) -> Wrong:
    """Point out a first share that begins on another day than the agreement, and later ones that begin before it."""
    early = [period.fra for period in case.stillingsprosent[1:] if period.fra and period.fra <= case.avtale_gjelder_fra]
    first = case.stillingsprosent[0].fra
    if first and first != case.avtale_gjelder_fra:
        yield (
            "stillingsprosent",
            _(
                "The first share of full time is said to begin on {day}, and the agreement on {start}. Check both."
            ).format(day=short_date(first), start=short_date(case.avtale_gjelder_fra)),
        )
    elif early:
        yield (
            "stillingsprosent",
            _("A share of full time begins on {day}, before the agreement is a day old. Check the dates.").format(
                day=short_date(early[-1])
            ),
        )


@rulebook.rule("R-A06")
def hospital_periods_do_not_overlap(case: AlisCase) -> Wrong:
    """Refuse a day in two periods of institution service: the months outside the agreement would count twice."""
    ordered = sorted(case.institusjonstjeneste_perioder, key=lambda service: service.fra)
    for one, following in pairwise(ordered):
        if following.fra <= one.til:
            yield (
                "institusjonstjeneste_perioder",
                _("Two periods overlap: one ends on {end}, the next begins on {start}. Correct the dates.").format(
                    end=short_date(one.til), start=short_date(following.fra)
                ),
            )


@rulebook.rule("R-A06", "warning")
def hospital_periods_lie_within_the_agreement(case: AlisCase) -> Wrong:
    """Point out institution service outside the agreement, which does not prolong it."""
    last_day = case.avtale_gjelder_til or longest(case)
    for service in case.institusjonstjeneste_perioder:
        if service.til < case.avtale_gjelder_fra or service.fra > last_day:
            yield (
                "institusjonstjeneste_perioder",
                _("The period from {start} to {end} lies outside the agreement and does not prolong it.").format(
                    start=short_date(service.fra), end=short_date(service.til)
                ),
            )


@rulebook.dated_rule("R-A07", "warning")
def grant_can_still_be_applied_for(case: AlisCase, today: date) -> Wrong:
    """Point out a known deadline that has passed without an application (deadlines: `rates.toml`)."""
    deadline = rates.application_deadline(case.avtale_gjelder_fra)
    if deadline and deadline < today and case.tilskudd_status is None:
        yield (
            "tilskudd_status",
            _("The grant had to be applied for by {day}. Write «Søkt» or «Innvilget» if that was done.").format(
                day=short_date(deadline)
            ),
        )


@rulebook.rule("R-A07")
def grant_is_not_refused(case: AlisCase) -> Wrong:
    """Refuse a case without a grant: a refusal ends the agreement (section 1.2)."""
    if case.tilskudd_status is GrantStatus.AVSLAG:
        yield (
            "tilskudd_status",
            _("The grant is refused, and then the agreement does not hold. If you have applied anew, write «Søkt»."),
        )


def _first_day(month_and_year: str) -> date:
    month, year = month_and_year.split("/")
    return date(int(year), int(month), 1)


def _last_day(month_and_year: str) -> date:
    first = _first_day(month_and_year)
    return first.replace(day=monthrange(first.year, first.month)[1])
