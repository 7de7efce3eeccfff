"""Calendars: valid for a parser, true to RFC 5545 in every line, and changed so that subscribers see it."""

import re
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar
from icalendar.cal import Component

from flows.register import Register
from flows.review import due_dates, keep_dates
from flows.review.agenda import AgendaItem, calendar_of
from flows.review.calendar import calendar, uid
from flows.review.outcomes import ReviewOutcome, record_outcomes
from tests.agreements.cases import alis_case, tjenesteavtale6_case
from tests.conftest import Clock
from tests.review.archived import archive, archive_changed

SIGNED = date(2026, 5, 17)
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def events(register: Register) -> dict[str, Component]:
    """Return the events of Bodø's calendar by UID."""
    with register.read() as session:
        dates = calendar_of(session, ["1804"], date(2026, 1, 1))
    return {str(one["UID"]): one for one in Calendar.from_ical(calendar(dates, "x", NOW)).walk("VEVENT")}


def some_agreements(register: Register) -> list[str]:
    """Archive one agreement of each type, with a hospital service ahead."""
    service = [{"fra": "2027-11-17", "til": "2028-05-31"}]
    alis = archive(register, "alis", alis_case(institusjonstjeneste_perioder=service), SIGNED)
    tjenesteavtale = archive(register, "tjenesteavtale6", tjenesteavtale6_case(), SIGNED)
    keep_dates(register)
    return [alis, tjenesteavtale]


def test_one_event_for_each_date(register: Register) -> None:
    """Every open date has its all-day event, on its working day, with its rule and its alarms."""
    some_agreements(register)
    found = events(register)
    dates = {uid(one): one for one in due_dates(register)}
    assert found.keys() == dates.keys()
    for name, event in found.items():
        one = dates[name]
        assert event.decoded("DTSTART") == one.due
        assert event.decoded("DTEND") == one.due + timedelta(days=1)
        assert event["DTSTART"].params["VALUE"] == "DATE"
        assert one.rule in str(event["DESCRIPTION"])
        assert one.section in str(event["DESCRIPTION"])
        assert event["STATUS"] == "CONFIRMED"
        assert event["SEQUENCE"] == 0
        assert "RRULE" not in event
        assert event.walk("VALARM")


