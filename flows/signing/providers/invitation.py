"""Write the text of a provider's invitation e-mail in the request's language. It names nobody."""

from flows.dates import long_date, oslo_date
from flows.language import translate
from flows.signing.port import SigningIntent

_ = translate


def invitation(intent: SigningIntent) -> str:
    """Return the words of the e-mail that asks for a signature, without a link."""
    language = intent.language
    asked = _("You are asked to sign: {title}", language).format(title=intent.public_title)
    until = _("Read the document, and sign it by {deadline}.", language).format(
        deadline=long_date(oslo_date(intent.deadline), language)
    )
    return f"{asked}\n\n{until}"
