"""Access an S3 bucket through boto3: puts under Object Lock, and all versions of an object.

obstore sees newest versions only, and cannot state the checksum algorithm of a put, which a bucket with Object Lock
requires; so these calls go through the service's own client, with the same `AWS_…` variables.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

FOR_GOOD = datetime.max.replace(tzinfo=UTC)
"""The end of a legal hold: when somebody lifts it."""
_NO_VERSION = "null"


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket by its name. Refused and failed calls raise `OSError` with the service's code."""

    name: str

    def put(self, key: str, content: bytes) -> bool:
        """Put bytes at a free key, with their SHA-256 for the service to check; False if the key is taken."""
        with _told():
            try:
                _client().put_object(
                    Bucket=self.name, Key=key, Body=content, IfNoneMatch="*", ChecksumAlgorithm="SHA256"
                )
            except ClientError as error:
                if error.response["Error"]["Code"] == "PreconditionFailed":
                    return False
                raise
        return True

    def make(self) -> bool:
        """Make the bucket, with versioning where the service has it; False if it is there, and is left as it is."""
        with _told():
            try:
                _client().head_bucket(Bucket=self.name)
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                    raise
            else:
                return False
            _client().create_bucket(Bucket=self.name)
            with suppress(ClientError):  # a service without versions: what is put is never written over anyway
                _client().put_bucket_versioning(Bucket=self.name, VersioningConfiguration={"Status": "Enabled"})
        return True

    def remove(self, key: str) -> None:
        """Delete every version of the objects with a key prefix, and their delete markers."""
        with _told():
            for found, version, _marker in list(self._versions(key)):
                _of_version(_client().delete_object, self.name, found, version)

    def locked_until(self, key: str) -> datetime | None:
        """Return until when a version of these objects cannot be deleted; None if they are not locked."""
        until: datetime | None = None
        with _told():
            for found, version, marker in self._versions(key):
                if marker:
                    continue
                said = _of_version(_client().head_object, self.name, found, version)
                ends = said.get("ObjectLockRetainUntilDate")
                if said.get("ObjectLockLegalHoldStatus") == "ON":
                    return FOR_GOOD
                until = max((one for one in (until, ends) if one is not None), default=None)
        return until

    def _versions(self, key: str) -> Iterator[tuple[str, str, bool]]:
        """Yield key, version, and whether it is a delete marker."""
        for page in _client().get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=key):
            for kind in ("Versions", "DeleteMarkers"):
                yield from ((one["Key"], one["VersionId"], kind == "DeleteMarkers") for one in page.get(kind, ()))


def _of_version(call: Callable[..., Any], bucket: str, key: str, version: str) -> Any:
    """Call for one version of an object.

    Without versioning every object has the version `null`, which some services list and do not know when they are
    asked for it; the object itself is meant then.
    """
    try:
        return call(Bucket=bucket, Key=key, VersionId=version)
    except ClientError as error:
        if version != _NO_VERSION or error.response["ResponseMetadata"]["HTTPStatusCode"] not in (400, 404):
            raise
        return call(Bucket=bucket, Key=key)


@cache
def _client_at(address: str | None, region: str | None, account: str | None) -> Any:  # noqa: ARG001 - the key alone
    import boto3  # a tenth of a second, which programs whose store is a folder do without
    from botocore.config import Config

    style = "path" if address else "auto"  # as obstore addresses services other than Amazon's
    return boto3.client("s3", endpoint_url=address, region_name=region, config=Config(s3={"addressing_style": style}))


def _client() -> Any:
    names = ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID")
    return _client_at(*(os.environ.get(name) for name in names))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
        raise OSError(0, code) from error
