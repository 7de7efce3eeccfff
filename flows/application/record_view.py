"""Archived records as pages show them: one record, those in quarantine, and those whose destruction is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from flows.application.access import Action
from flows.application.agreement_view import AgreementEvent, event_in_words
from flows.application.authorization import authorized_record
from flows.application.context import Context
from flows.application.delivery_view import DeliveryView, delivery_view
from flows.application.query_scope import query_scope
from flows.archive.destruction import WAITING_TIME, is_held
from flows.archive.proof.quarantine_reasons import quarantine_sentences
from flows.register import Event, Record, RecordFile
from flows.register.actors import is_same_person, name_in
from flows.register.agreements import events_of
from flows.register.deliveries import deliveries_of
from flows.register.listing_query import in_scope
from flows.register.listing_schema import AgreementListing
from flows.register.records import files_of
from flows.register.reviews import next_reviews_of
from flows.register.schema import Json
from flows.register.states import RecordStatus


def _sentences(details: Json) -> tuple[str, ...]:
    return tuple(one for fault in details.get("faults", ()) for one in quarantine_sentences(fault))


@dataclass(frozen=True, slots=True)
class AskedDestruction:
    """That the destruction of a record was asked for: by whom, when, why, and from when another may release it."""

    record_id: str
    counterpart: str
    municipality: str
    asked_by: str
    asked_at: datetime
    why: str
    from_when: datetime
    own: bool
    """Whether whoever looks at it has asked."""


@dataclass(frozen=True, slots=True)
class AskedAcceptance:
    """That a first person wants a file accepted that takes two: who, when, why, and whether it is whoever looks."""

    asked_by: str
    asked_at: datetime
    why: str
    own: bool


@dataclass(frozen=True, slots=True)
class QuarantinedRecord:
    """A signed file that waits for an archivist, with its faults."""

    record_id: str
    agreement_id: str
    counterpart: str
    municipality: str
    since: datetime
    faults: tuple[str, ...]
    acceptance: AskedAcceptance | None


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record with all that its page shows. `details` is what was frozen when it was archived."""

    id: str
    agreement_id: str
    title: str
    counterpart: str
    municipality: str
    status: str
    valid_from: date
    valid_to: date | None
    signed_at: datetime | None
    archived_at: datetime
    details: Json
    files: Sequence[RecordFile]
    held: bool
    destruction: AskedDestruction | None
    acceptance: AskedAcceptance | None
    next_review: date | None
    events: Sequence[AgreementEvent]
    deliveries: Sequence[DeliveryView] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """Why it is in quarantine, or was until somebody accepted it."""
        return _sentences(self.details)

    @property
    def access(self) -> Json:
        """Level and basis of restricted access; empty where it is open."""
        found: Json = self.details.get("access") or {}
        return found if found.get("level") else {}

    @property
    def disposable_from(self) -> date | None:
        """From which day it may be destroyed, where that is set."""
        day = self.retention.get("date")
        return date.fromisoformat(day) if day else None

    @property
    def retention(self) -> Json:
        """Verdict, basis and date of disposal, as far as they are set."""
        return self.details.get("retention") or {}


def record_view(context: Context, record_id: str) -> RecordView:
    """Return one record, by its id or its agreement's. Raises `NotFound`, in the same words for one of others."""
    record = authorized_record(context, Action.SEARCH, record_id)
    with context.register.read() as session:
        listing = session.get_one(AgreementListing, record.agreement_id)
        events = events_of(session, record.agreement_id)
        about = [one for one in events if one.details.get("record") in (None, record.id)]
        return RecordView(
            id=record.id,
            agreement_id=record.agreement_id,
            title=record.public_title,
            counterpart=listing.counterpart,
            municipality=listing.municipality,
            status=record.status,
            valid_from=record.valid_from,
            valid_to=record.valid_to,
            signed_at=record.signed_at,
            archived_at=record.archived_at,
            details=record.details,
            files=files_of(session, record.id),
            held=is_held(session, record),
            destruction=_asked(session, events, record.id, listing, context.register.actor),
            acceptance=_wished(session, events, record, context.register.actor),
            next_review=next_reviews_of(session, [record.agreement_id]).get(record.agreement_id),
            events=[event_in_words(one) for one in reversed(about)],
            deliveries=[delivery_view(one) for one in deliveries_of(session, [record.id])],
        )


