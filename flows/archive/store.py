"""The store: blobs named by their SHA-256, written once, read back before anyone relies on them.

A blob's address is the same everywhere: `blobs/sha256/<aa>/<bb>/<64 hex digits>`. Nothing else is in its name.
"""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore, from_url

from flows.errors import StoreDamaged
from flows.settings import local_folder


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes as 64 lower-case hex digits."""
    return hashlib.sha256(content).hexdigest()


def blob_path(digest: str) -> str:
    """Return the address of a blob below the store's root."""
    return f"blobs/sha256/{digest[:2]}/{digest[2:4]}/{digest}"


@dataclass(frozen=True, slots=True)
class Store:
    """An open store. `folder` is its root where it is a local folder, None for a service such as S3."""

    objects: ObjectStore
    folder: Path | None

    def put(self, content: bytes) -> str:
        """Keep bytes for good and return their SHA-256. The same bytes again change nothing.

        They are flushed to disk and read back before this returns. Raises `StoreDamaged` where what is read back is
        not what was put.
        """
        digest = sha256(content)
        with suppress(AlreadyExistsError):  # put before, perhaps by a run that was cut off before it flushed
            obstore.put(self.objects, blob_path(digest), content, mode="create")
        self._make_durable(digest)
        self.get(digest)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes of a blob. Raises `StoreDamaged` where it is missing or its bytes have another digest."""
        try:
            content = bytes(obstore.get(self.objects, blob_path(digest)).bytes())
        except FileNotFoundError:
            raise StoreDamaged(f"The blob {digest} is missing from the store; restore it from a copy.") from None
        if sha256(content) != digest:
            raise StoreDamaged(f"The blob {digest} has been damaged: its bytes have another digest.")
        return content

    def _make_durable(self, digest: str) -> None:
        """Flush a local blob and the folders above it to disk, and take away the right to write it."""
        if self.folder is None:
            return
        path = self.folder / blob_path(digest)
        path.chmod(0o444)
        _flush(path)
        for parent in path.relative_to(self.folder).parents:
            _flush(self.folder / parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_store(url: str) -> Store:
    """Open the store at a URL: `file:///folder` (made where it is new) or one that obstore knows, such as `s3://bucket`."""
    folder = local_folder(url)
    if folder is not None:
        return Store(LocalStore(folder, mkdir=True), folder)
    return Store(from_url(url), None)
