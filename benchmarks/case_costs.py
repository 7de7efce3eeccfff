"""What one agreement costs, step by step: the processor, the database and the store.

    python -m benchmarks.case_costs [--cases 12]

Invented cases go through the use cases that flows call, on a register in SQLite, a store in a folder and a provider
that takes them at once: taken in, documents made, sent; then signed agreements are judged, archived and proven again.
Counts milliseconds of the processor, worker processes among them, write transactions, statements, and bytes that stay.
Ends with one JSON line; docs/scale.md reckons with it.
"""

import argparse
import json
import random
import resource
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import event

from benchmarks.records import FIRST, LAST, MIDDLE, NAMES, PLACES
from flows.application.context import Context
from flows.application.make_documents import make_documents
from flows.application.send import send_agreement
from flows.application.take_in import open_batch, take_in
from flows.archive import SignedFiles, Store, check_archive, file_signed, open_store
from flows.archive.proof.judging_process import judging_seconds
from flows.register import Register, open_register
from flows.register.records import files_of
from flows.settings import Settings, shipped_folder
from tests.archive.agreement_from_template import real_agreement
from tests.archive.signed_agreements import NAMES as SIGNERS
from tests.archive.signed_agreements import authority, sent
from tests.conftest import Clock
from tests.signing.paper_provider import PaperProvider


def main() -> None:
    """Measure, print a table, and end with one JSON line."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--cases", type=int, default=12)
    count = options.parse_args().cases
    with tempfile.TemporaryDirectory(prefix="avtaleflyt-costs-") as made:
        folder = Path(made)
        figures = line(folder / "line", count) | archive(folder / "archive", max(count // 2, 2))
    for name, value in figures.items():
        print(f"{name:40} {value:12.1f}")
    print(json.dumps({"benchmark": "case_costs", "cases": count, **figures}))


class Costs:
    """Counts what steps cost, each figure for one case."""

    def __init__(self, register: Register, store: Path) -> None:
        """Count the statements of a register from here on."""
        self.found: dict[str, float] = {}
        self._store, self._counted = store, Counter[str]()
        event.listen(register.engine, "before_cursor_execute", lambda *_about: self._counted.update(["statements"]))
        event.listen(register.engine, "commit", lambda *_about: self._counted.update(["commits"]))

    def of(self, step: str, count: int, work: Callable[[], Any]) -> Any:
        """Do a step for so many cases; return what it returns."""
        before = self._now()
        result = work()
        for name, value in self._now().items():
            self.found[f"{step}_{name}"] = round((value - before[name]) / count, 1)
        return result

    def _now(self) -> dict[str, float]:
        cpu = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        blobs = [path.stat().st_size for path in self._store.rglob("*") if path.is_file()]
        told = {"cpu_ms": 1000 * (cpu + judging_seconds()), "statements": float(self._counted["statements"])}
        return told | {
            "commits": float(self._counted["commits"]),
            "blobs": float(len(blobs)),
            "store_kb": sum(blobs) / 1000,
        }


def line(folder: Path, count: int) -> dict[str, float]:
    """Take in, make and send so many cases, after one that opens everything; return what one costs."""
    with closing(open_register(f"sqlite:///{folder / 'register.db'}", actor="benchmark")) as register:
        store = open_store((folder / "store").as_uri())
        settings = Settings(_env_file=None, output=folder / "output", workers=1, sends_per_second=1000)
        context = Context(settings, register, store, PaperProvider())
        _season(context, folder / "first.json", 1, 0, None)
        costs = Costs(register, folder / "store")
        _season(context, folder / "cases.json", count, 1, costs)
        return costs.found


def _season(context: Context, source: Path, count: int, start: int, costs: Costs | None) -> None:
    case = json.loads((shipped_folder("fixtures") / "new-alis.json").read_text())
    one = case[0] if isinstance(case, list) else case
    cases = [one | _doctor(start + each) for each in range(count)]
    source.write_text(json.dumps(cases))

    def step(name: str, work: Callable[[], Any]) -> Any:
        return costs.of(name, count, work) if costs else work()

    taken_in = step("take_in", lambda: take_in(context, open_batch(context, str(source))))
    ids = taken_in.agreement_ids
    assert len(ids) == count, [one.message for one in taken_in.problems]
    made = step("make", lambda: make_documents(context, ids))
    assert all(one.ready_to_send for one in made), [one.problem for one in made]
    step("send", lambda: [send_agreement(context, each, "benchmark") for each in ids])


def _doctor(number: int) -> dict[str, str]:
    """Return a doctor unlike the others: what looks like the same one twice is asked about."""
    chance = random.Random(number)
    name = f"{chance.choice(NAMES)} {chance.choice(FIRST)}{chance.choice(MIDDLE)}{chance.choice(LAST)}"
    told = {
        "lege_navn": name,
        "lege_epost": f"lege{number}@kommune.example",
        "lege_hpr_nummer": f"{1_000_003 * (2 + number % 8) + 7919 * number}",
    }
    return told | {
        "lege_mobil": f"9{chance.randrange(10**7):07d}",
        "arbeidssted": f"{chance.choice(PLACES)} legekontor {number}",
    }


def archive(folder: Path, count: int) -> dict[str, float]:
    """Judge and archive so many whole agreements, then prove them; return what one costs."""
    with closing(open_register(f"sqlite:///{folder / 'register.db'}", Clock())) as register:
        store, anchors = open_store((folder / "store").as_uri()), authority().keep(folder / "anchors")
        whole = _document(folder)
        twice = authority().sign(authority().sign(whole, SIGNERS[0], "Signatur1"), SIGNERS[1], "Signatur2")
        references = [sent(register, store, number, pdf=whole) for number in range(count + 1)]
        digest = store.put(twice)
        file_signed(register, store, anchors, references[0], SignedFiles(digest))
        costs = Costs(register, folder / "store")
        records = costs.of(
            "archive",
            count,
            lambda: [file_signed(register, store, anchors, one, SignedFiles(digest)).id for one in references[1:]],
        )
        faults = costs.of("verify", count, lambda: _faults(register, store, anchors, records))
        assert faults == []
        return costs.found | {"signed_pdf_kb": round(len(twice) / 1000, 1)}


def _document(folder: Path) -> bytes:
    real = real_agreement(folder / "real")
    with real.register.read() as session:
        digest = next(one.digest for one in files_of(session, real.record.id) if one.role == "sent")
    return real.store.get(digest)


def _faults(register: Register, store: Store, anchors: Path, records: list[str]) -> list[str]:
    return [one.fault for record in records for one in check_archive(register, store, anchors, record)]


if __name__ == "__main__":
    main()
