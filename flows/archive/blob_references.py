"""List the digests that the register references outside record files: unsent documents and waiting signed files.

Documents of a destroyed record are not listed, though the row of their version still holds their digests.
"""

from collections.abc import Generator

from sqlalchemy import ColumnElement, exists, literal, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from flows.archive.store import Store
from flows.register import Event, Record, RecordFile, SignatureRequest, Version
from flows.register.states import RecordStatus
from flows.register.workplace_schema import UploadedTemplate

RECORD = "record"


def named_blobs(session: Session, store: Store) -> Generator[tuple[str, str]]:
    """Yield every digest that the register names, in order, with what it is: `record` for a file of a record.

    Others are `document`, `request`, `template` (those that are kept, which was not always done), and the signed files
    that a person must decide about: `signed_late`, `seen_again`. A digest that is several of these comes several times.
    """
    version_gone = _destroyed(Version.agreement_id, Version.number)
    request_gone = _destroyed(SignatureRequest.agreement_id, SignatureRequest.version)
    late, again = Event.details["sha256"].as_string(), Event.details["digests"][0].as_string()
    every = union(
        select(RecordFile.digest.label("digest"), literal(RECORD).label("what")),
        select(Version.docx_sha256, literal("document")).where(Version.docx_sha256.is_not(None), ~version_gone),
        select(Version.pdf_sha256, literal("document")).where(Version.pdf_sha256.is_not(None), ~version_gone),
        select(Version.template_sha256, literal("template")).where(Version.template_sha256.is_not(None)),
        select(UploadedTemplate.sha256, literal("template")),
        select(SignatureRequest.pdf_sha256, literal("request")).where(~request_gone),
        select(late, Event.kind).where(Event.kind == "signed_late"),
        select(again, Event.kind).where(Event.kind == "seen_again"),
    ).subquery()
    wanted = select(every).order_by(every.c.digest, every.c.what).execution_options(yield_per=500)
    with session.execute(wanted) as rows:
        for digest, what in rows:
            if what != "template" or store.has(digest):
                yield digest, what


def _destroyed(agreement_id: InstrumentedAttribute[str], version: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return exists().where(
        Record.agreement_id == agreement_id, Record.version == version, Record.status == RecordStatus.DESTROYED
    )
