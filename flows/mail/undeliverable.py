"""Tell the fallback address of e-mails that could not be delivered, with what they said, each once.

Notices of reviews and deadlines are not among them: the next round gives those anew, to the fallback or to an address
that was corrected.
"""

from email import message_from_bytes
from email.message import Message
from email.mime.text import MIMEText
from email.policy import default as headers_as_text

from flows import language
from flows.language import translate as _
from flows.mail.messages import BYTES, written
from flows.register import Register
from flows.register.mail import about_reviews, enqueue, refused_addresses, untold_mails
from flows.register.review_schema import Mail


def tell_fallback(register: Register, sender: str, fallback: str) -> int:
    """Write to `fallback` what others could not be told; return how many e-mails were written.

    Nothing is written where there is no fallback or it has itself been refused: `status` shows what nobody was told.
    """
    if not fallback:
        return 0
    with register.read() as session:
        if not untold_mails(session):
            return 0
    count = 0
    with register.write() as transaction:
        session, now = transaction.session, transaction.now
        if refused_addresses(session, {fallback}):
            return 0
        untold = untold_mails(session)
        elsewhere = about_reviews(session, [one.id for one in untold])
        for refused in untold:
            if refused.id in elsewhere or refused.recipient == fallback:
                continue
            subject, text = _told(refused)
            message = MIMEText(text, "plain", "utf-8", policy=BYTES)
            mail = written(message, sender, fallback, subject, now, language.current())
            enqueue(transaction, [mail])
            refused.replaced_by = mail.id
            details = {"mail": refused.id, "told": mail.id}
            transaction.note("mail", None, _("the fallback address is told in place of a refused e-mail"), details)
            count += 1
    return count


def _told(refused: Mail) -> tuple[str, str]:
    """Return subject and text: to whom it could not be delivered, why, and what it said."""
    original = message_from_bytes(refused.message, policy=headers_as_text)
    subject = _("Not delivered: {subject}").format(subject=original.get("Subject", ""))
    lines = [
        _("Hello,"),
        _("This e-mail could not be delivered to {address}. Please tell the person, and correct the address.").format(
            address=refused.recipient
        ),
        _("Reason: {reason}").format(reason=refused.problem),
        "----------",
        _text_of(original),
    ]
    return subject, "\n\n".join(lines)


def _text_of(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            content = part.get_payload(decode=True)
            return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
    return ""
