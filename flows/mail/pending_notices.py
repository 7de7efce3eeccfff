"""Write the e-mails about what waits for a person: one to each address, with all that is new, and of each once.

An e-mail and the note that it tells of something are written in one transaction. Requests that ended unsigned have
e-mails of their own (`flows.signing.ended_notifications`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.mime.text import MIMEText

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows import language
from flows.dates import long_date, oslo_date
from flows.language import translate, translate_plural
from flows.language import translate as _
from flows.mail.messages import BYTES, written
from flows.register import Agreement, Register, Version
from flows.register.mail import enqueue, refused_addresses
from flows.register.pending_decisions import action_of, pending_decisions, record_told
from flows.register.pending_schema import PendingDecision, PendingKind
from flows.register.review_schema import Mail

_TOLD_OTHERWISE = frozenset(
    {
        PendingKind.DECLINED,
        PendingKind.EXPIRED,
        PendingKind.CANCELLED,
        PendingKind.MAIL_WAITING,
    }
)
"""Kinds that have e-mails of their own, or that no e-mail can tell of."""
_PASSES = {
    PendingKind.NOT_ANSWERED: timedelta(days=1),
    PendingKind.REFUSAL_PENDING: timedelta(hours=2),
    PendingKind.NOT_COLLECTED: timedelta(hours=1),
}
"""Kinds that often pass by themselves: they are told of after this time."""


def write_notices(register: Register, sender: str, fallback: str) -> int:
    """Write an e-mail to everybody whom something new concerns; return how many.

    What concerns an agreement goes to whoever its case names as responsible, the rest to `fallback`, and so does what
    has nobody who can be reached. What nobody can be told of stays untold: `status` shows it.
    """
    with register.read() as session:
        if not _untold(session, register.clock()):
            return 0
    with register.write() as transaction:
        session, now = transaction.session, transaction.now
        rows = _untold(session, now)
        people = _responsible(session, rows, fallback)
        groups: dict[str, list[PendingDecision]] = {}
        for row in rows:
            if people[row.id]:
                groups.setdefault(people[row.id], []).append(row)
        for address, about in groups.items():
            mail = _letter(sender, address, about, now)
            enqueue(transaction, [mail])
            record_told(transaction, [one.id for one in about])
            details = {"mail": mail.id, "pending": [one.id for one in about]}
            number = len(about)
            told = translate_plural("told of {count} matter", "told of {count} matters", number).format(count=number)
            transaction.note("notice", None, told, details)
        return len(groups)


def _untold(session: Session, now: datetime) -> list[PendingDecision]:
    return [
        one
        for one in pending_decisions(session)
        if one.told_at is None
        and one.kind not in _TOLD_OTHERWISE
        and one.since <= now - _PASSES.get(PendingKind(one.kind), timedelta())
    ]


def _responsible(session: Session, rows: Sequence[PendingDecision], fallback: str) -> dict[str, str]:
    """Return the address that each row concerns, by the row's id; empty where nobody can be told."""
    wanted = (
        select(Agreement.id, Version.case["ansvarlig_epost"].as_string())
        .join(Version, (Version.agreement_id == Agreement.id) & (Version.number == Agreement.version))
        .where(Agreement.id.in_({one.agreement_id for one in rows if one.agreement_id}))
    )
    addresses = {agreement_id: address or "" for agreement_id, address in session.execute(wanted)}
    refused = refused_addresses(session, set(addresses.values()) | {fallback})
    found = {}
    for one in rows:
        candidates = (addresses.get(one.agreement_id or "", ""), fallback)
        found[one.id] = next((each for each in candidates if each and each not in refused), "")
    return found


def _letter(sender: str, address: str, rows: Sequence[PendingDecision], now: datetime) -> Mail:
    number = len(rows)
    subject = translate_plural("{count} matter waits for you", "{count} matters wait for you", number)
    told = [_matter(one) for one in rows]
    lines = [_("Hello,"), _("This waits for a person:"), *told, _("`avtaleflyt status` shows everything that waits.")]
    text = "\n\n".join([*lines, _("Sent by Avtaleflyt."), ""])
    message = MIMEText(text, "plain", "utf-8", policy=BYTES)
    return written(message, sender, address, subject.format(count=number), now, language.current())


def _matter(row: PendingDecision) -> str:
    since = _("since {day}").format(day=long_date(oslo_date(row.since), language.current()))
    about = row.agreement_id or row.subject
    action = action_of(row)
    for command in ("resend", "settle"):
        action = action.replace(f"{command} ID", f"{command} {about}")
    return f"{about} ({translate(row.kind)}, {since})\n{translate(row.why)}\n{action}"
