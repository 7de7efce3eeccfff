"""E-mails in the register: written before they go out, claimed by one sender at a time, settled by the answer."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from flows.language import for_the_register
from flows.register.database import Transaction
from flows.register.review_schema import Mail
from flows.register.schema import Notice, new_id
from flows.register.states import MAIL_CHANGES, MailStatus, check_change

_REMOVED_AT_ONCE = 200
LEASE = timedelta(minutes=15)
"""Time before an unfinished try may be repeated: longer than any wait for a mail server."""


def waiting_mail(recipient: str, message_id: str, message: bytes) -> Mail:
    """Return a new e-mail, as it will go out, that waits to be delivered."""
    return Mail(
        id=new_id(),
        recipient=recipient,
        message_id=message_id,
        message=message,
        state=MailStatus.WAITING,
        tries=0,
    )


def enqueue(transaction: Transaction, mails: Sequence[Mail]) -> None:
    """Put new e-mails into the outbox; they are delivered later, and their ids may be referred to from now on."""
    for mail in mails:
        mail.written_at = transaction.now
        transaction.session.add(mail)
    transaction.session.flush()


def claimable(session: Session) -> list[str]:
    """Return the ids of the e-mails that are to be delivered, some of which another try may be busy with."""
    states = [str(MailStatus.WAITING), str(MailStatus.SENDING)]
    return list(session.execute(select(Mail.id).where(Mail.state.in_(states))).scalars())


def claim_next(transaction: Transaction, but_not: Collection[str]) -> Mail | None:
    """Claim the oldest e-mail to deliver and set it to `sending`; None if there is none.

    Those that were tried before come after the others, so that none waits for one that cannot be delivered.
    One whose try was interrupted more than `LEASE` ago is claimed again, with the same bytes and Message-ID.
    """
    cut_off = (Mail.state == MailStatus.SENDING) & (Mail.tried_at < transaction.now - LEASE)
    wanted = select(Mail).where((Mail.state == MailStatus.WAITING) | cut_off, Mail.id.not_in(but_not))
    first = wanted.order_by(Mail.tries, Mail.written_at, Mail.id).limit(1)
    mail = transaction.session.execute(first).scalar_one_or_none()
    if mail is not None:
        set_mail_status(mail, MailStatus.SENDING)
        mail.tries, mail.tried_at = mail.tries + 1, transaction.now
    return mail


def settle_mail(transaction: Transaction, mail_id: str, state: MailStatus, problem: str = "") -> None:
    """Record the result of a try: `sent`, `refused`, `waiting` (try again), or `sending` (unknown).

    An e-mail that another try has settled meanwhile stays as it is.
    """
    mail = transaction.session.get_one(Mail, mail_id)
    if mail.state != MailStatus.SENDING:
        return
    set_mail_status(mail, state)
    mail.problem = for_the_register(problem)
    if state == MailStatus.SENT:
        mail.sent_at = transaction.now
    if state == MailStatus.REFUSED:
        transaction.note("mail", None, "e-mail refused by the mail server", {"mail": mail_id})


def set_mail_status(mail: Mail, after: MailStatus) -> None:
    """Change the status of an e-mail. Raises `TransitionRefused` for a change that is not in the table."""
    mail.state = check_change(MAIL_CHANGES, mail.state, after)


def undelivered(session: Session) -> list[Mail]:
    """Return the e-mails that were not delivered, oldest first: waiting, in progress, refused."""
    return list(
        session.execute(select(Mail).where(Mail.state != MailStatus.SENT).order_by(Mail.written_at, Mail.id)).scalars()
    )


def untold_mails(session: Session) -> list[Mail]:
    """Return the refused e-mails in whose place nobody else was told, and whose recipient has got no newer one."""
    newer = aliased(Mail)
    got_another = exists().where(
        newer.recipient == Mail.recipient, newer.state == MailStatus.SENT, newer.written_at > Mail.written_at
    )
    wanted = select(Mail).where(Mail.state == MailStatus.REFUSED, Mail.replaced_by.is_(None), ~got_another)
    return list(session.execute(wanted.order_by(Mail.written_at, Mail.id)).scalars())


def about_reviews(session: Session, mail_ids: Collection[str]) -> set[str]:
    """Return which of these e-mails gave notice of reviews and deadlines, which are given anew by themselves."""
    wanted = select(Notice.mail_id).where(Notice.mail_id.in_(mail_ids), Notice.subject.not_like("%/ended"))
    return {one for one in session.execute(wanted).scalars() if one}


def remove_delivered(transaction: Transaction, before: datetime) -> int:
    """Delete some e-mails that were delivered before an instant, oldest first; return how many.

    Those to an address that refused another one stay: they tell whether somebody must still be told.
    """
    refused = select(Mail.recipient).where(Mail.state == MailStatus.REFUSED)
    wanted = select(Mail).where(Mail.state == MailStatus.SENT, Mail.sent_at < before, Mail.recipient.not_in(refused))
    old = transaction.session.execute(wanted.order_by(Mail.sent_at, Mail.id).limit(_REMOVED_AT_ONCE)).scalars().all()
    for mail in old:
        transaction.session.delete(mail)
    if old:
        transaction.note("mail", None, "delivered e-mails were deleted when their time was over", {"count": len(old)})
    return len(old)


def refusals(session: Session, mail_ids: Collection[str]) -> dict[str, str]:
    """Return the recipient of each of these e-mails that was refused, by id."""
    wanted = select(Mail.id, Mail.recipient).where(Mail.id.in_(mail_ids), Mail.state == MailStatus.REFUSED)
    return {row.id: row.recipient for row in session.execute(wanted)}


def refused_addresses(session: Session, addresses: Collection[str]) -> set[str]:
    """Return the addresses whose newest settled e-mail was refused."""
    wanted = select(Mail.recipient, Mail.state).where(
        Mail.recipient.in_(addresses), Mail.state.in_([MailStatus.SENT, MailStatus.REFUSED])
    )
    rows = session.execute(wanted.order_by(Mail.written_at, Mail.id))
    newest = {row.recipient: row.state for row in rows}
    return {address for address, state in newest.items() if state == MailStatus.REFUSED}
