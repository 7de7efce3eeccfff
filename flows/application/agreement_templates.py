"""Templates of agreements: those in force, and uploads that are checked, previewed, and put in force by people.

Bytes are kept in the store by their digest. What is made of a template is made from a copy of its own on this machine,
whose folder is named by the digest: a template that is replaced never changes a document that is being made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from flows.agreements.types import TEMPLATE, AgreementType, types
from flows.application.access import Action
from flows.application.authorization import SharedDecision, authorize, authorized_scope, takes_two
from flows.application.context import Context
from flows.application.official_wording import wording_faults
from flows.application.template_check import choices_of, sample_of
from flows.archive import sha256
from flows.documents import (
    DocumentJob,
    RefusedDocument,
    TemplateFault,
    check_template,
    load_template,
    make_all,
)
from flows.errors import DocumentRefused, NotAllowed, NotFound, TemplateRefused, WrongUse
from flows.language import translate as _
from flows.register.actors import is_same_person, name_in
from flows.register.uploaded_templates import (
    approve_template,
    get_template,
    keep_template,
    put_in_force,
    templates_in_force,
    uploaded_templates,
    withdraw_template,
)
from flows.register.workplace_schema import UploadedTemplate
from flows.settings import Engine

MOST_BYTES = 10 * 1024 * 1024
"""Largest template that can be uploaded."""
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template: its type, version and digest, who did what with it when, and whether it is in force.

    `id` is empty for the one that came with the program.
    """

    id: str
    type: str
    title: str
    version: str
    sha256: str
    in_force: bool
    uploaded_by: str = ""
    uploaded_at: datetime | None = None
    approved_by: str = ""
    in_force_by: str = ""
    in_force_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether it can be put in force or withdrawn."""
        return bool(self.id) and self.in_force_at is None and self.ended_at is None


@dataclass(frozen=True, slots=True)
class TemplateHistory:
    """The templates of a type: the one in force, uploads that wait, and those of before, the newest first."""

    current: TemplateView
    waiting: Sequence[TemplateView]
    former: Sequence[TemplateView]


@dataclass(frozen=True, slots=True)
class CheckedTemplate:
    """An upload with what is wrong with it; `wording` is where it departs from the official one."""

    template: TemplateView
    faults: Sequence[TemplateFault]
    wording: Sequence[TemplateFault]
    takes_two: bool

    @property
    def may_be_used(self) -> bool:
        """Whether it can be put in force: no fault that stops documents, and the official wording whole."""
        return not self.wording and not any(one.stops for one in self.faults)


def template_paths(context: Context) -> dict[str, Path]:
    """Return the file that documents of each type are made from, by type; no register is made where there is none.

    Raises `StoreDamaged` where a template in force is not in the store.
    """
    folder, register = context.settings.templates, context.existing_register()
    found = {name: kind.template_in(folder) for name, kind in types().items()}
    if register is None:
        return found
    with register.read() as session:
        in_force = templates_in_force(session)
    found |= {name: _copy(context, types()[name], row.sha256) for name, row in in_force.items() if name in found}
    return found


def templates_by_type(context: Context) -> list[TemplateHistory]:
    """Return the templates of every type. Raises `NotAllowed`."""
    authorized_scope(context, Action.USE_TEMPLATES)
    found = []
    with context.register.read() as session:
        for name, kind in types().items():
            rows = [_view(row) for row in uploaded_templates(session, name)]
            current = next((one for one in rows if one.in_force), None) or _own(context, kind)
            former = [one for one in rows if not one.in_force and not one.waits]
            found.append(TemplateHistory(current, [one for one in rows if one.waits], former))
    return found


def upload_template(context: Context, agreement_type: str, content: bytes) -> str:
    """Keep a template for a type; return its id. Raises `TemplateRefused`, `WrongUse`, `NotAllowed`."""
    authorized_scope(context, Action.USE_TEMPLATES)
    kind = types().get(agreement_type)
    if kind is None:
        raise WrongUse(_("Choose which agreement the template is for."))
    if not content:
        raise WrongUse(_("Choose a file first."))
    if len(content) > MOST_BYTES:
        raise WrongUse(_("The file is too large: a template has at most 10 MB."))
    with TemporaryDirectory() as folder:
        path = Path(folder) / TEMPLATE
        path.write_bytes(content)
        template = load_template(path)
        if template.language == "nn":  # documents in bokmål would be made from it
            raise WrongUse(_("Templates in nynorsk are not uploaded: they lie as template.nn.docx in the folder."))
        check_template(path, sample_of(kind.name), choices_of(kind))  # one that cannot be looked over is refused here
    context.store.put(content)
    with context.register.write() as transaction:
        return keep_template(transaction, kind.name, template.version[:20], template.sha256).id


def checked_template(context: Context, template_id: str) -> CheckedTemplate:
    """Return an upload with everything that is wrong with it. Raises `NotFound`, `NotAllowed`."""
    authorized_scope(context, Action.USE_TEMPLATES)
    with context.register.read() as session:
        row = get_template(session, template_id)
    return _checked(context, row)


def preview_of(context: Context, template_id: str) -> bytes:
    """Return the PDF of an invented case, made from an upload. Raises `DocumentRefused`, `NotFound`, `NotAllowed`."""
    authorized_scope(context, Action.USE_TEMPLATES)
    with context.register.read() as session:
        row = get_template(session, template_id)
    kind = _kind(row.type)
    return _preview(context, kind, _copy(context, kind, row.sha256))


def preview_in_force(context: Context, agreement_type: str) -> bytes:
    """Return the PDF of an invented case, made from the template in force. Raises as `preview_of`."""
    authorized_scope(context, Action.USE_TEMPLATES)
    kind = _kind(agreement_type)
    return _preview(context, kind, template_paths(context)[kind.name])


def template_file(context: Context, template_id: str) -> bytes:
    """Return the bytes of an upload, as they came. Raises `NotFound`, `StoreDamaged`, `NotAllowed`."""
    authorized_scope(context, Action.USE_TEMPLATES)
    with context.register.read() as session:
        row = get_template(session, template_id)
    return context.store.get(row.sha256)


def file_in_force(context: Context, agreement_type: str) -> bytes:
    """Return the bytes of the template in force of a type. Raises `NotFound`, `NotAllowed`."""
    authorized_scope(context, Action.USE_TEMPLATES)
    return template_paths(context)[_kind(agreement_type).name].read_bytes()


def use_template(context: Context, template_id: str) -> bool:
    """Put an upload in force; False where the table of roles wants two persons, and this one is the first.

    Raises `TemplateRefused` for one that may not be used, `NotAllowed` for the first person once more.
    """
    authorize(context, Action.PUT_TEMPLATES_IN_FORCE)
    if not checked_template(context, template_id).may_be_used:
        raise TemplateRefused(_("This template has faults that must be put right before it is used."))
    with context.register.write() as transaction:
        row = get_template(transaction.session, template_id)
        if takes_two(context, SharedDecision.TEMPLATE):
            if row.approved_by is None:
                approve_template(transaction, row)
                return False
            if is_same_person(transaction.session, row.approved_by, transaction.actor):
                raise NotAllowed(_("Another person than the first one must put the template in force."))
        put_in_force(transaction, row)
    return True


def drop_template(context: Context, template_id: str) -> None:
    """Withdraw an upload that is not in force. Raises `NotFound`, `TransitionRefused`, `NotAllowed`."""
    authorized_scope(context, Action.USE_TEMPLATES)
    with context.register.write() as transaction:
        withdraw_template(transaction, get_template(transaction.session, template_id))


def _copy(context: Context, kind: AgreementType, digest: str) -> Path:
    """Return a template of the store as a file of this machine, beside the wordings of the settings' templates."""
    folder = context.stated_settings.output / "templates" / Path(digest).name / kind.name
    path = folder / TEMPLATE
    wordings, link = kind.template_in(context.settings.templates).absolute().parent, folder / kind.name
    if not path.is_file() or sha256(path.read_bytes()) != digest:
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{uuid4().hex}")
        draft.write_bytes(context.store.get(digest))
        draft.replace(path)
    if wordings.is_dir() and (not link.is_symlink() or link.readlink() != wordings):
        link.unlink(missing_ok=True)
        link.symlink_to(wordings)
    return path


