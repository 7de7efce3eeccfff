"""A register and store that release 0.1.0 wrote are taken to this release with nothing lost.

`release-0.1.0.zip` is what its commands left of invented cases: one agreement archived, one with its document made.
"""

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flows.register.received_cases import is_same_case
from tests.command_line import Run, run_here

_WRITTEN = Path(__file__).with_name("release-0.1.0.zip")
_MADE_ANEW = {"alembic_version", "chain_head"}
"""Tables whose one row moves on with every change; those of search are made anew, too."""


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Give the folder that the first release wrote to."""
    with zipfile.ZipFile(_WRITTEN) as packed:
        packed.extractall(tmp_path)
    return tmp_path


@pytest.fixture
def avtaleflyt(output: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give a way to run a command of this release on it."""
    settings = {"OUTPUT": output, "TRUST_ANCHORS": output / "authority"}
    return lambda *words: run_here(words, settings, capsys)


def rows(database: Path, columns: dict[str, list[str]]) -> dict[str, set[tuple[Any, ...]]]:
    """Return the rows of each table by some of its columns."""
    with closing(sqlite3.connect(database)) as connection:
        return {
            table: set(connection.execute(f"SELECT {', '.join(map(_quoted, names))} FROM {table}").fetchall())
            for table, names in columns.items()
        }


def _quoted(name: str) -> str:
    return f'"{name}"'


def columns_of(database: Path) -> dict[str, list[str]]:
    """Return the columns of each table that holds what happened."""
    with closing(sqlite3.connect(database)) as connection:
        tables = [str(one) for (one,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [one for one in tables if not one.startswith("search_") and one not in _MADE_ANEW]
        return {one: [str(row[1]) for row in connection.execute(f"PRAGMA table_info({one})")] for one in kept}


def test_nothing_of_the_first_release_is_lost(output: Path, avtaleflyt: Run) -> None:
    """Every row is as it was, the archive is proved, and what was signed comes out byte for byte."""
    register = output / "avtaleflyt.db"
    columns = columns_of(register)
    before = rows(register, columns)
    stored = {path: path.read_bytes() for path in (output / "store" / "blobs").rglob("*") if path.is_file()}
    assert {"agreement", "event", "record", "record_file", "review"} <= {one for one, found in before.items() if found}

    upgraded = avtaleflyt("upgrade")
    assert upgraded.code == 0, upgraded.err
    after = rows(register, columns)
    assert {table: found - after[table] for table, found in before.items() if found - after[table]} == {}
    assert {path: path.read_bytes() for path in stored} == stored
    verified = avtaleflyt("archive", "verify")
    assert verified.code == 0, verified.out

    (record,) = json.loads(avtaleflyt("archive", "search", "Bodø", "--json").out)
    taken = avtaleflyt("archive", "get", record["id"], "-o", str(output / "taken"), "--json")
    (signed,) = (one for one in json.loads(taken.out) if one["role"] == "signed")
    assert Path(signed["path"]).read_bytes() in stored.values()

    listed = json.loads(avtaleflyt("list", "--json").out)
    assert {one["state"] for one in listed} == {"archived", "generated"}
    assert json.loads(avtaleflyt("reviews", "--within", "400d", "--json").out)
    again = output / "cases.json"
    again.write_text(json.dumps([{"type": kind, **case} for kind, case in cases_of(register)]))
    checked = json.loads(avtaleflyt("check", str(again), "--json").out)
    assert checked["register"] == {"same": len(listed)}, "a field that came later is no change of a case"


def cases_of(register: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return the type and the case of every agreement, as a file of cases has them."""
    with closing(sqlite3.connect(register)) as connection:
        wanted = 'SELECT type, "case" FROM version JOIN agreement ON agreement.id = agreement_id'
        return [
            (kind, {name: value for name, value in json.loads(case).items() if value})
            for kind, case in connection.execute(wanted)
        ]


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        ({"a": "x"}, {"a": "x", "later": ""}, True),
        ({"a": "x"}, {"a": "x", "later": None}, True),
        ({"a": "x", "gone": []}, {"a": "x"}, True),
        ({"a": "x"}, {"a": "x", "later": "filled in"}, False),
        ({"a": "x", "gone": "filled in"}, {"a": "x"}, False),
        ({"a": "x"}, {"a": "y", "later": ""}, False),
        ({"a": ""}, {"a": None}, False),
        ({"a": "x"}, {"a": "x", "later": 0}, False),
    ],
)
def test_cases_of_two_releases(before: dict[str, Any], now: dict[str, Any], same: bool) -> None:
    """A field that one release does not know counts as not filled in; whatever it holds otherwise is a change."""
    assert is_same_case(before, now) is same
