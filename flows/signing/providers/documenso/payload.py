"""Write the payload of an envelope for Documenso."""

from datetime import datetime
from math import ceil

from flows.errors import NotSent
from flows.language import translate as _
from flows.signing.port import SigningIntent
from flows.signing.providers.invitation import shared_invitation
from flows.signing.providers.signature_positions import places

_REMINDERS = {"sendAfter": {"unit": "day", "amount": 5}, "repeatEvery": {"unit": "day", "amount": 5}}
"""It reminds at most five times, and for 30 days."""

_LANGUAGES = {"en"}
"""Languages of ours that it has; it knows no Norwegian, and writes its own words in the instance's language then.

An envelope has one language: it is set where every signer has it.
"""


def envelope_payload(intent: SigningIntent, pdf: bytes, now: datetime) -> dict[str, object]:
    """Return the payload of a create: the document's title, who signs where, and what they are told.

    Raises `NotSent` where a signer has no address.
    """
    where = places(pdf, intent.signers)
    days = max(1, ceil((intent.deadline - now).total_seconds() / 86_400))
    recipients = []
    for signer in intent.signers:
        if not signer.email:
            raise NotSent(
                _("Signer {order} has no e-mail address; Documenso reaches nobody without.").format(order=signer.order)
            )
        place = where[signer.order]
        field = {
            "identifier": 0,
            "type": "SIGNATURE",
            "page": place.page,
            "positionX": round(100 * place.left, 3),
            "positionY": round(100 * place.top, 3),
            "width": round(100 * place.width, 3),
            "height": round(100 * place.height, 3),
        }
        person = {"email": signer.email, "name": signer.name[:255], "role": "SIGNER", "signingOrder": signer.order}
        recipients.append({**person, "fields": [field]})
    return {
        "type": "DOCUMENT",
        "title": intent.public_title[:255],
        "externalId": intent.reference,
        "recipients": recipients,
        "meta": {
            "subject": intent.public_title[:254],
            "message": shared_invitation(intent)[:5000],
            "signingOrder": "SEQUENTIAL",
            "distributionMethod": "EMAIL",
            "envelopeExpirationPeriod": {"unit": "day", "amount": days},
            "reminderSettings": _REMINDERS,
            **({"language": intent.languages[0]} if set(intent.languages) <= _LANGUAGES else {}),
        },
    }