def _checked(context: Context, row: UploadedTemplate) -> CheckedTemplate:
    kind = _kind(row.type)
    path = _copy(context, kind, row.sha256)
    return CheckedTemplate(
        template=_view(row),
        faults=check_template(path, sample_of(kind.name), choices_of(kind)),
        wording=wording_faults(path, kind, context.today),
        takes_two=takes_two(context, SharedDecision.TEMPLATE),
    )


def _preview(context: Context, kind: AgreementType, path: Path) -> bytes:
    fields: Mapping[str, object] = {**sample_of(kind.name), "avtale_id": "utkast", "avtale_versjon": "0"}
    (made,) = make_all([DocumentJob("preview", path, fields, lossy=True)], 1, Engine(context.settings.engine))
    if isinstance(made, RefusedDocument):
        raise DocumentRefused(made.sentence)
    return made.pdf


def _own(context: Context, kind: AgreementType) -> TemplateView:
    """Return the template of the settings' folder; without version and digest where it cannot be read."""
    try:
        template = load_template(kind.template_in(context.settings.templates))
    except TemplateRefused:
        return TemplateView("", kind.name, kind.title, "", "", in_force=True)
    return TemplateView("", kind.name, kind.title, template.version, template.sha256, in_force=True)


def _kind(agreement_type: str) -> AgreementType:
    kind = types().get(agreement_type)
    if kind is None:
        raise NotFound(_("There is no such template."))
    return kind


def _view(row: UploadedTemplate) -> TemplateView:
    kind = types().get(row.type)
    return TemplateView(
        id=row.id,
        type=row.type,
        title=kind.title if kind else row.type,
        version=row.template_version,
        sha256=row.sha256,
        in_force=row.in_force_at is not None and row.ended_at is None,
        uploaded_by=name_in(row.uploaded_by),
        uploaded_at=row.uploaded_at,
        approved_by=name_in(row.approved_by or ""),
        in_force_by=name_in(row.in_force_by or ""),
        in_force_at=row.in_force_at,
        ended_at=row.ended_at,
    )
