"""Keep signed heads as files: beside the blobs, and at a witness outside. Each is written once.

`signed-heads/<number // 1000>/<number>-<digest>` holds one line of JSON (`Head.as_text`); a file of the same name with
`.tsr` behind it is a timestamp (RFC 3161) over the head's digest.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flows.archive.blob_backends import BlobBackend
from flows.register.signed_heads import Head

FOLDER = "signed-heads"
TIMESTAMP = ".tsr"
_LOOKED_AT = 10
"""Folders of a thousand heads that are looked into where only newer ones matter."""
_NAME = re.compile("(?P<number>[0-9]{12})-(?P<digest>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class KeptHead:
    """What lies under a head's name: its number and digest by the name, and the head; None if that is not there.

    `number` is 0 for a file of another name.
    """

    number: int
    digest: str
    head: Head | None


def keep(backend: BlobBackend, head: Head) -> None:
    """Write a head; the same again changes nothing. Raises `StoreFailed`."""
    backend.put(path_of(head), head.as_text())


def path_of(head: Head) -> str:
    """Return where a head is kept."""
    return f"{FOLDER}/{head.number // 1000:09d}/{head.number:012d}-{head.digest}"


def kept_heads(backend: BlobBackend) -> Iterator[KeptHead]:
    """Yield every head that is kept, in order, and what else lies there. Raises `StoreFailed`."""
    for path, _size in backend.paths(FOLDER):
        name = path.rsplit("/", 1)[-1]
        if name.endswith(TIMESTAMP):
            continue
        named = _NAME.fullmatch(name)
        if named is None:
            yield KeptHead(0, "", None)
            continue
        number, digest = int(named["number"]), named["digest"]
        head = Head.from_text(_content(backend, path))
        right = head is not None and (head.number, head.digest) == (number, digest)
        yield KeptHead(number, digest, head if right else None)


def kept_after(backend: BlobBackend, number: int) -> Iterator[Head]:
    """Yield the heads of higher numbers that are kept, up to some ten thousand further on. Raises `StoreFailed`."""
    for thousand in range(number // 1000, number // 1000 + _LOOKED_AT):
        for path, _size in backend.paths(f"{FOLDER}/{thousand:09d}"):
            named = _NAME.fullmatch(path.rsplit("/", 1)[-1])
            if named is None or int(named["number"]) <= number:
                continue
            head = Head.from_text(_content(backend, path))
            if head is not None and (head.number, head.digest) == (int(named["number"]), named["digest"]):
                yield head


def keep_timestamp(backend: BlobBackend, head: Head, token: bytes) -> None:
    """Write a timestamp over a head's digest. Raises `StoreFailed`."""
    backend.put(path_of(head) + TIMESTAMP, token)


def kept_timestamps(backend: BlobBackend) -> Iterator[tuple[int, str, bytes]]:
    """Yield every timestamp with the number and the digest of the head that it is named after."""
    for path, _size in backend.paths(FOLDER):
        named = _NAME.fullmatch(path.rsplit("/", 1)[-1].removesuffix(TIMESTAMP))
        if path.endswith(TIMESTAMP) and named is not None:
            yield int(named["number"]), named["digest"], _content(backend, path)


def _content(backend: BlobBackend, path: str) -> bytes:
    try:
        return b"".join(backend.read(path))
    except FileNotFoundError:
        return b""
