"""The rules of the self-check for both journals and the change log."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.archive.noark.reading import Finding, local, stream, values


class Journal:
    """A journal that was read: its head, and each entry's id, titles and place in order."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.head: dict[str, str] = {}
        self.ids: list[str] = []
        self.order: list[tuple[int, int]] = []
        self.shown: dict[str, str] = {}
        self.empty = 0
        for element, _place in stream(path, ("journalhode", "journalregistrering")):
            if local(element) == "journalhode":
                self.head = {local(one): one.text or "" for one in element}
                continue
            entry = next(one for one in element if local(one) == "journalpost")
            self._read(element, entry)

    def _read(self, element: Any, entry: Any) -> None:
        number = next(values(entry, "systemID"), "")
        self.ids.append(number)
        year, sequence = next(values(entry, "journalaar"), "0"), next(values(entry, "journalsekvensnummer"), "0")
        self.order.append((int(year), int(sequence)))
        if any(local(one) == "tilgangsrestriksjon" for one in entry):
            self.shown[number] = next(values(entry, "offentligTittel"), "")
        self.empty += sum(len(one) == 0 and not (one.text or "").strip() for one in element.iter())


def check_journals(
    journals: Sequence[Journal], entries: Mapping[str, str], dates: Sequence[str], sharp: bool
) -> Iterator[Finding]:
    """Yield what is wrong: counts, ids, order, dates. `entries` maps ids to titles that may not be shown in public."""
    for journal in journals:
        stated = journal.head.get("antallJournalposter", "")
        if stated != str(len(journal.ids)) or (sharp and len(journal.ids) != len(entries)):
            yield Finding("N5.59", journal.name, f"{stated} entries are stated, {len(journal.ids)} are there")
        if set(journal.ids) != set(entries):
            yield Finding("N5.59", journal.name, "its entries are not those of arkivstruktur.xml")
        if journal.order != sorted(journal.order):
            yield Finding("N5.59", journal.name, "is not sorted by year and sequence (krav 6.4.30)")
        start, end = journal.head.get("journalStartDato", ""), journal.head.get("journalSluttDato", "")
        if dates and not start <= min(dates) <= max(dates) <= end:
            yield Finding("N5.60", journal.name, "has entries outside its dates")
        if journal.empty:
            yield Finding("N5.63", journal.name, f"{journal.empty} elements are empty")
    first, second = journals
    for name in ("journalStartDato", "journalSluttDato"):
        if first.head.get(name) != second.head.get(name):
            yield Finding("N5.60", name, "differs between the journals")


def check_changes(path: Path, ids: set[bytes]) -> Iterator[Finding]:
    """Yield changes that point at nothing in the package, and empty elements."""
    for element, _place in stream(path, ("endring",)):
        said = next(values(element, "referanseArkivenhet"), "")
        try:
            known = bytes.fromhex(said.replace("-", "")) in ids
        except ValueError:
            known = False
        if not known:
            yield Finding("N5.62", path.name, f"points at {said}, which is not in the package")
        if any(not (one.text or "").strip() for one in element):
            yield Finding("N5.63", path.name, "an element is empty")
