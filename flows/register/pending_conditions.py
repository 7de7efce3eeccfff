"""Conditions in the register that wait for a person: states, and things that should have gone on by themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import exists, func, null, select
from sqlalchemy.orm import Session

from flows.language import translate as _
from flows.provider_names import provider_first
from flows.register.delivery_answers import answers_for_people
from flows.register.delivery_schema import Delivery
from flows.register.mail import untold_mails
from flows.register.pending_schema import PendingKind
from flows.register.rate_limit import polled_at
from flows.register.review_schema import Mail
from flows.register.schema import Agreement, Event, SendingWish, SignatureRequest, Version
from flows.register.signature_requests import LATE, STRAY
from flows.register.signing_schema import WebhookRefusal
from flows.register.states import UNSENT, WAITS_FOR_A_PERSON, DeliveryState, MailStatus, RequestState, State

SILENCE = timedelta(hours=24)
"""A provider with open requests and no updates for this long is not polled, or does not answer."""
LEFT_LYING = timedelta(days=25)
"""Providers delete documents that are not acknowledged: Posten signering after 40 days."""
GOES_ON_BY_ITSELF = timedelta(hours=1)
"""The next step of an agreement is taken within this time; later, the run that should have taken it never ran."""
_OVERDUE = timedelta(days=2)
"""Time after our deadline for the provider to report: its own deadlines run for each signer in turn."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that waits for a person; `since` is None where it was found just now."""

    kind: PendingKind
    subject: str
    why: str
    agreement_id: str | None = None
    reference: str = ""
    since: datetime | None = None


CONDITIONS = frozenset(
    {
        PendingKind.UNKNOWN,
        PendingKind.DECLINED,
        PendingKind.EXPIRED,
        PendingKind.CANCELLED,
        PendingKind.QUARANTINED,
        PendingKind.SIGNED_LATE,
        PendingKind.STRAY,
        PendingKind.NOT_SETTLED,
        PendingKind.OVERDUE,
        PendingKind.LEFT_LYING,
        PendingKind.SILENT,
        PendingKind.WEBHOOKS_REFUSED,
        PendingKind.NOT_MADE,
        PendingKind.DOCUMENT_REFUSED,
        PendingKind.NOT_SENT,
        PendingKind.MAIL_WAITING,
        PendingKind.MAIL_REFUSED,
        PendingKind.DELIVERY_REFUSED,
        PendingKind.DELIVERY_OPEN,
        PendingKind.DELIVERY_ANSWERS,
    }
)
"""The kinds that `conditions` finds. The others are what a provider or a run reports."""


def conditions(session: Session, now: datetime) -> list[Finding]:
    """Return everything in the register that waits for a person now."""
    return [
        *_states(session, now),
        *_aside(session),
        *_silent(session, now),
        *_left_lying(session, now),
        *_stuck(session, now),
        *_webhooks(session, now),
        *_mail(session, now),
        *_deliveries(session, now),
    ]


