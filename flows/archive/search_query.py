"""Return the records that match a query, newest first, by combining posting lists block by block.

Blocks are looked at from the newest, as many at a time as are likely to be needed by what is known of the words, and
the rarest word comes first. Where few records are left, what else was asked is read in their rows and texts.
"""

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from flows.archive.pdf_text import has_word
from flows.register import Agreement, Record
from flows.register.archive_schema import RecordText
from flows.register.posting_lists import BLOCK, numbers_in, unpacked
from flows.register.search_index import FOUND_BY, NO_DAY, among, day_of, parts_of_code

_FEW = 500
_RARE = 2000
_TOGETHER = 256
_AFTER_ALL = "\U0010ffff"

_Bits = dict[int, tuple[int, int]]
"""For each block the records that match for sure, and those whose text must be read."""


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """One thing that a record must have: any of `words`, by id; or perhaps a code that has all of `parts`.

    `size` is how many records may match, at most. `told` says whether a record has it, by its row and its text.
    """

    words: Collection[int]
    size: int
    told: Callable[[Row[Any]], bool]
    parts: Collection[int] = ()


def word_term(session: Session, asked: str) -> SearchTerm:
    """Return what a record must have for a folded word: the word within any other, a short one at its beginning."""
    known = _vocabulary(session, asked)
    condition, values = among(session, "word_id", known)
    rows = session.execute(text(f"SELECT DISTINCT shared_id FROM search_shared_word WHERE {condition}"), values)  # noqa: S608
    shared = frozenset(row.shared_id for row in rows)
    parts = {f"^{asked}"} if len(asked) < 3 else {one for one in parts_of_code(asked) if one.startswith("#")}
    marks = _known(session, parts | {f":shared_id:{one}" for one in shared})
    codes = {one: marks.pop(one) for one in parts if one in marks}
    words = {one: size for one, size in known.items() if size} | dict(marks.values())
    size = sum(words.values())

    def told(row: Row[Any]) -> bool:
        return row.shared_id in shared or has_word(row.folded, asked)

    if len(codes) < len(parts):
        return SearchTerm(words, size, told)
    size += min(count for _one, count in codes.values())
    if len(asked) <= 3:  # no text can say otherwise
        return SearchTerm(words | dict(codes.values()), size, told)
    return SearchTerm(words, size, told, dict(codes.values()))


def mark_term(session: Session, column: str, value: str) -> SearchTerm:
    """Return what a record must have for a column of it, or of its agreement, to have a value."""
    known = dict(_known(session, [f":{column}:{value}"]).values())
    return SearchTerm(known, sum(known.values()), lambda row: bool(getattr(row, column) == value))


def any_mark_term(session: Session, column: str, values: frozenset[str]) -> SearchTerm:
    """Return what a record must have for a column of it, or of its agreement, to have one of the values."""
    known = dict(_known(session, [f":{column}:{value}" for value in values]).values())
    return SearchTerm(known, sum(known.values()), lambda row: getattr(row, column) in values)


def day_term(
    session: Session, column: str, first: date | None, last: date | None, *, or_open: bool = False
) -> SearchTerm:
    """Return what a record must have for a date of it to be within two days, both included, or left open.

    Whole years and whole months have marks of their own; only the years of the two days are looked at closer.
    """
    start = f":{column}:"
    low, high = first.isoformat() if first else "", last.isoformat() if last else _AFTER_ALL
    statement = (
        "SELECT id, word, records FROM search_word WHERE word > :start AND word < :end "
        "AND (length(word) = :year OR substr(word, 1, :year) IN (:low, :high))"
    )
    values = {"start": start, "end": start + _AFTER_ALL, "year": len(start) + 4}
    values |= {"low": start + low[:4], "high": start + high[:4]}
    known = {row.word.removeprefix(start): (row.id, row.records) for row in session.execute(text(statement), values)}
    inside = {one for one in known if low <= one + "-01-01"[len(one) - 4 :] and one + "-12-31"[len(one) - 4 :] <= high}
    marks = dict(known[one] for one in inside if not {one[:4], one[:7]} & inside - {one})
    marks |= dict(_known(session, [start + NO_DAY] if or_open else []).values())

    def told(row: Row[Any]) -> bool:
        day = day_of(getattr(row, column))
        return or_open if day is None else low <= day.isoformat() <= high

    return SearchTerm(marks, sum(marks.values()), told)


def newest(session: Session, wanted: Sequence[SearchTerm], skipped: int, count: int) -> list[int]:
    """Return the numbers of the newest records that have all that is wanted, after so many that are skipped."""
    wanted = sorted(wanted, key=lambda one: one.size)
    total = session.execute(select(func.max(RecordText.number))).scalar() or 0
    found: list[int] = []
    for first, last in _windows(wanted, total, skipped + count):
        bits = _settled(session, wanted, _together(session, wanted, first, last))
        for block in sorted(bits, reverse=True):
            sure, unsure = bits[block]
            if not unsure and sure.bit_count() <= skipped:
                skipped -= sure.bit_count()
                continue
            for number in _read(session, wanted, block, sure, unsure):
                if skipped:
                    skipped -= 1
                    continue
                found.append(number)
                if len(found) == count:
                    return found
    return found


