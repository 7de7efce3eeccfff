"""Read PDFs with pyHanko, parsing each object stream's table once, and the objects in it by whole tokens.

pyHanko 0.38 parses the table for every object, and each object byte by byte, which was most of judging and signing: a
document of ours has hundreds of objects in one stream. Whatever is not in the regular form that producers write is left
to pyHanko, which then also decides what is wrong with it.
"""

import re
from binascii import unhexlify
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError, PdfStreamError
from pyhanko.pdf_utils.reader import PdfFileReader

_DEEPEST = 50
"""Arrays and dictionaries within each other; deeper ones are left to pyHanko."""
_ENDS = rb"(?=[\0\t\n\f\r ()<>\[\]{}/%])"
_TOKEN = re.compile(
    rb"[\0\n\t\f\r ]*(?:"
    rb"(?P<name>/[!\"$&'*-.0-;=?-Z\\^-z|~]*)" + _ENDS + rb"|"
    rb"(?P<reference>[1-9]\d{0,7} \d{1,5} R)" + _ENDS + rb"|"
    rb"(?P<integer>[+-]?\d{1,18})" + _ENDS + rb"|"
    rb"(?P<real>[+-]?(?:\d{1,18}\.\d{0,18}|\.\d{1,18}))" + _ENDS + rb"|"
    rb"(?P<open><<)|(?P<close>>>)|(?P<array>\[)|(?P<end>\])|"
    rb"<(?P<hexadecimal>(?:[0-9A-Fa-f]{2})*)>|"
    rb"\((?P<text>(?:[^()\\]|\\[0-3][0-7]{2})*)\)|"
    rb"(?P<word>true|false|null)" + _ENDS + rb")"
)
_OCTAL = re.compile(rb"\\([0-7]{3})")
_NO_STREAM = re.compile(rb"(?![\0\n\t\f\r ]*[s%])")
_END_OF_OBJECT = re.compile(rb"[\0\n\t\f\r ]+endobj[\0\n\t\f\r ]")
_Table = tuple[bytes, tuple[int, ...]]


class ObjectStreamReader(PdfFileReader):
    """pyHanko's reader, with the table of each object stream cached, and regular objects parsed by whole tokens."""

    def __init__(self, content: bytes, *, strict: bool = True) -> None:
        """Read a PDF; with `strict`, deviations from the standard raise `PdfStrictReadError`."""
        self._content = content
        self._tables: dict[int, tuple[object, _Table]] = {}
        super().__init__(BytesIO(content), strict=strict)

    def _read_object(self, ref: generic.Reference, marker: Any, *options: Any, **named: Any) -> Any:
        """Read an object where the tables of the file say that it is."""
        if isinstance(marker, int) and not self.encrypted:
            header = b"%d %d obj" % (ref.idnum, ref.generation)
            start = marker + len(header)
            if self._content[marker:start] == header:
                reference = generic.Reference(ref.idnum, ref.generation, self)
                found = regular_object(self._content, start, reference, _END_OF_OBJECT)
                if found is not None:
                    return found
        return super()._read_object(ref, marker, *options, **named)

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
        try:
            data, numbers = self._table(stmnum)
            if numbers[2 * idx] == idnum and idx >= 0:
                start, reference = numbers[-1] + numbers[2 * idx + 1], generic.Reference(idnum, 0, self)
                found = regular_object(data, start, reference)
                if found is None:
                    found = generic.read_object(BytesIO(data[start:]), reference)
                if not isinstance(found, generic.StreamObject | generic.IndirectObject):
                    return found
        except (PdfReadError, PdfStreamError, ValueError, IndexError, KeyError, AssertionError):
            pass  # pyHanko reads it below, and raises its own error
        return super()._get_object_from_stream(idnum, stmnum, idx)  # type: ignore[no-untyped-call]

    def _table(self, number: int) -> _Table:
        """Return an object stream's bytes, its pairs of object number and offset, and its first offset."""
        stream: Any = generic.Reference(number, 0, self).get_object()
        kept = self._tables.get(number)
        if kept is not None and kept[0] is stream:
            return kept[1]
        if stream["/Type"] != "/ObjStm":
            raise ValueError("not an object stream")
        data, first = bytes(stream.data), int(stream["/First"])
        pairs = tuple(int(word) for word in data[:first].split())
        if len(pairs) != 2 * int(stream["/N"]):
            raise ValueError("a table of another length than it says")
        table = (data, (*pairs, first))
        self._tables[number] = (stream, table)
        return table