def _states(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield agreements whose state waits for a person, and those that should have gone on and did not."""
    late = now - GOES_ON_BY_ITSELF
    waits = Agreement.state.in_([str(state) for state in WAITS_FOR_A_PERSON])
    wanted = exists().where(SendingWish.agreement_id == Agreement.id, SendingWish.version == Agreement.version)
    to_be_sent = (Agreement.state == State.GENERATED) & wanted
    stands = Agreement.state.in_([State.RECEIVED, State.APPROVED]) | to_be_sent
    # The agreements in a subquery: few are in these states, and a join would read every event there is.
    those = select(Agreement.id).where(waits | stands)
    newest = (
        select(func.max(Event.number))
        .where(Event.kind == "state", Event.agreement_id.in_(those))
        .group_by(Event.agreement_id)
    )
    rows = session.execute(
        select(Agreement.id, Agreement.state, Event.at, Event.why, Event.state_before)
        .join(Event, Event.agreement_id == Agreement.id)
        .where(Event.number.in_(newest), waits | (Event.at < late) | (Event.state_before == State.SENDING))
        .order_by(Agreement.received_at, Agreement.id)
    ).all()
    requests, refusals = _newest_requests(session), _refusals(session)
    for agreement_id, why in refusals.items():
        yield Finding(PendingKind.DOCUMENT_REFUSED, agreement_id, why, agreement_id)
    for agreement_id, state, at, why, before in rows:
        reference, status = requests.get(agreement_id, ("", ""))
        if state == State.CANCELLED and before in UNSENT:
            continue  # a person has withdrawn it before it was sent: nobody waits for it
        if state in WAITS_FOR_A_PERSON:
            yield Finding(PendingKind(state), agreement_id, why, agreement_id, reference, at)
        elif state == State.RECEIVED and agreement_id in refusals:
            continue
        elif state == State.RECEIVED:
            told = _("received, and no document has been made of it")
            yield Finding(PendingKind.NOT_MADE, agreement_id, told, agreement_id, reference, at)
        elif status != RequestState.STRAY:  # another one may be out: it is not sent again before a person has looked
            told = why if before in {State.SENDING, State.UNKNOWN} else _("to be sent, and not sent")
            yield Finding(PendingKind.NOT_SENT, agreement_id, told, agreement_id, reference, at)


def _refusals(session: Session) -> dict[str, str]:
    """Return why the document of an agreement could not be made, by agreement."""
    wanted = (
        select(Agreement.id, Version.refusal)
        .join(Version, (Version.agreement_id == Agreement.id) & (Version.number == Agreement.version))
        .where(Agreement.state == State.RECEIVED, Version.refusal.is_not(null()))
        .order_by(Agreement.received_at, Agreement.id)
    )
    return {agreement_id: refusal["sentence"] for agreement_id, refusal in session.execute(wanted) if refusal}


def _newest_requests(session: Session) -> dict[str, tuple[str, str]]:
    """Return our reference and the status of the newest request of each agreement that is not out, by agreement."""
    states = [*map(str, WAITS_FOR_A_PERSON), State.RECEIVED, State.GENERATED, State.APPROVED]
    those = select(Agreement.id).where(Agreement.state.in_(states))
    of = SignatureRequest
    wanted = select(of.agreement_id, of.reference, of.status).where(of.agreement_id.in_(those))
    order = (SignatureRequest.version, SignatureRequest.attempt)
    return {row.agreement_id: (row.reference, row.status) for row in session.execute(wanted.order_by(*order))}


def _aside(session: Session) -> Iterator[Finding]:
    told = {RequestState.SIGNED_LATE: LATE, RequestState.STRAY: STRAY}
    wanted = select(SignatureRequest).where(SignatureRequest.status.in_([str(one) for one in told]))
    for one in session.execute(wanted.order_by(SignatureRequest.intended_at)).scalars():
        why = told[RequestState(one.status)]
        kind = PendingKind(one.status)
        yield Finding(kind, one.reference, why, one.agreement_id, one.reference, one.ended_at or one.intended_at)


def _silent(session: Session, now: datetime) -> Iterator[Finding]:
    of = SignatureRequest
    rows = session.execute(
        select(of.provider, func.count(of.sent_at), func.min(of.sent_at))
        .join(Agreement, Agreement.id == of.agreement_id)
        .where(of.status == RequestState.OPEN, Agreement.state == State.SENT)
        .group_by(of.provider)
        .order_by(of.provider)
    )
    for provider, count, first in rows.all():
        since = max(filter(None, [polled_at(session, provider), first]), default=now)
        if now - since > SILENCE:
            why = _("{provider} has told nothing about {count} open requests since {since:%Y-%m-%d %H:%M} UTC").format(
                provider=provider_first(provider), count=count, since=since
            )
            yield Finding(PendingKind.SILENT, provider, why, since=since)


def _left_lying(session: Session, now: datetime) -> Iterator[Finding]:
    of = SignatureRequest
    those = select(Agreement.id).where(Agreement.state.in_([State.SIGNED, State.QUARANTINED]))
    rows = session.execute(
        select(of.agreement_id, of.reference, of.ended_at)
        .where(of.agreement_id.in_(those), of.status == RequestState.SIGNED, of.acknowledged_at.is_(None))
        .where(of.ended_at < now - LEFT_LYING)
        .order_by(of.ended_at)
    )
    why = _("signed more than 25 days ago and not archived; the provider may delete it")
    for agreement_id, reference, ended_at in rows:
        yield Finding(PendingKind.LEFT_LYING, reference, why, agreement_id, reference, ended_at)


def _stuck(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield requests in `sending` for over a day, and open ones past their deadline."""
    about_to_be = (SignatureRequest.status == RequestState.INTENDED) & (SignatureRequest.intended_at < now - SILENCE)
    overdue = (SignatureRequest.status == RequestState.OPEN) & (SignatureRequest.deadline < now - _OVERDUE)
    rows = session.execute(
        select(SignatureRequest)
        .join(Agreement, Agreement.id == SignatureRequest.agreement_id)
        .where(((Agreement.state == State.SENDING) & about_to_be) | ((Agreement.state == State.SENT) & overdue))
        .order_by(SignatureRequest.intended_at)
    ).scalars()
    for one in rows:
        kind, why, since = (
            (PendingKind.OVERDUE, _("open although its deadline has passed"), one.deadline)
            if one.status == RequestState.OPEN
            else (
                PendingKind.NOT_SETTLED,
                _("about to be sent for more than a day; the provider could not be asked about it"),
                one.intended_at,
            )
        )
        yield Finding(kind, one.reference, why, one.agreement_id, one.reference, since)


def _webhooks(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield the providers of which webhooks were refused today or yesterday: often a secret that was changed there."""
    days = [(now.astimezone(UTC) - ago).date().isoformat() for ago in (timedelta(), timedelta(days=1))]
    wanted = select(WebhookRefusal.provider, func.sum(WebhookRefusal.count)).where(
        WebhookRefusal.day.in_(days), WebhookRefusal.reason == "forged"
    )
    for provider, count in session.execute(wanted.group_by(WebhookRefusal.provider)):
        why = _("webhooks that carry no secret of ours were refused: {count} in two days").format(count=int(count))
        yield Finding(PendingKind.WEBHOOKS_REFUSED, provider, why)


def _mail(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield refused e-mails that nobody else was told of, and the outbox as a whole where it stands still."""
    waiting = select(Mail.problem, Mail.written_at).where(
        Mail.state.in_([MailStatus.WAITING, MailStatus.SENDING]), Mail.written_at < now - SILENCE
    )
    rows = session.execute(waiting.order_by(Mail.written_at)).all()
    if rows:
        why = _("e-mails have waited for more than a day: {count}; {problem}").format(
            count=len(rows), problem=next((row.problem for row in reversed(rows) if row.problem), "")
        )
        yield Finding(PendingKind.MAIL_WAITING, "outbox", why.rstrip("; "), since=rows[0].written_at)
    for one in untold_mails(session):
        yield Finding(PendingKind.MAIL_REFUSED, one.id, one.problem, since=one.tried_at)


def _deliveries(session: Session, now: datetime) -> Iterator[Finding]:
    """Yield deliveries that were refused, wait for a person or stay unknown, and answers that fit nothing."""
    waits = Delivery.state.in_([DeliveryState.REFUSED, DeliveryState.NEEDS_PERSON])
    stays = (Delivery.state == DeliveryState.UNKNOWN) & (Delivery.intended_at < now - SILENCE)
    stands = (Delivery.state == DeliveryState.DUE) & (Delivery.planned_at < now - 7 * SILENCE)
    for one in session.execute(select(Delivery).where(waits | stays | stands).order_by(Delivery.planned_at)).scalars():
        refused = one.state == DeliveryState.REFUSED
        kind = PendingKind.DELIVERY_REFUSED if refused else PendingKind.DELIVERY_OPEN
        why = one.reason or _("due for more than a week, and not delivered")
        yield Finding(kind, one.id, why, one.agreement_id, one.id, one.settled_at or one.intended_at or one.planned_at)
    strange = answers_for_people(session)
    if strange:
        told = _("messages in our queue at Fiks IO that answer nothing of ours or cannot be opened: {count}; {note}")
        why = told.format(count=len(strange), note=strange[-1].note)
        yield Finding(PendingKind.DELIVERY_ANSWERS, "queue", why, since=strange[0].stored_at)
