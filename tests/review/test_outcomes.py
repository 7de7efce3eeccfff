"""Doing reviews: outcomes, what follows, and what drops out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from flows.errors import WrongUse
from flows.register import Register, State
from flows.register.agreements import events_of, get_agreement
from flows.register.deadlines import deadlines_of
from flows.register.reviews import reviews_of
from flows.review import deadline_kinds, due_dates, due_reviews, keep_dates
from flows.review.outcomes import ReviewOutcome, due_in, record_outcomes
from tests.agreements.cases import alis_case, tjenesteavtale6_case
from tests.conftest import Clock
from tests.register.proving import chain_faults
from tests.review.archived import archive, archive_changed

pytestmark = pytest.mark.usefixtures("english")

SIGNED = date(2026, 12, 1)


def stand_at(clock: Clock, day: date) -> None:
    """Move the clock to the morning of a day."""
    clock.now = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)


def open_due(register: Register) -> list[tuple[int, date]]:
    """Return number and due day of every open review."""
    return [(one.number, one.due) for one in due_reviews(register)]


def test_an_agreement_that_continues_gets_its_next_review(any_register: Register, clock: Clock) -> None:
    """The outcome is kept with who, when and a note; the next review is counted from the first signing."""
    agreement = archive(any_register, "alis", alis_case(), SIGNED)
    assert open_due(any_register) == [(1, date(2027, 12, 1))]
    stand_at(clock, date(2027, 11, 1))
    (done,) = record_outcomes(any_register, [agreement], ReviewOutcome.CONTINUES, "coordinator", "talked to both")
    assert (done.number, done.next_due, done.problem) == (1, date(2028, 12, 1), "")
    with any_register.read() as session:
        first = reviews_of(session, agreement)[0]
        assert (first.outcome, first.completed_by, first.note) == ("continues", "coordinator", "talked to both")
        assert first.completed_at == clock.now
        assert not any("talked" in str(event.why) + str(event.details) for event in events_of(session, agreement))
        assert not chain_faults(session)


def test_a_review_is_not_done_twice_by_mistake(register: Register, clock: Clock) -> None:
    """Recording the same outcome again finds no review that is due, and records nothing a year ahead."""
    agreement = archive(register, "alis", alis_case(), SIGNED)
    stand_at(clock, date(2027, 11, 1))
    record_outcomes(register, [agreement], ReviewOutcome.CONTINUES, "a")
    (again,) = record_outcomes(register, [agreement], ReviewOutcome.CONTINUES, "b")
    assert "within 90 days" in again.problem
    assert open_due(register) == [(2, date(2028, 12, 1))]


def test_several_at_once(register: Register, clock: Clock) -> None:
    """A municipality's due agreements are recorded together; one that cannot be is named and stops none."""
    cases = [alis_case(lege_hpr_nummer=f"99001{n:04}") for n in range(3)]
    agreements = [archive(register, "alis", case, SIGNED) for case in cases]
    other = archive(register, "alis", alis_case(kommunenr="1806", kommune_navn="Narvik"), SIGNED)
    assert due_in(register, "1804") == []
    stand_at(clock, date(2027, 11, 1))
    assert sorted(due_in(register, "1804")) == sorted(agreements)
    done = record_outcomes(register, [*due_in(register, "1804"), "unknown"], ReviewOutcome.CONTINUES, "a")
    assert [bool(one.problem) for one in done] == [False, False, False, True]
    assert [one.agreement_id for one in due_reviews(register, timedelta(days=90))] == [other]


def test_notice_ends_a_tjenesteavtale_a_year_later(any_register: Register, clock: Clock) -> None:
    """The end stands on its day, weekend or not; until then it can be reviewed, afterwards it has dropped out."""
    agreement = archive(any_register, "tjenesteavtale6", tjenesteavtale6_case(avtale_gjelder_fra=SIGNED), SIGNED)
    stand_at(clock, date(2027, 11, 20))
    (done,) = record_outcomes(any_register, [agreement], ReviewOutcome.ENDED, "a", on=date(2027, 11, 20))
    assert (done.number, done.last_day, done.next_due) == (1, date(2028, 11, 20), None)
    (end,) = due_dates(any_register)
    assert (end.kind, end.due, end.rule, end.section) == (
        deadline_kinds.NOTICE_END,
        date(2028, 11, 20),
        "R-B21",
        "Tjenesteavtale 6 § 7",
    )
    assert [day.isoformat() for day in deadline_kinds.reminders(end.kind, end.due).values()] == [
        "2027-11-19",
        "2028-05-19",
        "2028-08-18",
        "2028-10-20",
    ]
    stand_at(clock, date(2028, 11, 20))
    keep_dates(any_register)
    assert len(due_dates(any_register)) == 1
    stand_at(clock, date(2028, 11, 21))
    keep_dates(any_register)
    assert due_dates(any_register) == []
    with any_register.read() as session:
        assert get_agreement(session, agreement).state == State.ENDED
        assert [review.outcome for review in reviews_of(session, agreement)] == ["ended"]
    (again,) = record_outcomes(any_register, [agreement], ReviewOutcome.CONTINUES, "a")
    assert "has ended" in again.problem


