"""Access an S3 bucket through boto3: puts under Object Lock, and all versions of an object.

obstore sees newest versions only, and does not say by which algorithm a put is to be checked, which a bucket demands
that locks whatever is put; so that these go through the service's own client. Address and credentials are the same
`AWS_…` variables.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

FOR_GOOD = datetime.max.replace(tzinfo=UTC)
"""When a legal hold ends: not before somebody lifts it."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket by its name. What the service refuses, or does not answer, is an `OSError` with its code."""

    name: str

    def put(self, key: str, content: bytes) -> bool:
        """Put bytes where nothing lies yet, with their SHA-256 for the service to check; False where something did."""
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

    def remove(self, key: str) -> None:
        """Remove every version of the objects whose keys begin so, and the markers of earlier deletions."""
        with _told():
            for found, version, _marker in list(self._versions(key)):
                _client().delete_object(Bucket=self.name, Key=found, VersionId=version)

    def locked_until(self, key: str) -> datetime | None:
        """Return until when a version of these objects cannot be removed, or None where nothing locks them."""
        until: datetime | None = None
        with _told():
            for found, version, marker in self._versions(key):
                if marker:
                    continue
                said = _client().head_object(Bucket=self.name, Key=found, VersionId=version)
                ends = said.get("ObjectLockRetainUntilDate")
                if said.get("ObjectLockLegalHoldStatus") == "ON":
                    return FOR_GOOD
                until = max((one for one in (until, ends) if one is not None), default=None)
        return until

    def _versions(self, key: str) -> Iterator[tuple[str, str, bool]]:
        """Yield key and version, and whether it only marks a deletion."""
        for page in _client().get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=key):
            for kind in ("Versions", "DeleteMarkers"):
                yield from ((one["Key"], one["VersionId"], kind == "DeleteMarkers") for one in page.get(kind, ()))


@cache
def _client_at(address: str | None, region: str | None, account: str | None) -> Any:  # noqa: ARG001 - the key alone
    style = "path" if address else "auto"  # as obstore asks services that are not Amazon's own
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
