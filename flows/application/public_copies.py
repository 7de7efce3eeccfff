"""Public copies («offentlig versjon») of archived agreements: the template filled again, with persons masked.

It must be the template that the agreement itself was made from. Its bytes are kept in the store from the first document
on, and lie with each record (`template`).
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pydantic import ValidationError

from flows.agreements.public_copy import public_context
from flows.application.document_sources import document_source
from flows.archive import Store, sha256
from flows.documents import DocumentJob, RefusedDocument, make_all
from flows.errors import NotAllowed, StoreDamaged
from flows.language import translate as _
from flows.register import Register, Version
from flows.register.agreements import get_agreement
from flows.register.records import get_record
from flows.settings import Settings

if TYPE_CHECKING:  # it loads what judges signatures, which making documents does without
    from flows.archive.exports import PublicCopies


def keep_template(store: Store, path: Path, digest: str) -> str:
    """Store the template that a document was made from, if its file still has this digest; return the digest."""
    if not store.has(digest):
        content = path.read_bytes()
        if sha256(content) == digest:  # otherwise it was edited meanwhile, and this version of it is gone
            store.put(content)
    return digest


def public_copy_maker(settings: Settings, register: Register, store: Store) -> "PublicCopies":
    """Return the function that makes public copies of records: for each id the PDF, or why there is none."""

    def make(record_ids: Sequence[str]) -> list[bytes | str]:
        made: dict[str, bytes | str] = {}
        jobs: list[DocumentJob] = []
        with TemporaryDirectory() as folder:
            for record_id in record_ids:
                try:
                    jobs.append(_job(settings, register, store, record_id, Path(folder)))
                except (NotAllowed, StoreDamaged) as refusal:
                    made[record_id] = str(refusal)
            for job, document in zip(jobs, make_all(jobs, settings.workers), strict=True):
                made[job.key] = document.sentence if isinstance(document, RefusedDocument) else document.pdf
        return [made[record_id] for record_id in record_ids]

    return make


def _job(settings: Settings, register: Register, store: Store, record_id: str, folder: Path) -> DocumentJob:
    with register.read() as session:
        record = get_record(session, record_id)
        agreement = get_agreement(session, record.agreement_id)
        version = session.get_one(Version, (agreement.id, record.version))
        try:
            found = document_source(session, settings, agreement, version)
        except ValidationError as error:
            raise NotAllowed(_("The case is of an older form that cannot be read any more.")) from error
    stages = [case for case in (found.before, found.case) if case is not None and found.before is not None]
    context = public_context(found.kind, found.values, agreement.id, version.number, stages, found.language)
    return DocumentJob(record_id, kept_template(found.template, store, version, folder), context)


def kept_template(today: Path, store: Store, version: Version, folder: Path) -> Path:
    """Return the template of a version as a file. Raises `StoreDamaged` where that version of it is nowhere."""
    digest = version.template_sha256 or ""
    kept = folder / Path(digest).name / "mal.docx"
    if kept.is_file():
        return kept
    if digest and store.has(digest):
        content = store.get(digest)
    else:  # documents from before templates were kept
        content = today.read_bytes() if today.is_file() else b""
        if sha256(content) != digest:
            sentence = _(
                "Version {version} of the template {name} is not kept (SHA-256 {digest}…): no public copy is made."
            )
            raise StoreDamaged(
                sentence.format(version=version.template_version, name=version.template, digest=digest[:12])
            )
    kept.parent.mkdir(exist_ok=True, parents=True)
    kept.write_bytes(content)
    return kept
