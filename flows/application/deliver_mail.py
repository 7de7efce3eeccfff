"""Deliver the e-mails that wait in the register, whichever stage wrote them."""

from flows.application.context import Context
from flows.errors import NotDelivered, WrongUse
from flows.language import translate as _
from flows.mail.outbox import DeliveryRound, deliver_by_smtp, deliver_waiting
from flows.mail.smtp import server_at
from flows.register.recovery import unreconciled


def deliver_mail(context: Context) -> DeliveryRound:
    """Deliver what waits. Raises `NotDelivered` where something still waits or was refused, `WrongUse`."""
    url = context.settings.smtp_url.get_secret_value()
    if not url:
        return DeliveryRound()
    with context.register.read() as session:
        if unreconciled(session) is not None:  # what waits in a backup may have been sent after it
            raise NotDelivered(_("After a restore no e-mail goes out before `avtaleflyt reconcile --done`."))
    delivered = deliver_waiting(context.register, deliver_by_smtp(server_at(url), sender_of(context)))
    if delivered.waiting or delivered.refused:
        raise NotDelivered(
            _(
                "E-mails not delivered: {waiting} waiting, {refused} refused ({problem}). "
                "Waiting ones are tried again; `avtaleflyt reviews mail` lists them."
            ).format(waiting=delivered.waiting, refused=delivered.refused, problem=delivered.problem)
        )
    return delivered


def sender_of(context: Context) -> str:
    """Return the address that e-mails come from. Raises `WrongUse` where there is none."""
    if "@" not in context.settings.mail_from:
        raise WrongUse(_("Set AVTALEFLYT_MAIL_FROM to the sender's address, such as avtaleflyt@kommune.no."))
    return context.settings.mail_from
