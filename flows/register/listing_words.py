"""Find listed agreements by parts of names: every word of `AgreementListing.words`, and which agreements have it.

A part is looked for among the words, of which there are few however many agreements there are; what has those words is
then read from an index. The tables are derived, and written with the rows that they are derived from.
"""

import re
from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Select, delete, func, insert, select
from sqlalchemy.orm import Session

from flows.register.listing_schema import AgreementListing, ListingWord, ListingWordUse

LONGEST = 500
"""Letters of a word that are kept; PostgreSQL has an upper limit for what an index holds."""
_MOST_WORDS = 500
"""A part of more words than this is one or two letters, which nearly every agreement has."""
_ID_BEGINS = re.compile("[0-9a-f][0-9a-f-]{0,35}")
_AT_ONCE = 500


def index_words(session: Session, changed: Mapping[str, tuple[str, str]]) -> None:
    """Bring the words of agreements up to date; `changed` has each one's folded words before and after."""
    gone = [(one, word) for one, (before, after) in changed.items() for word in _split(before) - _split(after)]
    come = [(one, word) for one, (before, after) in changed.items() for word in _split(after) - _split(before)]
    for agreement_id, word in gone:
        use = ListingWordUse
        session.execute(delete(use).where(use.word == word, use.agreement_id == agreement_id))
    _forget_unused(session, {word for _one, word in gone})
    _add_words(session, sorted({word for _one, word in come}))
    if come:
        session.execute(insert(ListingWordUse), [{"word": word, "agreement_id": one} for one, word in come])


def holds(column: ColumnElement[str], part: str, dialect: str) -> ColumnElement[bool]:
    """Return the condition that a folded text has a folded part in it."""
    # Both are folded already: LIKE, which compares letters large and small, takes three times as long on SQLite.
    return (func.instr if dialect == "sqlite" else func.strpos)(column, part) > 0


def id_begins(text: str) -> ColumnElement[bool] | None:
    """Return the condition that an agreement's id begins with a text, None for one that no id begins with."""
    if not _ID_BEGINS.fullmatch(text):
        return None
    of = AgreementListing.agreement_id  # the range is what an index can answer, in any order of texts
    return of.between(text, text + "g") & (func.substr(of, 1, len(text)) == text)


def agreements_with(session: Session, part: str) -> Select[str] | None:
    """Return a query of the ids of agreements with a folded part in one of their words.

    None where so many words have it that reading the list itself is quicker.
    """
    dialect = session.get_bind().dialect.name
    matching = select(ListingWord.word).where(holds(ListingWord.__table__.c.word, part[:LONGEST], dialect))
    words = list(session.scalars(matching.limit(_MOST_WORDS + 1)))
    if len(words) > _MOST_WORDS:
        return None
    return select(ListingWordUse.agreement_id).where(ListingWordUse.word.in_(words))


def _split(words: str) -> set[str]:
    return {word[:LONGEST] for word in words.split()}


def _add_words(session: Session, words: list[str]) -> None:
    for start in range(0, len(words), _AT_ONCE):
        some = words[start : start + _AT_ONCE]
        known = set(session.scalars(select(ListingWord.word).where(ListingWord.word.in_(some))))
        if new := [{"word": word} for word in some if word not in known]:
            session.execute(insert(ListingWord), new)


def _forget_unused(session: Session, words: Collection[str]) -> None:
    for word in sorted(words):
        if session.scalar(select(ListingWordUse.word).where(ListingWordUse.word == word).limit(1)) is None:
            session.execute(delete(ListingWord).where(ListingWord.word == word))
