"""Renewing proof: as a new version, in time, and one record's failure is no other's."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.timestamps import DummyTimeStamper

from flows.archive import Store, check_archive
from flows.archive.proof.renewal import due_for_renewal, renew, renew_due
from flows.archive.search import get_files
from flows.archive.store import blob_path
from flows.errors import StoreFailed
from flows.register import Register
from flows.register.records import files_of
from tests.archive.signed_agreements import AT, NAMES, archived, authority, digest_of, document, timestamps
from tests.archive.timestamp_server import stamping
from tests.conftest import Clock

FOREVER = timedelta(days=36_500)
AWAY = "http://127.0.0.1:9/"


def test_proof_is_renewed_as_a_new_version(
    register: Register, store: Store, anchors: Path, timestamp_service: str, tmp_path: Path
) -> None:
    """The new version begins with the signed one, which stays; both are proven, and the service may be away."""
    record = archived(register, store, anchors)
    with pytest.raises(StoreFailed):
        renew(register, store, anchors, record.id, "http://127.0.0.1:9/")
    digest = renew(register, store, anchors, record.id, timestamp_service)
    before = store.get(digest_of(register, record.id, "signed"))
    assert store.get(digest).startswith(before)
    assert digest == digest_of(register, record.id, "renewed")
    again = renew(register, store, anchors, record.id, timestamp_service)
    assert store.get(again).startswith(store.get(digest))
    with register.read() as session:
        files = files_of(session, record.id)
    assert [one.digest for one in files if one.role == "renewed"] == [digest, again]
    taken = get_files(register, store, record.id, tmp_path / "ut")
    assert len({one["path"] for one in taken}) == len(files)
    assert list(check_archive(register, store, anchors)) == []


def test_proof_is_due_before_the_timestamps_certificate_ends(
    register: Register, store: Store, anchors: Path, timestamp_service: str, clock: Clock
) -> None:
    """However young by age: three months before the end of the certificate, and no longer once it is renewed."""
    record = archived(register, store, anchors)
    renew(register, store, anchors, record.id, timestamp_service)
    ends = timestamps()[0].not_valid_after
    clock.now = ends - timedelta(days=91)
    assert due_for_renewal(register, FOREVER) == []
    clock.now = ends - timedelta(days=89)
    assert due_for_renewal(register, FOREVER) == [record.id]


def test_the_timestamps_of_the_signatures_count(
    register: Register, store: Store, anchors: Path, timestamp_service: str, clock: Clock
) -> None:
    """What came from the provider with timestamps is due before their certificate ends; a renewal takes their place."""
    certificate, key = authority().identity("Kort tidsstempel", ExtendedKeyUsageOID.TIME_STAMPING, days=1000)
    stamper = DummyTimeStamper(tsa_cert=certificate, tsa_key=key, fixed_dt=AT)
    pdf = document()
    for number, name in enumerate(NAMES, start=1):
        pdf = authority().sign(pdf, name, f"Signatur{number}", stamper)
    record = archived(register, store, anchors, signed_pdf=pdf)
    assert due_for_renewal(register, FOREVER) == []
    clock.now = certificate.not_valid_after - timedelta(days=89)
    assert due_for_renewal(register, FOREVER) == [record.id]
    renew(register, store, anchors, record.id, timestamp_service)
    assert due_for_renewal(register, FOREVER) == []


def test_a_service_whose_certificate_soon_ends_is_not_asked_every_night(
    register: Register, store: Store, anchors: Path, clock: Clock
) -> None:
    """With sixty days left when it stamped, it is asked again when thirty are left."""
    days = (clock.now + timedelta(days=60) - datetime(2026, 1, 1, tzinfo=UTC)).days
    identity = authority().identity("Snart utløpt", ExtendedKeyUsageOID.TIME_STAMPING, days=days)
    record = archived(register, store, anchors)
    with stamping(*identity) as service:
        renew(register, store, anchors, record.id, service)
    assert due_for_renewal(register, FOREVER) == []
    clock.forward(days=29)
    assert due_for_renewal(register, FOREVER) == []
    clock.forward(days=2)
    assert due_for_renewal(register, FOREVER) == [record.id]


def test_one_record_that_fails_stops_no_other(
    register: Register, store: Store, anchors: Path, timestamp_service: str, clock: Clock
) -> None:
    """Its newest PDF is damaged: it is named with the reason, and the others are renewed."""
    records = [archived(register, store, anchors, number, words=f"Nummer {number}.") for number in (1, 2, 3)]
    damaged = records[1]
    assert store.folder is not None
    path = store.folder / blob_path(digest_of(register, damaged.id, "signed"))
    path.chmod(0o644)
    path.write_bytes(b"skadet")
    clock.forward(days=1)
    done = renew_due(register, store, anchors, timestamp_service, timedelta(0))
    assert done.renewed == 2
    (failed,) = done.failed
    assert failed.startswith(f"{damaged.id}: Filen")
    assert due_for_renewal(register, timedelta(hours=1)) == [damaged.id]


def test_a_service_that_is_away_is_left_alone(register: Register, store: Store, anchors: Path, clock: Clock) -> None:
    """After three records in a row it is asked no more that night, and every record that waits is named."""
    records = [archived(register, store, anchors, number).id for number in range(1, 6)]
    clock.forward(days=1)
    done = renew_due(register, store, anchors, AWAY, timedelta(0))
    assert done.renewed == 0
    assert sorted(one.partition(":")[0] for one in done.failed) == sorted(records)
    assert sum("ikke forsøkt" in one for one in done.failed) == 2
