"""The store in a bucket: a real S3 service over HTTP, with versioning on."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from flows.archive import Store, check_archive, make_bucket, open_store
from flows.archive.destruction import ask_for_destruction, destroy
from flows.archive.fixity import check_blobs
from flows.archive.store import blob_path
from flows.errors import NotAllowed, StoreDamaged, StoreFailed
from flows.register import Register
from flows.register.records import amend, files_of, get_record
from tests.archive.signed_agreements import archived
from tests.conftest import Clock

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """Run an S3 service; give its address."""
    server = pytest.importorskip("moto.server", reason="install it with: make test")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(service: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give an empty bucket with versioning, and the variables that reach it."""
    boto3 = pytest.importorskip("boto3", reason="install it with: make test")
    for name, value in {
        "AWS_ENDPOINT_URL": service,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=service, region_name="us-east-1")
    name = f"arkiv-{len(client.list_buckets()['Buckets'])}"
    client.create_bucket(Bucket=name)
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    yield client, name
    client.close()


@pytest.fixture
def cloud(bucket: tuple[Any, str]) -> Store:
    """Give a store in the bucket."""
    return open_store(f"s3://{bucket[1]}/arkiv")


def versions(bucket: tuple[Any, str]) -> list[str]:
    """Return the key of every version of every object."""
    client, name = bucket
    return [one["Key"] for one in client.list_object_versions(Bucket=name).get("Versions", [])]


def test_what_was_put_comes_back_and_is_put_once(cloud: Store, bucket: tuple[Any, str]) -> None:
    """The same bytes twice are one version of one object."""
    digest = cloud.put(b"signert")
    assert cloud.put(b"signert") == digest
    assert cloud.get(digest) == b"signert"
    assert b"".join(cloud.stream(digest)) == b"signert"
    assert versions(bucket) == [f"arkiv/{blob_path(digest)}"]
    assert list(cloud.digests()) == [(digest, 7)]


def test_damage_is_found(cloud: Store, bucket: tuple[Any, str]) -> None:
    """An object that somebody wrote over, or took away, says so."""
    client, name = bucket
    digest = cloud.put(b"signert")
    client.put_object(Bucket=name, Key=f"arkiv/{blob_path(digest)}", Body=b"endret")
    with pytest.raises(StoreDamaged, match="damaged"):
        cloud.get(digest)
    client.delete_object(Bucket=name, Key=f"arkiv/{blob_path(digest)}")
    with pytest.raises(StoreDamaged, match="missing"):
        cloud.get(digest)


def test_a_bucket_is_mended_from_a_folder(
    bucket: tuple[Any, str], register: Register, anchors: Path, tmp_path: Path
) -> None:
    """A second copy on disk mends an object in the bucket; the damaged bytes stay as a version."""
    client, name = bucket
    store = open_store(f"s3://{name}/arkiv", (tmp_path / "second").as_uri())
    record = archived(register, store, anchors)
    assert record.status == "archived"
    digest = next(one for one, _size in store.digests())
    client.put_object(Bucket=name, Key=f"arkiv/{blob_path(digest)}", Body=b"endret")
    assert check_blobs(register, store, 1 << 40).mended == (digest,)
    assert list(check_archive(register, store, anchors)) == []
    assert versions(bucket).count(f"arkiv/{blob_path(digest)}") >= 2


def destroyable(register: Register, store: Store, anchors: Path, clock: Clock) -> tuple[Register, str, list[str]]:
    """Bring a record to where a second person may destroy it; return that person's register, its id and its digests."""
    record = archived(register, store, anchors)
    with register.write() as transaction:
        value = {"verdict": "Kasseres", "basis": "Arkivlova", "years": None, "date": "2026-12-01"}
        amend(transaction, get_record(transaction.session, record.id), "retention", value, "vurdert")
    ask_for_destruction(register, store, record.id, "ryddes")
    clock.forward(days=15)
    with register.read() as session:
        return replace(register, actor="second"), record.id, [one.digest for one in files_of(session, record.id)]


def test_destruction_leaves_no_version(
    cloud: Store, bucket: tuple[Any, str], register: Register, anchors: Path, clock: Clock
) -> None:
    """Every version goes, also of what was written over, deleted or set aside as damaged; other objects stay."""
    client, name = bucket
    other, record_id, digests = destroyable(register, cloud, anchors, clock)
    kept = cloud.put(b"en annen")
    key = f"arkiv/{blob_path(digests[0])}"
    client.put_object(Bucket=name, Key=key, Body=b"endret")
    client.delete_object(Bucket=name, Key=key)
    client.put_object(Bucket=name, Key=f"arkiv/damaged/{digests[0]}-1", Body=b"skadet")
    destroy(other, cloud, record_id, "ryddes")
    said = client.list_object_versions(Bucket=name)
    left = [one["Key"] for kind in ("Versions", "DeleteMarkers") for one in said.get(kind, ())]
    assert [one for one in left if "/signed-heads/" not in one] == [f"arkiv/{blob_path(kept)}"]


