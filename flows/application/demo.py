"""The demonstration: the whole line on the fixtures, with an embedded signing desk and invented people who sign.

Everything is real but the people: a real HTTP service signs with real certificates of its own authority. It may be run
again and again: agreements that are archived already are neither sent nor archived twice.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from flows.application.collect import CollectionRound
from flows.application.context import Context, current_context
from flows.application.season import SeasonResult
from flows.application.take_in import IntakeResult, open_batch
from flows.archive import blob_path
from flows.archive.search import SearchHit, search
from flows.errors import ComponentMissing
from flows.language import translate as _
from flows.register import State
from flows.register.open_requests import open_requests
from flows.register.records import files_of, get_record
from flows.register.states import RequestState
from flows.settings import Settings, shipped_folder
from flows.signing.providers.desk import DeskProvider

WORKBOOK = shipped_folder("fixtures") / "renewal-2027.xlsx"
_READY = "signing desk at "
_SECONDS_TO_END = 15


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What came of a demonstration: the season, the archived records as a summary, and where everything lies."""

    season: SeasonResult
    summary: dict[str, Any]
    problem_report: Path
    output: Path

    @property
    def complete(self) -> bool:
        """Whether every good case became an archived record."""
        return bool(self.summary["archived"] == self.summary["cases"] - self.summary["rejected"])


def run_demo(
    renew: Callable[[str], SeasonResult], collect: Callable[[], CollectionRound], say: Callable[[str], None]
) -> DemoResult:
    """Run the line on the fixtures and return what came of it.

    `renew` is the renewal flow, called with a batch's id, which also sends; `collect` is the collecting flow; `say`
    is called with a sentence after each step.
    """
    current_context().register.engine.dispose()  # told before anything is started where it cannot be opened
    with embedded_desk(current_context().stated_settings) as address:
        os.environ["AVTALEFLYT_DESK_URL"] = address
        os.environ["AVTALEFLYT_PROVIDER"] = "desk"
        context = current_context()
        say(_("Cases from {path}").format(path=_from_here(WORKBOOK)))
        season = renew(open_batch(context, str(WORKBOOK)))
        sent = [one.agreement_id for one in season.outcomes if one.state == State.SENT]
        say(_("{count} agreements out for signature at {address}").format(count=len(sent), address=address))
        signed = everybody_signs(context, season.intake.agreement_ids)
        say(_("{count} signed by everybody").format(count=len(signed)))
        collected = collect()
        say(_("{count} archived now").format(count=len(collected.archived)))
        summary = _summary(context, season.intake, signed, sent)
    output = context.settings.output
    return DemoResult(season, summary, _write_problems(output, season.intake), output)


def _write_problems(output: Path, intake: IntakeResult) -> Path:
    report = output / "problem-report.json"
    report.write_text(json.dumps([one.as_json() for one in intake.problems], ensure_ascii=False, indent=2))
    return report


@contextmanager
def embedded_desk(settings: Settings) -> Iterator[str]:
    """Run the embedded signing desk as a process of its own; give its address. Raises `ComponentMissing`."""
    command = [sys.executable, "-m", "flows.signing_desk", "--folder", str(settings.desk_folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0) as process:  # noqa: S603
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line.startswith(_READY):
                raise ComponentMissing(_("The signing desk did not start; `avtaleflyt doctor` shows what is missing."))
            yield line.removeprefix(_READY).strip()
        finally:
            process.terminate()
            try:
                process.wait(_SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                process.kill()


def everybody_signs(context: Context, agreement_ids: list[str]) -> list[str]:
    """Let the invented signers sign at the desk, in order; return the agreements that they signed."""
    if not isinstance(context.provider, DeskProvider):
        raise ComponentMissing(_("The demonstration needs the signing desk: unset AVTALEFLYT_PROVIDER."))
    signed = []
    with requests.Session() as browser:
        for provider_id, agreement_id in _open_at_desk(context, agreement_ids):
            links = context.provider.signer_links(provider_id)
            for order in sorted(links):
                browser.post(f"{links[order]}/sign", headers={"Origin": context.settings.desk_url}, timeout=60)
            signed.append(agreement_id)
    return signed


def _open_at_desk(context: Context, agreement_ids: list[str]) -> list[tuple[str, str]]:
    with context.register.read() as session:
        return [
            (request.provider_id or "", request.agreement_id)
            for request in open_requests(session, "desk")
            if request.agreement_id in set(agreement_ids) and request.status == RequestState.OPEN
        ]


def _summary(context: Context, intake: IntakeResult, signed: list[str], sent: list[str]) -> dict[str, Any]:
    records = [one for one in search(context.register, None, None, None) if one.agreement in set(intake.agreement_ids)]
    rows = [_record_row(context, one) for one in records]
    return {
        "cases": intake.cases,
        "rejected": intake.rejected,
        "sent": len(sent),
        "signed": len(signed),
        "archived": len(rows),
        "records": sorted(rows, key=lambda row: (row["type"], row["id"])),
    }


def _record_row(context: Context, found: SearchHit) -> dict[str, Any]:
    with context.register.read() as session:
        signatures = get_record(session, found.id).details["signatures"]
        digest = next(file.digest for file in files_of(session, found.id) if file.role == "signed")
    folder = context.store.folder or Path()
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
    """Return the path relative to the working directory if it lies below that."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
