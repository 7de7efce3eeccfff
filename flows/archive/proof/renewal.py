"""Proof renewal: a document timestamp behind the newest version of a record's PDF, kept as a new version.

The earlier version stays and stays checked; the new one begins with it, byte for byte (ETSI EN 319 142-1, B-LTA).
"""

import io
from datetime import datetime, timedelta
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError
from sqlalchemy import select

from flows.archive.proof.anchors import trust_anchors
from flows.archive.store import Store
from flows.errors import StoreDamaged, StoreFailed
from flows.register import Record, RecordFile, Register
from flows.register.records import KeptFile, add_files, files_of, get_record
from flows.register.seals import seal_of


class _OnlyAppending(IncrementalPdfFileWriter):
    """Adds the timestamp and nothing else: metadata stay as the document's author wrote them."""

    def _update_meta(self) -> None:
        pass


def renew(register: Register, store: Store, anchors: Path, record_id: str, service: str) -> str:
    """Stamp a record's newest PDF at the timestamp service at an address; return the new version's digest.

    Raises `StoreFailed` where the service gives no timestamp that chains to a trust anchor, `StoreDamaged` where the
    newest version is not what it was; nothing is changed then.
    """
    with register.read() as session:
        record = get_record(session, record_id)
        newest = _newest(files_of(session, record.id))
    before = store.get(newest.digest)
    context = ValidationContext(trust_roots=list(trust_anchors(anchors)), allow_fetching=True)
    output = io.BytesIO()
    try:
        PdfTimeStamper(HTTPTimeStamper(service, timeout=30)).timestamp_pdf(
            _OnlyAppending(io.BytesIO(before)), "sha256", validation_context=context, in_place=False, output=output
        )
    except (PdfError, TimestampRequestError, PathError, ValueError, OSError) as error:
        raise StoreFailed(
            "The timestamp service gave no timestamp that can be trusted: see to AVTALEFLYT_TIMESTAMP_URL and the "
            f"trust anchors, and run again ({type(error).__name__})."
        ) from error
    after = output.getvalue()
    if not after.startswith(before) or not _stamps(after) > _stamps(before):
        raise StoreDamaged("The renewed PDF does not begin with the version before it; nothing was kept.")
    kept = KeptFile("renewed", store.put(after), len(after), "fornyet.pdf", "application/pdf")
    with register.write() as transaction:
        add_files(transaction, get_record(transaction.session, record.id), [kept])
        seal = seal_of(transaction.session, record.id)
        details = {"record": record.id, "before": newest.digest, "after": kept.digest, "seal": seal}
        transaction.note("renewed", record.agreement_id, "proof renewed by a document timestamp", details)
    return kept.digest


def due_for_renewal(register: Register, age: timedelta) -> list[str]:
    """Return archived records whose newest proof is older than an age."""
    since = register.clock() - age
    with register.read() as session:
        wanted = select(Record.id, RecordFile.stored_at).join(RecordFile, RecordFile.record_id == Record.id)
        rows = session.execute(
            wanted.where(Record.status == "archived", RecordFile.role.in_(["signed", "renewed"])).order_by(Record.id)
        )
        newest: dict[str, datetime] = {}
        for record_id, stored_at in rows:
            newest[record_id] = max(stored_at, newest.get(record_id, stored_at))
    return [record_id for record_id, stored_at in newest.items() if stored_at < since]


def _newest(files: list[RecordFile]) -> RecordFile:
    pdfs = [one for role in ("signed", "renewed") for one in files if one.role == role]
    if not pdfs:
        raise StoreDamaged("The record has no signed PDF to renew.")
    return pdfs[-1]


def _stamps(pdf: bytes) -> int:
    return len(list(PdfFileReader(io.BytesIO(pdf)).embedded_timestamp_signatures))
