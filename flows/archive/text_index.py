"""Keep a record's text for search: the lines shared with its template, and its own.

An agreement's text is its template's plus little. The lines that records of a template share are kept once
(`shared_text`); a record's own row has the rest. A shared text is only ever used for a record that has all of its
lines, so that both together are exactly what the PDF says. Words of the template, which every record has, then cost
nothing to look up, and the index stays a tenth of the size. In both, a blank line stands where other lines stood.
"""

from collections.abc import Sequence, Set

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flows.archive.pdf_text import index_form, split_words, words
from flows.register import Record
from flows.register.archive_schema import RecordText, SharedText
from flows.register.search_index import LONGEST, index_text, release_shared_text, remove_text, share

_FEWEST_SHARED_LINES = 5


def add_to_index(session: Session, record: Record, template_sha256: str, content: str) -> None:
    """Index a record's text and title; one that is indexed already stays as it is."""
    if session.execute(select(RecordText.number).where(RecordText.record_id == record.id)).first():
        return
    lines = [line for line in (one.strip() for one in content.splitlines()) if line]
    shared = _shared(session, template_sha256, lines)
    common = _lines_of(shared.text) if shared else set()
    parties = [str(one) for party in record.details.get("parties", []) for one in party.values()]
    about = "\n\n".join(dict.fromkeys(one for one in (record.public_title, *parties) if one))
    own = f"{_only(lines, set(lines) - common)}\n\n{about}"
    folded = f"{index_form(own)} {split_words(content)}".strip()
    row = RecordText(record_id=record.id, shared_id=shared.id if shared else None, text=own, folded=folded)
    session.add(row)
    session.flush()
    index_text(session, row.number, row.number)


def remove_from_index(session: Session, record: Record) -> None:
    """Delete a record's text from the search index; by its particulars it is still found."""
    row = session.execute(select(RecordText).where(RecordText.record_id == record.id)).scalar_one_or_none()
    if row is None:
        return
    remove_text(session, row.number)
    shared = session.get(SharedText, row.shared_id) if row.shared_id is not None else None
    row.text, row.folded, row.shared_id = "", "", None
    session.flush()
    index_text(session, row.number, row.number)
    if shared is not None and not session.execute(select(RecordText).where(RecordText.shared_id == shared.id)).first():
        release_shared_text(session, shared)
        session.delete(shared)
        session.flush()


def _only(lines: Sequence[str], wanted: Set[str]) -> str:
    """Return those of the lines that are wanted, each once, with a blank line where others stand between."""
    kept: list[str] = []
    seen: set[str] = set()
    for line in lines:
        if line in wanted and line not in seen:
            kept.append(line)
        elif kept and kept[-1]:
            kept.append("")
        seen.add(line)
    return "\n".join(kept).strip()


def _lines_of(text: str) -> set[str]:
    return set(text.splitlines()) - {""}


def _shared(session: Session, template_sha256: str, lines: Sequence[str]) -> SharedText | None:
    """Return the longest shared text whose every line these lines have; make one where two records show it."""
    present = set(lines)
    known = session.execute(select(SharedText).where(SharedText.template_sha256 == template_sha256)).scalars().all()
    fitting = [one for one in known if _lines_of(one.text) <= present]
    best = max(fitting, key=lambda one: len(one.text), default=None)
    if best is not None:
        return best
    if known:
        other = min((_lines_of(one.text) for one in known), key=len)
    else:
        earlier = session.execute(
            select(RecordText.text)
            .join(Record, Record.id == RecordText.record_id)
            .where(RecordText.shared_id.is_(None), func.length(RecordText.text) > 0)
            .order_by(RecordText.number.desc())
            .limit(1)
        ).scalar()
        other = _lines_of(earlier or "")
    together = {line for line in present & other if max(map(len, words(line)), default=0) <= LONGEST}
    if len(together) < max(_FEWEST_SHARED_LINES, len(present) // 2):
        return None
    joined = _only(lines, together)
    made = SharedText(template_sha256=template_sha256, text=joined, folded=index_form(joined))
    session.add(made)
    session.flush()
    share(session, made)
    return made
