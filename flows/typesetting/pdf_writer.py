"""Write a PDF file, with all objects that are no streams in one compressed stream (ISO 32000-1, 7.5).

pydyf's own writer compresses every stream twice for files with an identifier, which PDF/A requires, and takes a quarter
of the time of a conversion.
"""

import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import md5
from typing import Any

import pydyf

#: zlib level: a higher one takes three times as long and saves one per cent.
_LEVEL = 6
#: Bytes up to which a compressed stream is cached: a font or a colour profile, not a photograph.
_LARGEST_KEPT = 200_000


def write(pdf: pydyf.PDF) -> bytes:
    """Return the file of a PDF 1.7; equal objects give equal bytes, the file's identifier among them."""
    pdf.add_object(pdf.info)
    file = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    entries = [(0, 0, 65535)]  # field widths of the cross-reference stream: type, offset, generation or index
    numbers: list[str] = []
    packed: list[bytes] = []
    position = 0
    for item in pdf.objects[1:]:
        if isinstance(item, pydyf.Stream):
            entries.append((1, len(file), 0))
            file += _stream(item.number, item.extra, _content(item), item.compress, lasting=bool(item.extra))
        else:
            content = _bytes(item)
            entries.append((2, len(pdf.objects), len(packed)))
            numbers.append(f"{item.number} {position}")
            packed.append(content)
            position += len(content) + 1
    index = " ".join(numbers).encode()
    extra: dict[str, object] = {"Type": "/ObjStm", "N": len(packed), "First": len(index) + 1}
    entries.append((1, len(file), 0))
    file += _stream(len(entries) - 1, extra, b"\n".join([index, *packed]), packed=True)
    entries.append((1, len(file), 0))
    start = len(file)
    widths = (1, _bytes_for(start), max(_bytes_for(len(packed)), 2))
    place, kind = 8 * widths[2], 8 * (widths[1] + widths[2])
    size = sum(widths)
    table = b"".join([(one << kind | offset << place | other).to_bytes(size, "big") for one, offset, other in entries])
    identifier = f"<{md5(file, usedforsecurity=False).hexdigest()}>"
    extra = {
        "Type": "/XRef",
        "Size": len(entries),
        "W": "[{} {} {}]".format(*widths),
        "Root": pdf.catalog.reference,
        "Info": pdf.info.reference,
        "ID": f"[{identifier} {identifier}]",
    }
    file += _stream(len(entries) - 1, extra, table, packed=True)
    file += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(file)


def _bytes_for(number: int) -> int:
    return (number.bit_length() + 7) // 8


def _stream(number: int, extra: Mapping[str, object], content: bytes, packed: bool, lasting: bool = False) -> bytes:
    """Return a stream object; a `lasting` one, such as a font or a colour profile, is cached for the next document."""
    said = dict(extra)
    if packed:
        said["Filter"] = "/FlateDecode"
        lasting = lasting and len(content) < _LARGEST_KEPT
        content = _packed_before(content) if lasting else zlib.compress(content, _LEVEL)
    said["Length"] = len(content)
    return b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (number, _dictionary(said), content)


@lru_cache(maxsize=32)
def _packed_before(content: bytes) -> bytes:
    return zlib.compress(content, _LEVEL)


def _content(stream: pydyf.Stream) -> bytes:
    return b"\n".join([item if type(item) is bytes else _bytes(item) for item in stream.stream])


def _bytes(item: Any) -> bytes:
    """Serialise a value; pydyf has dictionaries, arrays, strings, numbers, and names as plain text."""
    write_one = _WRITERS.get(type(item))
    if write_one is not None:
        return write_one(item)
    return item.data if isinstance(item, pydyf.Object) else str(item).encode("ascii")


def _dictionary(item: Mapping[Any, Any]) -> bytes:
    written = [b"<<"]
    for key, value in item.items():
        kind = type(value)
        written.append(_key(key) if type(key) is str else b"/%b " % _bytes(key))
        written.append(value if kind is bytes else value.encode() if kind is str else _bytes(value))
    written.append(b">>")
    return b"".join(written)


@lru_cache(maxsize=1024)
def _key(name: str) -> bytes:
    return b"/%b " % name.encode()


def _array(item: list[Any]) -> bytes:
    return b"[%b]" % b" ".join([child if type(child) is bytes else _bytes(child) for child in item])


@lru_cache(maxsize=16384)
def _real(item: float) -> bytes:
    return b"%d" % item if item.is_integer() else f"{item:f}".rstrip("0").encode()


_WRITERS: Mapping[type, Callable[[Any], bytes]] = {
    bytes: bytes,
    str: str.encode,
    int: b"%d".__mod__,
    float: _real,
    pydyf.Dictionary: _dictionary,
    pydyf.Array: _array,
}
