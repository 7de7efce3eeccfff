"""The rules of the self-check for both journals and the change log."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flows.archive.noark.reading import Finding, local, stream, values
from flows.archive.noark.seen import Seen


@dataclass
class Journal:
    """A journal that was read: its head, how many entries it has, and whether they stand in order."""

    name: str
    head: dict[str, str] = field(default_factory=dict)
    entries: int = 0
    last: tuple[int, int] = (0, 0)
    sorted: bool = True
    empty: int = 0


def read_journal(path: Path, seen: Seen) -> Journal:
    """Read a journal as it streams; what its entries show goes to `seen`."""
    journal = Journal(path.name)
    for element, _place in stream(path, ("journalhode", "journalregistrering")):
        if local(element) == "journalhode":
            journal.head = {local(one): one.text or "" for one in element}
            continue
        entry = next(one for one in element if local(one) == "journalpost")
        year, sequence = next(values(entry, "journalaar"), "0"), next(values(entry, "journalsekvensnummer"), "0")
        place = (int(year), int(sequence))
        journal.sorted &= journal.last <= place
        journal.last = place
        journal.entries += 1
        texts = [one.text or "" for one in element.iter() if len(one) == 0]
        journal.empty += sum(not text.strip() for text in texts)
        seen.add_shown(path.name, next(values(entry, "systemID"), ""), texts)
    return journal


def check_journals(running: Journal, public: Journal, seen: Seen, *, sharp: bool) -> Iterator[Finding]:
    """Yield what is wrong with the two journals: counts, ids, order, dates, and what the public one may not show."""
    for journal in (running, public):
        stated = journal.head.get("antallJournalposter", "")
        if stated != str(journal.entries) or (sharp and journal.entries != seen.entries):
            yield Finding("N5.59", journal.name, f"{stated} entries are stated, {journal.entries} are there")
        if not seen.same_entries(journal.name):
            yield Finding("N5.59", journal.name, "its entries are not those of arkivstruktur.xml")
        if not journal.sorted:
            yield Finding("N5.59", journal.name, "is not sorted by year and sequence (krav 6.4.30)")
        start, end = journal.head.get("journalStartDato", ""), journal.head.get("journalSluttDato", "")
        if seen.first_date and not start <= seen.first_date <= seen.last_date <= end:
            yield Finding("N5.60", journal.name, "has entries outside its dates")
        if journal.empty:
            yield Finding("N5.63", journal.name, f"{journal.empty} elements are empty")
    for entry in seen.leaked(public.name):
        yield Finding("N5.59", public.name, f"shows what is restricted of {entry}")
    for name in ("journalStartDato", "journalSluttDato"):
        if running.head.get(name) != public.head.get(name):
            yield Finding("N5.60", name, "differs between the journals")


def check_changes(path: Path, seen: Seen) -> Iterator[Finding]:
    """Yield changes that point at nothing in the package, and empty elements."""
    for element, _place in stream(path, ("endring",)):
        said = next(values(element, "referanseArkivenhet"), "")
        if not seen.knows_id(said):
            yield Finding("N5.62", path.name, f"points at {said}, which is not in the package")
        if any(not (one.text or "").strip() for one in element):
            yield Finding("N5.63", path.name, "an element is empty")
