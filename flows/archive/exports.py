"""Export records as a BagIt bag (RFC 8493), or a year's ALIS-avtaler as an audit package with an index."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from flows.agreements.types import types
from flows.archive.atomic_folder import draft_of
from flows.archive.ingest import keep_head
from flows.archive.outgoing_names import file_name, municipality_name, record_name, role_name
from flows.archive.repair import read_blob
from flows.archive.store import Store
from flows.dates import oslo_date
from flows.errors import NotFound
from flows.language import translate as _
from flows.register import Agreement, Record, RecordFile, Register
from flows.register.agreements import events_of
from flows.register.records import files_of, find_records, get_record

_TOGETHER = 50


def export_bag(register: Register, store: Store, record_ids: Iterable[str], folder: Path, today: date) -> int:
    """Write records with all their files, metadata and events as a bag; return how many files it holds.

    `sha256sum -c manifest-sha256.txt` verifies it without our tools. Raises `WrongUse` if the folder exists.
    """
    with draft_of(folder) as draft:
        return _write_bag(register, store, record_ids, draft, today)


def _write_bag(register: Register, store: Store, record_ids: Iterable[str], folder: Path, today: date) -> int:
    manifest: dict[str, str] = {}
    size = 0
    for record_id in record_ids:
        with register.read() as session:
            record = get_record(session, record_id)
            files, events = files_of(session, record.id), events_of(session, record.agreement_id)
        with register.write() as transaction:  # before anything is shown
            transaction.note("read", record.agreement_id, "exported as BagIt", {"record": record.id})
        keep_head(register, store)
        said = {
            "record": _metadata(record),
            "files": [{"role": one.role, "name": file_name(one), "sha256": one.digest} for one in files],
            "events": [
                {"number": one.number, "at": one.at, "actor": one.actor, "kind": one.kind, "why": one.why}
                | {"details": one.details, "previous": one.previous, "digest": one.digest}
                for one in events
            ],
        }
        contents = {
            f"data/{record_name(record)}/{role_name(one)}/{file_name(one)}": read_blob(register, store, one.digest)
            for one in files
        }
        contents[f"data/{record_name(record)}/metadata.json"] = json.dumps(
            said, default=str, ensure_ascii=False
        ).encode()
        for path, content in contents.items():
            manifest[path] = _write(folder / path, content)
            size += len(content)
    about = f"Bagging-Date: {today}\nPayload-Oxum: {size}.{len(manifest)}\nBag-Software-Agent: Avtaleflyt\n"
    tags = {
        "bagit.txt": _write(folder / "bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
        "bag-info.txt": _write(folder / "bag-info.txt", about.encode()),
        "manifest-sha256.txt": _write(folder / "manifest-sha256.txt", _lines(manifest)),
    }
    _write(folder / "tagmanifest-sha256.txt", _lines(tags))
    return len(manifest)


PublicCopies = Callable[[Sequence[str]], Sequence[bytes | str]]
"""Makes public copies: for each record's id the PDF, or a sentence that says why there is none."""


@dataclass(frozen=True, slots=True)
class AuditPackage:
    """The content of an audit package: agreements, public copies, and why some agreements have no such copy."""

    agreements: int
    public_copies: int
    without: tuple[str, ...]


def export_audit(
    register: Register,
    store: Store,
    year: int,
    folder: Path,
    public_copies: PublicCopies | None = None,
    municipalities: Collection[str] | None = None,
) -> AuditPackage:
    """Write every ALIS-avtale in force on any day of a year, with an index workbook; by choice a public copy of each.

    `municipalities` are the numbers of those whose agreements it holds, None for all. The index states the agreements
    without a public copy. Raises `NotFound` if no agreement is found, `WrongUse` if the folder exists.
    """
    with register.read() as session:
        rows = [
            (record, agreement, files_of(session, record.id))
            for kind in types().values()
            if kind.audited
            for record, agreement in find_records(session, type=kind.name)
            if (municipalities is None or agreement.municipality_number in municipalities)
            and record.valid_from <= date(year, 12, 31)
            and (record.valid_to is None or record.valid_to >= date(year, 1, 1))
        ]
    if not rows:
        raise NotFound(_("No ALIS-avtale was in force in {year}: there is nothing to export.").format(year=year))
    rows.sort(key=lambda row: (row[1].municipality_number, row[0].valid_from))
    with draft_of(folder) as draft:
        with register.write() as transaction:  # before anything is shown
            for record, agreement, _files in rows:
                details = {"record": record.id, "year": year, "public_copy": bool(public_copies)}
                transaction.note("read", agreement.id, "audit package", details)
        keep_head(register, store)
        return _write_audit(register, store, rows, year, draft, public_copies)


def _write_audit(
    register: Register,
    store: Store,
    rows: Sequence[tuple[Record, Agreement, list[RecordFile]]],
    year: int,
    folder: Path,
    public_copies: PublicCopies | None,
) -> AuditPackage:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = str(year)
    headings = [_("Record"), _("Title"), _("Municipality number"), _("Valid from"), _("Valid to"), _("Signed")]
    sheet.append([*headings, _("File"), "SHA-256", *([_("Public copy")] if public_copies else [])])
    copies, without = 0, []
    for start in range(0, len(rows), _TOGETHER):
        batch = rows[start : start + _TOGETHER]
        made = public_copies([record.id for record, _agreement, _files in batch]) if public_copies else []
        for place, (record, agreement, files) in enumerate(batch):
            signed = next(one for one in files if one.role == "signed")
            start_of_name = f"{municipality_name(agreement.municipality_number)}-{record_name(record)}"
            name = f"{start_of_name}.pdf"
            _write(folder / name, read_blob(register, store, signed.digest))
            when = oslo_date(record.signed_at) if record.signed_at else None
            about = [record.id, record.public_title, agreement.municipality_number, record.valid_from, record.valid_to]
            said = ""
            if public_copies:
                copy = made[place]
                said = copy if isinstance(copy, str) else f"{start_of_name}-offentlig.pdf"
                if isinstance(copy, str):
                    without.append(f"{record.id}: {copy}")
                else:
                    _write(folder / said, copy)
                    copies += 1
            sheet.append([*about, when, name, signed.digest, *([said] if public_copies else [])])
    sheet.freeze_panes = "A2"
    book.save(folder / "oversikt.xlsx")
    return AuditPackage(len(rows), copies, tuple(without))


def _metadata(record: Record) -> dict[str, object]:
    """Return what is known about a record: instants in UTC, and the Norwegian days that they fall on."""
    names = ("id", "agreement_id", "version", "status", "public_title", "valid_from", "valid_to", "signed_at")
    said: dict[str, object] = {name: getattr(record, name) for name in (*names, "archived_at", "details")}
    said["signed_on"] = oslo_date(record.signed_at) if record.signed_at else None
    said["archived_on"] = oslo_date(record.archived_at)
    return said


def _write(path: Path, content: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def _lines(digests: dict[str, str]) -> bytes:
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode()
