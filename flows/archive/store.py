"""The blob store: content-addressed by SHA-256, written once, read back before use.

A blob's address is the same everywhere: `blobs/sha256/<aa>/<bb>/<64 hex digits>`. Nothing else is in its name. With a
second copy, a blob is put in both places, and one that is damaged is mended from the other.
"""

import hashlib
import heapq
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse

from flows.archive.blob_backends import BlobBackend, LocalFolderBackend, open_backend
from flows.archive.bucket import Bucket
from flows.errors import StoreDamaged, StoreFailed
from flows.language import translate
from flows.language import translate as _

ALGORITHM = "sha256"
_DIGEST = re.compile("[0-9a-f]{64}")
_HEAD = re.compile("(?P<number>[0-9]{12})-(?P<digest>[0-9a-f]{64})")


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes as 64 lower-case hex digits."""
    return hashlib.sha256(content).hexdigest()


def blob_path(digest: str) -> str:
    """Return the address of a blob below the store's root."""
    return f"blobs/{ALGORITHM}/{digest[:2]}/{digest[2:4]}/{digest}"


@dataclass(frozen=True, slots=True)
class Store:
    """An open store: its backend, and a second one where there is a second copy.

    `using` is called with the digest of each blob that is put, or before it is read: long work tells there how far it
    has come, and may stop by an exception.
    """

    primary: BlobBackend
    second: BlobBackend | None = None
    using: Callable[[str], None] = lambda _digest: None

    @property
    def folder(self) -> Path | None:
        """The root where the store is a local folder, None for a service such as S3."""
        return self.primary.folder if isinstance(self.primary, LocalFolderBackend) else None

    @property
    def copies(self) -> dict[str, BlobBackend]:
        """Every copy by its name."""
        return {"first": self.primary} | ({"second": self.second} if self.second else {})

    def put(self, content: bytes) -> str:
        """Keep bytes for good and return their SHA-256. The same bytes again change nothing.

        They are durable and read back, in every copy, before this returns. Raises `StoreFailed` where they could not
        be written and `StoreDamaged` where what is read back is not what was put.
        """
        digest = sha256(content)
        for name, backend in self.copies.items():
            backend.put(blob_path(digest), content)
            fault = self.fault_in(name, digest)
            if fault:
                raise StoreDamaged(fault)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes of a blob from the first copy that is good.

        Raises `StoreDamaged` where none is, and `StoreFailed` where one could not be read: it may be good.
        """
        content = self.find(digest)
        if content is None:
            raise StoreDamaged(_missing(digest, "first"))
        return content

    def find(self, digest: str) -> bytes | None:
        """Return the bytes of a blob as `get` does; None where no copy has it. Raises as `get`."""
        self.using(digest)
        faults, damaged, unread = [], False, None
        for name, backend in self.copies.items():
            try:
                content = b"".join(backend.read(blob_path(digest)))
            except FileNotFoundError:
                faults.append(_missing(digest, name))
                continue
            except StoreFailed as error:  # the other copy may be within reach
                unread = error
                continue
            if sha256(content) == digest:
                return content
            damaged = True
            faults.append(_damaged(digest, name))
        if unread is not None:
            raise unread
        if damaged:
            raise StoreDamaged(faults[0])
        return None

    def has(self, digest: str) -> bool:
        """Say whether a blob lies in the first copy, good or damaged."""
        return self._lies_in(self.primary, digest)

    def exists_anywhere(self, digest: str) -> bool:
        """Say whether any copy still has the blob."""
        return any(self._lies_in(backend, digest) for backend in self.copies.values())

    def _lies_in(self, backend: BlobBackend, digest: str) -> bool:
        try:
            return next(backend.read(blob_path(digest)), b"") is not None
        except FileNotFoundError:
            return False

    def stream(self, digest: str) -> Iterator[bytes]:
        """Yield a blob's bytes a piece at a time; raises `StoreDamaged` at the end where they were not the digest's."""
        self.using(digest)
        running = hashlib.sha256()
        try:
            for piece in self.primary.read(blob_path(digest)):
                running.update(piece)
                yield piece
        except FileNotFoundError:
            raise StoreDamaged(_missing(digest, "first")) from None
        if running.hexdigest() != digest:
            raise StoreDamaged(_damaged(digest, "first"))

    def fault_in(self, copy: str, digest: str) -> str:
        """Recompute a blob's digest in one copy, a piece at a time; return what is wrong, empty where it is good."""
        self.using(digest)
        if not _DIGEST.fullmatch(digest):
            return _("The digest itself was changed: it is no SHA-256.")
        running = hashlib.sha256()
        try:
            for piece in self.copies[copy].read(blob_path(digest)):
                running.update(piece)
        except FileNotFoundError:
            return _missing(digest, copy)
        return "" if running.hexdigest() == digest else _damaged(digest, copy)

    def repair(self, copy: str, digest: str) -> bool:
        """Put a good blob from the other copy in the place of a damaged one; False where no copy is good."""
        for name, backend in self.copies.items():
            if name == copy or self.fault_in(name, digest):
                continue
            content = b"".join(backend.read(blob_path(digest)))
            self.copies[copy].set_aside(blob_path(digest))
            self.copies[copy].put(blob_path(digest), content)
            return not self.fault_in(copy, digest)
        return False

    def digests(self) -> Iterator[tuple[str, int]]:
        """Yield every blob of the first copy by digest, with its size."""
        for path, size in self.primary.paths("blobs"):
            yield path.rsplit("/", 1)[-1], size

    def heads(self) -> Iterator[tuple[int, str]]:
        """Yield every head that was kept before heads were signed: the number of an event, and its digest then.

        One that was changed has an empty digest; a file of another name there has the number 0.
        """
        yield from heapq.merge(*(_heads_of(backend) for backend in self.copies.values()))


def _heads_of(backend: BlobBackend) -> Iterator[tuple[int, str]]:
    for path, _size in backend.paths("heads"):
        named = _HEAD.fullmatch(path.rsplit("/", 1)[-1])
        if named is None:
            yield 0, ""
            continue
        number, digest = int(named["number"]), named["digest"]
        kept = b"".join(backend.read(path)).decode(errors="replace")
        yield number, (digest if kept == f"{number} {digest}\n" else "")


def _missing(digest: str, copy: str) -> str:
    return _("The blob {digest} is missing from the {copy} copy of the store; restore it from another copy.").format(
        digest=digest, copy=translate(copy)
    )


def _damaged(digest: str, copy: str) -> str:
    return _("The blob {digest} has been damaged in the {copy} copy: its bytes have another digest.").format(
        digest=digest, copy=translate(copy)
    )


def make_bucket(url: str) -> bool:
    """Make the bucket of a store's URL where there is none; False if it is there, and for a folder.

    Raises `StoreFailed`.
    """
    parts = urlparse(url)
    if parts.scheme != "s3":
        return False
    try:
        return Bucket(parts.netloc).make()
    except OSError as error:
        raise StoreFailed(
            _("The bucket {name} of the store could not be made or reached ({reason}).").format(
                name=parts.netloc, reason=error.strerror
            )
        ) from error


def open_store(url: str, second_url: str = "") -> Store:
    """Open the store at a URL, and its second copy where there is one."""
    return Store(open_backend(url), open_backend(second_url) if second_url else None)
