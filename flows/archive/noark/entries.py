"""Read what a period exports: one entry per record, in journal order."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flows.archive.pronom_formats import format_of
from flows.dates import oslo_date, start_of_day
from flows.register import Agreement, Event, Record, RecordFile, Register, Version
from flows.register.amendment_schema import Amendment
from flows.register.deliveries import delivered_of
from flows.register.delivery_schema import Delivery
from flows.register.reviews import next_reviews_of
from flows.register.schema import Json
from flows.register.states import RecordStatus

_IDS = UUID("7f0c9a52-6a51-4f0e-9d6e-1f7a54a2c0de")
_TOGETHER = 200


@dataclass(frozen=True, slots=True)
class Period:
    """What is exported and for whom: a year, the archive's creator, and the switches that depots differ on."""

    year: int
    creator: str
    creator_number: str
    unit: str
    schemas: Path
    format: str = "pronom"
    journal: str = "period"

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, 1, 1)

    @property
    def end(self) -> date:
        """Last day."""
        return date(self.year, 12, 31)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record with everything that a Noark extract says about it.

    It is the `number`th entry of its case. An amendment's case is that of `case_record`, the agreement that it changes;
    None for an agreement, which is the first entry of a case of its own.
    """

    record: Record
    agreement: Agreement
    version: Version
    files: tuple[RecordFile, ...]
    actor: str
    next_review: date
    destroyed: Event | None
    changes: tuple[Event, ...]
    renewals: tuple[Event, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    case_record: Record | None = None
    number: int = 1

    @property
    def sequence(self) -> int:
        """Number of case and entry in the year's journal."""
        return int(self.record.details["journal"]["sequence"])

    @property
    def case_number(self) -> str:
        """M003: year and sequence of the record that opened the case."""
        return f"{self.opened_by.details['journal']['year']}/{self.opened_by.details['journal']['sequence']}"

    @property
    def opened_by(self) -> Record:
        """The record that opened the case."""
        return self.case_record or self.record

    @property
    def restricted(self) -> tuple[str, str] | None:
        """Access restriction and its legal basis, or None for a public record."""
        access = self.record.details.get("access") or {}
        return (access["level"], access["basis"]) if access.get("level") else None

    @property
    def parties(self) -> list[str]:
        """The municipality, and the other party."""
        named = [one["on_behalf_of"] or one["name"] for one in self.record.details["parties"]]
        return (named + ["Avtalepart"] * 2)[:2] if len(named) < 2 else [named[0], named[-1]]

    @property
    def day(self) -> date:
        """M101: the day it was archived."""
        return norwegian_day(self.record.archived_at)

    def id_of(self, what: str) -> str:
        """M001: an id that is the same in every extract, and nobody else's."""
        return str(uuid5(_IDS, f"{self.record.id}/{what}"))

    def id_of_case(self) -> str:
        """M001 of the case, which is the same in the extract of every period that has an entry of it."""
        return str(uuid5(_IDS, f"{self.opened_by.id}/mappe"))

    def documents(self) -> list[tuple[RecordFile, int, str]]:
        """Return each archived PDF with its version number and its name in the package (krav 6.4.37)."""
        wanted = [one for role in ("signed", "renewed") for one in self.files if one.role == role]
        year = int(self.record.details["journal"]["year"])
        return [
            (file, number, f"DOKUMENT/{year}-{self.sequence}-1-{number}.pdf")
            for number, file in enumerate(wanted, start=1)
        ]

    def described(self, file: RecordFile) -> Json:
        """Return what is known about one version of the PDF: the record's details, and what its renewal found."""
        renewal = next((one.details for one in self.renewals if one.details.get("after") == file.digest), {})
        told: Json = {name: renewal[name] for name in ("pdfa", "pdf_version", "levels") if name in renewal}
        return {**self.record.details, **told}

    def format(self, kind: str, file: RecordFile) -> str:
        """M701 of a version: the PRONOM identifier, or the extension where the depot wants that."""
        return format_of(self.described(file))[0] if kind == "pronom" else "pdf"


def period_id(period: Period, what: str) -> str:
    """Return M001 of a unit above the cases."""
    return str(uuid5(_IDS, f"{period.creator_number}/{period.year}/{what}"))


@dataclass(frozen=True, slots=True)
class ListedRecord:
    """A record that a period exports: its place in the journal, its agreement's type, its id.

    `case_of` is the agreement whose case it is in: its own, or the one that it changes.
    """

    sequence: int
    type: str
    record_id: str
    case_of: str


