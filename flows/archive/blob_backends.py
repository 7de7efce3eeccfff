"""Blob backends: a local folder, or any service that obstore reaches (S3). Blobs are created, never overwritten."""

import errno
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, GenericError
from obstore.store import ObjectStore, S3Store, from_url

from flows.archive.bucket import Bucket
from flows.errors import StoreFailed, StoreUnreachable
from flows.language import translate
from flows.language import translate as _
from flows.settings import local_folder

PIECE = 1 << 20
"""Bytes read at a time."""
_AGE_OF_LEFTOVERS = 3600


class BlobBackend(Protocol):
    """Stores bytes by path. Raises `FileNotFoundError` for a path without a blob."""

    def put(self, path: str, content: bytes) -> bool:
        """Store bytes durably at a free path; False if the path is taken. Raises `StoreFailed`."""

    def read(self, path: str) -> Iterator[bytes]:
        """Yield the bytes, a piece at a time."""

    def paths(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield every path below a prefix, and its size."""

    def foreign(self) -> Iterator[str]:
        """Yield the paths of what no put has made: links, pipes, devices, files of other names."""

    def set_aside(self, path: str) -> None:
        """Move a damaged blob aside, so that a good one can be put there; nothing is deleted."""

    def remove(self, path: str) -> None:
        """Delete a blob, and damaged ones set aside: only for destruction by two people."""

    def locked_until(self, path: str) -> datetime | None:
        """Return until when a blob cannot be deleted; None if it is not locked."""


@dataclass(frozen=True, slots=True)
class LocalFolderBackend:
    """A local folder. Bytes are staged, flushed to disk and linked into place: a blob is complete or absent."""

    folder: Path

    def put(self, path: str, content: bytes) -> bool:
        """Stage, flush, link, flush the folders; mode 0400 from the start."""
        target, staged = self.folder / path, self.folder / "staging" / uuid4().hex
        with _told(path):
            staged.parent.mkdir(parents=True, exist_ok=True)
            try:
                with staged.open("xb") as file:
                    file.write(content)
                    file.flush()
                    os.fchmod(file.fileno(), 0o400)
                    os.fsync(file.fileno())
                self._make_folders(target.parent)
                try:
                    os.link(staged, target)
                except FileExistsError:
                    _flush(target)  # by an interrupted run, perhaps before it flushed
                    created = False
                else:
                    created = True
                _flush(target.parent)
                return created
            finally:
                with suppress(OSError):
                    staged.unlink()

    def read(self, path: str) -> Iterator[bytes]:
        """Yield the bytes, a piece at a time. A link is not followed, and a pipe or device is no blob."""
        with _told(path), os.fdopen(_open_regular(self.folder / path), "rb", buffering=0) as file:
            while piece := file.read(PIECE):
                yield piece

    def paths(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Walk the folder in order; what is no regular file is left to `foreign`."""
        for parent, folders, names in os.walk(self.folder / prefix):
            folders.sort()
            for name in sorted(names):
                found = Path(parent) / name
                about = _about(found)
                if about is not None and stat.S_ISREG(about.st_mode):
                    yield found.relative_to(self.folder).as_posix(), about.st_size

    def foreign(self) -> Iterator[str]:
        """Walk everything, following no link."""
        for parent, folders, names in os.walk(self.folder):
            folders.sort()
            for name in (*folders, *sorted(names)):
                found = Path(parent) / name
                about = _about(found)
                path = found.relative_to(self.folder).as_posix()
                if about is None or stat.S_ISDIR(about.st_mode):
                    continue
                if not stat.S_ISREG(about.st_mode) or not is_ours(path):
                    yield path

    def set_aside(self, path: str) -> None:
        """Move the file to `damaged/`."""
        aside = self.folder / "damaged" / f"{Path(path).name}-{uuid4().hex}"
        aside.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            (self.folder / path).rename(aside)

    def remove(self, path: str) -> None:
        """Unlink and flush."""
        target = self.folder / path
        with _told(path):
            for one in (target, *(self.folder / "damaged").glob(f"{target.name}-*")):
                with suppress(FileNotFoundError):
                    one.unlink()
                    _flush(one.parent)

    def locked_until(self, path: str) -> datetime | None:  # noqa: ARG002 - folders lock nothing
        """Return None: a folder has no locks."""
        return None

    def sweep(self) -> int:
        """Delete staged files of interrupted runs that are over an hour old; return their number."""
        before = time.time() - _AGE_OF_LEFTOVERS
        old = [
            one
            for one in (self.folder / "staging").glob("*")
            if (about := _about(one)) is not None and stat.S_ISREG(about.st_mode) and about.st_mtime < before
        ]
        for one in old:
            one.unlink(missing_ok=True)
        return len(old)

    def _make_folders(self, folder: Path) -> None:
        if folder.is_dir():
            return
        folder.mkdir(parents=True, exist_ok=True)
        for parent in folder.relative_to(self.folder).parents:
            _flush(self.folder / parent)


@dataclass(frozen=True, slots=True)
class ObjectStoreBackend:
    """A bucket. `If-None-Match: *` makes a put create-only; versioning and Object Lock are the bucket's."""

    objects: ObjectStore

    def put(self, path: str, content: bytes) -> bool:
        """Put at a free key; the service's acknowledgement guarantees durability."""
        with _told(path):
            if isinstance(self.objects, S3Store):
                return Bucket(self.objects.config["bucket"]).put(_key(self.objects, path), content)
            try:
                obstore.put(self.objects, path, content, mode="create")
            except AlreadyExistsError:
                return False
            except FileNotFoundError as error:  # for a put it means that the bucket is missing
                raise OSError(0, _("there is no such bucket")) from error
            return True

    def read(self, path: str) -> Iterator[bytes]:
        """Yield the bytes, a piece at a time."""
        with _told(path):
            for piece in obstore.get(self.objects, path).stream(min_chunk_size=PIECE):
                yield bytes(piece)

    def paths(self, prefix: str) -> Iterator[tuple[str, int]]:
        """List the bucket, a page at a time."""
        with _told(prefix):
            for page in obstore.list(self.objects, prefix):
                yield from ((one["path"], one["size"]) for one in page)

    def foreign(self) -> Iterator[str]:
        """List objects of other names."""
        yield from (path for path, _size in self.paths("") if not is_ours(path))

    def set_aside(self, path: str) -> None:
        """Copy the object below `damaged/` and delete it; with versioning its version stays, too."""
        with _told(path), suppress(FileNotFoundError):
            self.put(f"damaged/{Path(path).name}-{uuid4().hex}", b"".join(self.read(path)))
            obstore.delete(self.objects, path)

    def remove(self, path: str) -> None:
        """Delete the object; in S3 every version of it, since a plain delete only hides it."""
        with _told(path):
            if not isinstance(self.objects, S3Store):
                obstore.delete(self.objects, path)
                return
            for key in _keys(self.objects, path):
                Bucket(self.objects.config["bucket"]).remove(key)

    def locked_until(self, path: str) -> datetime | None:
        """Ask the service for Object Lock and legal hold of every version."""
        with _told(path):
            if not isinstance(self.objects, S3Store):
                return None
            locks = [Bucket(self.objects.config["bucket"]).locked_until(key) for key in _keys(self.objects, path)]
            return max((one for one in locks if one is not None), default=None)


def _keys(objects: S3Store, path: str) -> tuple[str, str]:
    """Return the keys of an object, and of its copies that were set aside."""
    return _key(objects, path), _key(objects, f"damaged/{Path(path).name}-")


def _key(objects: S3Store, path: str) -> str:
    return f"{objects.prefix}/{path}" if objects.prefix else path


def open_backend(url: str) -> BlobBackend:
    """Open the backend at a URL: `file:///folder` (created if new) or one that obstore supports, such as `s3://…`."""
    folder = local_folder(url)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        return LocalFolderBackend(folder)
    return ObjectStoreBackend(from_url(url))


@contextmanager
def _told(path: str) -> Iterator[None]:
    """Raise failures of disk or network as `StoreFailed`, in one sentence."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (OSError, BaseError) as error:
        name = Path(path).name[:12]
        reason = translate(error.strerror) if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise (StoreUnreachable if _is_away(error) else StoreFailed)(
            _(
                "The store could not be reached or written ({name}: {reason}): see to its disk or "
                "address, and run again."
            ).format(name=name, reason=reason)
        ) from error


_AWAY = {
    *("EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError", "HTTPClientError"),
    *("InternalError", "ServiceUnavailable", "SlowDown", "RequestTimeout", "500", "502", "503", "504"),
}
"""What boto3 and S3 services call it where the same call may go through a little later."""


def _is_away(error: OSError | BaseError) -> bool:
    """Say whether a service does not answer now: obstore has one kind of error for that, boto3 many."""
    return type(error) is GenericError or (isinstance(error, OSError) and error.strerror in _AWAY)


_OURS = re.compile(
    "blobs/sha256/(?P<a>[0-9a-f]{2})/(?P<b>[0-9a-f]{2})/(?P=a)(?P=b)[0-9a-f]{60}"
    "|(signed-)?heads/[0-9]{9}/[0-9]{12}-[0-9a-f]{64}(.tsr)?"
    "|damaged/[0-9a-f.-]+|damaged/[0-9]{12}-[0-9a-f]+-[0-9a-f]+|staging/[0-9a-f]{32}"
)


def is_ours(path: str) -> bool:
    """Say whether a path in a store is one that the archive writes."""
    return _OURS.fullmatch(path) is not None


def _about(path: Path) -> os.stat_result | None:
    """Return what a path is, following no link; None if it is gone meanwhile."""
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def _open_regular(path: Path) -> int:
    """Open a regular file to read, without waiting for a pipe or following a link. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "no regular file")
    return descriptor


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # where a blob should be there may be a pipe
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
