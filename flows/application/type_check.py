"""Try a whole agreement type on its example: table, workbook, case, template, document, signatures, public copy."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel

from flows.agreements.public_copy import public_context
from flows.agreements.types import TABLE, AgreementType, trying
from flows.application.official_wording import wording_faults
from flows.application.template_check import choices_of
from flows.dates import oslo_date
from flows.documents import Document, check_template, load_template, make, shows, signature_places
from flows.errors import AvtaleflytError
from flows.intake import read
from flows.intake.example_case import example_case
from flows.intake.workbook_writer import write_sheet
from flows.language import translate as _
from flows.register.database import utc_now

_AGREEMENT_ID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class TypeFault:
    """One thing wrong with an agreement type: at which step it showed, and a sentence."""

    step: str
    what: str


def type_faults(folder: Path) -> list[TypeFault]:
    """Return everything that is wrong with the agreement type of a folder, tried from sheet to public copy.

    A step that needs what another could not make is passed over: what is wrong with that has been told.
    """
    try:
        with trying(folder) as kind:
            return list(_tried(kind, oslo_date(utc_now())))
    except AvtaleflytError as refusal:
        return [TypeFault(TABLE, str(refusal))]


def _tried(kind: AgreementType, today: date) -> Iterator[TypeFault]:
    yield from _of(_("Workbook"), lambda: _workbook(kind, today))
    judged = example_case(kind, today)
    yield from (
        TypeFault(_("Example"), f"{problem.column}: {problem.message}")
        for problem in judged.problems
        if problem.level == "error"
    )
    if judged.case is None:
        return
    yield from _printed(kind, judged.case, kind.template_in(kind.folder.parent), "nb", today)
    if (nynorsk := kind.nynorsk_template_in(kind.folder.parent)) is not None:
        for fault in _printed(kind, judged.case, nynorsk, "nn", today):
            yield TypeFault(f"{fault.step} (nynorsk)", fault.what)


def _printed(kind: AgreementType, case: BaseModel, template: Path, language: str, today: date) -> Iterator[TypeFault]:
    """Yield what is wrong with a template of the type, its document, and the public copy of that."""
    values = kind.context(case, language)
    yield from _of(_("Template"), lambda: _template(kind, template, values, choices_of(kind, language), today))
    try:
        document = _made(template, values)
    except AvtaleflytError as refusal:
        yield TypeFault(_("Document"), str(refusal))
        return
    yield from _of(_("Signatures"), lambda: _signatures(kind, case, document))
    yield from _of(_("Public copy"), lambda: _public_copy(kind, template, values, language))


def _of(step: str, faults: Callable[[], Iterator[str]]) -> Iterator[TypeFault]:
    try:
        yield from [TypeFault(step, what) for what in faults()]
    except AvtaleflytError as refusal:
        yield TypeFault(step, str(refusal))


def _workbook(kind: AgreementType, today: date) -> Iterator[str]:
    """Yield what is wrong with the type's own empty workbook, which holds the example and is read without a case."""
    with TemporaryDirectory(prefix="avtaleflyt-") as folder:
        path = Path(folder) / f"{kind.name}.xlsx"
        write_sheet(kind, path, today)
        found = read(path, today)
    if found.count:
        yield _("The example row is read as a case. Give it values that only an example has.")
    yield from (problem.message for problem in found.problems if problem.rule != "example")


def _template(
    kind: AgreementType,
    template: Path,
    values: Mapping[str, object],
    choices: Mapping[str, frozenset[str]],
    today: date,
) -> Iterator[str]:
    for fault in (*check_template(template, values, choices), *wording_faults(template, kind, today)):
        yield f"{fault.where}: {fault.what}" if fault.where else fault.what


def _made(template: Path, values: Mapping[str, object]) -> Document:
    found = load_template(template)
    identification = {"malversjon": found.version, "avtale_id": _AGREEMENT_ID, "avtale_versjon": "1"}
    return make(found, {**identification, **values})


def _signatures(kind: AgreementType, case: BaseModel, document: Document) -> Iterator[str]:
    """Yield the signers without a place in the PDF."""
    placed = signature_places(document.pdf)
    for signatory in kind.signatories(case):
        if signatory.role not in placed:
            yield _("The bookmark {name} at the signer's line is missing.").format(name=f"signatur_{signatory.role}")


def _public_copy(kind: AgreementType, template: Path, values: Mapping[str, object], language: str) -> Iterator[str]:
    """Yield the names of persons that the public copy still shows."""
    if kind.masked is None:
        yield _("The type does not say what a public copy masks, so none is made. Write masked in type.toml.")
        return
    copied = _made(template, public_context(kind, dict(values), _AGREEMENT_ID, 1, language=language))
    for name in sorted(kind.masked):
        if shows(copied.pdf, str(values[name])):
            yield _("The public copy shows {name}.").format(name=name)
