"""The outbox: deliver the e-mails that wait in the register, one at a time, each result kept before the next goes out.

An e-mail whose answer was lost goes out again after a while with the same bytes and the same Message-ID, by which mail
systems recognise it: a missed deadline is worse than a copy.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flows.language import translate as _
from flows.mail.addresses import mailbox_of
from flows.mail.smtp import DeliveryResult, MailServer, transmit
from flows.register import Register, Transaction
from flows.register.altered_rows import altered_rows
from flows.register.mail import claim_next, claimable, settle_mail
from flows.register.pending_conditions import Finding
from flows.register.pending_decisions import record_all
from flows.register.pending_schema import PendingKind
from flows.register.review_schema import Mail
from flows.register.signed_heads import HeadSigner
from flows.register.states import MailStatus


@dataclass(frozen=True, slots=True)
class DeliveryRound:
    """The result of a round. `waiting` counts undelivered e-mails, `problem` is the last reason, as a sentence."""

    sent: int = 0
    refused: int = 0
    waiting: int = 0
    problem: str = ""


_STATES = {
    DeliveryResult.DELIVERED: MailStatus.SENT,
    DeliveryResult.REFUSED: MailStatus.REFUSED,
    DeliveryResult.UNKNOWN: MailStatus.SENDING,
}

GIVES_UP = timedelta(days=3)
"""An e-mail that a server has not taken for so long, while it took others, is refused: somebody else must be told."""

_ABOUT_ONE = frozenset({DeliveryResult.LATER, DeliveryResult.UNKNOWN})
Deliver = Callable[[Mail], tuple[DeliveryResult, str]]


def deliver_waiting(register: Register, deliver: Deliver) -> DeliveryRound:
    """Deliver every waiting e-mail, new ones first; if the server is away, the rest waits for the next round.

    One that cannot be delivered stops no other. One that was changed or added in the database alone is left alone, and
    waits for a person.
    """
    counted, problem = Counter[DeliveryResult](), ""
    with register.write() as transaction:
        tried = _altered(transaction, register.signer)
        mail = claim_next(transaction, tried)
    while mail is not None:
        tried.add(mail.id)
        answer, said = deliver(mail)
        problem = said or problem
        with register.write() as transaction:
            if answer in _ABOUT_ONE and mail.written_at <= transaction.now - GIVES_UP:
                answer = DeliveryResult.REFUSED
            counted[answer] += 1
            settle_mail(transaction, mail.id, _STATES.get(answer, MailStatus.WAITING), said)
            mail = claim_next(transaction, tried) if answer is not DeliveryResult.AWAY else None
    waiting = counted[DeliveryResult.LATER] + counted[DeliveryResult.AWAY] + counted[DeliveryResult.UNKNOWN]
    return DeliveryRound(counted[DeliveryResult.DELIVERED], counted[DeliveryResult.REFUSED], waiting, problem)


def _altered(transaction: Transaction, signer: HeadSigner | None) -> set[str]:
    """Return the ids of e-mails that are not what the program wrote, and keep them among what waits for a person."""
    keys = [(one,) for one in claimable(transaction.session)]
    found = {str(key[0]) for key in altered_rows(transaction.session, Mail, keys, signer)}
    why = _("an e-mail was changed or added in the database after the program wrote it; it is not delivered")
    record_all(transaction, PendingKind.MAIL_ALTERED, [Finding(PendingKind.MAIL_ALTERED, one, why) for one in found])
    return found


def deliver_by_smtp(server: MailServer, sender: str) -> Deliver:
    """Return a function that delivers one e-mail to a server, each over a new connection."""
    envelope = mailbox_of(sender).address
    return lambda mail: transmit(server, envelope, mail.recipient, mail.message)
