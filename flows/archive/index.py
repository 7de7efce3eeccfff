"""The index that search reads: SQLite FTS5 or PostgreSQL, words and trigrams over folded text.

An agreement's text is its template's plus little. The lines that records of a template share are kept once
(`shared_text`); a record's own row has the rest. A shared text is only ever used for a record that has all of its
lines, so that both together are exactly what the PDF says. Words of the template, which every record has, then cost
nothing to look up, and the index stays a tenth of the size.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from flows.archive.text import index_form, trigrams
from flows.register import Record
from flows.register.archive_schema import RecordText, SharedText

_FEWEST_SHARED_LINES = 5


def add_to_index(session: Session, record: Record, template_sha256: str, content: str) -> None:
    """Index a record's text and title; one that is indexed already stays as it is."""
    if session.execute(select(RecordText.number).where(RecordText.record_id == record.id)).first():
        return
    lines = list(dict.fromkeys(line for line in (one.strip() for one in content.splitlines()) if line))
    shared = _shared(session, template_sha256, lines)
    common = set(shared.text.splitlines()) if shared else set()
    parties = [str(one) for party in record.details.get("parties", []) for one in party.values()]
    own = "\n".join([record.public_title, *parties, *(line for line in lines if line not in common)])
    row = RecordText(record_id=record.id, shared_id=shared.id if shared else None, text=own, folded=index_form(own))
    session.add(row)
    session.flush()
    values = {"number": row.number, "folded": row.folded}
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO record_words (rowid, folded) VALUES (:number, :folded)"), values)
        session.execute(text("INSERT INTO record_trigrams (rowid, folded) VALUES (:number, :folded)"), values)
    else:
        session.execute(
            text("UPDATE record_text SET trigrams = array_to_tsvector(:trigrams) WHERE number = :number"),
            {"number": row.number, "trigrams": trigrams(row.folded)},
        )


def _shared(session: Session, template_sha256: str, lines: Sequence[str]) -> SharedText | None:
    """Return the longest shared text whose every line these lines have; make one where two records show it."""
    present = set(lines)
    known = session.execute(select(SharedText).where(SharedText.template_sha256 == template_sha256)).scalars().all()
    fitting = [one for one in known if set(one.text.splitlines()) <= present]
    best = max(fitting, key=lambda one: len(one.text), default=None)
    if best is not None:
        return best
    if known:
        other = min((set(one.text.splitlines()) for one in known), key=len)
    else:
        earlier = session.execute(
            select(RecordText.text)
            .join(Record, Record.id == RecordText.record_id)
            .where(RecordText.shared_id.is_(None), func.length(RecordText.text) > 0)
            .order_by(RecordText.number.desc())
            .limit(1)
        ).scalar()
        other = set((earlier or "").splitlines())
    together = [line for line in lines if line in other]
    if len(together) < max(_FEWEST_SHARED_LINES, len(lines) // 2):
        return None
    joined = "\n".join(together)
    made = SharedText(template_sha256=template_sha256, text=joined, folded=index_form(joined))
    session.add(made)
    session.flush()
    return made


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition in SQL on `record_text AS t`, with its parameters."""

    condition: str
    parameters: dict[str, object]


def condition_for(session: Session, asked: Sequence[str]) -> Asked:
    """Return the condition that every word asked for is in a record's shared text or its own, anywhere in a word.

    Words under three letters are compared with the beginnings of words only.
    """
    shared = session.execute(select(SharedText.id, SharedText.folded)).all()
    branches: list[str] = []
    parameters: dict[str, object] = {}
    rest_of: dict[tuple[str, ...], list[int | None]] = {tuple(asked): [None]}
    for shared_id, folded in shared:
        rest_of.setdefault(tuple(word for word in asked if not _within(word, folded)), []).append(shared_id)
    sqlite = session.get_bind().dialect.name == "sqlite"
    for number, (rest, ids) in enumerate(rest_of.items()):
        there = [str(one) for one in ids if one is not None]
        scope = [f"t.shared_id IN ({', '.join(there)})"] if there else []
        scope += ["t.shared_id IS NULL"] if None in ids else []
        where = [f"({' OR '.join(scope)})"]
        if rest:
            said, values = (_sqlite if sqlite else _postgres)(rest, number)
            where.append(said)
            parameters |= values
        branches.append(f"({' AND '.join(where)})")
    return Asked(" OR ".join(branches), parameters)


def _within(word: str, folded: str) -> bool:
    if len(word) < 3:
        return any(one.startswith(word) for one in folded.split())
    return word in folded


def _sqlite(rest: Sequence[str], number: int) -> tuple[str, dict[str, object]]:
    parts: list[str] = []
    values: dict[str, object] = {}
    long = [word for word in rest if len(word) >= 3]
    short = [word for word in rest if len(word) < 3]
    if long:
        values[f"long{number}"] = " ".join(f'"{word}"' for word in long)
        parts.append(f"t.number IN (SELECT rowid FROM record_trigrams WHERE record_trigrams MATCH :long{number})")  # noqa: S608
    if short:
        values[f"short{number}"] = " ".join(f'"{word}"*' for word in short)
        parts.append(f"t.number IN (SELECT rowid FROM record_words WHERE record_words MATCH :short{number})")  # noqa: S608
    return " AND ".join(parts), values


def _postgres(rest: Sequence[str], number: int) -> tuple[str, dict[str, object]]:
    parts: list[str] = []
    values: dict[str, object] = {}
    for place, word in enumerate(rest):
        name = f"w{number}_{place}"
        if len(word) < 3:
            values[name] = f"'{word}':*"
            parts.append(f"t.words @@ to_tsquery('simple', :{name})")
        else:
            values[name] = " & ".join(f"'{one}'" for one in trigrams(word))
            values[f"{name}_whole"] = f"%{word.replace('_', chr(92) + '_')}%"
            parts.append(f"(t.trigrams @@ CAST(:{name} AS tsquery) AND t.folded LIKE :{name}_whole)")
    return " AND ".join(parts), values
