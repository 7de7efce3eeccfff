"""Documents for looking at: nothing is sent, and the register is left alone."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flows.agreements.problems import Problem
from flows.agreements.types import types
from flows.documents import Loss, convert, missing_words
from flows.documents.libreoffice import Engine, convert_with_libreoffice
from flows.documents.words import pages_of
from flows.documents.workers import Job, Refused, make_all
from flows.errors import DocumentRefused, WrongUse
from flows.intake import read
from flows.register.database import utc_now
from flows.review.dates import oslo_date
from flows.settings import PROJECT, Settings


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


def convert_file(docx: Path, pdf: Path, engine: Engine = Engine.WEASYPRINT, lossy: bool = False) -> int:
    """Convert one DOCX file to PDF/A and return its number of pages. Raises `DocumentRefused`.

    With `lossy`, what the PDF does not show is no reason to refuse.
    """
    source = docx.read_bytes()
    if engine == Engine.LIBREOFFICE:
        content = convert_with_libreoffice(source)
        lost: tuple[Loss, ...] = ()
    else:
        made = convert(source)
        content, lost = made.content, made.lost
    if lost and not lossy:
        raise DocumentRefused(
            f"{docx.name} holds what the PDF would lose: {lost[0].what} ({lost[0].where})."
            " Use --lossy to make it anyway."
        )
    missing = missing_words(source, content)
    if missing and not lossy:
        raise DocumentRefused(
            f"{docx.name} has {len(missing)} words that would not be in the PDF; use --lossy to make it anyway."
        )
    pdf.write_bytes(content)
    return pages_of(content)


def names_of(template: str) -> set[str]:
    """Return the names that cases give a template, by the template's file name; raises `WrongUse` for no agreement's.

    The names are those of the invented cases in `fixtures/`.
    """
    for case in read(PROJECT / "fixtures" / "renewal-2027.xlsx", oslo_date(utc_now())).cases:
        kind = types()[case.type]
        if kind.template == template:
            return set(kind.context(case.case))
    known = ", ".join(sorted(kind.template for kind in types().values()))
    raise WrongUse(f"{template} is no agreement's template; name it as one of: {known}.")
