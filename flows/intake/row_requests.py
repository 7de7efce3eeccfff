"""Compare what a row asks for («Endres», «Uendret») with the agreement that the register has of it.

A change is one of an agreement that is signed and still in force, from a day within it and after every earlier change.
Anything else would become an agreement of its own, or another one than the row means, so it is refused.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from flows.agreements.alis_case import AlisCase
from flows.agreements.case import MunicipalCase, SeasonAction
from flows.agreements.field_types import WorkPeriod
from flows.agreements.problems import Finding, Level
from flows.agreements.types import types
from flows.dates import short_date
from flows.intake.overlapping_work import share_on
from flows.intake.register_comparison import as_received
from flows.intake.validation import ValidatedCase
from flows.language import translate as _
from flows.register import Agreement, State
from flows.register.agreement_ends import last_days
from flows.register.agreements import Reception, recognise
from flows.register.amendments import agreed_case, amendments_of
from flows.register.identities import agreement_of
from flows.register.states import ENDED_UNSIGNED, UNSENT

REQUEST = "amendment"
"""The rule of a row that asks for what the register does not have."""


def wrong_requests(session: Session, judged: ValidatedCase) -> Iterator[Finding]:
    """Yield why a row cannot have what it asks for; the register is read and not changed."""
    case = judged.case
    if not isinstance(case, MunicipalCase):
        return
    if case.endres_fra is not None:
        yield from _wrong_change(session, judged, case, case.endres_fra)
    elif case.sesongvalg is SeasonAction.NOTHING:
        yield from _not_unchanged(session, judged)


def _not_unchanged(session: Session, judged: ValidatedCase) -> Iterator[Finding]:
    reception = recognise(session, as_received(judged))
    if reception is Reception.NEW:
        message = _(
            "The row says «Uendret», but the register has no agreement of these parties that begins on this day. "
            "Correct the row, or empty «Hva som gjøres» if it is a new agreement."
        )
    elif reception is Reception.CHANGED:
        message = _(
            "The row says «Uendret», but something else than the register. Correct the row, or empty «Hva som gjøres» "
            "if the case is to be changed."
        )
    else:
        return
    yield _finding("sesongvalg", message)


def _wrong_change(session: Session, judged: ValidatedCase, case: MunicipalCase, day: date) -> Iterator[Finding]:
    received = as_received(judged)
    agreement = agreement_of(session, received)
    if agreement is None:
        yield _finding(
            "avtale_gjelder_fra",
            _(
                "The row changes an agreement, but the register has none of these parties that begins on {day}. "
                "Correct the day or the numbers, or empty «Hva som gjøres» and «Endres fra» if it is a new agreement."
            ).format(day=short_date(case.avtale_gjelder_fra)),
        )
    elif agreement.state in UNSENT or agreement.state in ENDED_UNSIGNED:
        yield _finding(
            "endres_fra",
            _(
                "The agreement that the row changes is not signed, so the change would hold from its first day. Empty "
                "«Hva som gjøres» and «Endres fra» if that is meant, or wait until it is signed."
            ),
        )
    elif agreement.state == State.ENDED:
        yield _finding("endres_fra", _("The agreement has ended, and cannot be changed. Make a new one."))
    elif agreement.state == State.ARCHIVED:
        yield from _wrong_day(session, judged, agreement, day)
        if recognise(session, received) is Reception.SAME:
            if all(one.valid_from != day for one in amendments_of(session, agreement.id)):
                message = _(
                    "The row says «Endres», but nothing that is agreed is changed, and nothing is made. Signatories "
                    "and addresses are no part of it."
                )
                yield _finding("sesongvalg", message, "warning")
        elif isinstance(case, AlisCase):
            yield from _other_share_before(agreed_case(session, agreement)["stillingsprosent"], case, day)


def _wrong_day(session: Session, judged: ValidatedCase, agreement: Agreement, day: date) -> Iterator[Finding]:
    """Yield that a change would begin after the agreement ends, or before a change that was signed."""
    kind = types()[judged.type]
    agreed = kind.case.model_validate(agreed_case(session, agreement))
    last_day = last_days(session, [agreement.id]).get(agreement.id, kind.valid_to(agreed))
    new_last_day = kind.valid_to(judged.case)
    if last_day and ((day - last_day).days > 1 or (new_last_day and new_last_day < day)):
        message = _("The agreement ends on {last_day}, before the change would hold. Correct the day.")
        yield _finding("endres_fra", message.format(last_day=short_date(last_day)))
    signed = [one.valid_from for one in amendments_of(session, agreement.id) if one.state == State.ARCHIVED]
    if signed and max(signed) > day:
        message = _(
            "The agreement has a change from {day} already, and this one would come before it. Write a later day."
        )
        yield _finding("endres_fra", message.format(day=short_date(max(signed))))


def _other_share_before(agreed: list[dict[str, str | None]], case: AlisCase, day: date) -> Iterator[Finding]:
    """Yield that a row would change the share of full time of the time before its day, and so the last day."""
    former = tuple(WorkPeriod.model_validate(one) for one in agreed)
    begun = case.avtale_gjelder_fra
    turns = {begun, *(one.fra for one in (*former, *case.stillingsprosent) if one.fra and begun < one.fra < day)}
    if all(share_on(former, turn) == share_on(case.stillingsprosent, turn) for turn in turns):
        return
    kept = [_written(one.prosent, one.fra) for one in former if one.fra is None or one.fra < day]
    now = share_on(case.stillingsprosent, max(day, *(one.fra or day for one in case.stillingsprosent)))
    message = _(
        "The change holds from {day}, but the row has another share of full time for the time before it than what is "
        "agreed, which would move the last day. Write both, as in «{example}»."
    )
    example = "; ".join([*kept, _written(now, day)])
    yield _finding("stillingsprosent", message.format(day=short_date(day), example=example))


def _written(share: Decimal, day: date | None) -> str:
    said = f"{share.normalize():f} %".replace(".", ",")
    return f"{said} fra {short_date(day)}" if day else said


def _finding(field: str, message: str, level: Level = "error") -> Finding:
    return Finding(field, REQUEST, message, level)
