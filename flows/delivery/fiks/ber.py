"""Read CMS EnvelopedData in BER in one pass over its heads, in time that is linear in its size.

KS's Java library writes indefinite lengths and the content in pieces (X.690, 8.1.3.6 and 8.7.3). `cryptography` refuses
that form, and asn1crypto takes time that grows with the square of the size: 163 s for 30 MB.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms

_DEEPEST = 16
_SET, _CONSTRUCTED = 0x31, 0x20
_LONGEST_LENGTH = 6
"""Bytes of a length: 2^48 is more than any message has."""


class BerFault(ValueError):
    """The bytes are no EnvelopedData."""


@dataclass(frozen=True, slots=True)
class _Head:
    """The head of one value: its tag byte, where its content starts, and where it ends; None if that is indefinite."""

    tag: int
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class EnvelopedContent:
    """The parts of an EnvelopedData: recipients, content algorithm, and the encrypted content in pieces."""

    recipients: list[Any]
    algorithm: Any
    pieces: list[memoryview]


def enveloped_content(data: bytes) -> EnvelopedContent:
    """Return the parts of a ContentInfo with EnvelopedData, DER or BER. Raises `BerFault`."""
    try:
        return _enveloped(data)
    except BerFault:
        raise
    except (ValueError, TypeError, IndexError, KeyError, StopIteration) as error:
        raise BerFault("not an EnvelopedData") from error


def _enveloped(data: bytes) -> EnvelopedContent:
    outer = _children(data, 0, 0)
    if len(outer) != 2 or cms.ContentType.load(_bytes_of(data, outer[0])).native != "enveloped_data":
        raise BerFault("not an EnvelopedData")
    parts = _children(data, _children(data, outer[1], 1)[0], 2)
    place = next((number for number, at in enumerate(parts) if data[at] == _SET), None)
    if place is None or place + 1 >= len(parts):
        raise BerFault("no recipients, or no content")
    recipients = [cms.RecipientInfo.load(_bytes_of(data, at)) for at in _children(data, parts[place], 3)]
    content = _children(data, parts[place + 1], 3)
    if len(content) < 3:
        raise BerFault("the content is not attached")
    algorithm = cms.EncryptionAlgorithm.load(_bytes_of(data, content[1]))
    return EnvelopedContent(recipients, algorithm, list(_pieces(data, content[2], 4)))


def _head(data: bytes, at: int) -> _Head:
    if at + 2 > len(data):
        raise BerFault("cut off")
    tag, size = data[at], data[at + 1]
    if tag & 0x1F == 0x1F:
        raise BerFault("a tag of several bytes")
    if size < 0x80:
        start, end = at + 2, at + 2 + size
    elif size == 0x80:
        if not tag & _CONSTRUCTED:
            raise BerFault("a primitive value of indefinite length")
        return _Head(tag, at + 2, None)
    else:
        count = size & 0x7F
        if count > _LONGEST_LENGTH:
            raise BerFault("a length that is too long")
        start = at + 2 + count
        end = start + int.from_bytes(data[at + 2 : start], "big")
    if end > len(data):
        raise BerFault("cut off")
    return _Head(tag, start, end)


def _end_of(data: bytes, at: int, depth: int) -> int:
    """Return where a value ends. A value of definite length is not looked into, so that each byte is met once."""
    head = _head(data, at)
    if head.end is not None:
        return head.end
    if depth > _DEEPEST:
        raise BerFault("nested too deeply")
    inside = head.start
    while data[inside : inside + 2] != b"\0\0":
        inside = _end_of(data, inside, depth + 1)
    return inside + 2


def _children(data: bytes, at: int, depth: int) -> list[int]:
    """Return where the values inside a value begin."""
    head = _head(data, at)
    if not head.tag & _CONSTRUCTED or depth > _DEEPEST:
        raise BerFault("not a constructed value")
    found, inside = [], head.start
    while inside < head.end if head.end is not None else data[inside : inside + 2] != b"\0\0":
        found.append(inside)
        inside = _end_of(data, inside, depth + 1)
    if head.end is not None and inside != head.end:
        raise BerFault("values that do not fill their parent")
    return found


def _bytes_of(data: bytes, at: int) -> bytes:
    return data[at : _end_of(data, at, 0)]


def _pieces(data: bytes, at: int, depth: int) -> Iterator[memoryview]:
    """Yield the content of an octet string, which may be constructed of several."""
    head = _head(data, at)
    if head.tag & _CONSTRUCTED:
        for one in _children(data, at, depth):
            yield from _pieces(data, one, depth + 1)
    elif head.end is not None:
        yield memoryview(data)[head.start : head.end]
