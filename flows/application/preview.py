"""Preview documents: make them with a contact sheet of the batch, send nothing and change nothing in the register."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from flows.agreements.fields import fields_of
from flows.agreements.problems import Problem
from flows.agreements.types import types
from flows.application.context import Context
from flows.application.file_names import file_names
from flows.application.new_files import check_free, check_target, same_file, write_new
from flows.application.official_wording import require_official_wording
from flows.application.progress import Step, progress_of
from flows.dates import OSLO, oslo_date
from flows.documents import (
    CONTACT_SHEET,
    ContactSheet,
    Document,
    DocumentJob,
    RefusedDocument,
    contact_sheet_files,
    convert,
    convert_with_libreoffice,
    lost_outside,
    make_all,
    missing_text,
    pages_of,
)
from flows.errors import DocumentRefused, WrongUse
from flows.intake import ValidatedCase, read
from flows.language import translate as _
from flows.register.agreements import current_version, get_agreement, losses_of
from flows.register.database import utc_now
from flows.settings import Engine
from flows.typesetting import Package, check_size, in_time

_AT_ONCE = 40
"""Documents made between two reports of progress; no more are in memory at once."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One previewed document: `name` is that of its files, without ending, and names the parties."""

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
    force: bool = False,
    include_hidden: bool = False,
) -> Previews:
    """Fill and convert the documents of every good case into a folder, with a contact sheet. Raises `CasesUnreadable`.

    Raises `TemplateRefused`, and makes none, if a template departs from the official wording.

    `engine` makes the PDF, by default that of the settings. With `lossy`, a document is made even where its PDF does
    not show everything; what is lost stands beside it. With `include_hidden`, hidden cases are made, too. Each case has
    files of its own, which take the place of others with `force` alone: otherwise one that is there raises `WrongUse`
    before anything is made.
    """
    check_free(folder / CONTACT_SHEET, force)
    now, settings = utc_now(), context.settings
    judged = read(cases, oslo_date(now), settings, include_hidden=include_hidden)
    jobs: list[DocumentJob] = []
    for number, case in enumerate(judged.cases, start=1):
        kind = types()[case.type]
        fields = {**kind.context(case.case), "avtale_id": "utkast", "avtale_versjon": "0"}
        jobs.append(DocumentJob(str(number), settings.templates / kind.template, fields, lossy))
    require_official_wording((job.template for job in jobs), oslo_date(now))
    places = [_place(case, number) for number, case in enumerate(judged.cases, start=1)]
    names = file_names([_parties(case) for case in judged.cases], places)
    for path in (path for name in names for path in contact_sheet_files(folder, name)):
        check_free(path, force)
    sheet = ContactSheet(folder, partial(write_new, force=force))
    made: list[Preview] = []
    with progress_of(Step.DOCUMENTS) as report:
        for start in range(0, len(jobs), _AT_ONCE):
            batch = jobs[start : start + _AT_ONCE]
            documents = make_all(batch, settings.workers, Engine(engine or settings.engine))
            for document in documents:
                case = judged.cases[len(made)]
                if isinstance(document, RefusedDocument):
                    document = replace(document, sentence=_with_place(document, case))
                made.append(_add(sheet, names[len(made)], types()[case.type].title, document, force))
            report(len(made), len(jobs))
    index = sheet.write(now.astimezone(OSLO), judged.count, judged.problems)
    return Previews(judged.count, made, judged.problems, index)


def _parties(case: ValidatedCase) -> str:
    """Return what a coordinator looks for in her own folder: who agrees, on what, and from when."""
    kind = types()[case.type]
    signatories = sorted(kind.signatories(case.case), key=lambda one: bool(one.organisation))
    parties = " – ".join(one.organisation or one.name for one in signatories)
    return f"{parties} – {kind.sheet} {kind.identity(case.case).valid_from}"


def _place(case: ValidatedCase, number: int) -> str:
    if case.sheet:
        return _("row {row}").format(row=case.row)
    return _("case {number}").format(number=number)


def _add(sheet: ContactSheet, name: str, title: str, document: Document | RefusedDocument, replaced: bool) -> Preview:
    if isinstance(document, RefusedDocument):
        sheet.refuse(name, title, document.sentence, replaced)
        return Preview(name, 0, document.sentence)
    lost = tuple(map(str, document.lost))
    sheet.add(name, title, document.docx, document.pdf, lost)
    return Preview(name, document.pages, lost=lost)


def check_folder(folder: Path, force: bool = False) -> None:
    """Raise `WrongUse` where a folder holds a contact sheet already, unless it is to be replaced."""
    check_free(folder / CONTACT_SHEET, force)


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
    context: Context,
    agreements: Mapping[str, str],
    folder: Path,
    cases: int,
    problems: Sequence[Problem],
    force: bool = False,
) -> Path:
    """Write the documents of generated agreements into a folder, with a contact sheet; return the page's path.

    `agreements` gives by id why an agreement has no document; empty if it should have one. Raises `WrongUse` where a
    file is there already, unless `force`.
    """
    sheet = ContactSheet(folder, partial(write_new, force=force))
    for agreement_id, problem in agreements.items():
        with context.register.read() as session:
            agreement = get_agreement(session, agreement_id)
            version = current_version(session, agreement)
            lost = losses_of(session, agreement.id, version.number)
        title = types()[agreement.type].title
        if version.docx_sha256 is None or version.pdf_sha256 is None:
            sheet.refuse(agreement.id, title, problem or _("There is no document yet."), force)
            continue
        docx, pdf = context.store.get(version.docx_sha256), context.store.get(version.pdf_sha256)
        sheet.add(agreement.id, title, docx, pdf, lost)
    return sheet.write(context.register.clock().astimezone(OSLO), cases, problems)


def convert_file(
    docx: Path, pdf: Path, engine: Engine = Engine.WEASYPRINT, lossy: bool = False, force: bool = False
) -> tuple[int, tuple[str, ...]]:
    """Convert one DOCX file to PDF/A; return its number of pages, and what it does not show.

    Raises `WrongUse` where the PDF is there already, unless `force`, where its folder does not exist, and where it
    would be the DOCX itself;
    `DocumentRefused` where anything would be lost, unless `lossy`.
    """
    if same_file(docx, pdf):
        raise WrongUse(_("{path} is what is read; choose another name for what is written.").format(path=pdf))
    check_target(pdf, force)
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
    write_new(pdf, content, force)
    return pages_of(content), tuple(map(str, lost))
