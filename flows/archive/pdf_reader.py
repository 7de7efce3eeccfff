"""Read a PDF for validation, and compare its revisions as other producers write them."""

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import HistoricalResolver, RawPdfPath
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation.errors import SignatureValidationError

from flows.archive.reference_paths import ReferencePaths
from flows.pdf_objects import ObjectStreamReader

UNREADABLE: tuple[type[Exception], ...] = (
    *(PdfError, SigningError, SignatureValidationError, ValueError, KeyError, TypeError, OSError),
    *(IndexError, AttributeError, RecursionError, AssertionError, NotImplementedError),
)
"""Exceptions of reading a damaged or hostile PDF."""


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
        reader: Any = self.reader
        try:
            is_newest = reader.xrefs.get_last_change(ref) <= self.revision
        except KeyError:
            is_newest = False
        return reader.get_object(ref) if is_newest else reader.get_object(ref, self.revision)


class SignedPdfReader(ObjectStreamReader):
    """A reader whose earlier revisions know which object numbers are free."""

    def get_historical_resolver(self, revision: int) -> HistoricalResolver:
        """Return the view of an earlier revision."""
        known: dict[int, HistoricalResolver] = self._historical_resolver_cache
        if revision not in known:
            known[revision] = _Earlier(self, revision)
        return known[revision]
