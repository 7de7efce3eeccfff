"""What waits for a person: the one writer of the table, and what to do about each kind.

What the register itself shows is brought up to date by `refresh`; what providers and runs report is recorded where they
are heard, and cleared when they say that it is over.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.language import for_the_register, translate
from flows.register.database import Register, Transaction
from flows.register.listing_query import Scope, in_scope
from flows.register.listing_schema import AgreementListing
from flows.register.pending_conditions import CONDITIONS, Finding, conditions
from flows.register.pending_schema import PendingDecision, PendingKind
from flows.register.schema import SignatureRequest
from flows.register.states import RequestState

_ORDER = (PendingDecision.since, PendingDecision.kind, PendingDecision.id)
_SEND_ANEW = "send it anew with `avtaleflyt resend ID`, or change the case and run `avtaleflyt renew`"
_LOOK_THERE = "look at it at the provider; cancel it there if nobody can sign it any more"
_TELL_THE_SIGNER = "check the signer's address in the case; remind the signer, or change the case and run `renew`"
_SEE_IT_RUN = "see that `avtaleflyt collect` runs and the provider answers"
_VERIFY = "run `avtaleflyt archive verify`, and bring the register back from a backup"
ACTIONS = {
    PendingKind.UNKNOWN: "look it up at the provider, then `avtaleflyt settle ID --sent REF` or `--not-sent`",
    PendingKind.DECLINED: "talk to whoever declined; change the case and run `avtaleflyt renew`, or `avtaleflyt "
    "resend ID`",
    PendingKind.EXPIRED: _SEND_ANEW,
    PendingKind.CANCELLED: _SEND_ANEW,
    PendingKind.QUARANTINED: "look at it with `avtaleflyt archive get ID -o DIR`, then `archive accept ID --why …` or "
    "`archive refuse ID --why …`",
    PendingKind.SIGNED_LATE: "decide with the parties which agreement holds",
    PendingKind.STRAY: "cancel it at the provider: what counts is the newest request of the agreement",
    PendingKind.NOT_SETTLED: _SEE_IT_RUN,
    PendingKind.OVERDUE: "look at it there; cancel it, or remind the signer",
    PendingKind.LEFT_LYING: "run `avtaleflyt collect`, or settle what is quarantined",
    PendingKind.NOT_ANSWERED: _LOOK_THERE,
    PendingKind.GONE: "look for it at the provider; if it is gone, `avtaleflyt settle ID --gone`",
    PendingKind.NOT_SENT_OUT: _LOOK_THERE,
    PendingKind.NOT_SEALED: "everybody has signed: have whoever runs the provider look at its sealing",
    PendingKind.NOT_VIEWED: "everybody has signed: ask whoever is to look at it at the provider to do so",
    PendingKind.REFUSAL_PENDING: "a signer has refused: the request is ended here within an hour",
    PendingKind.SIGNER_NOT_TOLD: _TELL_THE_SIGNER,
    PendingKind.MAIL_RETURNED: _TELL_THE_SIGNER,
    PendingKind.MAIL_FAILED: _TELL_THE_SIGNER,
    PendingKind.NOT_COLLECTED: "it is tried again in every round; see that store and provider answer",
    PendingKind.SILENT: _SEE_IT_RUN,
    PendingKind.STRANGERS: "see that no other installation reads the same queue",
    PendingKind.WEBHOOKS_REFUSED: "compare the secret of the webhook there with the one that is set here",
    PendingKind.NOT_MADE: "run `avtaleflyt renew` with the same cases, or see that the flows run",
    PendingKind.DOCUMENT_REFUSED: "mend the case where the reason says, or the template, and run `avtaleflyt renew` or "
    "`new-alis` again",
    PendingKind.NOT_SENT: "send it with `avtaleflyt renew … --send`; see that the provider answers",
    PendingKind.MAIL_WAITING: "see that the mail server answers; `avtaleflyt reviews mail` lists the e-mails",
    PendingKind.MAIL_REFUSED: "correct the address in the case, and tell the person yourself",
    PendingKind.MAIL_ALTERED: _VERIFY,
    PendingKind.WISH_ALTERED: _VERIFY,
    PendingKind.DELIVERY_REFUSED: "mend what the archive says is wrong, then `avtaleflyt deliver ID --again --why …`",
    PendingKind.DELIVERY_OPEN: "look in the archive, then `avtaleflyt deliver ID --settle delivered --case … --entry … "
    "--why …` or `--settle not-delivered`; or send it with `--again`",
    PendingKind.DELIVERY_STOPPED: "nothing is lost: mend what stands there; `avtaleflyt doctor` tells more",
    PendingKind.DELIVERY_ANSWERS: "see that no other program uses our account in Fiks IO; then `avtaleflyt deliver "
    "--close-answers --why …`",
    PendingKind.WITNESS_SILENT: "see that the place answers and AVTALEFLYT_WITNESS names it, then run `avtaleflyt "
    "archive keep`",
}
"""What to do about each kind, in the source language."""

REQUEST_KINDS = frozenset(
    {
        PendingKind.NOT_ANSWERED,
        PendingKind.GONE,
        PendingKind.NOT_SENT_OUT,
        PendingKind.NOT_SEALED,
        PendingKind.NOT_VIEWED,
        PendingKind.REFUSAL_PENDING,
        PendingKind.SIGNER_NOT_TOLD,
        PendingKind.MAIL_RETURNED,
        PendingKind.MAIL_FAILED,
    }
)
"""What a provider says about an open request: over when it says otherwise, and when the request has ended."""


_ABOUT_REQUESTS = REQUEST_KINDS | {PendingKind.NOT_COLLECTED}
_FEW = 100
_GOES_ON = frozenset({RequestState.OPEN, RequestState.SIGNED})


def action_of(row: PendingDecision) -> str:
    """Return what a person is to do about it, in the language in use."""
    return translate(ACTIONS[PendingKind(row.kind)])


def record_pending(transaction: Transaction, found: Finding) -> PendingDecision:
    """Record that something waits for a person; what is open already keeps its time and takes the new reason."""
    why = for_the_register(found.why)
    known = _open(transaction.session, {found.kind}, {found.subject})
    if known:
        if known[0].why != why:
            known[0].why = why
        return known[0]
    row = PendingDecision(
        kind=found.kind,
        subject=found.subject,
        agreement_id=found.agreement_id,
        reference=found.reference,
        why=why,
        since=found.since or transaction.now,
    )
    transaction.session.add(row)
    transaction.session.flush()
    return row


def clear_pending(transaction: Transaction, kinds: Collection[PendingKind], subjects: Collection[str]) -> None:
    """Clear what is open of these kinds about these subjects."""
    for one in _open(transaction.session, kinds, subjects):
        one.cleared_at = transaction.now


def record_heard(transaction: Transaction, found: Collection[Finding], heard: Collection[str]) -> None:
    """Record what a provider said of the requests in `heard`, by reference; what it no longer says is over."""
    said = {(one.kind, one.subject) for one in found}
    for one in _open(transaction.session, REQUEST_KINDS, heard):
        if (one.kind, one.subject) not in said:
            one.cleared_at = transaction.now
    for each in found:
        record_pending(transaction, each)


def record_all(transaction: Transaction, kind: PendingKind, found: Collection[Finding]) -> None:
    """Record everything of a kind that waits for a person now; what is not among it is over."""
    subjects = {one.subject for one in found}
    for one in _open(transaction.session, {kind}):
        if one.subject not in subjects:
            one.cleared_at = transaction.now
    for each in found:
        record_pending(transaction, each)


def pending_decisions(session: Session) -> list[PendingDecision]:
    """Return everything that waits for a person: the oldest first, then by kind."""
    wanted = select(PendingDecision).where(PendingDecision.cleared_at.is_(None))
    return list(session.execute(wanted.order_by(*_ORDER)).scalars())


def pending_with_listings(
    session: Session, scope: Scope = None, agreement_id: str = ""
) -> list[tuple[PendingDecision, AgreementListing | None]]:
    """Return what waits within a scope, perhaps about one agreement, each with its agreement's row in the list."""
    wanted = (
        select(PendingDecision, AgreementListing)
        .outerjoin(AgreementListing, AgreementListing.agreement_id == PendingDecision.agreement_id)
        .where(PendingDecision.cleared_at.is_(None))
        .order_by(*_ORDER)
    )
    if agreement_id:
        wanted = wanted.where(PendingDecision.agreement_id == agreement_id)
    if scope is not None:
        wanted = wanted.where(in_scope(scope))
    return [(row, listing) for row, listing in session.execute(wanted)]


