"""Invented records, put straight into the register's tables: what measurements of the archive look at."""

import json
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, text

from flows.archive.pdf_text import index_form
from flows.register import Agreement, Record, RecordFile, Register, SignatureRequest, Version
from flows.register.archive_schema import RecordText, SharedText
from flows.register.schema import Base, Json
from flows.register.search_index import rebuild

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
MUNICIPALITIES = 41
TEMPLATE = "\n".join(f"Partene er enige om at ledd {n} i avtalen gjelder for utdanningen." for n in range(1, 15))
"""One kilobyte that most records share, as agreements share their template's text."""

Writer = Callable[[int, random.Random], str]
"""Makes a record's own text from its number."""

PLACES = (
    "Bodø",
    "Hamarøy",
    "Røst",
    "Værøy",
    "Ås",
    "Karasjok",
    "Tromsø",
    "Lurøy",
    "Sømna",
    "Gildeskål",
    "Meløy",
    "Alta",
)
NAMES = ("Kari", "Ola", "Áilu", "Ingrid", "Per", "Máret", "Nils", "Solveig", "Bjørn", "Åse", "Lars", "Elle")
FIRST = ("Sol", "Berg", "Nord", "Lille", "Ås", "Øst", "Hav", "Fjell", "Čáhp", "Stor", "Vest", "Bjørk", "Gran", "Sør")
MIDDLE = ("", "e", "heim", "land", "vik", "strand", "mo", "li", "dal", "nes", "øy", "sund", "botn", "mark")
LAST = ("sen", "stad", "rud", "bakken", "haug", "ås", "moen", "vold", "gård", "eng", "brekke", "set", "lund", "pe")
_STEMS = (
    *("avtale", "utdanning", "sykehus", "lege", "vakt", "veileder", "kommune", "tilskudd", "stilling", "oppfølging"),
    *("helse", "tjeneste", "spesialist", "praksis", "læring", "rekruttering", "økonomi", "permisjon", "legevakt"),
    *("forskrift", "plikt", "rett", "frist", "vikar", "opplæring", "samarbeid", "ansvar", "drift", "kontor", "reise"),
    *("plan", "møte", "ordning", "stønad", "års", "tilleggs", "grunn", "fag", "bolig", "turnus"),
)
COMPOUNDS = tuple(one + other for one in _STEMS for other in _STEMS)
_COMMON = ("og", "i", "for", "på", "til", "av", "med", "som", "er", "skal", "det", "en", "ved", "kan", "ikke", "fra")
_SCATTER = 7919


def little(number: int, chance: random.Random) -> str:
    """Return what an agreement says beside its template: names, places and numbers; every twelfth the same place."""
    surname = chance.choice(FIRST) + chance.choice(MIDDLE) + chance.choice(LAST)
    said = f"Lege {number} {chance.choice(NAMES)} {surname} i {chance.choice(PLACES)} kommune, "
    said += f"HPR {chance.randrange(10**7):07d}, stilling {chance.randrange(101)} prosent ved sykehus "
    return said + f"{chance.randrange(500)}, oppgave {chance.choice(COMPOUNDS)}"


def all_of_it(number: int, chance: random.Random) -> str:
    """Return one kilobyte that is an agreement's own, a new line each hundred letters or so."""
    lines = [little(number, chance)]
    while sum(map(len, lines)) < 950:
        said = [*chance.choices(_COMMON, k=6), *chance.choices(COMPOUNDS, k=3), *chance.choices(_STEMS, k=4)]
        chance.shuffle(said)
        lines.append(" ".join(said) + ".")
    return "\n".join(lines)


def fill(
    register: Register,
    count: int,
    digest: str = "e" * 64,
    size: int = 1,
    writer: Writer = little,
    *,
    files: bool = True,
) -> None:
    """Put invented records into an empty register, ten thousand at a time, and make the index of search."""
    chance = random.Random(1)
    with register.write() as transaction:
        shared = SharedText(template_sha256="a" * 64, text=TEMPLATE, folded=index_form(TEMPLATE))
        transaction.session.add(shared)
        transaction.session.flush()
        shared_id = shared.id if writer is little else None
    for start in range(0, count, 10_000):
        numbers = range(start, min(start + 10_000, count))
        put(register, Agreement, map(_agreement, numbers))
        put(register, Version, map(_version, numbers))
        put(register, SignatureRequest, map(_request, numbers))
        put(register, Record, map(_record, numbers))
        if files:
            put(
                register, RecordFile, (_file(one, role, digest, size) for one in numbers for role in ("sent", "signed"))
            )
        put(register, RecordText, (_text(one, shared_id, writer(one, chance)) for one in numbers))
    with register.write() as transaction:
        rebuild(transaction.session)
    with register.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if register.engine.dialect.name == "sqlite" else "VACUUM ANALYZE"))


