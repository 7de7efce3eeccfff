"""Find every path by which an earlier revision of a PDF refers to an object, for comparing it with a later one.

The search and what it leaves out are those of pyHanko 0.38 (`HistoricalResolver._load_reverse_xref_cache`), which
hashes every path to every object: that was more than half of judging a signed agreement. Few objects change after a
signature, so a path is kept as a chain here, and spelt out for those objects alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import RawPdfPath

_Path = tuple[str | int, Any] | None
"""The last key or place of a path, and the path to what holds it; None is the trailer."""
_TAGS: _Path = ("/StructTreeRoot", ("/Root", None))


class ReferencePaths:
    """The paths from the trailer of a revision to its objects.

    Pages are entered through the page tree alone, and structure elements through the structure tree: other references
    to them are kept, and not followed.
    """

    def __init__(self, trailer: Any, read: Callable[[generic.Reference], Any]) -> None:
        """Follow a trailer; `read` returns the object that the revision has for a reference.

        Raises `PdfReadError` for a page or structure element that is in its tree twice.
        """
        self._read = cache(read)
        self._found: dict[generic.Reference, list[_Path]] = defaultdict(list)
        root = self._value(trailer.raw_get("/Root"))
        self._pages = self._page_paths(root.raw_get("/Pages"))
        self._elements = self._structure_elements(root)
        self._above: set[generic.Reference] = set()
        self._follow(trailer, None, in_tags=False)

    def to(self, reference: generic.Reference) -> set[RawPdfPath]:
        """Return every path to an object; empty where nothing refers to it."""
        return {RawPdfPath(*reversed(list(_steps(path)))) for path in self._found.get(reference, ())}

    def _follow(self, holder: Any, path: _Path, *, in_tags: bool) -> None:
        """Keep the path of every reference in a dictionary or an array, and follow it."""
        if isinstance(holder, generic.DictionaryObject):
            for key, value in holder.items():
                if key == "/Parent" or (in_tags and key == "/P"):
                    continue
                if isinstance(value, _LEADING):
                    self._go_on(value, (key, path), in_tags=in_tags or (key == "/K" and path == _TAGS))
        elif isinstance(holder, generic.ArrayObject):
            for place, value in enumerate(holder):
                if isinstance(value, _LEADING):
                    self._go_on(value, (place, path), in_tags=in_tags)

    def _go_on(self, value: Any, path: _Path, *, in_tags: bool) -> None:
        if not isinstance(value, generic.IndirectObject):
            self._follow(value, path, in_tags=in_tags)
            return
        reference = value.reference
        if reference in self._above:
            return
        self._found[reference].append(path)
        target = self._read(reference)
        if self._pages.get(reference, path) != path or (reference in self._elements and not in_tags):
            return
        self._above.add(reference)
        self._follow(target, path, in_tags=in_tags)
        self._above.remove(reference)

    def _value(self, value: Any) -> Any:
        while isinstance(value, generic.IndirectObject):
            value = self._read(value.reference)
        return value

    def _page_paths(self, pages: Any) -> dict[generic.Reference, _Path]:
        """Return the path of each node of the page tree."""
        top: _Path = ("/Pages", ("/Root", None))
        found: dict[generic.Reference, _Path] = {}
        if isinstance(pages, generic.IndirectObject):
            found[pages.reference] = top
        for reference, path in self._kids(self._value(pages), top):
            if reference in found:
                raise PdfReadError("a page that is in its tree twice")
            found[reference] = path
        return found

    def _kids(self, node: Any, path: _Path) -> Iterator[tuple[generic.Reference, _Path]]:
        for place, kid in enumerate(self._value(node.raw_get("/Kids"))):
            to_kid: _Path = (place, ("/Kids", path))
            if isinstance(kid, generic.IndirectObject):
                yield kid.reference, to_kid
            below = self._value(kid)
            if below.get("/Type", None) == "/Pages":
                yield from self._kids(below, to_kid)

    def _structure_elements(self, root: Any) -> set[generic.Reference]:
        found: set[generic.Reference] = set()
        if "/StructTreeRoot" in root:
            for reference in self._elements_below(self._value(root.raw_get("/StructTreeRoot"))):
                if reference in found:
                    raise PdfReadError("a structure element that is in its tree twice")
                found.add(reference)
        return found

    def _elements_below(self, element: Any) -> Iterator[generic.Reference]:
        kids = self._value(element.raw_get("/K")) if "/K" in element else ()
        for one in kids if isinstance(kids, generic.ArrayObject) else (kids,):
            kid = self._value(one)
            if not isinstance(kid, generic.DictionaryObject):
                continue
            if "/Type" in kid and self._value(kid.raw_get("/Type")) != "/StructElem":
                continue
            if isinstance(one, generic.IndirectObject):
                yield one.reference
            yield from self._elements_below(kid)


_LEADING = (generic.IndirectObject, generic.DictionaryObject, generic.ArrayObject)


def _steps(path: _Path) -> Iterator[str | int]:
    while path is not None:
        step, path = path
        yield step
