"""Give notice of reviews and deadlines that are due: grouped by responsible person, each reminder once.

A notice and the e-mail that carries it are written in one transaction; `flows.mail` delivers it later. So a run that
is cut off leaves either both or neither, and a second run the same day finds that the notice was given.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.dates import oslo_date
from flows.language import translate_plural
from flows.register import Agreement, Register, State, Transaction, Version
from flows.register.mail import enqueue, refusals, refused_addresses
from flows.register.review_schema import Mail
from flows.register.reviews import give_notices_of, notices_given
from flows.review import deadline_kinds
from flows.review.agenda import AgendaItem, due_dates

_USUALLY_AHEAD = timedelta(days=100)
_FURTHER_AHEAD = {deadline_kinds.NOTICE_END: timedelta(days=380)}
"""The earliest reminder of any date lies within these: twelve months, or 90 days, and a few days for holidays."""


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """One date in a notice, and which of its reminders this is (`90d`, `12m`)."""

    due: AgendaItem
    reminder: str

    @property
    def subject(self) -> str:
        """What the register knows the notice by. A date that has moved is another notice."""
        return f"{self.due.id}@{self.due.due}/{self.reminder}"


@dataclass(frozen=True, slots=True)
class NoticeRound:
    """What a round gave notice of, and the dates that have nobody with an e-mail address to be told.

    Without `mails`, the notices were given to nobody: there is no mail server.
    """

    items: list[NoticeItem] = field(default_factory=list)
    mails: int = 0
    nobody: list[NoticeItem] = field(default_factory=list)


Writer = Callable[[str, Sequence[NoticeItem], date], Mail]
"""Writes the e-mail to an address about some dates, seen from a day."""


def give_notices(register: Register, write: Writer | None = None, fallback: str = "") -> NoticeRound:
    """Give every notice that has come within reach and was not given before: one e-mail for each person responsible.

    Without a writer nobody is told: what is due is returned, and stays due until somebody has got an e-mail about it.
    `fallback` is the address for dates that nobody is responsible for, and for those whose address the mail server has
    refused.
    """
    today = oslo_date(register.clock())
    reached = _reached(register, today)
    with register.read() as session:
        told = _told(session, reached)
        open_items = [one for one in reached if told.get(one.subject, "") is not None]
        people = _responsible(session, open_items, fallback)
        fresh = [one for one in open_items if one.subject not in told or told[one.subject] != people[one.due.id]]
    if write is None:
        return NoticeRound(fresh)
    groups, nobody = _by_person(fresh, people), [one for one in fresh if not people[one.due.id]]
    letters = [(items, write(address, items, today)) for address, items in groups.items()]
    if not letters:
        return NoticeRound(nobody=nobody)
    with register.write() as transaction:
        given = _give(transaction, letters)
    noticed = [one for items, _mail in given for one in items]
    return NoticeRound(noticed, len(given), nobody)


def _reached(register: Register, today: date) -> list[NoticeItem]:
    coming = due_dates(register, _USUALLY_AHEAD, _FURTHER_AHEAD)
    reminders = ((one, deadline_kinds.current_reminder(one.kind, one.due, today)) for one in coming)
    return [NoticeItem(one, reminder) for one, reminder in reminders if reminder]


def _responsible(session: Session, items: Sequence[NoticeItem], fallback: str) -> dict[str, str]:
    """Return the address of whoever is responsible, by the date's id; empty where there is none.

    A date that concerns a municipality goes to the person with the most agreements of the type there.
    """
    cases = _addresses(session, {one.due.agreement_id for one in items if one.due.agreement_id})
    places = {(one.due.type, one.due.municipality_number) for one in items if not one.due.agreement_id}
    by_place = {place: _most_often(_addresses_in(session, *place)) for place in places}
    found = {
        one.due.id: cases.get(one.due.agreement_id, "")
        if one.due.agreement_id
        else by_place[(one.due.type, one.due.municipality_number)]
        for one in items
    }
    refused = refused_addresses(session, set(found.values())) if fallback else set()
    return {id_: fallback if not address or address in refused else address for id_, address in found.items()}


def _addresses(session: Session, agreement_ids: set[str]) -> dict[str, str]:
    wanted = (
        select(Agreement.id, Version.case["ansvarlig_epost"].as_string())
        .join(Version, (Version.agreement_id == Agreement.id) & (Version.number == Agreement.version))
        .where(Agreement.id.in_(agreement_ids))
    )
    return {id_: address or "" for id_, address in session.execute(wanted)}


def _addresses_in(session: Session, agreement_type: str, municipality_number: str) -> list[str]:
    wanted = select(Agreement.id).where(
        Agreement.type == agreement_type,
        Agreement.municipality_number == municipality_number,
        Agreement.state != State.ENDED,
    )
    return [one for one in _addresses(session, set(session.execute(wanted).scalars())).values() if one]


def _most_often(addresses: list[str]) -> str:
    counted = sorted(Counter(addresses).items(), key=lambda pair: (-pair[1], pair[0]))
    return counted[0][0] if counted else ""


def _told(session: Session, items: Sequence[NoticeItem]) -> dict[str, str | None]:
    """Return the notices that were given, by subject: the address that refused it, or None where it was not refused."""
    given = notices_given(session, [one.subject for one in items])
    refused = refusals(session, {mail_id for mail_id in given.values() if mail_id})
    return {subject: refused.get(mail_id or "") for subject, mail_id in given.items()}


def _by_person(items: Sequence[NoticeItem], people: dict[str, str]) -> dict[str, list[NoticeItem]]:
    groups: dict[str, list[NoticeItem]] = {}
    for one in items:
        if people[one.due.id]:
            groups.setdefault(people[one.due.id], []).append(one)
    return dict(sorted(groups.items()))


_Letter = tuple[Sequence[NoticeItem], Mail]


def _give(transaction: Transaction, letters: Sequence[_Letter]) -> list[_Letter]:
    """Write notices and their e-mails; leave out a letter with anything that another run gave in the meantime."""
    told = _told(transaction.session, [one for items, _mail in letters for one in items])
    given = [(items, mail) for items, mail in letters if all(told.get(one.subject, "") is not None for one in items)]
    enqueue(transaction, [mail for _items, mail in given])
    for items, mail in given:
        give_notices_of(transaction, [one.subject for one in items], told.keys(), mail.id)
    if given:
        counted = {mail.id: len(items) for items, mail in given}
        number = sum(counted.values())
        transaction.note(
            "notice",
            None,
            translate_plural("{count} date", "{count} dates", number).format(count=number),
            {"mails": counted},
        )
    return given
