"""Write the text of a provider's invitation e-mail in the request's language. It names nobody."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from flows.language import translate
from flows.signing.port import Intent

_ = translate
_OSLO = ZoneInfo("Europe/Oslo")


def invitation(intent: Intent) -> str:
    """Return the words of the e-mail that asks for a signature, without a link."""
    language = intent.language
    asked = _("You are asked to sign: {title}", language).format(title=intent.public_title)
    until = _("Read the document, and sign it by {deadline}.", language).format(
        deadline=_day(intent.deadline, language)
    )
    return f"{asked}\n\n{until}"


def _day(at: datetime, language: str) -> str:
    pattern = "d. MMMM y" if language == "nb" else "d MMMM y"
    return format_date(at.astimezone(_OSLO).date(), pattern, locale=language)
