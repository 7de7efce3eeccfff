"""Rules about the amounts in an ALIS-avtale."""

from decimal import Decimal

from flows.agreements import rates
from flows.agreements.alis_case import AlisCase
from flows.agreements.fields import fields_of
from flows.agreements.free_text import amounts_in
from flows.agreements.rulebook import Rulebook, Wrong
from flows.agreements.sections import (
    FACILITATION,
    LOWER_PRODUCTIVITY,
    NOTHING_AGREED,
    PRACTICE_COMPENSATION,
    unnamed_amount,
)
from flows.amounts import amount_text
from flows.dates import short_date
from flows.language import translate as _

rulebook = Rulebook()


@rulebook.rule("R-A17")
def facilitation_stays_below_its_ceiling(case: AlisCase) -> Wrong:
    """Allow 5 % of the maximum frame, where the case states both amount and frame (section 4.1.5)."""
    if case.tilrettelegging_belop is None or case.maks_tilskuddsramme is None:
        return
    ceiling = rates.facilitation_ceiling(case.maks_tilskuddsramme)
    if case.tilrettelegging_belop > ceiling:
        yield (
            "tilrettelegging_belop",
            _("The amount is more than 5 % of the maximum frame, which is {ceiling}. Lower it.").format(
                ceiling=amount_text(ceiling)
            ),
        )


@rulebook.rule("R-A17", "warning")
def facilitation_looks_low_enough(case: AlisCase) -> Wrong:
    """Ask for a look where amount or frame is a guess: from the box's text, from unconfirmed rates.

    The text may also hold other amounts, and the rates are a maximum at full time.
    """
    stated = case.tilrettelegging_belop
    amount = stated if stated is not None else max(amounts_in(case.avtalt_tilrettelegging), default=None)
    if amount is None or (stated is not None and case.maks_tilskuddsramme is not None):
        return
    ceiling = rates.facilitation_ceiling(case.maks_tilskuddsramme or _frame(case))
    if amount > ceiling:
        yield (
            FACILITATION.box if stated is None else "tilrettelegging_belop",
            _("{amount} is more than 5 % of the frame, {ceiling} ({source}). Check the amount.").format(
                amount=amount_text(amount), ceiling=amount_text(ceiling), source=_source(case)
            ),
        )


@rulebook.rule("R-A17", "warning")
def amount_is_that_of_the_text(case: AlisCase) -> Wrong:
    """Ask which amount holds where the text of section 4.1.5 names others, or says that nothing is agreed."""
    text = case.avtalt_tilrettelegging
    amount = unnamed_amount(FACILITATION, case)
    if amount and (amounts_in(text) or text == NOTHING_AGREED):
        yield (
            "tilrettelegging_belop",
            _(
                "The text of section {number} does not name {amount}, and the agreement prints both. Correct one."
            ).format(number=FACILITATION.number, amount=amount_text(amount)),
        )


def _frame(case: AlisCase) -> Decimal:
    """Return the maximum yearly frame of the case's category at full time, in NOK."""
    elements = rates.rates_on(case.avtale_gjelder_fra).elements
    frame = elements["learning_activities"] + elements["supervision"]
    if not PRACTICE_COMPENSATION.why_not(case):
        frame += elements["practice_compensation"]
    if not LOWER_PRODUCTIVITY.why_not(case):
        frame += elements["lower_productivity"]
    return frame


def _source(case: AlisCase) -> str:
    if case.maks_tilskuddsramme is not None:
        return fields_of(AlisCase)["maks_tilskuddsramme"].column.label.lower()
    used = rates.rates_on(case.avtale_gjelder_fra)
    period = f"{short_date(used.first_day)}–{short_date(used.last_day)}"
    if used.confirmed:
        return _("rates {period}").format(period=period)
    return _("unconfirmed rates {period}").format(period=period)
