"""Compose the e-mail of a notice: text, HTML and a calendar file. It names no doctor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows import language
from flows.agreements.types import types
from flows.dates import long_date
from flows.language import translate as _
from flows.mail.messages import BYTES, written
from flows.register.review_schema import Mail
from flows.review import deadline_kinds
from flows.review.agenda import AgendaItem
from flows.review.calendar import calendar
from flows.review.notices import NoticeItem

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, undefined=StrictUndefined
)


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One date as it is written: the day, a remark about the day, what is due, which agreement, from which rule."""

    day: str
    remark: str
    what: str
    agreement: str
    source: str


@dataclass(frozen=True, slots=True)
class MunicipalityDates:
    """The dates of one municipality."""

    place: str
    lines: list[NoticeLine]


def write_letter(sender: str, address: str, items: Sequence[NoticeItem], today: date, now: datetime) -> Mail:
    """Return an e-mail about some dates, ready to be kept and delivered. Its Message-ID is its own for good."""
    groups = _groups([one.due for one in items], today)
    subject = _subject(items, groups)
    text, html = _text(groups), _html(subject, groups)
    message = MIMEMultipart("mixed", policy=BYTES)
    bodies = MIMEMultipart("alternative", policy=BYTES)
    bodies.attach(MIMEText(text, "plain", "utf-8", policy=BYTES))
    bodies.attach(MIMEText(html, "html", "utf-8", policy=BYTES))
    message.attach(bodies)
    dates = calendar([one.due for one in items], _("Reviews and deadlines"), now).decode()
    attachment = MIMEText(dates, "calendar", "utf-8", policy=BYTES)
    attachment.set_param("method", "PUBLISH")
    attachment.add_header("Content-Disposition", "attachment", filename=_("deadlines.ics"))
    message.attach(attachment)
    return written(message, sender, address, subject, now, language.current())


def _groups(dues: Sequence[AgendaItem], today: date) -> list[MunicipalityDates]:
    groups: dict[str, list[NoticeLine]] = {}
    for one in sorted(dues, key=lambda one: (one.municipality, one.due, one.id)):
        groups.setdefault(one.municipality, []).append(_line(one, today))
    return [MunicipalityDates(place, lines) for place, lines in groups.items()]


def _line(one: AgendaItem, today: date) -> NoticeLine:
    remarks = []
    if one.due < today:
        remarks.append(_("overdue"))
    if one.due != one.nominal:
        remarks.append(_("the last working day before {day}").format(day=_day(one.nominal)))
    if not one.confirmed:
        remarks.append(_("assumed; not announced yet"))
    title = types()[one.type].title if one.type in types() else one.type
    what = deadline_kinds.title_of(one.kind)
    if one.number:
        what = f"{what} {one.number}"
    agreement = f"{title}, {one.agreement_id}" if one.agreement_id else title
    source = f"{one.section} ({one.rule})" if one.rule else one.section
    return NoticeLine(_day(one.due), "; ".join(remarks), what, agreement, source)


def _day(day: date) -> str:
    return long_date(day, language.current(), weekday=True)


def _subject(items: Sequence[NoticeItem], groups: Sequence[MunicipalityDates]) -> str:
    place = groups[0].place if len(groups) == 1 else _("{count} municipalities").format(count=len(groups))
    if len(items) == 1:
        return _("{what}: {place}").format(what=deadline_kinds.title_of(items[0].due.kind), place=place)
    return _("{count} reviews and deadlines: {place}").format(count=len(items), place=place)


def _words() -> dict[str, str]:
    return {
        "greeting": _("Hello,"),
        "intro": _("These reviews and deadlines are coming up for agreements that you are responsible for."),
        "how": _("Record what came of a review with: avtaleflyt reviews done ID --outcome continues"),
        "footer": _("Sent by Avtaleflyt. The attached calendar file holds the same dates, with reminders."),
    }


def _text(groups: Sequence[MunicipalityDates]) -> str:
    words = _words()
    lines = [words["greeting"], "", words["intro"]]
    for group in groups:
        lines += ["", group.place]
        for line in group.lines:
            day = f"{line.day} ({line.remark})" if line.remark else line.day
            lines += [f"- {day}", f"  {line.what}", f"  {line.agreement}"] + ([f"  {line.source}"] * bool(line.source))
    return "\n".join([*lines, "", words["how"], "", words["footer"], ""])


def _html(subject: str, groups: Sequence[MunicipalityDates]) -> str:
    headings = [_("Due"), _("What"), _("Agreement"), _("Where it says so")]
    page = _PAGES.get_template("notice.html")
    return page.render(language=language.current(), subject=subject, groups=groups, headings=headings, **_words())
