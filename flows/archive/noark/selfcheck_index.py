"""Index what the self-check has read, on disk: a package may hold any number of records."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType

_TABLES = """
CREATE TABLE id (id BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE entry (id TEXT PRIMARY KEY, hidden TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE journal (journal TEXT, id TEXT, shown TEXT NOT NULL, PRIMARY KEY (journal, id)) WITHOUT ROWID;
"""
_DIFFERENCE = """
SELECT * FROM (SELECT id FROM entry EXCEPT SELECT id FROM journal WHERE journal = :name)
UNION ALL
SELECT * FROM (SELECT id FROM journal WHERE journal = :name EXCEPT SELECT id FROM entry)
"""


@dataclass
class SelfcheckIndex:
    """What was met in arkivstruktur.xml and the journals; `cases` and `entries` are numbers, dates are ISO texts."""

    cases: int = 0
    entries: int = 0
    first_date: str = ""
    last_date: str = ""
    present: set[str] = field(default_factory=set)
    _kept: sqlite3.Connection = field(default_factory=lambda: sqlite3.connect("", isolation_level=None))

    def __enter__(self) -> "SelfcheckIndex":
        """Make the tables, in a file of the database's own that goes with it."""
        self._kept.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -2000; " + _TABLES + "BEGIN;")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Let go of everything."""
        self._kept.close()

    def add_id(self, said: str) -> bool:
        """Note a systemID; False where it was met before."""
        return self._add("INSERT OR IGNORE INTO id VALUES (?)", _packed(said))

    def knows_id(self, said: str) -> bool:
        """Say whether a systemID is in the package."""
        return self._kept.execute("SELECT 1 FROM id WHERE id = ?", (_packed(said),)).fetchone() is not None

    def add_entry(self, said: str, hidden: Iterable[str], dates: Iterable[str]) -> None:
        """Note an entry with the words that may not be shown in public, and its dates."""
        self.entries += 1
        self._add("INSERT OR IGNORE INTO entry VALUES (?, ?)", said, "\n".join(hidden))
        for day in dates:
            self.first_date, self.last_date = min(self.first_date or day, day), max(self.last_date, day)

    def add_file(self, name: str) -> bool:
        """Note a file that is referred to; False where it was before."""
        return self._add("INSERT OR IGNORE INTO file VALUES (?)", name)

    def knows_file(self, name: str) -> bool:
        """Say whether anything refers to a file."""
        return self._kept.execute("SELECT 1 FROM file WHERE name = ?", (name,)).fetchone() is not None

    def add_shown(self, journal: str, entry: str, shown: Iterable[str]) -> None:
        """Note an entry of a journal with everything that it shows."""
        self._add("INSERT OR IGNORE INTO journal VALUES (?, ?, ?)", journal, entry, "\n".join(shown))

    def same_entries(self, journal: str) -> bool:
        """Say whether a journal has exactly the entries of arkivstruktur.xml."""
        return self._kept.execute(_DIFFERENCE, {"name": journal}).fetchone() is None

    def leaked(self, journal: str) -> Iterator[str]:
        """Yield the entries of which a journal shows what may not be shown in public."""
        joined = "SELECT entry.id, hidden, shown FROM entry JOIN journal USING (id) WHERE journal = ? AND hidden <> ''"
        for entry, hidden, shown in self._kept.execute(joined, (journal,)):
            if any(word and word in shown for word in hidden.split("\n")):
                yield entry

    def _add(self, statement: str, *values: object) -> bool:
        return self._kept.execute(statement, values).rowcount == 1


def _packed(said: str) -> bytes:
    try:
        return bytes.fromhex(said.replace("-", ""))
    except ValueError:
        return said.encode()
