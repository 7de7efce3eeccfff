"""What a document is made from: the template and the values of an agreement, or of an amendment to one."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel
from sqlalchemy.orm import Session

from flows.agreements.amendments import FOLDER, amendment_context
from flows.agreements.types import TEMPLATE, AgreementType, types
from flows.dates import oslo_date
from flows.register import Agreement, Version
from flows.register.agreements import get_agreement
from flows.register.amendment_schema import Amendment
from flows.register.amendments import agreed_case, amendment_of
from flows.register.records import record_of
from flows.settings import shipped_folder


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """Template and values of a document, by what the register calls the template.

    `before` is the case that an amendment changes, None for an agreement; it `is_stale` once something else has been
    agreed since.
    """

    kind: AgreementType
    case: BaseModel
    template: Path
    template_name: str
    values: dict[str, object]
    before: BaseModel | None = None
    is_stale: bool = False


def document_source(session: Session, templates: Path, agreement: Agreement, version: Version) -> DocumentSource:
    """Return what the document of a version is made from. Raises `ValidationError` for a case that is none any more."""
    kind = types()[agreement.type]
    case = kind.case.model_validate(version.case)
    amendment = amendment_of(session, agreement.id)
    if amendment is None:
        return DocumentSource(kind, case, kind.template_in(templates), kind.template, kind.context(case))
    return _of_amendment(session, templates, agreement, amendment, kind, case)


def _of_amendment(
    session: Session, templates: Path, agreement: Agreement, amendment: Amendment, kind: AgreementType, case: BaseModel
) -> DocumentSource:
    amended = get_agreement(session, amendment.amends_id)
    record = record_of(session, amended.id, amended.version)
    before = kind.case.model_validate(amendment.before)
    values = amendment_context(
        kind,
        before,
        case,
        amends=amended.id,
        signed_on=oslo_date(record.signed_at or record.archived_at) if record else amended.valid_from,
        number=amendment.number,
        first_day=agreement.valid_from,
    )
    name = f"{FOLDER}/{TEMPLATE}"
    is_stale = agreed_case(session, amended) != amendment.before
    own = templates / name
    template = own if own.is_file() else shipped_folder("templates") / name
    return DocumentSource(kind, case, template, name, values, before, is_stale)