def refresh(register: Register) -> None:
    """Bring the table up to date with the register: open what holds now, and clear what does not any more."""
    with register.read() as session:
        now = register.clock()
        stale, missing = _differences(session, now)
    if not stale and not missing:
        return
    with register.write() as transaction:
        stale, missing = _differences(transaction.session, transaction.now)
        for one in stale:
            one.cleared_at = transaction.now
        transaction.session.flush()
        for found in missing:
            record_pending(transaction, found)


def record_told(transaction: Transaction, ids: Iterable[str]) -> None:
    """Record that somebody was told of these by e-mail."""
    for one in ids:
        transaction.session.get_one(PendingDecision, one).told_at = transaction.now


def _differences(session: Session, now: datetime) -> tuple[list[PendingDecision], list[Finding]]:
    """Return the open rows that are over, and what holds and is not open with the same reason."""
    holds = {(one.kind, one.subject): one for one in conditions(session, now)}
    open_rows = pending_decisions(session)
    known = {(PendingKind(one.kind), one.subject): one for one in open_rows}
    over = [one for key, one in known.items() if key[0] in CONDITIONS and key not in holds]
    missing = [one for key, one in holds.items() if key not in known or known[key].why != for_the_register(one.why)]
    return [*over, *_ended(session, open_rows)], missing


def _ended(session: Session, rows: Collection[PendingDecision]) -> list[PendingDecision]:
    """Return the open rows about requests for which there is nothing more to do."""
    wanted = {one.subject for one in rows if one.kind in _ABOUT_REQUESTS}
    asked = select(SignatureRequest.reference, SignatureRequest.status, SignatureRequest.acknowledged_at)
    requests = {
        row.reference: row for row in session.execute(asked.where(SignatureRequest.reference.in_(wanted))).all()
    }
    over = []
    for one in rows:
        if one.kind in _ABOUT_REQUESTS:
            request = requests.get(one.subject)
            goes_on = request is not None and request.acknowledged_at is None and request.status in _GOES_ON
            over += [] if goes_on else [one]
    return over


def _open(session: Session, kinds: Collection[str], subjects: Collection[str] | None = None) -> list[PendingDecision]:
    """Return what is open of these kinds, about these subjects if any are given: few by the index, many by reading."""
    wanted = select(PendingDecision).where(
        PendingDecision.cleared_at.is_(None), PendingDecision.kind.in_([str(one) for one in kinds])
    )
    if subjects is not None and len(subjects) <= _FEW:
        wanted = wanted.where(PendingDecision.subject.in_(list(subjects)))
    return [one for one in session.execute(wanted).scalars() if subjects is None or one.subject in subjects]
