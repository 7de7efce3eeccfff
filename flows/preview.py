"""Documents for looking at: nothing is sent, and the register is left alone."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flows.agreements.problems import Problem
from flows.agreements.types import types
from flows.documents import convert, missing_words
from flows.documents.workers import Job, Refused, make_all
from flows.errors import DocumentRefused
from flows.intake import read
from flows.register.database import utc_now
from flows.review.dates import oslo_date
from flows.settings import Settings


@dataclass(frozen=True, slots=True)
class Preview:
    """One previewed document: `name` is that of its files, without ending, made from agreement type and row."""

    name: str
    pages: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Previews:
    """Everything that a preview made, and every problem of the cases."""

    cases: int
    documents: Sequence[Preview]
    problems: Sequence[Problem]

    @property
    def complete(self) -> bool:
        """Whether every case became a document."""
        return len(self.documents) == self.cases and not any(one.problem for one in self.documents)

    def as_json(self) -> dict[str, Any]:
        """Return the previews as `generate --json` prints them."""
        documents = [asdict(one) for one in self.documents]
        return {"cases": self.cases, "documents": documents, "problems": [one.as_json() for one in self.problems]}


def preview(settings: Settings, cases: str, folder: Path) -> Previews:
    """Fill and convert the documents of every good case into a folder. Raises `CasesUnreadable`."""
    judged = read(cases, oslo_date(utc_now()), settings)
    jobs = []
    for case in judged.cases:
        kind = types()[case.type]
        context = {**kind.context(case.case), "avtale_id": "utkast", "avtale_versjon": "0"}
        jobs.append(Job(f"{case.type}-{case.row:04}", settings.templates / kind.template, context))
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for job, document in zip(jobs, make_all(jobs, settings.workers), strict=True):
        if isinstance(document, Refused):
            made.append(Preview(job.key, 0, document.sentence))
            continue
        (folder / f"{job.key}.docx").write_bytes(document.docx)
        (folder / f"{job.key}.pdf").write_bytes(document.pdf)
        made.append(Preview(job.key, document.pages))
    return Previews(judged.count, made, judged.problems)


def convert_file(docx: Path, pdf: Path) -> int:
    """Convert one DOCX file to PDF/A and return its number of pages. Raises `DocumentRefused`."""
    source = docx.read_bytes()
    made = convert(source)
    if made.lost:
        raise DocumentRefused(f"{docx.name} holds what the PDF would lose: {made.lost[0].what} ({made.lost[0].where}).")
    missing = missing_words(source, made.content)
    if missing:
        raise DocumentRefused(
            f"{docx.name} has {len(missing)} words that would not be in the PDF; nothing was written."
        )
    pdf.write_bytes(made.content)
    return made.pages
