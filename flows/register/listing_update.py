"""Keep the list of agreements up to date: the one writer of `agreement_listing`.

A writer needs to do nothing: whatever a session of `Register.write` changes of an agreement, a version or a request is
seen when it is flushed, and the rows of those agreements are written anew before the transaction is committed.
"""

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Protocol

from sqlalchemy import BindParameter, bindparam, event, select
from sqlalchemy.orm import Session

from flows.register.listing_schema import AgreementListing
from flows.register.listing_words import index_words
from flows.register.schema import Agreement, Json, SignatureRequest, Version
from flows.register.states import RequestState

_CHANGED = "changed_listings"
_AT_ONCE = 500
_UNSIGNED_ENDS = frozenset({RequestState.DECLINED, RequestState.EXPIRED, RequestState.CANCELLED})
_PLAIN_LETTERS = str.maketrans({"đ": "d", "ŋ": "n", "ŧ": "t", "ä": "æ", "ö": "ø"})
_KEPT_LETTERS = frozenset("æøå")
_NORWEGIAN_ORDER = str.maketrans({"æ": "{", "ø": "|", "å": "}"})  # the three signs after z

# Statements of every write transaction, built once: that takes as long as to execute them.
_IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)
_CURRENT_VERSIONS = (
    select(Agreement, Version)
    .join(Version, (Version.agreement_id == Agreement.id) & (Version.number == Agreement.version))
    .where(Agreement.id.in_(_IDS))
)
_REQUESTS = (
    select(SignatureRequest)
    .where(SignatureRequest.agreement_id.in_(_IDS))
    .order_by(SignatureRequest.version, SignatureRequest.attempt)
)
_ROWS = select(AgreementListing).where(AgreementListing.agreement_id.in_(_IDS))


@dataclass(frozen=True, slots=True)
class PartyNames:
    """The names under which an agreement is listed: its municipality, and its doctor or trust."""

    municipality: str
    counterpart: str


class RequestLike(Protocol):
    """A signature request, or a row of its columns."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def signers(self) -> list[Json]: ...  # noqa: D102
    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def deadline(self) -> datetime: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102


def fold(text: str) -> str:
    """Return a text as a search compares it: small letters, without the marks of Sámi and foreign letters.

    «Kárášjohka» is found by «karasjohka»; æ, ø and å are letters of their own, and ä and ö are written for them.
    """
    composed = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN_LETTERS)
    return "".join(one if one in _KEPT_LETTERS else _without_marks(one) for one in composed)


def sort_key(name: str) -> str:
    """Return what puts a name at its place in Norwegian order when it is compared byte by byte.

    æ, ø and å stand last, and «aa» as å, as in the Norwegian alphabet of Unicode's CLDR.
    """
    return " ".join(fold(name).replace("aa", "å").translate(_NORWEGIAN_ORDER).replace("-", " ").split())[:200]


def follow_listings(session: Session) -> None:
    """Note from here on which agreements the session changes."""
    session.info[_CHANGED] = set()


def update_listings(session: Session) -> None:
    """Write the rows of every agreement that was changed since `follow_listings`."""
    session.flush()
    write_listings(session, session.info[_CHANGED])
    session.info[_CHANGED] = set()


def name_parties(session: Session, agreement: Agreement, names: PartyNames) -> None:
    """Set the names under which an agreement is listed; its other columns follow when the transaction ends."""
    row = session.get(AgreementListing, agreement.id) or _new_row(session, agreement)
    row.municipality, row.counterpart = names.municipality, names.counterpart
    session.info.setdefault(_CHANGED, set()).add(agreement.id)


def write_listings(session: Session, agreement_ids: Collection[str]) -> None:
    """Write the rows of these agreements anew; the names of their parties stay."""
    changed: dict[str, tuple[str, str]] = {}
    for ids in _portions(sorted(agreement_ids)):
        requests = _newest_requests(session, ids)
        rows = {one.agreement_id: one for one in session.scalars(_ROWS, {"ids": ids})}
        for agreement, version in session.execute(_CURRENT_VERSIONS, {"ids": ids}):
            row = rows.get(agreement.id) or _new_row(session, agreement)
            before = row.words
            _describe(row, agreement, version, requests.get((agreement.id, agreement.version)))
            if row.words != before:
                changed[agreement.id] = (before, row.words)
        session.flush()
    index_words(session, changed)


def _new_row(session: Session, agreement: Agreement) -> AgreementListing:
    row = AgreementListing(
        agreement_id=agreement.id,
        type=agreement.type,
        state=agreement.state,
        municipality_number=agreement.municipality_number,
        municipality=agreement.municipality_number,
        municipality_key="",
        counterpart="",
        counterpart_key="",
        words="",
        valid_from=agreement.valid_from,
        received_at=agreement.received_at,
    )
    session.add(row)
    return row


def _describe(row: AgreementListing, agreement: Agreement, version: Version, request: SignatureRequest | None) -> None:
    row.state, row.received_at, row.batch_id = agreement.state, version.received_at, version.batch_id
    names = PartyNames(row.municipality, row.counterpart)
    signers = request.signers if request else []
    columns = request_columns(request) | name_columns(names, agreement.municipality_number, signers)
    for column, value in columns.items():
        setattr(row, column, value)


def request_columns(request: RequestLike | None) -> Json:
    """Return the columns that are about the newest request of an agreement's current version."""
    signers = request.signers if request else []
    status = request.status if request else ""
    answered = [one for one in signers if one.get("at") is not None]
    waiting = [one["name"] for one in signers if one.get("at") is None] if status == RequestState.OPEN else []
    declined = [one["name"] for one in answered if not one.get("signed")] if status == RequestState.DECLINED else []
    return {
        "request_id": request.id if request else None,
        "signers": len(signers),
        "signed": sum(bool(one.get("signed")) for one in answered),
        "next_signer": waiting[0] if waiting else "",
        "deadline": request.deadline if request and status == RequestState.OPEN else None,
        "declined_by": declined[0] if declined else "",
        "reason": request.reason if request and status in _UNSIGNED_ENDS else "",
    }


def name_columns(names: PartyNames, municipality_number: str, signers: Iterable[Json]) -> Json:
    """Return the columns that are about names: whom the agreement is with, its order in lists, and what finds it."""
    people = (str(one["name"]) for one in signers)
    return {
        "municipality": names.municipality,
        "municipality_key": sort_key(names.municipality),
        "counterpart": names.counterpart,
        "counterpart_key": sort_key(names.counterpart),
        "words": fold(" ".join([names.counterpart, names.municipality, municipality_number, *people])),
    }


def _newest_requests(session: Session, ids: Collection[str]) -> dict[tuple[str, int], SignatureRequest]:
    return {(one.agreement_id, one.version): one for one in session.scalars(_REQUESTS, {"ids": ids})}


def _without_marks(letter: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(one))


def _portions(ids: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(ids)
    while portion := list(islice(remaining, _AT_ONCE)):
        yield portion


@event.listens_for(Session, "after_flush")
def _note_changed(session: Session, _context: object) -> None:
    changed: set[str] | None = session.info.get(_CHANGED)
    if changed is None:
        return
    for row in (*session.new, *session.dirty):
        if isinstance(row, Agreement):
            changed.add(row.id)
        elif isinstance(row, Version | SignatureRequest):
            changed.add(row.agreement_id)
