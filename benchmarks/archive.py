"""The archive's speed: intake, search, fixity and export.

    python -m benchmarks.archive [--records 100000] [--many 1000000] [--own 100000] [--exported 10000] [--filed 50]

Search, question by question, is in `benchmarks.search`, which also runs by itself. Ends with one JSON line.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import insert, text

from benchmarks.records import AT, agreement_id, fill, record_id
from benchmarks.search import search
from flows.archive import SignedFiles, file_signed, open_store
from flows.archive.fixity import check_blobs
from flows.archive.noark.entries import Period
from flows.archive.noark.extract import export_noark
from flows.archive.proof.judging_process import judging_seconds
from flows.archive.store import blob_path
from flows.archive.verification import check_archive
from flows.register import RecordFile, Register, open_register
from flows.register.records import files_of
from flows.register.schema import Event
from tests.archive.agreement_from_template import real_agreement
from tests.archive.signed_agreements import NAMES, authority, document, sent, signed
from tests.conftest import SHARED, Clock


def main() -> None:
    """Measure, print a table, and end with one JSON line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=100_000, help="records in SQLite")
    options.add_argument("--many", type=int, default=1_000_000, help="records in PostgreSQL; 0 leaves it out")
    options.add_argument("--own", type=int, default=100_000, help="records in SQLite that share no text")
    options.add_argument("--exported", type=int, default=10_000, help="records of a Noark extract; 0 leaves it out")
    options.add_argument("--filed", type=int, default=50, help="signed PDFs that are filed")
    options.add_argument("--verified", type=int, default=1_500, help="signed PDFs of one page that are verified")
    options.add_argument("--files", type=int, default=3_000, help="files that fixity recomputes")
    chosen = options.parse_args()
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        figures |= intake(folder / "intake", chosen.filed)
        figures |= verification(folder / "verification", chosen.verified)
        figures |= fixity(folder / "fixity", chosen.files)
        figures |= search(folder, chosen.records, chosen.many, chosen.own)
        if chosen.exported and (SHARED / "specs").exists():
            figures |= export(folder, chosen.exported)
    for name, value in figures.items():
        print(f"{name:32} {value}")
    print(json.dumps({"benchmark": "archive", **figures}))


def intake(folder: Path, count: int) -> dict[str, object]:
    """File signed PDFs, judged and sealed: a page of text, and a whole ALIS-avtale; return how many a second."""
    register = open_register(f"sqlite:///{folder / 'register.db'}", Clock())
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
        start, work = time.perf_counter(), time.process_time() + judging_seconds()
        for reference in references:
            assert file_signed(register, store, anchors, reference, SignedFiles(store.put(pdf))).status == "archived"
        figures[f"intake_{name}_per_second"] = round(count / (time.perf_counter() - start), 1)
        figures[f"intake_{name}_per_cpu_second"] = round(count / (time.process_time() + judging_seconds() - work), 1)
    figures["intake_per_second"] = figures["intake_agreement_per_second"]
    return figures


def verification(folder: Path, count: int) -> dict[str, object]:
    """Verify an archive of signed PDFs of one page, whole: files, rows, signatures and events of each record."""
    register = open_register(f"sqlite:///{folder / 'register.db'}", Clock())
    store = open_store((folder / "store").as_uri())
    anchors = authority().keep(folder / "anchors")
    files = SignedFiles(store.put(signed()))
    for number in range(count):
        filed = file_signed(register, store, anchors, sent(register, store, number, pdf=document()), files)
        assert filed.status == "archived"
    start, work = time.perf_counter(), time.process_time() + judging_seconds()
    assert list(check_archive(register, store, anchors)) == []
    return {
        "verified": count,
        "verify_seconds": round(time.perf_counter() - start, 1),
        "verify_cpu_seconds": round(time.process_time() + judging_seconds() - work, 1),
    }


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
            row = {"record_id": record_id(0), "role": "evidence", "number": number + 1, "algorithm": "sha256"}
            row |= {"digest": digest, "size": size, "name": "x", "media_type": "x", "stored_at": AT}
            transaction.session.execute(insert(RecordFile).values(**row))
    paths = b"\0".join(os.fsencode(path) for path in (folder / "store" / "blobs").rglob("?" * 64))
    theirs = best(
        lambda: subprocess.run(["xargs", "-0", "sha256sum"], input=paths, stdout=subprocess.DEVNULL, check=True)
    )
    ours = best(lambda: check_blobs(register, store, 1 << 50, orphans=False))
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
            {"number": number + 1, "at": AT, "actor": "tester", "kind": "state", "agreement_id": agreement_id(number)}
            | {"details": {"record": record_id(number)}, "previous": "0" * 64, "digest": "0" * 64, "why": ""}
            for number in range(start, min(start + 1000, count))
        ]
        with register.write() as transaction:
            transaction.session.execute(insert(Event), rows)
            transaction.session.execute(text("UPDATE chain_head SET number = :n"), {"n": start + len(rows)})


if __name__ == "__main__":
    main()
