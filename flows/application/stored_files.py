"""Read stored documents: the draft of an agreement, and the files of an archived record; each reading is logged.

Readings of archived files are events, too: they stand in the chain.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from flows.application.access import Action
from flows.application.authorization import authorized_record
from flows.application.context import Context
from flows.application.read_log import Reading, note_read
from flows.archive.ingest import keep_head
from flows.archive.outgoing_names import file_name, record_name
from flows.errors import NotFound, StoreDamaged
from flows.language import translate as _
from flows.register.agreements import current_version, get_agreement
from flows.register.listing_query import Scope, listing_of
from flows.register.records import files_of, files_were_destroyed, record_of
from flows.register.states import RecordStatus

DraftFormat = Literal["pdf", "docx"]
MEDIA_TYPES: dict[DraftFormat, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_ACROSS = 480


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file to hand out: its pieces, whose digest is checked before the first one leaves, its size, name and type."""

    pieces: Iterator[bytes]
    size: int
    name: str
    media_type: str


def draft_document(context: Context, agreement_id: str, form: DraftFormat, scope: Scope) -> StoredFile:
    """Return the document of an agreement's current version; the reading is logged. Raises `NotFound`."""
    digest = _draft_digest(context, agreement_id, form, scope)
    note_read(context, Reading("document", agreement_id=agreement_id))  # before anything is shown
    content = context.store.get(digest)
    return StoredFile(iter([content]), len(content), f"avtale-{agreement_id[:8]}.{form}", MEDIA_TYPES[form])


def first_page_picture(context: Context, agreement_id: str, scope: Scope) -> bytes:
    """Return a PNG of the first page of an agreement's document, 480 dots across. Raises `NotFound`."""
    import pypdfium2

    digest = _draft_digest(context, agreement_id, "pdf", scope)
    document = pypdfium2.PdfDocument(context.store.get(digest))
    try:
        page = document[0]
        picture = page.render(scale=_ACROSS / page.get_width()).to_pil()
        written = BytesIO()
        picture.quantize(48).save(written, "PNG", optimize=True)
        return written.getvalue()
    finally:
        document.close()


def archived_file(context: Context, record_id: str, role: str, number: int, why: str = "") -> StoredFile:
    """Return a file of a record, piece by piece, after its digest has been checked; the reading is an event.

    Raises `NotFound` where there is none or it is outside the scope, `StoreDamaged` where no copy is what its digest
    says; nothing has left then.
    """
    record = authorized_record(context, Action.GET, record_id)
    with context.register.read() as session:
        found = [one for one in files_of(session, record.id) if (one.role, one.number) == (role, number)]
    if record.status == RecordStatus.DESTROYED or not found:
        raise NotFound(no_such_record())
    file = found[0]
    copy = _good_copy(context, file.digest)
    with context.register.write() as transaction:  # before anything is shown, so that no reading goes unseen
        details = {"record": record.id, "role": role, "number": number}
        transaction.note("read", record.agreement_id, why or "file read at the workplace", details)
    keep_head(context.register, context.store)
    note_read(context, Reading("download", agreement_id=record.agreement_id, record_id=record.id, why=why))
    pieces = context.store.stream(file.digest) if copy == "first" else iter([context.store.get(file.digest)])
    return StoredFile(pieces, file.size, f"{record_name(record)[:8]}-{file_name(file)}", file.media_type)


def no_such_record() -> str:
    """Return the one sentence for a file or record that there is not, or not for whoever asks."""
    return _("There is no such document in the archive.")


def _good_copy(context: Context, digest: str) -> str:
    faults = []
    for copy in context.store.copies:
        fault = context.store.fault_in(copy, digest)
        if not fault:
            return copy
        faults.append(fault)
    raise StoreDamaged(faults[0])


def _draft_digest(context: Context, agreement_id: str, form: DraftFormat, scope: Scope) -> str:
    with context.register.read() as session:
        if listing_of(session, agreement_id, scope) is None:
            raise NotFound(_("There is no such agreement."))
        version = current_version(session, get_agreement(session, agreement_id))
        if files_were_destroyed(record_of(session, agreement_id, version.number)):
            raise NotFound(_("The files of this agreement were destroyed."))
    digest = version.pdf_sha256 if form == "pdf" else version.docx_sha256
    if digest is None:
        raise NotFound(_("There is no document yet."))
    return digest
