"""Notify people by e-mail that a request ended without a signature.

The coordinator is told and, where somebody declined, everybody who had signed already.
The notice and its e-mails are written in one transaction, and the notice is known by the request's reference: a run
that is cut off leaves both or neither, and no second run tells anybody again. Delivery comes afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.mime.text import MIMEText

from sqlalchemy import select

from flows import language
from flows.language import translate
from flows.language import translate as _
from flows.mail.messages import BYTES, written
from flows.register import Agreement, Event, Register, SignatureRequest, Transaction, Version
from flows.register.mail import enqueue, refused_addresses
from flows.register.review_schema import Mail
from flows.register.reviews import give_notices_of, notices_given
from flows.register.schema import Json
from flows.register.states import ENDED_UNSIGNED, State
from flows.signing.request_title import request_title

RECENT = timedelta(days=7)
"""What ended longer ago is no news: somebody has set up e-mail since."""
_OURS = ("cancel_asked", "gone")
"""Events of requests that ended because a person here wanted them to."""


@dataclass(frozen=True, slots=True)
class NotificationAddresses:
    """The sender of e-mails, and the recipient if nobody is responsible or can be reached."""

    sender: str
    fallback: str = ""


def notify_of_ends(register: Register, post: NotificationAddresses) -> int:
    """Write the e-mails about requests that have ended since the last time; return how many."""
    with register.read() as session:
        wanted = select(SignatureRequest.reference).where(
            SignatureRequest.status.in_([str(state) for state in ENDED_UNSIGNED]),
            SignatureRequest.ended_at > register.clock() - RECENT,
        )
        ended = list(session.execute(wanted.order_by(SignatureRequest.ended_at)).scalars())
        told = notices_given(session, [_subject(one) for one in ended])
    count = 0
    for reference in ended:
        if _subject(reference) not in told:
            with register.write() as transaction:
                count += _tell(transaction, reference, post)
    return count


def _tell(transaction: Transaction, reference: str, post: NotificationAddresses) -> int:
    session = transaction.session
    if notices_given(session, [_subject(reference)]):
        return 0  # another run was first
    request = session.execute(select(SignatureRequest).where(SignatureRequest.reference == reference)).scalar_one()
    ours = select(Event).where(Event.agreement_id == request.agreement_id, Event.kind.in_(_OURS))
    if any(one.details.get("reference") == reference for one in session.execute(ours).scalars()):
        return 0
    version = session.get_one(Version, (request.agreement_id, request.version))
    agreement = session.get_one(Agreement, request.agreement_id)
    address = str(version.case.get("ansvarlig_epost") or "")
    if not address or refused_addresses(session, {address}):
        address = post.fallback
    signed = [one for one in request.signers if one.get("signed") and one.get("email")]
    title, now = request_title(agreement, version), transaction.now
    mails = [_letter(post.sender, address, _to_coordinator(request, agreement, title), now)] if address else []
    if request.status == State.DECLINED:
        mails += [_letter_to_signer(post.sender, one, title, now) for one in signed]
    if not mails:
        return 0  # `status` shows it, and the next round tries again
    enqueue(transaction, mails)
    give_notices_of(transaction, [_subject(reference)], (), mails[0].id)
    details: Json = {"reference": reference, "mails": [mail.id for mail in mails]}
    transaction.note(
        "notice",
        request.agreement_id,
        _("told by e-mail that the request is {status}").format(status=translate(request.status)),
        details,
    )
    return len(mails)


def _subject(reference: str) -> str:
    """Return the key of the notice in the register."""
    return f"{reference}/ended"


def _letter(sender: str, address: str, lines: Sequence[str], now: datetime) -> Mail:
    subject, *paragraphs = lines
    message = MIMEText("\n\n".join([*paragraphs, ""]), "plain", "utf-8", policy=BYTES)
    return written(message, sender, address, subject, now, language.current())


def _letter_to_signer(sender: str, signer: Json, title: str, now: datetime) -> Mail:
    with language.using(signer.get("language") or language.current()):
        return _letter(sender, signer["email"], _to_signer(signer, title), now)


def _to_coordinator(request: SignatureRequest, agreement: Agreement, title: str) -> list[str]:
    subject, happened = {
        State.DECLINED: (_("Declined: {title}"), _("One of the signers has declined to sign: {title}")),
        State.EXPIRED: (_("Deadline passed: {title}"), _("Not everybody signed before the deadline: {title}")),
        State.CANCELLED: (_("Ended: {title}"), _("The request was ended at the signature provider: {title}")),
    }[State(request.status)]
    return [
        subject.format(title=title),
        _("Hello,"),
        happened.format(title=title),
        *([_("Reason: {reason}").format(reason=request.reason)] if request.reason else []),
        _("The agreement has the id {id}.").format(id=agreement.id),
        _("Send the same case anew with: avtaleflyt resend {id}").format(id=agreement.id),
        _("If the case must be changed first, change it in the workbook and run: avtaleflyt renew FILE --send"),
        _("Sent by Avtaleflyt."),
    ]


def _to_signer(signer: Json, title: str) -> list[str]:
    return [
        _("Declined: {title}").format(title=title),
        _("Hello {name},").format(name=signer["name"]),
        _("You have signed: {title}").format(title=title),
        _("Another signer has declined since then. The document is not completed, and you need not do anything."),
        _("Whoever sent it knows, and will get in touch if there is a new document to sign."),
        _("Sent by Avtaleflyt."),
    ]
