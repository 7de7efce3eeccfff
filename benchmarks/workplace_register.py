"""Fill a register for benchmarks of the workplace: agreements of 20 municipalities, with all that their pages show."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from benchmarks.records import FIRST, LAST, MIDDLE, NAMES
from flows.agreements.municipalities import by_number
from flows.register import Agreement, Event, Register, Review, SignatureRequest, State, Version
from flows.register.listing_schema import AgreementListing
from flows.register.listing_update import PartyNames, name_columns, request_columns
from flows.register.listing_words import index_words
from flows.register.schema import ChainHead, Json, Record, RecordFile
from flows.register.states import RequestState

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
NUMBERS = (
    *("1804", "1806", "1811", "1812", "1813", "1815", "1816", "1818", "1820", "1822"),
    *("1824", "1825", "1826", "1827", "1828", "1832", "1833", "1834", "1835", "5610"),
)
_AT_ONCE = 2000
_TABLES = (Agreement, Version, SignatureRequest, Event, AgreementListing, Review, Record, RecordFile)


def is_filled(register: Register, count: int) -> bool:
    """Return whether a register has so many agreements already."""
    with register.read() as session:
        return session.scalar(select(func.count()).select_from(AgreementListing)) == count


def agreement_id_of(number: int) -> str:
    """Return the id of an agreement by its number."""
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def fill(register: Register, count: int, chance: random.Random) -> None:
    """Add agreements, one in twenty out for signature and one in five hundred declined."""
    numbers = iter(range(count))
    with register.engine.begin() as connection:
        while some := list(islice(numbers, _AT_ONCE)):
            rows = [_rows(number, chance) for number in some]
            for table in _TABLES:
                said = [row[table.__tablename__] for row in rows if table.__tablename__ in row]
                if said:
                    connection.execute(insert(table), said)
            with Session(connection) as session:
                index_words(
                    session,
                    {one["agreement_listing"]["agreement_id"]: ("", one["agreement_listing"]["words"]) for one in rows},
                )
                session.flush()
        connection.execute(update(ChainHead).values(number=count))
        connection.execute(text("ANALYZE"))


def record_id_of(agreement_id: str) -> str:
    """Return the id of an agreement's record."""
    return agreement_id.replace("-0000-4000-", "-2222-4000-")


def _state(number: int) -> tuple[State, RequestState]:
    turn = number // len(NUMBERS)  # every municipality has some of each
    if turn % 500 == 0:
        return State.DECLINED, RequestState.DECLINED
    return (State.SENT, RequestState.OPEN) if turn % 20 == 0 else (State.ARCHIVED, RequestState.SIGNED)


def _rows(number: int, chance: random.Random) -> dict[str, Json]:
    """Return the rows of one agreement by table."""
    agreement_id = agreement_id_of(number)
    state, status = _state(number)
    at = AT - timedelta(minutes=number)
    municipality = by_number(NUMBERS[number % len(NUMBERS)])
    assert municipality is not None
    doctor = f"{chance.choice(NAMES)} {chance.choice(FIRST)}{chance.choice(MIDDLE)}{chance.choice(LAST)}"
    people = ("Kommunedirektør " + chance.choice(NAMES), doctor)
    signers = [
        {"order": order, "role": "kommune", "name": name, "title": "", "email": "", "status": "", "at": None}
        for order, name in enumerate(people, 1)
    ]
    if status == RequestState.SIGNED or number % 3 == 0:
        signers[0] |= {"at": at.isoformat(), "signed": True}
    request: Json = {
        "id": f"{number:08x}-1111-4000-8000-{number:012x}",
        "agreement_id": agreement_id,
        "version": 1,
        "attempt": 1,
        "provider": "desk",
        "reference": f"{agreement_id}-v1-a1",
        "pdf_sha256": "a" * 64,
        "signers": signers,
        "signers_sha256": "b" * 64,
        "provider_id": str(number),
        "deadline": AT + timedelta(days=number % 60),
        "intended_at": at,
        "urls": {},
        "status": str(status),
        "reason": "Beløpet er feil" if status == RequestState.DECLINED else "",
    }
    identity: Json = {"type": "alis", "municipality_number": municipality.number, "state": str(state)}
    identity |= {"valid_from": date(2027, 1, 1), "received_at": at}
    names = PartyNames(municipality.display_name, doctor)
    version = {"agreement_id": agreement_id, "number": 1, "case": {"lege_navn": doctor}, "case_sha256": "c" * 64}
    listing = {"agreement_id": agreement_id, **identity, **name_columns(names, municipality.number, signers)}
    event = {"number": number + 1, "at": at, "actor": "tester", "kind": "state", "agreement_id": agreement_id}
    rows = {
        "agreement": {"id": agreement_id, "counterpart": f"{number:09d}", "version": 1, **identity},
        "version": {**version, "public_title": "ALIS-avtale", "received_at": at},
        "signature_request": request,
        "event": {**event, "state_after": str(state), "previous": "", "digest": ""},
        "agreement_listing": {**listing, **request_columns(SignatureRequest(**request))},
    }
    if state == State.ARCHIVED:
        due = date(2026, 10, 1) + timedelta(days=number % 400)
        rows["review"] = {"agreement_id": agreement_id, "number": 1, "anchor": due, "nominal_date": due}
        rows["review"]["due_date"] = due
        record_id = record_id_of(agreement_id)
        record: Json = {"id": record_id, "agreement_id": agreement_id, "version": 1, "request_id": request["id"]}
        record |= {"status": "archived", "public_title": "ALIS-avtale", "valid_from": date(2027, 1, 1)}
        rows["record"] = {**record, "signed_at": at, "archived_at": at, "details": {}}
        file: Json = {"record_id": record_id, "role": "signed", "digest": f"{number:064x}", "size": 120_000}
        rows["record_file"] = {**file, "name": "avtale.pdf", "media_type": "application/pdf", "stored_at": at}
    return rows
