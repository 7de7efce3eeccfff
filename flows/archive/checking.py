"""Proving the archive: every file is there and unchanged, every signature still holds, no event was edited.

"Not checked" counts as a fault: a check that could not be made says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import x509
from sqlalchemy import select

from flows.archive.rebuilt import faults_of
from flows.archive.signatures import judge, trust_anchors
from flows.archive.store import Store
from flows.errors import StoreDamaged
from flows.register import Record, RecordFile, Register, SignatureRequest
from flows.register.events import chain_faults
from flows.register.records import files_of


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the archive that does not hold. `record` is a record's id, empty for the chain of events."""

    record: str
    kind: str
    fault: str


def check_archive(register: Register, store: Store, anchors: Path, record_id: str | None = None) -> Iterator[Fault]:
    """Yield every fault of one record, or of all records and the chain of events."""
    trusted = trust_anchors(anchors)
    with register.read() as session:
        wanted = select(Record).order_by(Record.archived_at)
        if record_id:
            wanted = wanted.where(Record.id == record_id)
        for record in session.execute(wanted).scalars():
            request = session.get_one(SignatureRequest, record.request_id)
            yield from _check_record(store, record, request, files_of(session, record.id), trusted)
        if not record_id:
            for found in chain_faults(session):
                yield Fault("", "event", f"event {found.number} {found.fault}")


def _check_record(
    store: Store,
    record: Record,
    request: SignatureRequest,
    files: list[RecordFile],
    trusted: tuple[x509.Certificate, ...],
) -> Iterator[Fault]:
    contents: dict[str, bytes] = {}
    for file in files:
        try:
            contents[file.role] = store.get(file.digest)
        except StoreDamaged as damage:
            yield Fault(record.id, file.role, str(damage))
    if not {"signed", "sent"} <= contents.keys():
        yield Fault(record.id, "signatures", "not checked, because a file is damaged or missing")
        return
    names = [signer["name"] for signer in request.signers]
    verdict = judge(contents["signed"], contents["sent"], names, trusted)
    told = record.details.get("signed_by", [])
    if record.status == "archived":
        for reason in faults_of(request.provider, verdict, contents["signed"], contents["sent"], names, told):
            yield Fault(record.id, "signatures", reason)
