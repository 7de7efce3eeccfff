"""Templates that were uploaded at the workplace: kept, approved, put in force one at a time by type, withdrawn."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.errors import NotFound, TransitionRefused
from flows.language import translate as _
from flows.register.database import Transaction
from flows.register.schema import Json
from flows.register.workplace_schema import UploadedTemplate


def get_template(session: Session, template_id: str) -> UploadedTemplate:
    """Return an uploaded template. Raises `NotFound`."""
    found = session.get(UploadedTemplate, template_id)
    if found is None:
        raise NotFound(_("There is no such template."))
    return found


def uploaded_templates(session: Session, agreement_type: str) -> Sequence[UploadedTemplate]:
    """Return the uploads of a type, the newest first."""
    wanted = select(UploadedTemplate).where(UploadedTemplate.type == agreement_type)
    return session.scalars(wanted.order_by(UploadedTemplate.uploaded_at.desc(), UploadedTemplate.id)).all()


def templates_in_force(session: Session) -> dict[str, UploadedTemplate]:
    """Return the upload that documents of a type are made from, by type; a type without one has the program's own."""
    wanted = select(UploadedTemplate).where(
        UploadedTemplate.in_force_at.is_not(None), UploadedTemplate.ended_at.is_(None)
    )
    return {row.type: row for row in session.scalars(wanted.order_by(UploadedTemplate.in_force_at))}


def keep_template(transaction: Transaction, agreement_type: str, version: str, sha256: str) -> UploadedTemplate:
    """Return the upload of a type with these bytes that has not ended, or a new one."""
    same = select(UploadedTemplate).where(
        UploadedTemplate.type == agreement_type, UploadedTemplate.sha256 == sha256, UploadedTemplate.ended_at.is_(None)
    )
    known = transaction.session.scalars(same).first()
    if known is not None:
        return known
    row = UploadedTemplate(
        type=agreement_type,
        template_version=version,
        sha256=sha256,
        uploaded_by=transaction.actor,
        uploaded_at=transaction.now,
    )
    transaction.session.add(row)
    transaction.session.flush()
    transaction.note("template", None, "a template was uploaded", _about(row))
    return row


def approve_template(transaction: Transaction, row: UploadedTemplate) -> None:
    """Record the first of two persons who want a template in force. Raises `TransitionRefused`."""
    _require_waiting(row)
    row.approved_by, row.approved_at = transaction.actor, transaction.now
    transaction.note("template", None, "a first person wants the template in force", _about(row))


def put_in_force(transaction: Transaction, row: UploadedTemplate) -> None:
    """Make documents of the type from this template from here on. Raises `TransitionRefused`."""
    _require_waiting(row)
    former = templates_in_force(transaction.session).get(row.type)
    if former is not None:
        former.ended_at = transaction.now
    row.in_force_by, row.in_force_at = transaction.actor, transaction.now
    details = _about(row) | {"approved_by": row.approved_by, "former": former.sha256 if former else None}
    transaction.note("template", None, "a template was put in force", details)


def withdraw_template(transaction: Transaction, row: UploadedTemplate) -> None:
    """Withdraw an upload that is not in force. Raises `TransitionRefused`."""
    _require_waiting(row)
    row.ended_at = transaction.now
    transaction.note("template", None, "an uploaded template was withdrawn", _about(row))


def _require_waiting(row: UploadedTemplate) -> None:
    if row.in_force_at is not None or row.ended_at is not None:
        raise TransitionRefused(_("This template is in force or was withdrawn meanwhile. Look at the list again."))


def _about(row: UploadedTemplate) -> Json:
    return {"template": row.id, "type": row.type, "version": row.template_version, "sha256": row.sha256}