@pytest.mark.parametrize("lock", ["retention", "hold"])
def test_a_locked_object_is_not_destroyed_before_its_time(
    service: str, bucket: tuple[Any, str], register: Register, anchors: Path, clock: Clock, lock: str
) -> None:
    """Where Object Lock is on, one sentence says until when; nothing is destroyed, and nothing says that it was."""
    client = bucket[0]
    name = f"laast-{lock}"
    client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    store = open_store(f"s3://{name}/arkiv")
    other, record_id, digests = destroyable(register, store, anchors, clock)
    key = f"arkiv/{blob_path(digests[0])}"
    if lock == "hold":
        client.put_object_legal_hold(Bucket=name, Key=key, LegalHold={"Status": "ON"})
    else:
        until = {"Mode": "COMPLIANCE", "RetainUntilDate": datetime(2036, 1, 1, tzinfo=UTC)}
        client.put_object_retention(Bucket=name, Key=key, Retention=until)
    with pytest.raises(NotAllowed, match=r"until 01\.01\.2036" if lock == "retention" else "legal hold in the bucket"):
        destroy(other, store, record_id, "ryddes")
    with register.read() as session:
        assert get_record(session, record_id).status == "archived"
    assert all(store.get(digest) for digest in digests)
    assert list(check_archive(register, store, anchors)) == []


def test_a_bucket_that_locks_whatever_is_put_takes_an_archive(
    bucket: tuple[Any, str], register: Register, anchors: Path, tmp_path: Path
) -> None:
    """Under a default Object Lock every put carries a checksum, as the service demands, and each file is locked.

    What somebody wrote over is mended there, too.
    """
    client, name = bucket[0], "laast-alltid"
    client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 3650}}
    client.put_object_lock_configuration(
        Bucket=name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    store = open_store(f"s3://{name}/arkiv", (tmp_path / "second").as_uri())
    record = archived(register, store, anchors)
    assert (record.status, list(check_archive(register, store, anchors))) == ("archived", [])
    lying = [one["Key"] for one in client.list_objects_v2(Bucket=name)["Contents"]]
    assert any("/signed-heads/" in key for key in lying)
    for key in lying:
        said = client.head_object(Bucket=name, Key=key, ChecksumMode="ENABLED")
        assert said["ChecksumSHA256"], key
        assert said["ObjectLockRetainUntilDate"] > datetime.now(UTC) + timedelta(days=3600), key
    digest = next(one for one, _size in store.digests())
    assert store.put(store.get(digest)) == digest, "again, it changes nothing"
    client.put_object(Bucket=name, Key=f"arkiv/{blob_path(digest)}", Body=b"endret")
    assert check_blobs(register, store, 1 << 40).mended == (digest,)
    assert not store.fault_in("first", digest)


def test_a_service_that_is_away_gives_one_sentence(bucket: tuple[Any, str]) -> None:
    """Without the bucket nothing is pretended to be stored."""
    with pytest.raises(StoreFailed, match="run again"):
        open_store("s3://finnes-ikke/arkiv").put(b"signert")


def test_a_service_that_lists_null_and_does_not_know_it_keeps_and_destroys(
    bucket: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without versioning some services list the version `null`, and refuse every call that names it (VersityGW)."""
    client = bucket[0]

    def refuse(params: dict[str, Any], **_about: Any) -> None:
        if params["query_string"].get("versionId") == "null":
            answer = {"Error": {"Code": "InvalidArgument"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
            raise ClientError(answer, "HeadObject")

    client.meta.events.register("before-call.s3", refuse)
    monkeypatch.setattr("flows.archive.bucket._client", lambda: client)
    client.create_bucket(Bucket="uten-versjoner")
    plain = open_store("s3://uten-versjoner/arkiv")
    digest = plain.put(b"signert")
    assert plain.primary.locked_until(blob_path(digest)) is None
    plain.primary.remove(blob_path(digest))
    assert not plain.has(digest)


def test_the_bucket_is_made_once_and_keeps_versions(bucket: tuple[Any, str]) -> None:
    """A folder needs none; a bucket that is there stays as it is."""
    assert make_bucket("s3://nytt-arkiv/lager")
    assert not make_bucket("s3://nytt-arkiv/lager")
    assert not make_bucket("file:///tmp/lager")
    assert bucket[0].get_bucket_versioning(Bucket="nytt-arkiv")["Status"] == "Enabled"
    assert open_store("s3://nytt-arkiv/lager").put(b"signert")
