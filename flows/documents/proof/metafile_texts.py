"""Read the texts that a metafile writes: WMF ([MS-WMF]), EMF ([MS-EMF]) and EMF+ ([MS-EMFPLUS]), also compressed.

Only records that write text are looked at, by their fixed fields; nothing is drawn. Damaged records end the reading.
"""

import struct
import zlib
from collections.abc import Iterator

_PLACEABLE = 0x9AC6CDD7
_LARGEST = 50_000_000
#: Code pages of the Windows character sets (MS-WMF 2.1.1.5); which one applies is not followed.
_CODE_PAGES = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "cp1255", "cp1256")
_EMF_WIDE, _EMF_NARROW, _EMF_SMALL, _EMF_COMMENT = 84, 83, 108, 70
_EMF_MANY = {96: 1, 97: 2}  # bytes a sign
_PLUS_STRING = 0x401C
_WMF_TEXT, _WMF_EXTENDED = 0x0521, 0x0A32
_SMALL_NARROW, _SMALL_UNBOUNDED = 0x0200, 0x0100


def metafile_texts(content: bytes) -> set[str]:
    """Return each text that one record of a metafile writes; narrow ones in every code page that can be read."""
    found: set[str] = set()
    try:
        if content[:2] == b"\x1f\x8b":
            content = zlib.decompressobj(wbits=31).decompress(content, _LARGEST)
        texts = _emf(content) if content[40:44] == b" EMF" else _wmf(content)
        found.update(texts)
    except (struct.error, zlib.error, IndexError):
        pass
    return found


def _decoded(raw: bytes, wide: bool) -> Iterator[str]:
    if wide:
        yield raw.decode("utf-16-le", "replace")
        return
    for page in _CODE_PAGES:
        yield raw.decode(page, "replace")


def _emf(content: bytes) -> Iterator[str]:
    at = 0
    while at + 8 <= len(content):
        kind, size = struct.unpack_from("<II", content, at)
        record = content[at : at + size]
        if kind in (_EMF_WIDE, _EMF_NARROW):
            yield from _emf_text(record, 36, 2 if kind == _EMF_WIDE else 1)
        elif kind in _EMF_MANY:
            for index in range(min(struct.unpack_from("<I", record, 36)[0], size // 40)):
                yield from _emf_text(record, 40 + 40 * index, _EMF_MANY[kind])
        elif kind == _EMF_SMALL:
            count, options = struct.unpack_from("<II", record, 16)
            start = 36 if options & _SMALL_UNBOUNDED else 52
            narrow = bool(options & _SMALL_NARROW)
            yield from _decoded(record[start : start + count * (1 if narrow else 2)], not narrow)
        elif kind == _EMF_COMMENT and record[12:16] == b"EMF+":
            yield from _emf_plus(record[16 : 12 + struct.unpack_from("<I", record, 8)[0]])
        at += max(size, 8)


def _emf_text(record: bytes, at: int, width: int) -> Iterator[str]:
    """Yield the text of an EmrText object (MS-EMF 2.2.5): count and offset stand behind the reference point."""
    count, start = struct.unpack_from("<II", record, at + 8)
    yield from _decoded(record[start : start + count * width], width == 2)


def _emf_plus(content: bytes) -> Iterator[str]:
    at = 0
    while at + 12 <= len(content):
        kind, _flags, size = struct.unpack_from("<HHI", content, at)
        if kind == _PLUS_STRING:
            count = struct.unpack_from("<I", content, at + 20)[0]
            text = content[at + 40 : at + 40 + 2 * count].decode("utf-16-le", "replace")
            yield text
            yield from text.splitlines()
        at += max(size, 12)


def _wmf(content: bytes) -> Iterator[str]:
    at = 22 if content[:4] == struct.pack("<I", _PLACEABLE) else 0
    at += 18
    while at + 6 <= len(content):
        words, kind = struct.unpack_from("<IH", content, at)
        record = content[at : at + 2 * words]
        if kind in (_WMF_TEXT, _WMF_EXTENDED):
            count, options = struct.unpack_from("<HH", record, 6 if kind == _WMF_TEXT else 10)
            start = 8
            if kind == _WMF_EXTENDED:
                start = 22 if options & 6 else 14  # a rectangle, where the text is clipped or has a ground
            yield from _decoded(record[start : start + count], False)
        at += max(2 * words, 6)