def _windows(wanted: Sequence[SearchTerm], total: int, needed: int) -> Iterator[tuple[int, int]]:
    """Yield the first and last of the blocks to look at: the newest, then twice as many, until there are no more."""
    likely = math.prod(min(1.0, one.size / max(1, total)) for one in wanted)
    last = total // BLOCK
    if not likely:
        return
    size = last + 1 if wanted[0].size <= _RARE else math.ceil(min(last, needed / likely / BLOCK)) + 1
    while last >= 0:
        yield max(0, last - size + 1), last
        last, size = last - size, 2 * size


def _together(session: Session, wanted: Sequence[SearchTerm], first: int, last: int) -> _Bits:
    """Return which records from the first to the last block have all that is wanted, the rarest looked at first."""
    found = _members(session, wanted[0], first, last)
    for one in wanted[1:]:
        if not found:
            break
        left = sum((sure | unsure).bit_count() for sure, unsure in found.values())
        if left <= min(_FEW, len(found) * (len(one.words) + len(one.parts)) - 1):
            found = {block: (0, sure | unsure) for block, (sure, unsure) in found.items()}
            continue
        here = _members(session, one, min(found), max(found))
        both = {block: _both(found[block], here[block]) for block in found.keys() & here}
        found = {block: bits for block, bits in both.items() if any(bits)}
    return found


def _settled(session: Session, wanted: Sequence[SearchTerm], found: _Bits) -> _Bits:
    """Return the same with nothing unsure, where that takes reading a few texts."""
    unsure = [block * BLOCK + one for block, bits in found.items() for one in numbers_in(bits[1])]
    if not unsure or len(unsure) > _FEW:
        return found
    sure = {block: bits[0] for block, bits in found.items()}
    for row in _rows(session, unsure):
        if all(one.told(row) for one in wanted):
            sure[row.number // BLOCK] |= 1 << row.number % BLOCK
    return {block: (bits, 0) for block, bits in sure.items()}


def _both(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    sure = one[0] & other[0]
    return sure, (one[0] | one[1]) & (other[0] | other[1]) & ~sure


def _members(session: Session, one: SearchTerm, first: int, last: int) -> _Bits:
    """Return which records from the first to the last block have one thing that is wanted."""
    sure: dict[int, int] = {}
    for _word, block, bits in _postings(session, one.words, first, last):
        sure[block] = sure.get(block, 0) | bits
    codes: dict[int, list[int]] = {}
    for _word, block, bits in _postings(session, one.parts, first, last):
        codes.setdefault(block, []).append(bits)
    found = {block: (bits, 0) for block, bits in sure.items()}
    for block, several in codes.items():
        if len(several) == len(one.parts):
            every = several[0]
            for bits in several[1:]:
                every &= bits
            known = sure.get(block, 0)
            found[block] = (known, every & ~known)
    return found


def _postings(session: Session, words: Collection[int], first: int, last: int) -> Iterator[tuple[int, int, int]]:
    if not words:
        return
    condition, values = among(session, "word_id", words)
    statement = (
        "SELECT word_id, block, members FROM search_posting "  # noqa: S608
        f"WHERE {condition} AND block BETWEEN :first AND :last"
    )
    for row in session.execute(text(statement), {**values, "first": first, "last": last}):
        yield row[0], row[1], unpacked(row[2])


def _read(session: Session, wanted: Sequence[SearchTerm], block: int, sure: int, unsure: int) -> Iterator[int]:
    """Yield the numbers of a block's records that match, the newest first; texts are read some at a time."""
    candidates = list(numbers_in(sure | unsure))
    for start in range(0, len(candidates), _TOGETHER):
        numbers = candidates[start : start + _TOGETHER]
        doubtful = [block * BLOCK + one for one in numbers if unsure >> one & 1]
        rows = {row.number: row for row in _rows(session, doubtful)}
        for one in numbers:
            number = block * BLOCK + one
            if sure >> one & 1 or (number in rows and all(each.told(rows[number]) for each in wanted)):
                yield number


def _rows(session: Session, numbers: Sequence[int]) -> Sequence[Row[Any]]:
    if not numbers:
        return []
    condition, values = among(session, "record_text.number", numbers)
    wanted = select(*FOUND_BY).join(Record, Record.id == RecordText.record_id)
    wanted = wanted.join(Agreement, Agreement.id == Record.agreement_id)
    return list(session.execute(wanted.where(text(condition)), values))


def _vocabulary(session: Session, asked: str) -> dict[int, int]:
    """Return the words that have the asked one within them, or begin with a short one: ids, and numbers of records."""
    if len(asked) < 3:
        statement = "SELECT id, records FROM search_word WHERE word >= :asked AND word < :end"
    elif session.get_bind().dialect.name == "sqlite":
        statement = (
            "SELECT id, records FROM search_word WHERE id IN (SELECT rowid FROM search_part WHERE word MATCH :phrase)"
        )
    else:
        statement = (
            "SELECT id, records FROM search_word WHERE id IN "
            "(SELECT word_id FROM search_part WHERE ending >= :asked AND ending < :end)"
        )
    every = {"asked": asked, "end": asked + _AFTER_ALL, "phrase": f'"{asked}"'}
    rows = session.execute(text(statement), {name: value for name, value in every.items() if f":{name}" in statement})
    return {row[0]: row[1] for row in rows}


def _known(session: Session, words: Collection[str]) -> dict[str, tuple[int, int]]:
    """Return id and number of records of those words and marks that there are."""
    if not words:
        return {}
    condition, values = among(session, "word", words)
    rows = session.execute(text(f"SELECT word, id, records FROM search_word WHERE {condition}"), values)  # noqa: S608
    return {row.word: (row.id, row.records) for row in rows}
