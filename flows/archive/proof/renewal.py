"""Renew proof: append what judges the signatures, and a document timestamp over it, to a record's newest PDF.

Chains and revocation of signers come before the timestamp, which proves that they were known then; those of the
timestamp itself come after it (`revocation_evidence`). The whole is kept as a new version. The earlier version stays
and stays checked; the new one begins with it, byte for byte (ETSI EN 319 142-1, B-LTA).
"""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator.errors import PathError, ValidationError
from sqlalchemy import select

from flows.archive.ingest import keep_head
from flows.archive.pdf_reader import UNREADABLE, SignedPdfReader
from flows.archive.proof.revocation_evidence import fetching_context, with_revocation_evidence
from flows.archive.proof.signature_examination import examine
from flows.archive.proof.trust_anchors import ProviderAnchors, anchors_of
from flows.archive.proof.validation_time import proven_until
from flows.archive.store import Store
from flows.errors import AvtaleflytError, StoreDamaged, StoreFailed
from flows.language import translate as _
from flows.pdf_updates import AppendingPdfWriter
from flows.register import Event, Record, RecordFile, Register, SignatureRequest
from flows.register.record_digests import seal_of
from flows.register.records import RecordFileEntry, add_files, files_of, get_record
from flows.register.schema import Json
from flows.register.states import RecordStatus

_BEFORE_ITS_END = timedelta(days=90)
_PATIENCE = 3


class NoTimestamp(StoreFailed):
    """The timestamp service gave no trusted timestamp."""


@dataclass(frozen=True, slots=True)
class RenewalRound:
    """The result of a night: number of renewed records, and why others were not renewed, with their ids."""

    renewed: int
    failed: tuple[str, ...]


def renew_due(register: Register, store: Store, anchors: Path, service: str, age: timedelta) -> RenewalRound:
    """Renew every record that is due; a failure does not stop the others.

    After three failures of the service in a row, the rest waits for the next night.
    """
    renewed, failed, in_a_row = 0, [], 0
    for record_id in due_for_renewal(register, age):
        if in_a_row == _PATIENCE:
            failed.append(
                _("{record_id}: not tried, since the timestamp service had failed {patience} times in a row.").format(
                    record_id=record_id, patience=_PATIENCE
                )
            )
            continue
        try:
            renew(register, store, anchors, record_id, service)
        except AvtaleflytError as error:
            failed.append(f"{record_id}: {error}")
            in_a_row = in_a_row + 1 if isinstance(error, NoTimestamp) else 0
        else:
            renewed, in_a_row = renewed + 1, 0
    return RenewalRound(renewed, tuple(failed))


def renew(register: Register, store: Store, anchors: Path, record_id: str, service: str) -> str:
    """Add a document timestamp to a record's newest PDF; return the new version's digest.

    Raises `NoTimestamp` if the service gives no timestamp that chains to a trust anchor, `StoreDamaged` if the newest
    version was changed or cannot be stamped; then nothing is changed.
    """
    with register.read() as session:
        record = get_record(session, record_id)
        newest = _newest(files_of(session, record.id))
        provider = session.get_one(SignatureRequest, record.request_id).provider
    before, trusted = store.get(newest.digest), anchors_of(anchors, provider)
    context = fetching_context(trusted.timestamps)
    output = io.BytesIO()
    try:
        carrying = with_revocation_evidence(before, trusted)
        PdfTimeStamper(HTTPTimeStamper(service, timeout=30)).timestamp_pdf(
            AppendingPdfWriter(carrying),
            "sha256",
            validation_context=context,
            in_place=False,
            output=output,
        )
        after = with_revocation_evidence(output.getvalue(), trusted)
    except (TimestampRequestError, ValidationError, PathError, SignatureValidationError, OSError) as error:
        raise NoTimestamp(
            _(
                "The timestamp service gave no timestamp that can be trusted: see to "
                "AVTALEFLYT_TIMESTAMP_URL and the trust anchors, and run again ({error})."
            ).format(error=type(error).__name__)
        ) from error
    except UNREADABLE as error:
        raise StoreDamaged(
            _("The newest PDF cannot be stamped ({error}): `archive verify ID` says what is wrong.").format(
                error=type(error).__name__
            )
        ) from error
    stamps = _stamps(after)
    if not after.startswith(before) or not len(stamps) > len(_stamps(before)):
        raise StoreDamaged(_("The renewed PDF does not begin with the version before it; nothing was kept."))
    until = proven_until([], stamps)
    kept = RecordFileEntry("renewed", store.put(after), len(after), "fornyet.pdf", "application/pdf")
    with register.write() as transaction:
        add_files(transaction, get_record(transaction.session, record.id), [kept])
        seal = seal_of(transaction.session, record.id)
        details: Json = {"record": record.id, "before": newest.digest, "after": kept.digest, "seal": seal}
        details |= {"until": until.isoformat() if until else None, "levels": levels_of(after, trusted)}
        transaction.note("renewed", record.agreement_id, "proof renewed by a document timestamp", details)
    keep_head(register, store)
    return kept.digest


def levels_of(pdf: bytes, anchors: ProviderAnchors) -> list[str]:
    """Return the PAdES levels of a PDF's signatures, each once."""
    examined = examine(SignedPdfReader(pdf, strict=False), anchors)
    return sorted({one.level for one in examined.found}) if examined else []


def due_for_renewal(register: Register, age: timedelta) -> list[str]:
    """Return archived records whose newest proof is older than an age, or whose timestamp's certificate soon ends.

    Soon is three months, or half of the certificate's remaining time at that renewal if that is shorter: a service
    whose own certificate is about to expire is not used every night.
    """
    now = register.clock()
    with register.read() as session:
        said = Record.details["proven_until"].as_string()
        wanted = select(Record.id, RecordFile.stored_at, said).join(RecordFile, RecordFile.record_id == Record.id)
        rows = session.execute(
            wanted.where(Record.status == RecordStatus.ARCHIVED, RecordFile.role.in_(["signed", "renewed"])).order_by(
                Record.id
            )
        )
        newest: dict[str, tuple[datetime, str | None]] = {}
        for record_id, stored_at, until in rows:
            newest[record_id] = max((stored_at, until), newest.get(record_id, (stored_at, until)))
        for event in session.execute(select(Event).where(Event.kind == "renewed").order_by(Event.number)).scalars():
            record_id, until = event.details["record"], event.details.get("until")
            if record_id in newest:
                newest[record_id] = newest[record_id][0], until
    return [record_id for record_id, (kept, until) in newest.items() if is_due(now, age, kept, until)]


def is_due(now: datetime, age: timedelta, kept: datetime, until: str | None) -> bool:
    """Say whether proof that was kept then, and holds until an instant in ISO 8601 or None, is to be renewed now."""
    if now - kept > age:
        return True
    if not until:
        return False
    ends = datetime.fromisoformat(until)
    return ends - now < min(_BEFORE_ITS_END, (ends - kept) / 2)


def _newest(files: list[RecordFile]) -> RecordFile:
    pdfs = [one for role in ("signed", "renewed") for one in files if one.role == role]
    if not pdfs:
        raise StoreDamaged(_("The record has no signed PDF to renew."))
    return pdfs[-1]


def _stamps(pdf: bytes) -> list[EmbeddedPdfSignature]:
    return list(PdfFileReader(io.BytesIO(pdf)).embedded_timestamp_signatures)
