"""Which records match, the newest first: the bits of words and marks, put together block by block.

Blocks are looked at from the newest, as many at a time as are likely to be needed by what is known of the words, and
the rarest word comes first. Where only a few records are left, what else was asked is read in their texts.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from flows.archive.text import has_word
from flows.register.archive_schema import RecordText
from flows.register.search_index import BLOCK, among, numbers_in, parts_of_code, unpacked

_FEW = 200
_RARE = 2000
_TOGETHER = 256
_AFTER_ALL = "\U0010ffff"

_Bits = dict[int, tuple[int, int]]
"""For each block the records that match for sure, and those whose text must be read."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that a record must have: any of `words`, by id; or perhaps a code that has all of `parts`.

    `asked` is the word that was asked for, empty for a mark. `shared` are the shared texts that have it. `size` is how
    many records may match, at most.
    """

    words: Collection[int]
    size: int
    asked: str = ""
    parts: Collection[int] = ()
    shared: frozenset[int] = field(default_factory=frozenset)


def wanted_word(session: Session, asked: str) -> Wanted:
    """Return what a record must have for a folded word: the word within any other, a short one at its beginning."""
    known = _vocabulary(session, asked)
    condition, values = among(session, "word_id", known)
    rows = session.execute(text(f"SELECT DISTINCT shared_id FROM search_shared_word WHERE {condition}"), values)  # noqa: S608
    shared = frozenset(row.shared_id for row in rows)
    parts = {f"^{asked}"} if len(asked) < 3 else {one for one in parts_of_code(asked) if one.startswith("#")}
    marks = _known(session, parts | {f":shared:{one}" for one in shared})
    codes = {one: marks.pop(one) for one in parts if one in marks}
    words = {one: size for one, size in known.items() if size} | dict(marks.values())
    size = sum(words.values())
    if len(codes) < len(parts):
        return Wanted(words, size, asked, (), shared)
    size += min(count for _one, count in codes.values())
    if len(asked) <= 3:  # no text can say otherwise
        return Wanted(words | dict(codes.values()), size, asked, (), shared)
    return Wanted(words, size, asked, dict(codes.values()), shared)


def wanted_mark(session: Session, mark: str) -> Wanted:
    """Return what a record must have to bear a mark."""
    known = dict(_known(session, [mark]).values())
    return Wanted(known, sum(known.values()))


def wanted_days(session: Session, kind: str, first: date | None, last: date | None, other: str = "") -> Wanted:
    """Return what a record must have for a date within two days, both included, or another mark.

    Whole years and whole months have marks of their own; only the years of the two days are looked at closer.
    """
    start = f":{kind}:"
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
    marks |= dict(_known(session, [other] if other else []).values())
    return Wanted(marks, sum(marks.values()))


def newest(session: Session, wanted: Sequence[Wanted], skipped: int, count: int) -> list[int]:
    """Return the numbers of the newest records that have all that is wanted, after so many that are skipped."""
    wanted = sorted(wanted, key=lambda one: one.size)
    total = session.execute(select(func.max(RecordText.number))).scalar() or 0
    found: list[int] = []
    for first, last in _windows(wanted, total, skipped + count):
        bits = _together(session, wanted, first, last)
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


def _windows(wanted: Sequence[Wanted], total: int, needed: int) -> Iterator[tuple[int, int]]:
    """Yield the first and last of the blocks to look at: the newest, then twice as many, until there are no more."""
    likely = math.prod(min(1.0, one.size / max(1, total)) for one in wanted)
    last = total // BLOCK
    if not likely:
        return
    size = last + 1 if wanted[0].size <= _RARE else math.ceil(min(last, needed / likely / BLOCK)) + 1
    while last >= 0:
        yield max(0, last - size + 1), last
        last, size = last - size, 2 * size


def _together(session: Session, wanted: Sequence[Wanted], first: int, last: int) -> _Bits:
    """Return which records from the first to the last block have all that is wanted, the rarest looked at first."""
    found: _Bits = {}
    for place, one in enumerate(wanted):
        if place and one.asked and sum((sure | unsure).bit_count() for sure, unsure in found.values()) <= _FEW:
            found = {block: (0, sure | unsure) for block, (sure, unsure) in found.items()}
            continue
        here = _members(session, one, first, last, list(found) if place else None)
        found = {block: _both(found[block], here[block]) for block in found.keys() & here} if place else here
        found = {block: bits for block, bits in found.items() if any(bits)}
        if not found:
            break
    return found


def _both(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    sure = one[0] & other[0]
    return sure, (one[0] | one[1]) & (other[0] | other[1]) & ~sure


def _members(session: Session, one: Wanted, first: int, last: int, blocks: Sequence[int] | None) -> _Bits:
    """Return which records of these blocks have one thing that is wanted."""
    if blocks is not None:
        first, last = min(blocks), max(blocks)
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


def _read(session: Session, wanted: Sequence[Wanted], block: int, sure: int, unsure: int) -> Iterator[int]:
    """Yield the numbers of a block's records that match, the newest first; texts are read some at a time."""
    words = [one for one in wanted if one.asked]
    candidates = list(numbers_in(sure | unsure))
    for start in range(0, len(candidates), _TOGETHER):
        numbers = candidates[start : start + _TOGETHER]
        doubtful = [block * BLOCK + one for one in numbers if unsure >> one & 1]
        texts: Mapping[int, tuple[str, int | None]] = {}
        if doubtful:
            condition, values = among(session, "number", doubtful)
            rows = session.execute(text(f"SELECT number, folded, shared_id FROM record_text WHERE {condition}"), values)  # noqa: S608
            texts = {row.number: (row.folded, row.shared_id) for row in rows}
        for one in numbers:
            number = block * BLOCK + one
            if sure >> one & 1:
                yield number
            elif number in texts:
                folded, shared = texts[number]
                if all(shared in word.shared or has_word(folded, word.asked) for word in words):
                    yield number


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
