"""What waits for a person, as pages show it: what has happened, what to do about it, and where that is done."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from flows.archive.proof.quarantine_reasons import quarantine_sentences
from flows.language import translate
from flows.register import Register
from flows.register.listing_query import Scope
from flows.register.listing_schema import AgreementListing
from flows.register.pending_decisions import pending_with_listings, refresh
from flows.register.pending_schema import PendingDecision, PendingKind


class MatterPlace(StrEnum):
    """Where a matter is dealt with."""

    AGREEMENT = "agreement"
    RESOLUTION = "resolution"
    QUARANTINE = "quarantine"
    BATCH = "batch"
    OPERATION = "operation"


@dataclass(frozen=True, slots=True)
class MatterAdvice:
    """What a kind of matter is called, what to do about it, and where."""

    title: str
    action: str
    place: MatterPlace = MatterPlace.AGREEMENT


@dataclass(frozen=True, slots=True)
class PendingMatter:
    """One thing that waits for a person, in the language in use.

    `counterpart`, `municipality`, `agreement_id` and `batch_id` are empty for what concerns a provider or the outbox.
    """

    id: str
    kind: PendingKind
    title: str
    action: str
    place: MatterPlace
    why: str
    since: datetime
    agreement_id: str = ""
    counterpart: str = ""
    municipality: str = ""
    batch_id: str = ""


_SEND_ANEW = "Send it anew, or correct the case and upload it again."
_LOOK_THERE = "Look it up at the provider. Withdraw it if nobody can sign it any more."
_REACH_THE_SIGNER = "Check the signer's e-mail address, and remind the signer or tell them yourself."
_PROVIDER_AWAY = "Nothing is lost. Have operations see that the provider answers and that collection runs."
_DATABASE_ALTERED = "Nothing was sent. Have operations find out who has written to the database."
ADVICE: dict[PendingKind, MatterAdvice] = {
    PendingKind.UNKNOWN: MatterAdvice(
        "It is not known whether this was sent",
        "Look it up at the provider, and say here whether it is there. It is not sent again on a guess.",
        MatterPlace.RESOLUTION,
    ),
    PendingKind.DECLINED: MatterAdvice(
        "A signer declined", "Talk to whoever declined. Correct the case and upload it again, or send it anew."
    ),
    PendingKind.EXPIRED: MatterAdvice("The deadline passed without all signatures", _SEND_ANEW),
    PendingKind.CANCELLED: MatterAdvice("The request was withdrawn", _SEND_ANEW),
    PendingKind.QUARANTINED: MatterAdvice(
        "The signed file did not pass the check",
        "Look at what is wrong, and accept the file or refuse it, with a reason.",
        MatterPlace.QUARANTINE,
    ),
    PendingKind.SIGNED_LATE: MatterAdvice(
        "Signed after the request had ended here", "Decide with the parties which agreement holds."
    ),
    PendingKind.STRAY: MatterAdvice(
        "The provider has a request too many", "Withdraw it at the provider: only the newest request counts."
    ),
    PendingKind.NOT_SETTLED: MatterAdvice("A sending was cut off and is not settled", _PROVIDER_AWAY),
    PendingKind.OVERDUE: MatterAdvice("Past its deadline, and the provider says nothing", _LOOK_THERE),
    PendingKind.LEFT_LYING: MatterAdvice(
        "Signed long ago and not archived",
        "Collect it now, or decide about its quarantine, before the provider deletes it.",
    ),
    PendingKind.NOT_ANSWERED: MatterAdvice("The provider does not answer about this request", _LOOK_THERE),
    PendingKind.GONE: MatterAdvice(
        "The provider no longer has the request",
        "Look for it at the provider, and say here whether it is gone.",
        MatterPlace.RESOLUTION,
    ),
    PendingKind.NOT_SENT_OUT: MatterAdvice("The provider has it and did not pass it on to the signers", _LOOK_THERE),
    PendingKind.NOT_SEALED: MatterAdvice(
        "Everybody has signed, but the provider has not sealed the file", "Have the provider look at its sealing."
    ),
    PendingKind.NOT_VIEWED: MatterAdvice(
        "Everybody has signed, but somebody has still to look at it", "Ask whoever it is to look at it at the provider."
    ),
    PendingKind.REFUSAL_PENDING: MatterAdvice(
        "A signer has refused", "Nothing now: the request is ended here within an hour."
    ),
    PendingKind.SIGNER_NOT_TOLD: MatterAdvice("A signer was not told", _REACH_THE_SIGNER),
    PendingKind.MAIL_RETURNED: MatterAdvice("An e-mail to a signer came back", _REACH_THE_SIGNER),
    PendingKind.MAIL_FAILED: MatterAdvice("An e-mail to a signer failed", _REACH_THE_SIGNER),
    PendingKind.NOT_COLLECTED: MatterAdvice(
        "The signed file could not be collected", "It is tried again by itself. If this stays, tell operations."
    ),
    PendingKind.SILENT: MatterAdvice("The provider has told nothing for a day", _PROVIDER_AWAY, MatterPlace.OPERATION),
    PendingKind.STRANGERS: MatterAdvice(
        "The provider tells of requests that are not ours",
        "See that no other installation reads the same queue.",
        MatterPlace.OPERATION,
    ),
    PendingKind.WEBHOOKS_REFUSED: MatterAdvice(
        "Messages from the provider were refused",
        "Compare the secret at the provider with the one that is set here.",
        MatterPlace.OPERATION,
    ),
    PendingKind.NOT_MADE: MatterAdvice(
        "Received, and no document was made", "Make the documents of the upload again.", MatterPlace.BATCH
    ),
    PendingKind.DOCUMENT_REFUSED: MatterAdvice(
        "The document could not be made", "Correct the case where the reason says, and upload it again."
    ),
    PendingKind.NOT_SENT: MatterAdvice(
        "Approved, and not sent", "Send it from the page of the upload. Nothing was sent twice.", MatterPlace.BATCH
    ),
    PendingKind.MAIL_WAITING: MatterAdvice(
        "E-mails wait to be sent", "See that the mail server answers.", MatterPlace.OPERATION
    ),
    PendingKind.MAIL_REFUSED: MatterAdvice(
        "An e-mail was refused", "Correct the address, and tell the person yourself."
    ),
    PendingKind.MAIL_ALTERED: MatterAdvice(
        "An e-mail was changed in the database", _DATABASE_ALTERED, MatterPlace.OPERATION
    ),
    PendingKind.WISH_ALTERED: MatterAdvice(
        "A wish to send was changed in the database", _DATABASE_ALTERED, MatterPlace.OPERATION
    ),
    PendingKind.DELIVERY_REFUSED: MatterAdvice(
        "The municipality's archive refused it",
        "Mend what the archive says is wrong, and have it delivered again.",
        MatterPlace.AGREEMENT,
    ),
    PendingKind.DELIVERY_OPEN: MatterAdvice(
        "It is not settled whether the municipality's archive has it",
        "Look in the archive, and have operations record what is there.",
        MatterPlace.AGREEMENT,
    ),
    PendingKind.DELIVERY_STOPPED: MatterAdvice(
        "Nothing can be delivered to the municipality's archive",
        "Nothing is lost. Have operations mend what stands here.",
        MatterPlace.OPERATION,
    ),
    PendingKind.DELIVERY_ANSWERS: MatterAdvice(
        "Messages from the municipality's archive fit nothing",
        "Have operations see that no other program uses our account in Fiks IO.",
        MatterPlace.OPERATION,
    ),
    PendingKind.WITNESS_SILENT: MatterAdvice(
        "A witness of the history has had nothing for too long",
        "Have operations see that the witness can be reached and is named in the settings.",
        MatterPlace.OPERATION,
    ),
}
"""What each kind is called and what to do about it, in the source language."""

BETWEEN_REFRESHES = timedelta(minutes=1)
"""How old what waits may be before a page looks at the register for it again."""

_refreshed: WeakKeyDictionary[Engine, datetime] = WeakKeyDictionary()
_refreshing = Lock()


def pending_matters(register: Register, scope: Scope, agreement_id: str = "") -> list[PendingMatter]:
    """Return what waits for a person within a scope, the oldest first; of one agreement if it is given.

    What concerns no agreement is for those who see all municipalities.
    """
    refresh_now_and_then(register)
    with register.read() as session:
        return [_matter(row, listing) for row, listing in pending_with_listings(session, scope, agreement_id)]


def refresh_now_and_then(register: Register, *, now: bool = False) -> None:
    """Bring what waits up to date with the register, at most once a minute, or `now` after a person did something.

    While one page does so, others show what the last one found.
    """
    waits = now or _refreshed.get(register.engine) is None
    if not _refreshing.acquire(blocking=waits):
        return
    try:
        last = _refreshed.get(register.engine)
        if not now and last is not None and timedelta() <= register.clock() - last < BETWEEN_REFRESHES:
            return
        refresh(register)
        _refreshed[register.engine] = register.clock()
    finally:
        _refreshing.release()


def why_in_words(row: PendingDecision) -> str:
    """Return why something waits, as people read it: without the words for programs of a quarantine's reasons."""
    if row.kind == PendingKind.QUARANTINED:
        return " ".join(quarantine_sentences(row.why))
    return translate(row.why)


def _matter(row: PendingDecision, listing: AgreementListing | None) -> PendingMatter:
    kind = PendingKind(row.kind)
    advice = ADVICE[kind]
    place = advice.place
    if place is MatterPlace.BATCH and not (listing and listing.batch_id):
        place = MatterPlace.AGREEMENT
    if place is MatterPlace.AGREEMENT and listing is None:
        place = MatterPlace.OPERATION
    reason = listing.reason if listing else ""
    return PendingMatter(
        id=row.id,
        kind=kind,
        title=translate(advice.title),
        action=translate(advice.action),
        place=place,
        why=reason or why_in_words(row),
        since=row.since,
        agreement_id=listing.agreement_id if listing else "",
        counterpart=listing.counterpart if listing else "",
        municipality=listing.municipality if listing else "",
        batch_id=(listing.batch_id or "") if listing else "",
    )
