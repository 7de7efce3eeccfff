"""Write the text of a provider's invitation e-mail in a signer's language. It names nobody."""

from flows.dates import long_date, oslo_date
from flows.language import translate
from flows.signing.port import SigningIntent

_ = translate


_BETWEEN = "\n\n---\n\n"


def shared_invitation(intent: SigningIntent) -> str:
    """Return the words for a provider with one text for all signers: the invitation in each of their languages."""
    return _BETWEEN.join(invitation(intent, language) for language in intent.languages)


def invitation(intent: SigningIntent, language: str) -> str:
    """Return the words of the e-mail that asks for a signature, without a link."""
    asked = _("You are asked to sign: {title}", language).format(title=intent.public_title)
    until = _("Read the document, and sign it by {deadline}.", language).format(
        deadline=long_date(oslo_date(intent.deadline), language)
    )
    return f"{asked}\n\n{until}"
