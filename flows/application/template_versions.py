"""The versions of templates: since when each is valid, which ones a season used, and documents made again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import ValidationError
from sqlalchemy import func, select

from flows.agreements.amendments import FOLDER as AMENDMENTS
from flows.agreements.types import types
from flows.agreements.wording_versions import LANGUAGES, WordingVersion, wording_versions
from flows.application.access import Action
from flows.application.authorization import authorized_agreement
from flows.application.context import Context
from flows.application.document_sources import document_source
from flows.application.new_files import check_target, write_new
from flows.application.public_copies import kept_template
from flows.documents import Document, DocumentJob, RefusedDocument, make_all
from flows.errors import DocumentRefused, NotAllowed, NotFound
from flows.language import translate as _
from flows.register.agreements import get_agreement
from flows.register.schema import Agreement, Version
from flows.settings import Engine, shipped_folder


@dataclass(frozen=True, slots=True)
class UsedTemplate:
    """A template that documents of a batch were made from, and how many: its name, version and SHA-256."""

    template: str
    version: str
    sha256: str
    documents: int

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class DocumentAgain:
    """A document made again, and whether it is byte for byte the one that the register has."""

    document: Document
    is_same: bool


def approved_wordings(context: Context) -> list[tuple[str, WordingVersion]]:
    """Return every version of every wording with the name of its type, those of amendments last."""
    folders = {
        name: (kind.folder, kind.template_in(context.settings.templates).parent) for name, kind in types().items()
    }
    folders[AMENDMENTS] = (shipped_folder("templates") / AMENDMENTS, context.settings.templates / AMENDMENTS)
    return [
        (name, version)
        for name, places in folders.items()
        for language in LANGUAGES
        for version in wording_versions(places, language).values()
    ]


def templates_used(context: Context, batch_id: str) -> Sequence[UsedTemplate]:
    """Return the templates that the documents of a batch's cases were made from, the most used first."""
    counted = func.count()
    wanted = (
        select(Version.template, Version.template_version, Version.template_sha256, counted)
        .join(Agreement, (Agreement.id == Version.agreement_id) & (Agreement.version == Version.number))
        .where(Version.batch_id == batch_id, Version.template.is_not(None))
        .group_by(Version.template, Version.template_version, Version.template_sha256)
        .order_by(counted.desc(), Version.template)
    )
    with context.register.read() as session:
        rows = session.execute(wanted).all()
    return [
        UsedTemplate(template or "", version or "", digest or "", number) for template, version, digest, number in rows
    ]


def make_again(context: Context, agreement_id: str, number: int | None = None) -> DocumentAgain:
    """Make the document of an agreement's version again, the newest by default, of the template that it was made from.

    Raises `NotFound` where no document was made, `StoreDamaged` where its template is not kept, `DocumentRefused`, and
    `NotAllowed`.
    """
    authorized_agreement(context, Action.SEE_AGREEMENTS, agreement_id)
    with context.register.read() as session, TemporaryDirectory(prefix="avtaleflyt-") as folder:
        agreement = get_agreement(session, agreement_id)
        version = session.get(Version, (agreement.id, number or agreement.version))
        if version is None or version.pdf_sha256 is None:
            raise NotFound(_("There is no document of this version yet."))
        try:
            source = document_source(session, context.settings, agreement, version)
        except ValidationError as error:
            raise NotAllowed(_("The case is of an older form that cannot be read any more.")) from error
        values = {**source.values, "avtale_id": agreement.id, "avtale_versjon": str(version.number)}
        template = kept_template(source.template, context.store, version, Path(folder))
        made, digests = _made(context, template, values), (version.docx_sha256, version.pdf_sha256)
    return DocumentAgain(made, (made.docx_sha256, made.pdf_sha256) == digests)


def write_again(
    context: Context, agreement_id: str, target: Path, number: int | None = None, force: bool = False
) -> bool:
    """Write the PDF of `make_again` to a file; return whether it is the one that the register has.

    Raises as `make_again`, and `WrongUse` where the file is there already, unless `force`.
    """
    check_target(target, force)
    made = make_again(context, agreement_id, number)
    write_new(target, made.document.pdf, force=force)
    return made.is_same


def _made(context: Context, template: Path, values: dict[str, object]) -> Document:
    (made,) = make_all([DocumentJob("again", template, values, lossy=True)], 1, Engine(context.settings.engine))
    if isinstance(made, RefusedDocument):
        raise DocumentRefused(made.sentence)
    return made
