"""Show where agreements stand: counts by state, what waits for a person, and the events of one agreement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.application.agreement_list import ListedAgreement, listed
from flows.application.authorization import Action, authorize
from flows.application.context import Context
from flows.application.pending_matters import why_in_words
from flows.application.witness import record_silent_witnesses
from flows.archive.proof.quarantine_reasons import quarantine_sentences
from flows.errors import NotAllowed, WrongUse
from flows.language import translate
from flows.language import translate as _
from flows.register import Agreement, Event
from flows.register.agreements import count_by_state, events_of, get_agreement
from flows.register.listing_query import ids_beginning_with, listing_of
from flows.register.listing_schema import AgreementListing
from flows.register.pending_decisions import action_of, pending_with_listings, refresh
from flows.register.pending_schema import PendingDecision
from flows.register.signature_requests import newest_request


@dataclass(frozen=True, slots=True)
class WaitingMatter:
    """Something that waits for a person, in the language in use: why, what to do, and the page that shows it.

    `agreement_id` and `link` are empty for what concerns a whole provider or the outbox. `told` says whether somebody
    was told by e-mail. `why` is for programs, `sentence` the same for people. `municipality` and `counterpart` are
    names, empty where whoever asks may not see them.
    """

    kind: str
    agreement_id: str
    reference: str
    why: str
    sentence: str
    action: str
    link: str
    since: datetime
    told: bool
    municipality: str = ""
    counterpart: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "kind": self.kind,
            "agreement_id": self.agreement_id,
            "reference": self.reference,
            "why": self.why,
            "action": self.action,
            "link": self.link,
            "since": self.since.isoformat(),
            "told": self.told,
            "municipality": self.municipality,
            "counterpart": self.counterpart,
        }


@dataclass(frozen=True, slots=True)
class StatusOverview:
    """Number of agreements by state, and what waits for a person."""

    counts: Mapping[str, int]
    waiting: Sequence[WaitingMatter]


@dataclass(frozen=True, slots=True)
class AgreementHistory:
    """One agreement, its events, and the reason that was given where its newest request ended.

    `listed` is it with the names of the parties, and who has signed; None where whoever asks may not see them.
    """

    agreement: Agreement
    events: Sequence[Event]
    reason: str
    listed: ListedAgreement | None = None


def status_overview(context: Context) -> StatusOverview:
    """Return the counts by state and what waits for a person, after a look at what the register shows."""
    refresh(context.register)
    record_silent_witnesses(context)
    may_see_names, url = _may_see_names(context), context.stated_settings.public_url
    with context.register.read() as session:
        waiting = [
            _matter(one, url, listing if may_see_names else None) for one, listing in pending_with_listings(session)
        ]
        return StatusOverview(count_by_state(session), waiting)


def agreement_history(context: Context, agreement_id: str) -> AgreementHistory:
    """Return what happened to one agreement, by its id or how it begins.

    Raises `NotFound`, and `WrongUse` where the ids of several begin so.
    """
    may_see_names = _may_see_names(context)
    with context.register.read() as session:
        found = ids_beginning_with(session, agreement_id)
        if len(found) > 1:
            raise WrongUse(
                _("The ids of several agreements begin with {beginning}. Write more of it.").format(
                    beginning=agreement_id
                )
            )
        agreement = get_agreement(session, found[0] if found else agreement_id)
        request = newest_request(session, agreement.id)
        row = listing_of(session, agreement.id, None) if may_see_names else None
        named = listed(row, request.signers if request else ()) if row else None
        return AgreementHistory(agreement, events_of(session, agreement.id), request.reason if request else "", named)


def reason_in_words(event: Event) -> str:
    """Return an event's reason as people read it, without a quarantine's words for programs."""
    return " ".join(quarantine_sentences(event.why))


def _may_see_names(context: Context) -> bool:
    try:
        authorize(context, Action.SEARCH)
    except NotAllowed:
        return False
    return True


def _matter(row: PendingDecision, public_url: str, listing: AgreementListing | None) -> WaitingMatter:
    agreement_id = row.agreement_id or ""
    return WaitingMatter(
        row.kind,
        agreement_id,
        row.reference,
        translate(row.why),
        why_in_words(row),
        action_of(row),
        f"{public_url.rstrip('/')}/avtaler/{agreement_id}" if agreement_id else "",
        row.since,
        told=row.told_at is not None,
        municipality=listing.municipality if listing else "",
        counterpart=listing.counterpart if listing else "",
    )