def put(register: Register, table: type[Base], rows: Iterable[Json]) -> None:
    """Put rows into a table: with COPY on PostgreSQL, which is several times faster."""
    with register.write() as transaction:
        if register.engine.dialect.name == "sqlite":
            every, stored = list(rows), table.__table__
            if every and isinstance(stored, Table):  # not through the mapper, which takes twice as long
                transaction.session.connection().execute(insert(stored), every)
            return
        transaction.session.execute(text("SET LOCAL session_replication_role = replica"))  # the rows fit by themselves
        driver: Any = transaction.session.connection().connection.driver_connection
        for names, values in _as_tuples(rows):
            columns = ", ".join(f'"{name}"' for name in names)
            with driver.cursor() as cursor, cursor.copy(f"COPY {table.__tablename__} ({columns}) FROM STDIN") as copy:
                for value in values:
                    copy.write_row(value)


def _as_tuples(rows: Iterable[Json]) -> Iterator[tuple[list[str], Iterator[tuple[object, ...]]]]:
    every = iter(rows)
    first = next(every, None)
    if first is None:
        return

    def values() -> Iterator[tuple[object, ...]]:
        for row in (first, *every):
            yield tuple(json.dumps(one) if isinstance(one, dict | list) else one for one in row.values())

    yield list(first), values()


def record_id(number: int) -> str:
    """Return the id of a record that `fill` made."""
    return _id("record", number)


def agreement_id(number: int) -> str:
    """Return the id of its agreement."""
    return _id("agr", number)


def _id(kind: str, number: int) -> str:
    return f"{kind[:3]:0<8}-0000-4000-8000-{number:012d}"


def _agreement(number: int) -> Json:
    type_ = "tjenesteavtale6" if number % 10 == 9 else "alis"
    row: Json = {"id": _id("agr", number), "type": type_, "municipality_number": f"{1800 + number % MUNICIPALITIES}"}
    row |= {"counterpart": str(number), "valid_from": _from(number), "state": "archived", "received_at": AT}
    return row | {"version": 1}


def _from(number: int) -> date:
    return date(2020, 1, 1) + timedelta(days=number * _SCATTER % 2500)


def _to(number: int) -> date | None:
    return None if number % 10 == 9 else _from(number) + timedelta(days=365 * (1 + number % 5))


def _version(number: int) -> Json:
    row: Json = {"agreement_id": _id("agr", number), "number": 1, "case": {}, "case_sha256": "c" * 64}
    row |= {"public_title": "ALIS-avtale", "valid_to": _to(number), "received_at": AT, "generated_at": AT}
    return row | {"template": "alis/template.docx", "template_version": "1.0", "template_sha256": "a" * 64}


def _request(number: int) -> Json:
    row: Json = {"id": _id("req", number), "agreement_id": _id("agr", number), "version": 1, "attempt": 1}
    row |= {"provider": "desk", "reference": f"r-{number}", "pdf_sha256": "b" * 64, "signers": [], "urls": {}}
    return row | {"signers_sha256": "d" * 64, "deadline": AT, "intended_at": AT, "status": "signed", "reason": ""}


def _record(number: int) -> Json:
    parties = [
        {"role": "kommune", "name": "K", "on_behalf_of": "Bodø kommune"},
        {"role": "alis", "name": "L", "on_behalf_of": ""},
    ]
    details = {"type": "alis", "journal": {"year": 2026, "sequence": number + 1}, "parties": parties, "levels": ["B-B"]}
    details |= {"pdfa": "2A", "provider": "desk", "provider_id": "p", "reference": f"r-{number}", "access": {}}
    details |= {"retention": {"verdict": "Bevares", "basis": ""}, "signed": [{"signer": "L", "at": AT.isoformat()}]}
    row: Json = {"id": _id("record", number), "agreement_id": _id("agr", number), "version": 1, "status": "archived"}
    row |= {"request_id": _id("req", number), "public_title": "ALIS-avtale", "valid_from": _from(number)}
    row |= {"valid_to": _to(number), "signed_at": AT + timedelta(minutes=2 * number)}
    return row | {"archived_at": AT + timedelta(seconds=number % 10**6), "details": details}


def _file(number: int, role: str, digest: str, size: int) -> Json:
    row: Json = {"record_id": _id("record", number), "role": role, "number": 1, "algorithm": "sha256", "size": size}
    return row | {"digest": digest, "name": "avtale.pdf", "media_type": "application/pdf", "stored_at": AT}


def _text(number: int, shared_id: int | None, said: str) -> Json:
    row: Json = {"number": number + 1, "record_id": _id("record", number), "shared_id": shared_id, "text": said}
    return row | {"folded": index_form(said)}
