"""Read lists of agreements: filtered, sorted and paged in the database, within the municipalities that may be seen."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from flows.register.batch_schema import BatchAgreement
from flows.register.listing_schema import AgreementListing
from flows.register.listing_update import fold
from flows.register.pending_schema import PendingDecision
from flows.register.schema import Json, SignatureRequest
from flows.register.states import State

Scope = frozenset[str] | None
"""The numbers of the municipalities whose agreements may be seen; None for all of them."""
_MOST_WORDS = 8
_ID_BEGINS = re.compile("[0-9a-f][0-9a-f-]{0,35}")


class ListOrder(StrEnum):
    """What a list is sorted by."""

    COUNTERPART = "counterpart"
    MUNICIPALITY = "municipality"
    STATE = "state"
    DEADLINE = "deadline"
    RECEIVED = "received"


_KEYS: dict[ListOrder, tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...]] = {
    ListOrder.COUNTERPART: (AgreementListing.counterpart_key,),
    ListOrder.MUNICIPALITY: (AgreementListing.municipality_key, AgreementListing.counterpart_key),
    ListOrder.STATE: (AgreementListing.state, AgreementListing.municipality_number),
    ListOrder.DEADLINE: (AgreementListing.deadline,),
    ListOrder.RECEIVED: (AgreementListing.received_at,),
}


@dataclass(frozen=True, slots=True)
class ListedWord:
    """One word of a search, and the states and types whose name in the language in use has it."""

    text: str
    states: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list is to hold. An empty filter asks for everything.

    Each of `words` must occur in a name, a municipality's number, or at the beginning of an id. `waiting` asks for what
    waits for a person, `before` for requests whose deadline is earlier. `page` counts from 1; `size` None is all of it.
    """

    words: tuple[ListedWord, ...] = ()
    states: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    municipality: str = ""
    batch: str = ""
    waiting: bool = False
    before: datetime | None = None
    order: ListOrder = ListOrder.COUNTERPART
    descending: bool = False
    page: int = 1
    size: int | None = 50


@dataclass(frozen=True, slots=True)
class ListingPage:
    """A page of a list: its rows with the signers of their requests, and how many there are on all pages."""

    rows: Sequence[tuple[AgreementListing, list[Json]]]
    total: int


def list_page(session: Session, query: ListQuery, scope: Scope) -> ListingPage:
    """Return a page of the agreements that a query asks for, within the scope."""
    conditions = _conditions(query, scope, session.get_bind().dialect.name)
    total = session.execute(select(func.count()).select_from(AgreementListing).where(*conditions)).scalar_one()
    # The ids come from an index alone, however far down the list: only those of the page are looked up.
    ids = select(AgreementListing.agreement_id).where(*conditions).order_by(*_order(query))
    if query.size is not None:
        ids = ids.limit(query.size).offset((max(query.page, 1) - 1) * query.size)
    wanted = select(AgreementListing, SignatureRequest.signers).outerjoin(
        SignatureRequest, SignatureRequest.id == AgreementListing.request_id
    )
    chosen = ids.subquery()
    wanted = wanted.join(chosen, chosen.c.agreement_id == AgreementListing.agreement_id).order_by(*_order(query))
    return ListingPage([(row, signers or []) for row, signers in session.execute(wanted)], total)


def listing_of(session: Session, agreement_id: str, scope: Scope) -> AgreementListing | None:
    """Return the row of one agreement; None where there is none within the scope."""
    wanted = select(AgreementListing).where(AgreementListing.agreement_id == agreement_id, in_scope(scope))
    return session.execute(wanted).scalar_one_or_none()


def states_in_scope(session: Session, scope: Scope, batch: str = "") -> dict[str, int]:
    """Return the number of agreements in each state, in the order of the line, without empty states."""
    wanted = select(AgreementListing.state, func.count()).where(in_scope(scope)).group_by(AgreementListing.state)
    if batch:
        taken_in = select(BatchAgreement.agreement_id).where(BatchAgreement.batch_id == batch)
        wanted = wanted.where(AgreementListing.agreement_id.in_(taken_in))
    counts: dict[str, int] = dict(iter(session.execute(wanted)))
    return {state: counts[state] for state in State if state in counts}


def municipalities_in_scope(session: Session, scope: Scope) -> dict[str, str]:
    """Return the municipalities that have agreements, by number, in Norwegian order of their names."""
    wanted = (
        select(AgreementListing.municipality_number, func.min(AgreementListing.municipality))
        .where(in_scope(scope))
        .group_by(AgreementListing.municipality_number)
        .order_by(func.min(AgreementListing.municipality_key))
    )
    return dict(iter(session.execute(wanted)))


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a listed agreement is of a municipality in the scope."""
    if scope is None:
        return and_(True)
    return AgreementListing.municipality_number.in_(sorted(scope)) if scope else false()


def _conditions(query: ListQuery, scope: Scope, dialect: str) -> list[ColumnElement[bool]]:
    of = AgreementListing
    found = [in_scope(scope), *(_has(word, dialect) for word in query.words[:_MOST_WORDS])]
    if query.states:
        found.append(of.state.in_(sorted(query.states)))
    if query.types:
        found.append(of.type.in_(sorted(query.types)))
    if query.municipality:
        found.append(of.municipality_number == query.municipality)
    if query.batch:
        taken_in = select(BatchAgreement.agreement_id).where(BatchAgreement.batch_id == query.batch)
        found.append(of.agreement_id.in_(taken_in))
    if query.waiting:
        open_rows = select(PendingDecision.agreement_id).where(PendingDecision.cleared_at.is_(None))
        found.append(of.agreement_id.in_(open_rows.where(PendingDecision.agreement_id.is_not(None))))
    if query.before is not None:
        found.append(of.deadline < query.before)
    return found


def _has(word: ListedWord, dialect: str) -> ColumnElement[bool]:
    folded, of = fold(word.text), AgreementListing
    # Texts are folded already: LIKE, which compares letters large and small, takes three times as long on SQLite.
    place = (func.instr if dialect == "sqlite" else func.strpos)(of.words, folded)
    found: list[ColumnElement[bool]] = [place > 0]
    if _ID_BEGINS.fullmatch(word.text):
        found.append(func.substr(of.agreement_id, 1, len(word.text)) == word.text)
    if word.states:
        found.append(of.state.in_(sorted(word.states)))
    if word.types:
        found.append(of.type.in_(sorted(word.types)))
    return or_(*found)


def _order(query: ListQuery) -> list[ColumnElement[Any]]:
    keys = [*_KEYS[query.order], AgreementListing.agreement_id]
    sorted_by: list[ColumnElement[Any]] = [key.desc() if query.descending else key.asc() for key in keys]
    if query.order is ListOrder.DEADLINE:  # where nothing is out there is no deadline: those come last either way
        return [AgreementListing.deadline.is_(None), *sorted_by]
    return sorted_by
