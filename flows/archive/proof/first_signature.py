"""Judge what lies between the PDF that was sent and its first signature: signature fields alone may be added (C8, C10).

pyHanko judges what comes after a signature. Before the first one nothing is signed, so whoever holds the file could
append other pages or a white box, and have that signed. Here every object of the sent PDF that a later revision
replaces is compared with the one that stood there: it may only have gained what a signature field needs
(ISO 32000-1, 12.7.4.5).
"""

from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

_CATALOG = {"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Perms", "/Version"}
"""What the catalog may gain: the form that holds the fields, and proof; `/Metadata` says when the file was changed."""
_FORM = {"/DA", "/DR", "/Fields", "/NeedAppearances", "/SigFlags"}
_PAGE = {"/Annots", "/Tabs"}
_TREE = {"/K", "/ParentTree", "/ParentTreeNextKey"}
_NUMBERS = {"/Kids", "/Limits", "/Nums"}


def only_signature_fields(reader: PdfFileReader, sent_revisions: int, first_signed: int) -> bool:
    """Say whether only signature fields, their tags and proof came between what was sent and the first signature.

    `sent_revisions` is how many revisions the sent PDF has, `first_signed` the revision of the first signature, from 0.
    """
    before = reader.get_historical_resolver(sent_revisions - 1)
    after = reader.get_historical_resolver(first_signed)
    if before.trailer_view.raw_get("/Root") != after.trailer_view.raw_get("/Root"):
        return False
    return _Change(reader, before, after, first_signed).is_allowed()


class _Change:
    """The change from one revision to a later one."""

    def __init__(self, reader: PdfFileReader, before: HistoricalResolver, after: HistoricalResolver, last: int) -> None:
        self._reader, self._before, self._after = reader, before, after
        self._revisions = range(before.revision + 1, last + 1)
        self._free = {  # what says when and by what a file was changed, and nothing that stands on a page
            view.raw_get(key).reference
            for view, key in ((before.trailer_view, "/Info"), (before.root, "/Metadata"))
            if key in view and isinstance(view.raw_get(key), generic.IndirectObject)
        }

    def is_allowed(self) -> bool:
        """Say whether every object that was replaced has gained only what it may, and none is gone."""
        replaced: set[Reference] = set()
        for revision in self._revisions:
            if any(map(self._stood_before, self._reader.xrefs.refs_freed_in_revision(revision))):
                return False
            replaced |= set(filter(self._stood_before, self._reader.xrefs.explicit_refs_in_revision(revision)))
        return all(map(self._may_be_replaced, replaced - self._free)) and self._form_is_plain()

    def _stood_before(self, reference: Reference) -> bool:
        return self._reader.xrefs.get_historical_ref(reference, self._before.revision) is not None

    def _may_be_replaced(self, reference: Reference) -> bool:
        old, new = self._before.get_object(reference), self._after.get_object(reference)
        if reference == self._before.trailer_view.raw_get("/Root").reference:
            return self._gained(old, new, _CATALOG)
        if isinstance(old, generic.ArrayObject) and isinstance(new, generic.ArrayObject):
            return self._extended(old, new)
        if type(old) is not generic.DictionaryObject or type(new) is not generic.DictionaryObject:
            return _same(old, new)
        if _named(old, "/Type") == "/Page":
            return self._gained(old, new, _PAGE)
        if _named(old, "/Type") == "/StructElem":
            return self._gained(old, new, {"/K"})
        if _named(old, "/Type") == "/StructTreeRoot":
            return self._gained(old, new, _TREE)
        if "/Nums" in old or "/Limits" in old:
            return self._gained(old, new, _NUMBERS)
        return _same(old, new)

    def _gained(self, old: Any, new: Any, keys: Iterable[str]) -> bool:
        """Say whether a dictionary is as it was but for some keys, whose arrays have only grown."""
        if not isinstance(new, generic.DictionaryObject):
            return False
        changed = {key for key in {*old, *new} if not (key in old and key in new and _same_raw(old, new, key))}
        return changed <= set(keys) and all(
            self._grew(old.raw_get(key) if key in old else None, new.raw_get(key) if key in new else None)
            for key in changed - {"/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Perms", "/Version", "/Tabs"}
        )

    def _grew(self, old: Any, new: Any) -> bool:
        """Say whether what stood under a key is still there, with fields or their tags behind it."""
        if new is None:
            return False
        raw, old = old, _resolved(self._before, old)
        new_value = _resolved(self._after, new)
        if isinstance(new_value, generic.ArrayObject):
            if isinstance(old, generic.ArrayObject):
                return self._extended(old, new_value)
            first = [] if raw is None else [raw]
            kept = len(new_value) >= len(first) and all(
                _same(one, new_value.raw_get(place)) for place, one in enumerate(first)
            )
            return kept and all(
                self._is_of_a_field(new_value.raw_get(place)) for place in range(len(first), len(new_value))
            )
        if isinstance(new_value, generic.DictionaryObject) and isinstance(old, generic.DictionaryObject):
            return self._gained(old, new_value, _NUMBERS)
        return isinstance(new_value, generic.NumberObject)

    def _extended(self, old: Any, new: Any) -> bool:
        kept = len(new) >= len(old) and all(_same(old.raw_get(place), new.raw_get(place)) for place in range(len(old)))
        return kept and all(self._is_of_a_field(new.raw_get(place)) for place in range(len(old), len(new)))

    def _is_of_a_field(self, item: Any) -> bool:
        """Say whether what an array has gained is a signature field, the tag of one, or a number that leads to it."""
        value = _resolved(self._after, item)
        if isinstance(value, generic.NumberObject):
            return True
        if not isinstance(value, generic.DictionaryObject):
            return False
        if _named(value, "/Subtype") == "/Widget" or _named(value, "/FT"):
            return _is_signature_field(value)
        return _named(value, "/S") == "/Form" and not {"/ActualText", "/Alt", "/E"} & set(value)

    def _form_is_plain(self) -> bool:
        """Say whether the form of the later revision holds signature fields alone."""
        root = self._after.root
        if "/AcroForm" not in root:
            return True
        form: Any = root["/AcroForm"]
        fields: Any = form.get("/Fields", ())
        return set(form) <= _FORM and all(_is_signature_field(fields[place]) for place in range(len(fields)))


