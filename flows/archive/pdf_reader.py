"""Read a PDF for validation, parsing each object stream's table once.

pyHanko 0.38 parses it for every object, and a document of ours has hundreds of objects in one stream: validation took a
second. Unusual streams are still left to pyHanko.
"""

from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError, PdfReadError, PdfStreamError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader, RawPdfPath
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation.errors import SignatureValidationError

from flows.archive.reference_paths import ReferencePaths

UNREADABLE: tuple[type[Exception], ...] = (
    *(PdfError, SigningError, SignatureValidationError, ValueError, KeyError, TypeError, OSError),
    *(IndexError, AttributeError, RecursionError, AssertionError, NotImplementedError),
)
"""Exceptions of reading a damaged or hostile PDF."""
_Table = tuple[bytes, tuple[int, ...]]


class _Earlier(HistoricalResolver):
    """An earlier revision, where every unused and unreferenced object number is free for later revisions.

    pyHanko counts only numbers above the largest one as free; poppler takes the smallest unused one.
    """

    _paths: ReferencePaths | None = None

    def is_ref_unassignable(self, ref: generic.Reference) -> bool:
        if super().is_ref_unassignable(ref):
            return True
        if self.reader.xrefs.get_historical_ref(ref, self.revision) is not None:
            return False
        self._load_reverse_xref_cache()
        return not self._get_usages_of_ref(ref)

    def _load_reverse_xref_cache(self) -> None:
        if self._paths is None:
            self._paths = ReferencePaths(self.trailer_view, self._as_written)

    def _get_usages_of_ref(self, ref: generic.Reference) -> set[RawPdfPath]:
        return set() if self._paths is None else self._paths.to(ref)

    def _as_written(self, ref: generic.Reference) -> Any:
        """Return an object of this revision with its references as they are, which need not lead to this revision."""
        if ref in self.cache:
            return self.cache[ref]
        try:
            is_newest = self.reader.xrefs.get_last_change(ref) <= self.revision
        except KeyError:
            is_newest = False
        return self.reader.get_object(ref) if is_newest else self.reader.get_object(ref, self.revision)


class SignedPdfReader(PdfFileReader):
    """pyHanko's reader with the table of each object stream cached."""

    def __init__(self, content: bytes, *, strict: bool = True) -> None:
        """Read a PDF; with `strict`, deviations from the standard raise `PdfStrictReadError`."""
        self._tables: dict[int, tuple[object, _Table]] = {}
        super().__init__(BytesIO(content), strict=strict)

    def get_historical_resolver(self, revision: int) -> HistoricalResolver:
        """Return the view of an earlier revision."""
        known: dict[int, HistoricalResolver] = self._historical_resolver_cache
        if revision not in known:
            known[revision] = _Earlier(self, revision)
        return known[revision]

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
        try:
            data, numbers = self._table(stmnum)
            if numbers[2 * idx] == idnum and idx >= 0:
                start = numbers[-1] + numbers[2 * idx + 1]
                found = generic.read_object(BytesIO(data[start:]), generic.Reference(idnum, 0, self))
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