def quarantined_records(context: Context) -> list[QuarantinedRecord]:
    """Return what waits in quarantine within the scope, the oldest first. Raises `NotAllowed`."""
    scope = query_scope(context, Action.SEARCH)
    wanted = (
        select(Record, AgreementListing)
        .join(AgreementListing, AgreementListing.agreement_id == Record.agreement_id)
        .where(Record.status == RecordStatus.QUARANTINED, in_scope(scope))
        .order_by(Record.archived_at, Record.id)
    )
    with context.register.read() as session:
        return [
            QuarantinedRecord(
                record.id,
                record.agreement_id,
                listing.counterpart,
                listing.municipality,
                record.archived_at,
                _sentences(record.details),
                _wished(session, events_of(session, record.agreement_id), record, context.register.actor),
            )
            for record, listing in session.execute(wanted)
        ]


def asked_destructions(context: Context) -> list[AskedDestruction]:
    """Return the destructions that were asked for and not released within the scope. Raises `NotAllowed`."""
    scope = query_scope(context, Action.SEARCH)
    with context.register.read() as session:
        found = []
        for row in _agreements_asked_about(session):
            listing = session.get_one(AgreementListing, row.agreement_id)
            if scope is not None and listing.municipality_number not in scope:
                continue
            events = events_of(session, row.agreement_id)
            ids = dict.fromkeys(one.details["record"] for one in events if one.kind == "destruction_asked")
            asked = [_asked(session, events, record_id, listing, context.register.actor) for record_id in ids]
            found += [one for one in asked if one is not None]
    return sorted(found, key=lambda one: one.asked_at)


def _agreements_asked_about(session: Session) -> Sequence[Row[str | None]]:
    wanted = select(Event.agreement_id).where(Event.kind == "destruction_asked").distinct()
    return session.execute(wanted).all()


def _wished(session: Session, events: Sequence[Event], record: Record, actor: str) -> AskedAcceptance | None:
    """Return a first person's wish to accept a quarantined file, where a change of the record has not voided it."""
    about = [
        one for one in events if one.kind in ("acceptance_asked", "amended") and one.details.get("record") == record.id
    ]
    if record.status != RecordStatus.QUARANTINED or not about or about[-1].kind != "acceptance_asked":
        return None
    last = about[-1]
    own = is_same_person(session, last.actor, actor)
    return AskedAcceptance(asked_by=name_in(last.actor), asked_at=last.at, why=last.why, own=own)


def _asked(
    session: Session, events: Sequence[Event], record_id: str, listing: AgreementListing, actor: str
) -> AskedDestruction | None:
    """Return what was asked and is not void or done: a hold or a change of the metadata voids it."""
    kinds = ("destruction_asked", "held", "amended", "destroyed")
    about = [one for one in events if one.kind in kinds and one.details.get("record") == record_id]
    if not about or about[-1].kind != "destruction_asked":
        return None
    last = about[-1]
    return AskedDestruction(
        record_id=record_id,
        counterpart=listing.counterpart,
        municipality=listing.municipality,
        asked_by=name_in(last.actor),
        asked_at=last.at,
        why=last.why,
        from_when=last.at + WAITING_TIME,
        own=is_same_person(session, last.actor, actor),
    )


def counterparts(context: Context, record_ids: Sequence[str]) -> dict[str, str]:
    """Return the doctor or hospital trust of records that whoever acts has found, by the records' ids."""
    wanted = select(Record.id, AgreementListing.counterpart).where(Record.id.in_(record_ids))
    wanted = wanted.join(AgreementListing, AgreementListing.agreement_id == Record.agreement_id)
    with context.register.read() as session:
        return {one.id: one.counterpart for one in session.execute(wanted)}
