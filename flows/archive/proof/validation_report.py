"""Write the validation report: the findings at ingest, as JSON for programs and as a page for people."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

from flows.archive.signatures import PdfValidation
from flows.archive.store import sha256
from flows.dates import oslo_time, short_date
from flows.language import current
from flows.language import translate as _
from flows.register.records import RecordFileEntry

_PAGES = Path(__file__).parent.parent / "pages"


def report_files(verdict: PdfValidation, pdf: bytes, at: datetime) -> list[tuple[RecordFileEntry, bytes]]:
    """Return the report on a signed PDF as JSON and as a page, each with its bytes for the store."""
    said = {**verdict.as_json(), "sha256": sha256(pdf), "judged_at": at.isoformat(), "judge": "pyHanko"}
    data = json.dumps(said, default=str, ensure_ascii=False, indent=2).encode()
    page = _page("validation.html", verdict=verdict, digest=sha256(pdf), at=at).encode()
    return [
        (RecordFileEntry("validation_report", sha256(data), len(data), "validering.json", "application/json"), data),
        (RecordFileEntry("validation_report", sha256(page), len(page), "validering.html", "text/html"), page),
    ]


def _page(name: str, **values: object) -> str:
    return _environment().get_template(name).render(_=_, language=current(), **values)


@cache
def _environment() -> Environment:
    environment = Environment(loader=FileSystemLoader(_PAGES), autoescape=select_autoescape())
    environment.filters["instant"] = _instant
    return environment


def _instant(value: datetime | None) -> str:
    if value is None:
        return "–"
    here = oslo_time(value)
    return f"{short_date(here)} {here:%H:%M:%S %Z}"