def test_alarms_ring_at_nine_on_working_days(register: Register) -> None:
    """The review of 17 May 2027 is due on Friday the 14th; its alarms ring 90, 30 and 7 days before or earlier."""
    alis, _ = some_agreements(register)
    event = events(register)[f"{alis}-review-1@avtaleflyt"]
    midnight = datetime.combine(event.decoded("DTSTART"), datetime.min.time())
    rings = [midnight + alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")]
    assert event.decoded("DTSTART") == date(2027, 5, 14)
    assert [ring.isoformat(" ", "minutes") for ring in rings] == [
        "2027-02-12 09:00",
        "2027-04-14 09:00",
        "2027-05-07 09:00",
    ]
    assert all(alarm["ACTION"] == "DISPLAY" for alarm in event.walk("VALARM"))


def test_nobody_is_named(register: Register) -> None:
    """Neither doctor nor HPR number nor address stands anywhere in a calendar."""
    some_agreements(register)
    with register.read() as session:
        content = calendar(calendar_of(session, ["1804"], date(2026, 1, 1)), "x", NOW).decode()
    unfolded = content.replace("\r\n ", "")
    for secret in ("Kari", "Fjordheim", "990010211", "Solbakken", "Nystad"):
        assert secret not in unfolded


def test_every_line_is_as_the_standard_wants_it(register: Register) -> None:
    """Lines end in CRLF, have at most 75 octets and no stray characters; what RFC 5545 and 7986 require is there."""
    some_agreements(register)
    with register.read() as session:
        content = calendar(calendar_of(session, ["1804"], date(2026, 1, 1)), "ALIS – Bodø", NOW)
    assert content.endswith(b"\r\n")
    lines = content.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    unfolded = content.decode().replace("\r\n ", "").split("\r\n")
    assert unfolded[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"] or "VERSION:2.0" in unfolded[:6]
    for line in ("METHOD:PUBLISH", "CALSCALE:GREGORIAN", "NAME:ALIS – Bodø", "REFRESH-INTERVAL;VALUE=DURATION:PT12H"):
        assert line in unfolded
    assert all(re.match(r"[A-Z-]+(;[A-Z-]+=[^:;]+)*:", line) for line in unfolded if line)
    starts = unfolded.count("BEGIN:VEVENT")
    for name in ("UID:", "DTSTAMP:", "DTSTART;VALUE=DATE:", "SEQUENCE:", "LAST-MODIFIED:"):
        assert sum(line.startswith(name) for line in unfolded) == starts + (name == "LAST-MODIFIED:")
    assert all(line.endswith("Z") for line in unfolded if line.startswith("DTSTAMP:"))


def test_the_same_dates_give_the_same_bytes(register: Register, clock: Clock) -> None:
    """A calendar that did not change is the same file a day later, so that clients need not fetch it."""
    some_agreements(register)

    def content() -> bytes:
        with register.read() as session:
            return calendar(calendar_of(session, ["1804"], date(2026, 1, 1)), "x", NOW)

    before = content()
    clock.forward(days=1)
    assert content() == before


def test_what_is_done_or_ended_is_cancelled_under_the_same_uid(register: Register, clock: Clock) -> None:
    """A done review leaves subscribers' calendars; the dates of an ended agreement do, too; the sequence grows."""
    alis, tjenesteavtale = some_agreements(register)
    clock.now = datetime(2027, 4, 1, 7, tzinfo=UTC)
    record_outcomes(register, [tjenesteavtale], ReviewOutcome.CONTINUES, "a")
    record_outcomes(register, [alis], ReviewOutcome.ENDED, "a", on=date(2027, 4, 1))
    found = events(register)
    done = found[f"{tjenesteavtale}-review-1@avtaleflyt"]
    assert (done["STATUS"], done["SEQUENCE"]) == ("CANCELLED", 1)
    assert done.decoded("DTSTAMP") == clock.now
    assert not done.walk("VALARM")
    assert found[f"{tjenesteavtale}-review-2@avtaleflyt"]["STATUS"] == "CONFIRMED"
    contract = found[f"{alis}-contract_by-2027-11-17@avtaleflyt"]
    assert (contract["STATUS"], contract["SEQUENCE"]) == ("CANCELLED", 1)
    assert found[f"{alis}-expected_end-end@avtaleflyt"]["STATUS"] == "CANCELLED"


def test_a_date_that_moves_keeps_its_uid(register: Register) -> None:
    """Absence moves the end of an agreement: the same event, another day, a higher sequence."""
    alis, _ = some_agreements(register)
    before = events(register)[f"{alis}-expected_end-end@avtaleflyt"]
    archive_changed(register, "alis", alis, alis_case(fravaer_maaneder=6), date(2026, 12, 1))
    after = events(register)[f"{alis}-expected_end-end@avtaleflyt"]
    assert (before.decoded("DTSTART"), before["SEQUENCE"]) == (date(2032, 7, 15), 0)
    assert (after.decoded("DTSTART"), after["SEQUENCE"]) == (date(2032, 6, 30), 1)
    cancelled = [name for name, event in events(register).items() if event["STATUS"] == "CANCELLED"]
    assert sorted(cancelled) == sorted(
        f"{alis}-{kind}-2027-11-17@avtaleflyt"
        for kind in ("ask_trust_from", "ask_trust_by", "contract_from", "contract_by")
    )


def test_text_with_every_sign_survives() -> None:
    """Commas, semicolons, backslashes and letters of the Sámi languages come back as they were."""
    odd = "Hábmer, Hamarøy; «a\\b»"
    one = AgendaItem("x:review:1", "review", None, odd, "0000", 1, SIGNED, SIGNED, "R-1", odd, NOW)
    (event,) = Calendar.from_ical(calendar([one], odd, NOW)).walk("VEVENT")
    assert odd in str(event["SUMMARY"])
    assert odd in str(event["DESCRIPTION"])