def _is_signature_field(field: Any) -> bool:
    """Say whether a dictionary is a signature field, or a widget whose field is one; it does nothing when clicked."""
    for _generation in range(8):
        if {"/A", "/AA"} & set(field):
            return False
        if "/FT" in field:
            return str(field["/FT"]) == "/Sig"
        if "/Parent" not in field:
            return False
        field = field["/Parent"]
    return False


def _resolved(revision: HistoricalResolver, value: Any) -> Any:
    return revision.get_object(value.reference) if isinstance(value, generic.IndirectObject) else value


def _named(value: Any, key: str) -> str:
    return str(value[key]) if key in value else ""


def _same_raw(old: Any, new: Any, key: str) -> bool:
    return _same(old.raw_get(key), new.raw_get(key))


def _same(old: Any, new: Any) -> bool:
    """Say whether two values are equal as they are written; what is referred to is compared by itself."""
    if isinstance(old, generic.IndirectObject) or isinstance(new, generic.IndirectObject):
        return bool(old == new)
    if isinstance(old, generic.StreamObject) or isinstance(new, generic.StreamObject):
        return type(old) is type(new) and bool(old.data == new.data) and _same_entries(old, new)
    if isinstance(old, generic.DictionaryObject) and isinstance(new, generic.DictionaryObject):
        return _same_entries(old, new)
    if isinstance(old, generic.ArrayObject) and isinstance(new, generic.ArrayObject):
        return len(old) == len(new) and all(_same(old.raw_get(place), new.raw_get(place)) for place in range(len(old)))
    return type(old) is type(new) and bool(old == new)


def _same_entries(old: Any, new: Any) -> bool:
    return set(old) == set(new) and all(_same_raw(old, new, key) for key in old)