def regular_object(data: bytes, start: int, reference: generic.Reference, end: re.Pattern[bytes] = _NO_STREAM) -> Any:
    """Return the array or dictionary that begins at a place, as pyHanko reads it; None for one that is not regular.

    `end` is what must come after it.
    """
    if start < 0:
        return None
    try:
        found, place = _Parser(data, reference).read(start, _DEEPEST)
    except _Irregular:
        return None
    is_regular = isinstance(found, generic.DictionaryObject | generic.ArrayObject) and end.match(data, place)
    return found if is_regular else None


class _Irregular(ValueError):
    """Something that is not in the regular form."""


class _Parser:
    """Parses what belongs to one object, which each value keeps as its container."""

    def __init__(self, data: bytes, reference: generic.Reference) -> None:
        self._data, self._reference, self._reader = data, reference, reference.get_pdf_handler()  # type: ignore[no-untyped-call]

    def read(self, start: int, depth: int) -> tuple[Any, int]:
        """Return the value at a place and where it ends; the value is None where a container ends there."""
        token = _TOKEN.match(self._data, start)
        if token is None or not depth:
            raise _Irregular
        kind, end = token.lastgroup, token.end()
        found: Any
        if kind in {"close", "end"}:
            return None, end
        if kind == "open":
            found, end = self._dictionary(end, depth - 1)
        elif kind == "array":
            found, end = self._array(end, depth - 1)
        else:
            found = self._plain(str(kind), token[str(kind)])
        found.container_ref = self._reference
        return found, end

    def _dictionary(self, place: int, depth: int) -> tuple[Any, int]:
        values: dict[Any, Any] = {}
        while True:
            token = _TOKEN.match(self._data, place)
            if token is None:
                raise _Irregular
            if token.lastgroup == "close":
                if _NO_STREAM.match(self._data, token.end()) is None:
                    raise _Irregular
                return generic.DictionaryObject(values), token.end()  # type: ignore[no-untyped-call]
            if token.lastgroup != "name":
                raise _Irregular
            key = generic.NameObject(token["name"].decode("ascii"))
            value, place = self.read(token.end(), depth)
            if value is None or key in values:
                raise _Irregular
            values[key] = value

    def _array(self, place: int, depth: int) -> tuple[Any, int]:
        values = generic.ArrayObject()
        while True:
            value, place = self.read(place, depth)
            if value is None:
                if self._data[place - 1 : place] != b"]":
                    raise _Irregular
                return values, place
            values.append(value)

    def _plain(self, kind: str, written: bytes) -> Any:
        if kind == "name":
            return generic.NameObject(written.decode("ascii"))
        if kind == "reference":
            number, generation, _r = written.split()
            return generic.IndirectObject(int(number), int(generation), self._reader)  # type: ignore[no-untyped-call]
        if kind == "integer":
            return generic.NumberObject(written)  # type: ignore[no-untyped-call]
        if kind == "real":
            return generic.FloatObject(written.decode("ascii"))  # type: ignore[no-untyped-call]
        if kind == "hexadecimal":
            return generic.pdf_string(unhexlify(written))
        if kind == "text":
            return generic.pdf_string(_OCTAL.sub(lambda code: bytes((int(code[1], 8),)), written))
        return generic.NullObject() if written == b"null" else generic.BooleanObject(written == b"true")  # type: ignore[no-untyped-call]
