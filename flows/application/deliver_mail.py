"""Deliver the e-mails that wait in the register, whichever stage wrote them."""

from dataclasses import replace

from flows.application.context import Context
from flows.errors import NotDelivered, WrongUse
from flows.language import translate as _
from flows.mail.addresses import mailbox_of, wire_address
from flows.mail.outbox import DeliveryRound, deliver_by_smtp, deliver_waiting
from flows.mail.smtp import MailServer, server_at
from flows.mail.undeliverable import tell_fallback
from flows.register import Register
from flows.register.pending_decisions import refresh
from flows.register.recovery import unreconciled


def deliver_mail(context: Context) -> DeliveryRound:
    """Deliver what waits, and tell the fallback address of what was refused.

    Raises `NotDelivered` where something still waits or was refused, `WrongUse`.
    """
    url = context.settings.smtp_url.get_secret_value()
    if not url:
        return DeliveryRound()
    with context.register.read() as session:
        if unreconciled(session) is not None:  # what waits in a backup may have been sent after it
            raise NotDelivered(_("After a restore no e-mail goes out before `avtaleflyt reconcile --done`."))
    delivered = deliver_all(context.register, server_at(url), sender_of(context), context.settings.notice_to)
    if delivered.waiting or delivered.refused:
        raise NotDelivered(
            _(
                "E-mails not delivered: {waiting} waiting, {refused} refused ({problem}). "
                "Waiting ones are tried again; `avtaleflyt reviews mail` lists them."
            ).format(waiting=delivered.waiting, refused=delivered.refused, problem=delivered.problem)
        )
    return delivered


def deliver_all(register: Register, server: MailServer, sender: str, fallback: str) -> DeliveryRound:
    """Deliver what waits, and then what the fallback address is told in place of what was refused."""
    deliver = deliver_by_smtp(server, sender)
    delivered = deliver_waiting(register, deliver)
    if tell_fallback(register, sender, fallback):
        again = deliver_waiting(register, deliver)
        delivered = replace(delivered, sent=delivered.sent + again.sent)
    refresh(register)
    return delivered


def sender_of(context: Context) -> str:
    """Return the address that e-mails come from. Raises `WrongUse` where there is none."""
    if wire_address(mailbox_of(context.settings.mail_from).address) is None:
        raise WrongUse(_("Set AVTALEFLYT_MAIL_FROM to the sender's address, such as avtaleflyt@kommune.no."))
    return context.settings.mail_from
