"""The rules of the self-check for both journals and the change log."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.archive.noark.selfcheck_index import SelfcheckIndex
from flows.archive.noark.streaming_reader import PackageFinding, local, stream, values
from flows.language import translate as _


@dataclass
class Journal:
    """A journal that was read: its head, how many entries it has, and whether they stand in order."""

    name: str
    head: dict[str, str] = field(default_factory=dict)
    entries: int = 0
    last: tuple[int, int] = (0, 0)
    sorted: bool = True
    empty: Counter[str] = field(default_factory=Counter)


def read_journal(path: Path, seen: SelfcheckIndex) -> Journal:
    """Read a journal as it streams; what its entries show goes to `seen`."""
    journal = Journal(path.name)
    for element, _place in stream(path, ("journalhode", "journalregistrering"), empty=journal.empty):
        if local(element) == "journalhode":
            journal.head = {local(one): one.text or "" for one in element}
            continue
        journal.entries += 1
        entry = next((one for one in element if local(one) == "journalpost"), element)
        place = (_number(entry, "journalaar"), _number(entry, "journalsekvensnummer"))
        journal.sorted &= journal.last <= place
        journal.last = place
        texts = [one.text or "" for one in element.iter() if len(one) == 0]
        seen.add_shown(path.name, next(values(entry, "systemID"), ""), texts)
    return journal


def check_journals(running: Journal, public: Journal, seen: SelfcheckIndex, *, sharp: bool) -> Iterator[PackageFinding]:
    """Yield what is wrong with the two journals: counts, ids, order, dates, and what the public one may not show."""
    for journal in (running, public):
        stated = journal.head.get("antallJournalposter", "")
        if stated != str(journal.entries) or (sharp and journal.entries != seen.entries):
            yield PackageFinding(
                "N5.59",
                journal.name,
                _("{stated} entries are stated, {entries} are there").format(stated=stated, entries=journal.entries),
            )
        if not seen.same_entries(journal.name):
            yield PackageFinding("N5.59", journal.name, _("its entries are not those of arkivstruktur.xml"))
        if not journal.sorted:
            yield PackageFinding("N5.59", journal.name, _("is not sorted by year and sequence (krav 6.4.30)"))
        start, end = journal.head.get("journalStartDato", ""), journal.head.get("journalSluttDato", "")
        if seen.first_date and not start <= seen.first_date <= seen.last_date <= end:
            yield PackageFinding("N5.60", journal.name, _("has entries outside its dates"))
        yield from empty_elements(journal.name, journal.empty)
    for entry in seen.leaked(public.name):
        yield PackageFinding("N5.59", public.name, _("shows what is restricted of {entry}").format(entry=entry))
    for name in ("journalStartDato", "journalSluttDato"):
        if running.head.get(name) != public.head.get(name):
            yield PackageFinding("N5.60", name, _("differs between the journals"))


def check_changes(path: Path, seen: SelfcheckIndex, stated: int) -> Iterator[PackageFinding]:
    """Yield changes that point at nothing in the package, empty elements, and another number than was `stated`."""
    changes, empty = 0, Counter[str]()
    for element, _place in stream(path, ("endring",), empty=empty):
        changes += 1
        said = next(values(element, "referanseArkivenhet"), "")
        if not seen.knows_id(said):
            yield PackageFinding(
                "N5.62", path.name, _("points at {said}, which is not in the package").format(said=said)
            )
    yield from empty_elements(path.name, empty)
    if changes != stated:
        yield PackageFinding(
            "KRAV",
            path.name,
            _("{stated} changes are stated, {changes} are there (krav 6.4.20)").format(stated=stated, changes=changes),
        )


def empty_elements(place: str, empty: Counter[str]) -> Iterator[PackageFinding]:
    """Yield a finding for each name of elements that hold nothing (krav 6.4.5)."""
    yield from (
        PackageFinding("N5.63", place, _("{name} is empty, {count} times").format(name=name, count=count))
        for name, count in sorted(empty.items())
    )


def _number(entry: Any, name: str) -> int:
    said = next(values(entry, name), "")
    return int(said) if said.isdecimal() else -1