def listed(register: Register, period: Period) -> list[ListedRecord]:
    """Return the period's archived and destroyed records in the order of the journal.

    It is read once: everything that the extract holds is about these and no others, also while the archive grows.
    """
    first = start_of_day(period.start)
    last = start_of_day(date(period.year + 1, 1, 1))
    wanted = (
        select(
            Record.details["journal"]["sequence"].as_integer(),
            Agreement.type,
            Record.id,
            func.coalesce(Amendment.amends_id, Agreement.id),
        )
        .join(Agreement, Agreement.id == Record.agreement_id)
        .outerjoin(Amendment, Amendment.agreement_id == Agreement.id)
        .where(
            Record.archived_at >= first,
            Record.archived_at < last,
            Record.status.in_([RecordStatus.ARCHIVED, RecordStatus.DESTROYED]),
        )
    )
    with register.read() as session:
        rows = session.execute(wanted.execution_options(yield_per=500))
        found = [ListedRecord(sequence, sys.intern(kind), record_id, case) for sequence, kind, record_id, case in rows]
    return sorted(found, key=lambda one: (one.sequence, one.record_id))


def entries(register: Register, chosen: Iterable[ListedRecord]) -> Iterator[Entry]:
    """Yield the entries of listed records, in their order, with a few readings of the register for each hundred."""
    remaining = iter(chosen)
    while batch := [one.record_id for one in islice(remaining, _TOGETHER)]:
        with register.read() as session:
            yield from _read(session, batch)


def _read(session: Session, record_ids: Sequence[str]) -> Iterator[Entry]:
    records = {one.id: one for one in session.scalars(select(Record).where(Record.id.in_(record_ids)))}
    agreement_ids = [one.agreement_id for one in records.values()]
    agreements = {one.id: one for one in session.scalars(select(Agreement).where(Agreement.id.in_(agreement_ids)))}
    found = session.scalars(select(Version).where(Version.agreement_id.in_(agreement_ids)))
    versions = {(one.agreement_id, one.number): one for one in found}
    files: dict[str, list[RecordFile]] = defaultdict(list)
    wanted = select(RecordFile).where(RecordFile.record_id.in_(record_ids))
    for file in session.scalars(wanted.order_by(RecordFile.record_id, RecordFile.role, RecordFile.number)):
        files[file.record_id].append(file)
    events: dict[str, list[Event]] = defaultdict(list)
    about = select(Event).where(Event.agreement_id.in_(agreement_ids)).order_by(Event.number)
    for event in session.scalars(about):
        if "record" in event.details:
            events[event.details["record"]].append(event)
    reviews = next_reviews_of(session, agreement_ids)
    deliveries: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in delivered_of(session, record_ids):
        deliveries[delivery.record_id].append(delivery)
    amended = {one.agreement_id: one for one in _amendments(session, agreement_ids)}
    cases = _first_records(session, [one.amends_id for one in amended.values()])
    for record_id in record_ids:
        record = records[record_id]
        amendment = amended.get(record.agreement_id)
        yield Entry(
            record=record,
            agreement=agreements[record.agreement_id],
            version=versions[record.agreement_id, record.version],
            files=tuple(files[record_id]),
            actor=events[record_id][0].actor,
            next_review=reviews.get(record.agreement_id) or _year_after(record.signed_at or record.archived_at),
            destroyed=next((one for one in events[record_id] if one.kind == "destroyed"), None),
            changes=tuple(one for one in events[record_id] if one.kind == "amended"),
            renewals=tuple(one for one in events[record_id] if one.kind == "renewed"),
            deliveries=tuple(deliveries[record_id]),
            case_record=cases.get(amendment.amends_id) if amendment else None,
            number=amendment.number + 1 if amendment else 1,
        )


def _amendments(session: Session, agreement_ids: Sequence[str]) -> Iterator[Amendment]:
    yield from session.scalars(select(Amendment).where(Amendment.agreement_id.in_(agreement_ids)))


def _first_records(session: Session, agreement_ids: Sequence[str]) -> dict[str, Record]:
    """Return the record that opened the case of each agreement, by the agreement's id."""
    wanted = select(Record).where(Record.agreement_id.in_(agreement_ids)).order_by(Record.version.desc())
    return {one.agreement_id: one for one in session.scalars(wanted)}


def norwegian_day(instant: datetime) -> date:
    """Return the day that an instant falls on in Norway."""
    return oslo_date(instant)


def written(instant: datetime) -> str:
    """Return an instant as `xs:dateTime`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _year_after(instant: datetime) -> date:
    day = norwegian_day(instant)
    return day.replace(year=day.year + 1) if (day.month, day.day) != (2, 29) else date(day.year + 1, 2, 28)
