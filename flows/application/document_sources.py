"""What a document is made from: the template and the values of an agreement, or of an amendment to one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel
from sqlalchemy.orm import Session

from flows.agreements.amendments import FOLDER, amendment_context
from flows.agreements.types import NYNORSK_TEMPLATE, TEMPLATE, AgreementType, types
from flows.application.context import Context
from flows.application.document_language import chosen_language, language_of
from flows.dates import oslo_date
from flows.intake import ValidatedCase
from flows.intake.register_comparison import as_received
from flows.register import Agreement, Version
from flows.register.agreements import amended_by, current_version, get_agreement
from flows.register.amendments import AmendedAgreement, agreed_case, amendment_of
from flows.register.records import record_of
from flows.settings import Settings, shipped_folder


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """Template and values of a document, by what the register calls the template.

    `before` is the case that an amendment changes, None for an agreement; it `is_stale` once something else has been
    agreed since. `language` is `nb` or `nn`.
    """

    kind: AgreementType
    case: BaseModel
    template: Path
    template_name: str
    values: dict[str, object]
    language: str = "nb"
    before: BaseModel | None = None
    is_stale: bool = False

    def template_among(self, in_force: Mapping[str, Path]) -> Path:
        """Return the file to make the document of: the type's own template as it is in force, any other as it lies."""
        return in_force[self.kind.name] if self.template_name == self.kind.template else self.template


def document_source(session: Session, settings: Settings, agreement: Agreement, version: Version) -> DocumentSource:
    """Return what the document of a version is made from, or was made from.

    Raises `ValidationError` for a case that is none any more.
    """
    kind = types()[agreement.type]
    case = kind.case.model_validate(version.case)
    amendment = amendment_of(session, agreement.id)
    if amendment is not None:
        amended = AmendedAgreement(get_agreement(session, amendment.amends_id), amendment.before, amendment.number)
        return _of_amendment(session, settings.templates, amended, agreement.valid_from, kind, case)
    language = language_of(version.template) if version.template else chosen_language(settings, kind, case)
    return agreement_source(settings, kind, case, language)


def agreement_source(settings: Settings, kind: AgreementType, case: BaseModel, language: str) -> DocumentSource:
    """Return what the document of an agreement is made from in a language, with the template of the settings."""
    if variant := kind.variant(case):
        path = kind.template_in(settings.templates).parent / variant / TEMPLATE
        return DocumentSource(kind, case, path, f"{kind.name}/{variant}/{TEMPLATE}", kind.context(case))
    nynorsk = kind.nynorsk_template_in(settings.templates) if language == "nn" else None
    if nynorsk is None:
        return DocumentSource(kind, case, kind.template_in(settings.templates), kind.template, kind.context(case))
    return DocumentSource(kind, case, nynorsk, kind.nynorsk_template, kind.context(case, "nn"), "nn")


def source_of_case(context: Context, judged: ValidatedCase) -> DocumentSource:
    """Return what the document of a case is made from that is not in the register: of its agreement or amendment."""
    settings, kind, case, register = context.settings, types()[judged.type], judged.case, context.existing_register()
    received = as_received(judged)
    if register is not None and received.amended_from is not None:
        with register.read() as session:
            if amended := amended_by(session, received):
                return _of_amendment(session, settings.templates, amended, received.amended_from, kind, case)
    return agreement_source(settings, kind, case, chosen_language(settings, kind, case))


def _of_amendment(
    session: Session, templates: Path, amended: AmendedAgreement, first_day: date, kind: AgreementType, case: BaseModel
) -> DocumentSource:
    """Return what an amendment is made from; it is written in the language of the agreement that it changes."""
    agreement = amended.agreement
    record = record_of(session, agreement.id, agreement.version)
    before = kind.case.model_validate(amended.before)
    language = language_of(current_version(session, agreement).template or "")
    values = amendment_context(
        kind,
        before,
        case,
        amends=agreement.id,
        signed_on=oslo_date(record.signed_at or record.archived_at) if record else agreement.valid_from,
        number=amended.number,
        first_day=first_day,
        language=language,
    )
    path, name = amendment_template(templates, language)
    is_stale = agreed_case(session, agreement) != amended.before
    return DocumentSource(kind, case, path, name, values, language, before, is_stale)


def amendment_template(templates: Path, language: str) -> tuple[Path, str]:
    """Return the template of amendments in a language, and what the register calls it."""
    name = f"{FOLDER}/{NYNORSK_TEMPLATE if language == 'nn' else TEMPLATE}"
    own = templates / name
    return (own if own.is_file() else shipped_folder("templates") / name), name
