"""Find active content in a PDF: scripts, launch actions, embedded files, media (docs/protocols.md#c5).

Objects are inspected, not bytes: a script may be in a compressed stream, and compressed bytes may look like one.
"""

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

_ACTIONS = {"/JavaScript": "JavaScript", "/Launch": "Launch", "/Movie": "Movie", "/Sound": "Sound"}
_KEYS = {"/JavaScript": "JavaScript", "/EmbeddedFiles": "EmbeddedFiles", "/EF": "EmbeddedFiles", "/XFA": "XFA"}
_ANNOTATIONS = {"/RichMedia": "RichMedia", "/Movie": "Movie", "/Sound": "Sound", "/3D": "3D"}


def active_content(reader: PdfFileReader) -> set[str]:
    """Return the PDF names of the active content found; empty if there is none."""
    found: set[str] = set()
    for revision in range(reader.total_revisions):
        for reference in reader.xrefs.explicit_refs_in_revision(revision):
            if reader.xrefs[reference] is None:  # a freed object
                continue
            for one in _dictionaries(reader.get_object(reference)):  # type: ignore[no-untyped-call]
                found |= set(_active(one))
    return found


def _active(one: Any) -> Iterator[str]:
    if "/JS" in one and isinstance(one["/JS"], generic.TextStringObject | generic.ByteStringObject):
        yield "JavaScript"  # a stream is reached through its action
    if "/S" in one and str(one["/S"]) in _ACTIONS:
        yield _ACTIONS[str(one["/S"])]
    if "/Rect" in one and "/Subtype" in one and str(one["/Subtype"]) in _ANNOTATIONS:
        yield _ANNOTATIONS[str(one["/Subtype"])]
    yield from (name for key, name in _KEYS.items() if key in one)


def _dictionaries(value: Any) -> Iterator[Any]:
    """Yield every dictionary of an object, nested ones included, without following references."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, generic.DictionaryObject):
            yield one
            waiting.extend(one.raw_get(key) for key in one)
        elif isinstance(one, generic.ArrayObject):
            waiting.extend(one.raw_get(place) for place in range(len(one)))
