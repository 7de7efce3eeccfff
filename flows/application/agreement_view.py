"""One agreement as a page shows it: where it stands, who signs, its documents, and what happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from flows.application.agreement_list import ListedAgreement, listed
from flows.application.context import Context
from flows.application.pending_matters import PendingMatter, pending_matters
from flows.archive.proof.quarantine_reasons import quarantine_sentences
from flows.errors import NotFound
from flows.language import translate
from flows.language import translate as _
from flows.register import Event, State
from flows.register.actors import name_in
from flows.register.agreements import events_of, losses_of
from flows.register.listing_query import Scope, listing_of
from flows.register.listing_schema import AgreementListing
from flows.register.pending_schema import PendingKind
from flows.register.records import files_were_destroyed, record_of
from flows.register.reviews import next_reviews_of
from flows.register.schema import Agreement, SignatureRequest, Version
from flows.register.states import ENDED_UNSIGNED, RecordStatus


@dataclass(frozen=True, slots=True)
class AgreementEvent:
    """One event in people's words: when, who, what, and why, which may be empty."""

    at: datetime
    actor: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class AgreementDocument:
    """The document of the current version; the digests are empty as long as it is not made.

    `refusal` says why it could not be made, `lost` what its PDF does not show.
    """

    pdf: str
    docx: str
    pages: int
    made_at: datetime | None
    refusal: str
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AgreementView:
    """An agreement with all that its page shows. `actions` are those that its state allows.

    `is_destroyed` says that the files of its record, its document among them, were destroyed. `mark` tells versions and
    requests apart: a form brings it back, so that nothing is done to another one than its page showed.
    """

    listed: ListedAgreement
    mark: str
    version: int
    valid_to: date | None
    batch_id: str
    reference: str
    provider: str
    document: AgreementDocument
    record_id: str
    is_destroyed: bool
    next_review: date | None
    waiting: Sequence[PendingMatter]
    events: Sequence[AgreementEvent]
    actions: frozenset[str]


REMIND, WITHDRAW, RESEND, SETTLE, SEND, LINKS = "remind", "withdraw", "resend", "settle", "send", "links"
_ALLOWED: dict[State, frozenset[str]] = {
    State.RECEIVED: frozenset({WITHDRAW}),
    State.GENERATED: frozenset({SEND, WITHDRAW}),
    State.APPROVED: frozenset({SEND, WITHDRAW}),
    State.SENT: frozenset({REMIND, WITHDRAW, LINKS}),
    State.UNKNOWN: frozenset({SETTLE}),
    **dict.fromkeys(ENDED_UNSIGNED, frozenset({RESEND})),
}
"""What a person can do about an agreement in a state."""


def agreement_view(context: Context, agreement_id: str, scope: Scope) -> AgreementView:
    """Return one agreement within a scope. Raises `NotFound`, in the same words for one that others may see."""
    waiting = pending_matters(context.register, scope, agreement_id)
    with context.register.read() as session:
        row = listing_of(session, agreement_id, scope)
        if row is None:
            raise NotFound(no_such_agreement())
        agreement = session.get_one(Agreement, agreement_id)
        version = session.get_one(Version, (agreement_id, agreement.version))
        request = session.get(SignatureRequest, row.request_id) if row.request_id else None
        record = record_of(session, agreement_id, agreement.version)
        is_destroyed = files_were_destroyed(record)
        document = AgreementDocument(
            pdf="" if is_destroyed else version.pdf_sha256 or "",
            docx="" if is_destroyed else version.docx_sha256 or "",
            pages=version.pages or 0,
            made_at=version.generated_at,
            refusal=translate(version.refusal["sentence"]) if version.refusal else "",
            lost=losses_of(session, agreement_id, version.number) if version.pdf_sha256 else (),
        )
        return AgreementView(
            listed=listed(row, request.signers if request else ()),
            mark=mark_of(session, row),
            version=agreement.version,
            valid_to=version.valid_to,
            batch_id=version.batch_id or "",
            reference=request.reference if request else "",
            provider=request.provider if request else "",
            document=document,
            record_id=record.id if record and record.status != RecordStatus.REFUSED else "",
            is_destroyed=is_destroyed,
            next_review=next_reviews_of(session, [agreement_id]).get(agreement_id),
            waiting=waiting,
            events=[event_in_words(one) for one in reversed(events_of(session, agreement_id))],
            actions=_actions(State(agreement.state), waiting),
        )


def mark_of(session: Session, row: AgreementListing) -> str:
    """Return what tells this version of an agreement, and its request, from all others of the same agreement."""
    request = session.get(SignatureRequest, row.request_id) if row.request_id else None
    return f"{session.get_one(Agreement, row.agreement_id).version}-{request.attempt if request else 0}"


def _actions(state: State, waiting: Sequence[PendingMatter]) -> frozenset[str]:
    gone = state is State.SENT and any(one.kind is PendingKind.GONE for one in waiting)
    return _ALLOWED.get(state, frozenset()) | ({SETTLE} if gone else frozenset())


def no_such_agreement() -> str:
    """Return the one sentence for an agreement that there is not, or not for whoever asks."""
    return _("There is no such agreement.")


_SENTENCES = {
    "refused": "The document could not be made, or the signed file was refused",
    "acknowledged": "Acknowledged to the provider",
    "reminded": "A signer was reminded",
    "link_given": "A signer who is signed in was given her link to sign",
    "signer_returned": "A signer came back from the provider",
    "links_shown": "Links to sign were shown to a person",
    "cancel_asked": "Asked the provider to withdraw the request",
    "deadline_moved": "The deadline was moved at the provider",
    "looked_up": "Looked up at the provider",
    "stray": "The provider has a request too many",
    "signed_late": "Signed after the request had ended here",
    "gone": "Settled by a person: the provider no longer has the request",
    "read": "Files were read",
    "held": "A legal hold was put on the record",
    "released": "The legal hold was released",
    "amended": "Access or disposal was changed",
    "destruction_asked": "Destruction was asked for",
    "destroyed": "The files were destroyed",
    "renewed": "The proof was renewed",
    "review_planned": "A yearly review was planned",
    "review": "A yearly review was done",
    "notice": "A notice was given",
    "mail": "An e-mail was written",
    "seen_again": "Another signed file came for the same version",
    "acceptance_asked": "A first person wants the file accepted",
    "opening_asked": "A first person wants the access opened",
    "deadline": "A deadline was changed",
}
"""What the kinds of events are called, in the source language."""


def event_in_words(event: Event) -> AgreementEvent:
    """Return an event as a page tells it."""
    if event.kind == "state":
        what = _("State: {state}").format(state=translate(event.state_after or ""))
    else:
        what = translate(_SENTENCES.get(event.kind, event.kind))
    return AgreementEvent(event.at, name_in(event.actor), what, " ".join(quarantine_sentences(translate(event.why))))
