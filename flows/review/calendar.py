"""Write iCalendar feeds: one event per date (RFC 5545, RFC 7986).

An event is known by its UID for good. What changes keeps the UID and counts SEQUENCE up; what is done, or falls away
because the agreement ended, becomes STATUS:CANCELLED, so that calendars that subscribed take it out. No event names a
doctor. All-day events, no repetition: a rule for 29 February would skip three years of four.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from flows.agreements.types import types
from flows.dates import OSLO, short_date
from flows.language import translate as _
from flows.review import deadline_kinds
from flows.review.agenda import AgendaItem

_HOUR = timedelta(hours=9)
"""Reminders ring at nine in the morning."""


def calendar(dates: Iterable[AgendaItem], name: str, now: datetime) -> bytes:
    """Return a calendar file. The same dates give the same bytes at any time: `now` stands in for no date at all."""
    dates = list(dates)
    made = Calendar()
    made.add("prodid", "-//Avtaleflyt//Reviews and deadlines//NO")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", OSLO.key)
    made.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT12H")
    made.add("last-modified", max((one.changed_at for one in dates), default=now).astimezone(UTC))
    for one in dates:
        made.add_component(_event(one))
    content: bytes = made.to_ical()
    return content


def uid(one: AgendaItem) -> str:
    """Return the UID of a date's event: the same for good, and the same in every file."""
    return f"{one.id.replace(':', '-')}@avtaleflyt"


def _event(one: AgendaItem) -> Event:
    event = Event()
    event.add("uid", uid(one))
    event.add("dtstamp", one.changed_at.astimezone(UTC))
    event.add("last-modified", one.changed_at.astimezone(UTC))
    event.add("sequence", one.sequence)
    event.add("dtstart", one.due)
    event.add("dtend", one.due + timedelta(days=1))
    event.add("summary", _summary(one))
    event.add("description", _description(one))
    event.add("location", one.municipality)
    event.add("categories", [_("Review") if one.kind == deadline_kinds.REVIEW else _("Deadline")])
    event.add("status", "CONFIRMED" if one.open else "CANCELLED")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PUBLIC")
    if one.open:
        for day in deadline_kinds.reminders(one.kind, one.due).values():
            event.add_component(_alarm(one, day - one.due + _HOUR))
    return event


def _alarm(one: AgendaItem, trigger: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _summary(one))
    alarm.add("trigger", trigger)
    return alarm


def _summary(one: AgendaItem) -> str:
    title = types()[one.type].title if one.type in types() else one.type
    return f"{deadline_kinds.title_of(one.kind)} – {title}, {one.municipality}"


def _description(one: AgendaItem) -> str:
    lines = []
    if one.section:
        lines.append(f"{one.section} ({one.rule})")
    if one.due != one.nominal:
        lines.append(_("The last working day before {day}").format(day=short_date(one.nominal)))
    if not one.confirmed:
        lines.append(_("Assumed date; not announced yet"))
    if one.agreement_id:
        lines.append(_("Agreement {id}").format(id=one.agreement_id))
    return "\n".join(lines)


def calendar_name(municipality: str = "") -> str:
    """Return the name of a municipality's calendar, or of one for several."""
    if not municipality:
        return _("ALIS agreements")
    return _("ALIS agreements: {municipality}").format(municipality=municipality)
