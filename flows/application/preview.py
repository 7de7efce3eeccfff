"""Preview documents: make them with a contact sheet of the batch, send nothing and change nothing in the register."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from flows.agreements.fields import fields_of
from flows.agreements.problems import Problem
from flows.agreements.types import types
from flows.application.context import Context
from flows.application.progress import Step, progress_of
from flows.dates import OSLO, oslo_date
from flows.documents import Document, convert, missing_text, pages_of
from flows.documents.contact_sheet import ContactSheet
from flows.documents.engines import lost_outside, make_all
from flows.documents.libreoffice import convert_with_libreoffice
from flows.documents.process_pool import DocumentJob, RefusedDocument
from flows.errors import DocumentRefused, WrongUse
from flows.intake import read
from flows.intake.validation import ValidatedCase
from flows.language import translate as _
from flows.register.agreements import current_version, get_agreement, losses_of
from flows.register.database import utc_now
from flows.settings import Engine, shipped_folder
from flows.typesetting import Package, check_size, in_time

_AT_ONCE = 40
"""Documents made between two reports of progress; no more are in memory at once."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One previewed document: `name` is that of its files, without ending, made from agreement type and row."""

    name: str
    pages: int
    problem: str = ""
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Previews:
    """Everything that a preview made, every problem of the cases, and the page that shows it all."""

    cases: int
    documents: Sequence[Preview]
    problems: Sequence[Problem]
    index: Path

    @property
    def complete(self) -> bool:
        """Whether every case became a document."""
        return len(self.documents) == self.cases and not any(one.problem for one in self.documents)

    def as_json(self) -> dict[str, Any]:
        """Return the previews as `generate --json` prints them."""
        documents = [asdict(one) for one in self.documents]
        problems = [one.as_json() for one in self.problems]
        return {"cases": self.cases, "documents": documents, "problems": problems, "index": str(self.index)}


def preview(
    context: Context,
    cases: str,
    folder: Path,
    *,
    engine: Engine | None = None,
    lossy: bool = False,
) -> Previews:
    """Fill and convert the documents of every good case into a folder, with a contact sheet. Raises `CasesUnreadable`.

    `engine` makes the PDF, by default that of the settings. With `lossy`, a document is made even where its PDF does
    not show everything; what is lost stands beside it.
    """
    now, settings = utc_now(), context.settings
    judged = read(cases, oslo_date(now), settings)
    jobs, kinds, places = [], [], []
    for case in judged.cases:
        kind = types()[case.type]
        fields = {**kind.context(case.case), "avtale_id": "utkast", "avtale_versjon": "0"}
        jobs.append(DocumentJob(f"{case.type}-{case.row:04}", settings.templates / kind.template, fields, lossy))
        kinds.append(kind.title)
        places.append(case)
    sheet = ContactSheet(folder)
    made: list[Preview] = []
    with progress_of(Step.DOCUMENTS) as report:
        for start in range(0, len(jobs), _AT_ONCE):
            batch = jobs[start : start + _AT_ONCE]
            documents = make_all(batch, settings.workers, Engine(engine or settings.engine))
            for job, document in zip(batch, documents, strict=True):
                if isinstance(document, RefusedDocument):
                    document = replace(document, sentence=_with_place(document, places[len(made)]))
                made.append(_add(sheet, job.key, kinds[len(made)], document))
            report(len(made), len(jobs))
    index = sheet.write(now.astimezone(OSLO), judged.count, judged.problems)
    return Previews(judged.count, made, judged.problems, index)


def _add(sheet: ContactSheet, name: str, title: str, document: Document | RefusedDocument) -> Preview:
    if isinstance(document, RefusedDocument):
        sheet.refuse(name, title, document.sentence)
        return Preview(name, 0, document.sentence)
    lost = tuple(map(str, document.lost))
    sheet.add(name, title, document.docx, document.pdf, lost)
    return Preview(name, document.pages, lost=lost)


def _with_place(refused: RefusedDocument, case: ValidatedCase) -> str:
    """Return why a document was not made, and where in the source the values stand that are the reason."""
    fields = fields_of(types()[case.type].case)
    labels = [f"«{fields[name].column.label}»" for name in refused.values if name in fields]
    if not labels:
        return refused.sentence
    place = case.pointer or _("sheet «{sheet}», row {row}").format(sheet=case.sheet, row=case.row)
    return _("{sentence} See {fields} ({place}).").format(
        sentence=refused.sentence, fields=", ".join(labels), place=place
    )


def write_contact_sheet(
    context: Context, agreements: Mapping[str, str], folder: Path, cases: int, problems: Sequence[Problem]
) -> Path:
    """Write the documents of generated agreements into a folder, with a contact sheet; return the page's path.

    `agreements` gives by id why an agreement has no document; empty if it should have one.
    """
    sheet = ContactSheet(folder)
    for agreement_id, problem in agreements.items():
        with context.register.read() as session:
            agreement = get_agreement(session, agreement_id)
            version = current_version(session, agreement)
            lost = losses_of(session, agreement.id, version.number)
        title = types()[agreement.type].title
        if version.docx_sha256 is None or version.pdf_sha256 is None:
            sheet.refuse(agreement.id, title, problem or _("There is no document yet."))
            continue
        docx, pdf = context.store.get(version.docx_sha256), context.store.get(version.pdf_sha256)
        sheet.add(agreement.id, title, docx, pdf, lost)
    return sheet.write(context.register.clock().astimezone(OSLO), cases, problems)


def convert_file(
    docx: Path, pdf: Path, engine: Engine = Engine.WEASYPRINT, lossy: bool = False
) -> tuple[int, tuple[str, ...]]:
    """Convert one DOCX file to PDF/A; return its number of pages, and what it does not show.

    Raises `WrongUse`, and `DocumentRefused` where anything would be lost, unless `lossy`.
    """
    source = docx.read_bytes()
    if engine == Engine.LIBREOFFICE:
        content = convert_with_libreoffice(source)
        lost = lost_outside(source)
    else:
        check_size(Package(source))
        with in_time():
            made = convert(source)
        content, lost = made.content, made.lost
    lost = (*lost, *missing_text(source, content))
    if lost and not lossy:
        raise DocumentRefused(
            _("{name} holds what the PDF would lose: {losses}. Use --lossy to make it anyway.").format(
                name=docx.name, losses="; ".join(map(str, lost[:5]))
            )
        )
    try:
        pdf.write_bytes(content)
    except OSError as error:
        raise WrongUse(_("Nothing can be written to {path}; choose another place.").format(path=pdf)) from error
    return pages_of(content), tuple(map(str, lost))


def names_of(template: str) -> set[str]:
    """Return the names that cases give a template, by the template's file name; raises `WrongUse` for no agreement's.

    The names are those of the invented cases in `fixtures/`.
    """
    for case in read(shipped_folder("fixtures") / "renewal-2027.xlsx", oslo_date(utc_now())).cases:
        kind = types()[case.type]
        if kind.template == template:
            return set(kind.context(case.case))
    known = ", ".join(sorted(kind.template for kind in types().values()))
    raise WrongUse(f"{template} is no agreement's template; name it as one of: {known}.")
