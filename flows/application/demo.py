"""The demonstration: the whole line on the fixtures, with an embedded signing desk and invented people who sign.

Everything is real but the people: a real HTTP service signs with real certificates of its own authority. It may be run
again and again: agreements that are archived already are neither sent nor archived twice.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from flows.application import steps
from flows.application.context import Setup, current_setup
from flows.application.steps import TakenIn
from flows.archive.search import Found, search
from flows.archive.store import blob_path
from flows.collect_signed import collect_signed
from flows.commands import console
from flows.errors import ComponentMissing
from flows.register import State
from flows.register.records import files_of, get_record
from flows.register.signature_requests import open_requests
from flows.renewal_season import renewal_season
from flows.settings import Settings, load_settings, shipped_folder
from flows.signing.providers.desk import DeskProvider

WORKBOOK = shipped_folder("fixtures") / "renewal-2027.xlsx"
_READY = "signing desk at "
_SECONDS_TO_END = 15


def run_demo(as_json: bool) -> int:
    """Run the line, print what happened and where it lies; return the exit code."""
    with embedded_desk(load_settings()) as address:
        os.environ["AVTALEFLYT_DESK_URL"] = address
        os.environ["AVTALEFLYT_PROVIDER"] = "desk"
        setup = current_setup()
        say = _silent if as_json else console.out.print
        say(f"Cases from {_from_here(WORKBOOK)}")
        season = renewal_season(batch=steps.open_batch(setup, str(WORKBOOK)), send=True)
        for one in season.outcomes:
            if one.problem:
                console.err.print(f"{one.agreement_id}: {one.problem}", markup=False)
        sent = [one.agreement_id for one in season.outcomes if one.state == State.SENT]
        say(f"{len(sent)} agreements out for signature at {address}")
        signed = everybody_signs(setup, season.taken_in.agreement_ids)
        say(f"{len(signed)} signed by everybody")
        collected = collect_signed()
        say(f"{len(collected.archived)} archived now")
        summary = _summary(setup, season.taken_in, signed, sent)
    if not as_json:
        _print_for_people(setup, season.taken_in, summary)
    console.print_json(summary)
    done = summary["archived"] == summary["cases"] - summary["rejected"]
    return 0 if done else 1


def _silent(_line: str) -> None:
    """Say nothing: a program reads what is printed."""


@contextmanager
def embedded_desk(settings: Settings) -> Iterator[str]:
    """Run the embedded signing desk as a process of its own; give its address. Raises `ComponentMissing`."""
    command = [sys.executable, "-m", "flows.signing_desk", "--folder", str(settings.desk_folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line.startswith(_READY):
                raise ComponentMissing("The signing desk did not start; `avtaleflyt doctor` shows what is missing.")
            yield line.removeprefix(_READY).strip()
        finally:
            process.terminate()
            try:
                process.wait(_SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                process.kill()


def everybody_signs(setup: Setup, agreement_ids: list[str]) -> list[str]:
    """Let the invented signers sign at the desk, in order; return the agreements that they signed."""
    if not isinstance(setup.provider, DeskProvider):
        raise ComponentMissing("The demonstration needs the signing desk: unset AVTALEFLYT_PROVIDER.")
    signed = []
    with requests.Session() as browser:
        for provider_id, agreement_id in _open_at_desk(setup, agreement_ids):
            links = setup.provider.signer_links(provider_id)
            for order in sorted(links):
                browser.post(f"{links[order]}/sign", headers={"Origin": setup.settings.desk_url}, timeout=60)
            signed.append(agreement_id)
    return signed


def _open_at_desk(setup: Setup, agreement_ids: list[str]) -> list[tuple[str, str]]:
    with setup.register.read() as session:
        return [
            (request.provider_id or "", request.agreement_id)
            for request in open_requests(session, "desk")
            if request.agreement_id in set(agreement_ids) and request.status == "open"
        ]


def _summary(setup: Setup, taken_in: TakenIn, signed: list[str], sent: list[str]) -> dict[str, Any]:
    records = [one for one in search(setup.register, None, None, None) if one.agreement in set(taken_in.agreement_ids)]
    rows = [_record_row(setup, one) for one in records]
    return {
        "cases": taken_in.cases,
        "rejected": taken_in.rejected,
        "sent": len(sent),
        "signed": len(signed),
        "archived": len(rows),
        "records": sorted(rows, key=lambda row: (row["type"], row["id"])),
    }


def _record_row(setup: Setup, found: Found) -> dict[str, Any]:
    with setup.register.read() as session:
        signatures = get_record(session, found.id).details["signatures"]
        digest = next(file.digest for file in files_of(session, found.id) if file.role == "signed")
    folder = setup.store.folder or Path()
    path = folder / blob_path(digest)
    return {
        "id": found.id,
        "type": found.type,
        "pdf": str(_from_here(path)),
        "sha256": digest,
        "signatures": signatures,
        "valid_from": found.valid_from.isoformat(),
        "next_review": found.next_review.isoformat() if found.next_review else None,
    }


def _from_here(path: Path) -> Path:
    """Return the path as seen from the working directory, where it lies below that."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _print_for_people(setup: Setup, taken_in: TakenIn, summary: dict[str, Any]) -> None:
    console.print_problems(taken_in.problems)
    report = setup.settings.output / "problem-report.json"
    report.write_text(json.dumps([one.as_json() for one in taken_in.problems], ensure_ascii=False, indent=2))
    console.out.print(f"The same report for programs: {report}")
    rows = [(row["id"], row["type"], row["signatures"], row["next_review"]) for row in summary["records"]]
    console.print_table("Arkiverte avtaler", ("Arkivnummer", "Type", "Sign.", "Gjennomgang"), rows)
    console.out.print(f"Everything lies below {setup.settings.output}.")
    console.out.print("`.venv/bin/avtaleflyt archive get ARKIVNUMMER -o DIR` takes a record out.")
