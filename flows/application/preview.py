"""Preview documents: make them with a contact sheet of the batch, send nothing and change nothing in the register."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from flows.agreements.problems import Problem
from flows.agreements.types import types
from flows.application.agreement_templates import template_paths
from flows.application.context import Context
from flows.application.document_sources import source_of_case
from flows.application.file_names import file_names
from flows.application.new_files import check_free, check_writable, write_new
from flows.application.official_wording import require_official_wording
from flows.application.progress import Step, progress_of
from flows.application.refusals import refusal_problems, sentence_with_places
from flows.dates import OSLO, oslo_date
from flows.documents import (
    CONTACT_SHEET,
    ContactSheet,
    Document,
    DocumentJob,
    RefusedDocument,
    contact_sheet_files,
    make_all,
)
from flows.intake import ValidatedCase, read
from flows.language import translate as _
from flows.register.agreements import current_version, get_agreement, losses_of
from flows.register.database import utc_now
from flows.settings import Engine

_AT_ONCE = 40
"""Documents made between two reports of progress; no more are in memory at once."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One previewed document: `name` is that of its files, without ending, and names the parties.

    `in_case` names the cells or JSON pointers of the case that are the reason for the problem, if any are.
    """

    name: str
    pages: int
    problem: str = ""
    lost: tuple[str, ...] = ()
    in_case: tuple[Problem, ...] = ()


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
        documents = [{**asdict(one), "in_case": [each.as_json() for each in one.in_case]} for one in self.documents]
        problems = [
            one.as_json() for one in (*self.problems, *(each for one in self.documents for each in one.in_case))
        ]
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
    judged = read(cases, oslo_date(now), settings, include_hidden=include_hidden, to_send=False)
    jobs: list[DocumentJob] = []
    templates = template_paths(context)
    for number, case in enumerate(judged.cases, start=1):
        source = source_of_case(context, case)
        fields = {**source.values, "avtale_id": "utkast", "avtale_versjon": "0"}
        jobs.append(DocumentJob(str(number), source.template_among(templates), fields, lossy))
    require_official_wording((job.template for job in jobs), oslo_date(now), unofficial=settings.unofficial_nynorsk)
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
                made.append(_add(sheet, names[len(made)], judged.cases[len(made)], document, force))
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
    if case.place.sheet:
        return _("row {row}").format(row=case.place.row)
    return _("case {number}").format(number=number)


def _add(
    sheet: ContactSheet, name: str, case: ValidatedCase, document: Document | RefusedDocument, replaced: bool
) -> Preview:
    kind = types()[case.type]
    if isinstance(document, RefusedDocument):
        problems = refusal_problems(document, kind, case.case, case.place)
        sentence = sentence_with_places(document, kind, case.place, problems)
        sheet.refuse(name, kind.title, sentence, replaced)
        return Preview(name, 0, sentence, in_case=problems)
    lost = tuple(map(str, document.lost))
    sheet.add(name, kind.title, document.docx, document.pdf, lost)
    return Preview(name, document.pages, lost=lost)


def check_folder(folder: Path, force: bool = False) -> None:
    """Raise `WrongUse` where a folder holds a contact sheet, unless it is to be replaced, or cannot be written."""
    check_free(folder / CONTACT_SHEET, force)
    check_writable(folder / CONTACT_SHEET)


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
