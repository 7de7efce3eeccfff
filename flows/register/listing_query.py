"""Read lists of agreements: filtered, sorted and paged in the database, within the municipalities that may be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, intersect, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from flows.register.batch_schema import BatchAgreement
from flows.register.listing_schema import AgreementListing
from flows.register.listing_update import fold
from flows.register.listing_words import agreements_with, holds, id_begins
from flows.register.pending_schema import PendingDecision
from flows.register.schema import Json, SignatureRequest
from flows.register.states import State

Scope = frozenset[str] | None
"""The numbers of the municipalities whose agreements may be seen; None for all of them."""
_MOST_WORDS = 8
MOST_COUNTED = 1000
"""How many hits of a search there are pages of, and how far they are counted."""
_FEW, _MANY = 2000, 20_000
"""So many hits are looked up one by one: of the only word, or of the rarest of several."""


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
    """A page of a list: its rows with the signers of their requests, and how many there are on all pages.

    `is_more` says that there are more than `total`: a search of which nearly everything is a hit counts no further.
    """

    rows: Sequence[tuple[AgreementListing, list[Json]]]
    total: int
    is_more: bool = False


def list_page(session: Session, query: ListQuery, scope: Scope) -> ListingPage:
    """Return a page of the agreements that a query asks for, within the scope."""
    conditions = _conditions(query, scope)
    if query.size is None:
        found = _read(session, conditions + _has_words(session, query.words), query)
        return ListingPage(found, len(found))
    first = (max(query.page, 1) - 1) * query.size
    if query.words:
        conditions += _has_words(session, query.words)
        hits = list(session.scalars(_ids(conditions).order_by(*_order(query)).limit(MOST_COUNTED + 1)))
        total, is_more = min(len(hits), MOST_COUNTED), len(hits) > MOST_COUNTED
        ids = hits[first : min(first + query.size, MOST_COUNTED)]
    else:
        total = session.execute(select(func.count()).select_from(AgreementListing).where(*conditions)).scalar_one()
        ids, is_more = _page_of_ids(session, conditions, query, query.size, first), False
    # The ids come from an index alone, however far down the list: only those of the page are looked up.
    return ListingPage(_read(session, [AgreementListing.agreement_id.in_(ids)], query) if ids else [], total, is_more)


def _read(
    session: Session, conditions: list[ColumnElement[bool]], query: ListQuery
) -> list[tuple[AgreementListing, list[Json]]]:
    wanted = select(AgreementListing, SignatureRequest.signers).outerjoin(
        SignatureRequest, SignatureRequest.id == AgreementListing.request_id
    )
    found = session.execute(wanted.where(*conditions).order_by(*_order(query)))
    return [(row, signers or []) for row, signers in found]


def _ids(conditions: list[ColumnElement[bool]]) -> Select[str]:
    return select(AgreementListing.agreement_id).where(*conditions)


def _page_of_ids(
    session: Session, conditions: list[ColumnElement[bool]], query: ListQuery, size: int, first: int
) -> list[str]:
    """Return the ids of a page. By deadline in two parts, since no index has those without one last."""
    if query.order is not ListOrder.DEADLINE:
        return list(session.scalars(_ids(conditions).order_by(*_order(query)).limit(size).offset(first)))
    deadline = AgreementListing.deadline
    with_one = _ids([*conditions, deadline.is_not(None)])
    found = list(session.scalars(with_one.order_by(*_order(query)[1:]).limit(size).offset(first)))
    if len(found) < size:
        before = session.scalar(select(func.count()).select_from(with_one.subquery())) or 0
        without = _ids([*conditions, deadline.is_(None)]).order_by(_order(query)[-1])
        found += session.scalars(without.limit(size - len(found)).offset(max(first - before, 0)))
    return found


def listing_of(session: Session, agreement_id: str, scope: Scope) -> AgreementListing | None:
    """Return the row of one agreement; None where there is none within the scope."""
    wanted = select(AgreementListing).where(AgreementListing.agreement_id == agreement_id, in_scope(scope))
    return session.execute(wanted).scalar_one_or_none()


def ids_beginning_with(session: Session, beginning: str) -> Sequence[str]:
    """Return the first two ids of agreements that begin like this."""
    wanted = select(AgreementListing.agreement_id).where(
        AgreementListing.agreement_id.startswith(beginning.casefold(), autoescape=True)
    )
    return session.execute(wanted.limit(2)).scalars().all()


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
    of = AgreementListing
    # From one number to the next by the index, and one row for each: `distinct` would read every row of the scope.
    lowest = select(func.min(of.municipality_number)).where(in_scope(scope))
    numbers = select(lowest.scalar_subquery().label("number")).cte("numbers", recursive=True)
    following = lowest.where(of.municipality_number > numbers.c.number).correlate(numbers).scalar_subquery()
    numbers = numbers.union_all(select(following).where(numbers.c.number.is_not(None)))
    one = select(of.municipality_key).where(of.municipality_number == numbers.c.number).limit(1).correlate(numbers)
    key, name = one.scalar_subquery(), one.with_only_columns(of.municipality).scalar_subquery()
    found = session.execute(select(key, numbers.c.number, name).where(numbers.c.number.is_not(None))).all()
    return {number: name for _key, number, name in sorted(tuple(row) for row in found)}


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a listed agreement is of a municipality in the scope."""
    if scope is None:
        return and_(True)
    return AgreementListing.municipality_number.in_(sorted(scope)) if scope else false()


def _conditions(query: ListQuery, scope: Scope) -> list[ColumnElement[bool]]:
    of = AgreementListing
    found = [in_scope(scope)]
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


def _has_words(session: Session, words: Sequence[ListedWord]) -> list[ColumnElement[bool]]:
    """Return the conditions that each of the words occurs.

    Rare words are answered by the index of words; for frequent ones, reading the list until it has enough is quicker.
    """
    asked = words[:_MOST_WORDS]
    found = [(word, *_indexed(session, word)) for word in asked]
    rarest = min((number for _word, ids, number in found if ids is not None), default=None)
    if rarest is None or rarest > (_FEW if len(asked) == 1 else _MANY):
        return [_has(session, word) for word in asked]
    indexed = [ids for _word, ids, number in found if ids is not None and number <= _MANY]
    both = intersect(*indexed) if len(indexed) > 1 else indexed[0]
    left = [_has(session, word) for word, ids, number in found if ids is None or number > _MANY]
    return [AgreementListing.agreement_id.in_(both), *left]


def _indexed(session: Session, word: ListedWord) -> tuple[Select[str] | None, int]:
    """Return a query of the ids that a word finds and how many they are, counted no further than needed.

    None for a word that is a state's or a type's as well, or that too many names have.
    """
    parts = fold(word.text).split()
    ids = agreements_with(session, parts[0]) if len(parts) == 1 and not word.states and not word.types else None
    if ids is None:
        return None, 0
    begins = id_begins(word.text)
    every = ids if begins is None else select(union(ids, _ids([begins])).subquery().c.agreement_id)
    number = session.scalar(select(func.count()).select_from(every.limit(_MANY + 1).subquery()))
    return every, number or 0


def _has(session: Session, word: ListedWord) -> ColumnElement[bool]:
    folded, of = fold(word.text), AgreementListing
    found = [holds(of.__table__.c.words, folded, session.get_bind().dialect.name)]
    if (begins := id_begins(word.text)) is not None:
        found.append(begins)
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
