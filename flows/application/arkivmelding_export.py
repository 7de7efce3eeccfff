"""Write a record as an arkivmelding, the transfer XML of Noark 5, for an archive system that is not on the network."""

from pathlib import Path

from flows.application.delivery_messages import exported_subject
from flows.archive import Store
from flows.archive.atomic_folder import draft_of
from flows.archive.ingest import keep_head
from flows.archive.repair import read_blob
from flows.delivery.archive_settings import MessageSettings
from flows.delivery.arkivmelding import create_message
from flows.register import Register
from flows.register.records import get_record


def export_message(
    register: Register, store: Store, record_id: str, folder: Path, settings: MessageSettings | None = None
) -> list[str]:
    """Write `arkivmelding.xml` and the record's files to a new folder; return the names.

    Raises `NotFound`, `NotAllowed` for a record without a signed file, `WrongUse` if the folder exists, `StoreDamaged`.
    """
    how = settings or MessageSettings()
    with register.read() as session:
        record = get_record(session, record_id)
        message = create_message(how, exported_subject(session, record.id, how))
    with draft_of(folder) as draft:
        with register.write() as transaction:  # the log says so before any file is written
            transaction.note("read", record.agreement_id, "exported as arkivmelding", {"record": record.id})
        keep_head(register, store)
        for one in message.files:
            (draft / one["name"]).write_bytes(read_blob(register, store, one["digest"]))
        (draft / "arkivmelding.xml").write_bytes(message.xml)
    return ["arkivmelding.xml", *(one["name"] for one in message.files)]