def test_an_end_between_reviews_lets_the_coming_ones_lapse(register: Register, clock: Clock) -> None:
    """A doctor who leaves ends the agreement that day: no review is done, and what lay ahead falls away."""
    service = {"fra": "2028-09-01", "til": "2029-02-28"}
    agreement = archive(register, "alis", alis_case(institusjonstjeneste_perioder=[service]), SIGNED)
    stand_at(clock, date(2027, 3, 1))
    (done,) = record_outcomes(register, [agreement], ReviewOutcome.ENDED, "a", on=date(2027, 6, 30))
    assert (done.number, done.last_day) == (0, date(2027, 6, 30))
    assert [one.kind for one in due_dates(register) if one.agreement_id] == [deadline_kinds.EARLY_END]
    stand_at(clock, date(2027, 7, 1))
    keep_dates(register)
    with register.read() as session:
        assert get_agreement(session, agreement).state == State.ENDED
        assert [one.outcome for one in reviews_of(session, agreement)] == ["lapsed"]


def test_a_changed_agreement_keeps_its_reviews_and_gets_new_deadlines(register: Register, clock: Clock) -> None:
    """A new version is reviewed on the days of the first one; its end moves, and calendars can see that it did."""
    agreement = archive(register, "alis", alis_case(), SIGNED)
    stand_at(clock, date(2027, 11, 1))
    record_outcomes(register, [agreement], ReviewOutcome.CHANGED, "a")
    archive_changed(register, "alis", agreement, alis_case(fravaer_maaneder=6), date(2027, 11, 15))
    assert open_due(register) == [(2, date(2028, 12, 1))]
    with register.read() as session:
        (end,) = deadlines_of(session, agreement)
        assert (end.nominal_date, end.sequence) == (date(2032, 6, 30), 1)


def test_reviews_go_on_while_a_new_version_is_out(register: Register, clock: Clock) -> None:
    """What was signed last holds until the new version is signed, so its review stays due."""
    from flows.register.agreements import replace
    from tests.review.archived import received_case

    agreement = archive(register, "alis", alis_case(), SIGNED)
    with register.write() as transaction:
        found = get_agreement(transaction.session, agreement)
        replace(transaction, found, received_case("alis", alis_case(fravaer_maaneder=1)), "changed")
    assert open_due(register) == [(1, date(2027, 12, 1))]


def test_undone_reviews_do_not_stop_the_following_ones(register: Register, clock: Clock) -> None:
    """A review that nobody did stays open, and the next one comes on its own day all the same."""
    archive(register, "tjenesteavtale6", tjenesteavtale6_case(), SIGNED)
    stand_at(clock, date(2029, 12, 3))
    keep_dates(register)
    keep_dates(register)
    due = [date(2027, 12, 1), date(2028, 12, 1), date(2029, 11, 30), date(2030, 11, 29)]
    assert open_due(register) == list(enumerate(due, start=1))


def test_no_review_lies_after_the_end(register: Register, clock: Clock) -> None:
    """An agreement that ends within a year of its signing is never reviewed, and ends by itself."""
    agreement = archive(register, "alis", alis_case(avtale_gjelder_til=date(2027, 8, 31)), SIGNED)
    assert due_reviews(register) == []
    stand_at(clock, date(2027, 9, 1))
    keep_dates(register)
    with register.read() as session:
        assert get_agreement(session, agreement).state == State.ENDED


def test_the_grants_deadlines_follow_the_municipalities(register: Register, clock: Clock) -> None:
    """A municipality with ALIS-avtaler gets the grant's dates once, and loses the coming ones with its last one."""
    agreement = archive(register, "alis", alis_case(), SIGNED)
    archive(register, "tjenesteavtale6", tjenesteavtale6_case(), SIGNED)
    keep_dates(register)
    keep_dates(register)
    municipal = [one.id for one in due_dates(register) if one.agreement_id is None]
    assert sorted(municipal) == [
        "1804:auditor_report:2027",
        "1804:grant_application:2027",
        "1804:grant_decision:2027",
        "1804:grant_rules:2027",
    ]
    record_outcomes(register, ["1804:auditor_report:2027"], ReviewOutcome.CONTINUES, "a")
    assert len([one for one in due_dates(register) if one.agreement_id is None]) == 3
    record_outcomes(register, [agreement], ReviewOutcome.ENDED, "a", on=date(2027, 1, 4))
    stand_at(clock, date(2027, 1, 5))
    keep_dates(register)
    assert [one for one in due_dates(register) if one.agreement_id is None] == []


def test_a_day_of_notice_needs_an_end(register: Register) -> None:
    """--on with another outcome is wrong use; a day before the agreement began is refused with a sentence."""
    with pytest.raises(WrongUse, match="outcome ended"):
        record_outcomes(register, ["x"], ReviewOutcome.CONTINUES, "a", on=date(2027, 1, 1))
    agreement = archive(register, "alis", alis_case(), SIGNED)
    (refused,) = record_outcomes(register, [agreement], ReviewOutcome.ENDED, "a", on=date(2020, 1, 1))
    assert "valid from" in refused.problem
    assert open_due(register) == [(1, date(2027, 12, 1))]
