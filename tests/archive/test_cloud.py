"""The store in a bucket: a real S3 service over HTTP, with versioning on."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.archive import Store, check_archive, open_store
from flows.archive.keeping import look_after
from flows.archive.store import blob_path
from flows.errors import StoreDamaged, StoreFailed
from flows.register import Register
from tests.archive.signed import archived


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
    assert look_after(register, store, 1 << 40).mended == (digest,)
    assert list(check_archive(register, store, anchors)) == []
    assert versions(bucket).count(f"arkiv/{blob_path(digest)}") >= 2


def test_a_service_that_is_away_gives_one_sentence(bucket: tuple[Any, str]) -> None:
    """Without the bucket nothing is pretended to be stored."""
    with pytest.raises(StoreFailed, match="run again"):
        open_store("s3://finnes-ikke/arkiv").put(b"signert")
