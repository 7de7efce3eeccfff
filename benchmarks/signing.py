"""Sending many requests to the signing desk under the provider's rate limit: `python -m benchmarks.signing [2000]`.

A desk in a process of its own, a register, and four workers that share one bucket of sends. Shows progress, checks at
the desk that every agreement is there once and that no second had more than the limit, and ends with one JSON line.
"""

import argparse
import hashlib
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

import requests
from rich.console import Console
from rich.progress import track
from weasyprint import HTML

from flows.register import Register, State, open_register
from flows.register.agreements import GeneratedDocument, ReceivedCase, approve, receive, record_generated
from flows.signing.port import Signer
from flows.signing.providers.desk import DeskProvider
from flows.signing.rate_limiter import rate_limited
from flows.signing.sending import send

_WORKERS = 4
_SIGNERS = (
    Signer(1, "kommune", "Kari Prøve", "kommunedirektør", "kari@kommune.example"),
    Signer(2, "alis", "Ola Prøve", "lege i spesialisering", "ola@lege.example"),
)


def main(count: int, per_second: float) -> None:
    """Send `count` agreements and print what it took."""
    console = Console(stderr=True)
    pdf = bytes(HTML(string="<html lang=nb><title>Avtale</title><h1>Avtale</h1>").write_pdf(pdf_variant="pdf/a-2a"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        register = open_register(f"sqlite:///{folder / 'register.db'}", actor="benchmark")
        ids = [_approved(register, number, pdf) for number in track(range(count), "prepared", console=console)]
        with _desk(folder) as process:
            address = _address(process)
            token = (folder / "desk" / "token").read_text().strip()
            pace = rate_limited(register, "desk:sends", per_second)

            def send_one(agreement_id: str) -> State:
                pace()
                with requests.Session() as session:
                    provider = DeskProvider(address, token, session)
                    return send(register, provider, agreement_id, _SIGNERS, lambda _digest: pdf, "Avtale", 30)

            started = time.perf_counter()
            with ThreadPoolExecutor(_WORKERS) as workers:
                states = list(track(workers.map(send_one, ids), "sent", total=count, console=console))
            seconds = time.perf_counter() - started
            created = _created(folder / "desk" / "desk.db")
            process.terminate()
        register.close()
    whole = Counter(int(at.timestamp()) for at in created)
    result = {
        "benchmark": "signing",
        "requests": count,
        "sent": sum(state == State.SENT for state in states),
        "at_the_desk": len(created),
        "limit_per_second": per_second,
        "seconds": round(seconds, 1),
        "requests_per_second": round(count / seconds, 1),
        "most_in_one_second": max(whole.values(), default=0),
    }
    console.print(
        f"{result['sent']} of {count} sent in {seconds:.1f} s, {result['requests_per_second']} a second; the limit is"
        f" {per_second:g}; the desk has {len(created)}, at most {result['most_in_one_second']} in one second."
    )
    sys.stdout.write(json.dumps(result) + "\n")


def _approved(register: Register, number: int, pdf: bytes) -> str:
    case = ReceivedCase("alis", "1804", f"{number:07d}", date(2027, 1, 1), None, "ALIS-avtale", {"n": number})
    with register.write() as transaction:
        agreement_id = receive(transaction, case).agreement_id
        made = GeneratedDocument("a.docx", "1.0", "a" * 64, "b" * 64, hashlib.sha256(pdf).hexdigest(), 1)
        record_generated(transaction, agreement_id, 1, made)
        approve(transaction, agreement_id, "benchmark")
    return agreement_id


def _desk(folder: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "flows.signing_desk", "--folder", str(folder / "desk"), "--port", "0"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _address(process: "subprocess.Popen[str]") -> str:
    line = process.stdout.readline() if process.stdout else ""
    found = re.search(r"http://\S+", line)
    if found is None:
        raise RuntimeError("the signing desk did not start")
    return found[0]


def _created(database: Path) -> list[datetime]:
    with sqlite3.connect(database) as connection:
        return [datetime.fromisoformat(row[0]) for row in connection.execute("SELECT created_at FROM requests")]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.signing", description="Requests to the signing desk.")
    parser.add_argument("count", nargs="?", type=int, default=2_000)
    parser.add_argument("--per-second", type=float, default=20.0)
    chosen = parser.parse_args()
    main(chosen.count, chosen.per_second)
