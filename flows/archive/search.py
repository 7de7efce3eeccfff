"""Finding records, and getting their files out, each compared with its digest on the way."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.archive.store import Store
from flows.register import Register
from flows.register.records import files_of, find_records, get_record
from flows.register.reviews import reviews_of


@dataclass(frozen=True, slots=True)
class Found:
    """A record as search shows it; the title names nobody."""

    id: str
    agreement: str
    type: str
    municipality_number: str
    title: str
    valid_from: date
    valid_to: date | None
    next_review: date | None

    def as_json(self) -> dict[str, str | None]:
        """Return the record as `archive search --json` prints it."""
        return {
            "id": self.id,
            "agreement": self.agreement,
            "type": self.type,
            "municipality_number": self.municipality_number,
            "title": self.title,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "next_review": self.next_review.isoformat() if self.next_review else None,
        }


def search(
    register: Register, type_: str | None, municipality_number: str | None, valid_on: date | None
) -> list[Found]:
    """Return the archived records that match everything asked for, the newest first."""
    with register.read() as session:
        rows = find_records(session, type=type_, municipality_number=municipality_number, valid_on=valid_on)
        return [
            Found(
                id=record.id,
                agreement=agreement.id,
                type=agreement.type,
                municipality_number=agreement.municipality_number,
                title=record.public_title,
                valid_from=record.valid_from,
                valid_to=record.valid_to,
                next_review=min(
                    (one.due_date for one in reviews_of(session, agreement.id) if one.outcome is None), default=None
                ),
            )
            for record, agreement in rows
        ]


def get_files(register: Register, store: Store, record_id: str, folder: Path) -> list[dict[str, str]]:
    """Write a record's files to a folder made for them, and note the reading. Raises `NotFound`, `StoreDamaged`."""
    with register.read() as session:
        record = get_record(session, record_id)
        files = files_of(session, record.id)
    contents = [store.get(file.digest) for file in files]
    target = folder / record.id
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for file, content in zip(files, contents, strict=True):
        name = file.name if file.number == 1 else f"{file.number}-{file.name}"
        (target / name).write_bytes(content)
        written.append({"role": file.role, "path": str(target / name), "sha256": file.digest})
    with register.write() as transaction:
        transaction.note("read", record.agreement_id, "files taken out", {"record": record.id})
    return written
