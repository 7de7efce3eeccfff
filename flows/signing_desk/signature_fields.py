"""Places every signer's empty field when the first one signs, each under a tag of its own.

PDF/UA-1 (ISO 14289-1, 7.18.4) wants the widget of a field nested within a `Form` tag. The tree of tags may only be
changed before there is a signature: later, a change would be one of the document. So the first signature covers the
fields of all, and each later one does no more than fill in its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from flows.signing_desk.signature_appearance import box_of
from flows.signing_desk.signature_positions import Anchor


@dataclass(frozen=True, slots=True)
class Field:
    """The field of one signer: out of sight where there is no anchor."""

    name: str
    signer: str
    anchor: Anchor | None

    def spec(self) -> SigFieldSpec:
        """Return the field as pyHanko makes it; readers speak of it by the signer's name."""
        return SigFieldSpec(
            self.name,
            on_page=0 if self.anchor is None else self.anchor.page - 1,
            box=None if self.anchor is None else box_of(self.anchor),
            readable_field_name=f"Signatur: {self.signer}",
            empty_field_appearance=False,
        )


def add_fields(writer: IncrementalPdfFileWriter, fields: Sequence[Field]) -> None:
    """Add empty fields to a PDF that has none, with their tags where the PDF is tagged."""
    for field in fields:
        append_signature_field(writer, field.spec())
        _tag(writer, writer.root["/AcroForm"]["/Fields"].raw_get(-1))


def has_field(writer: IncrementalPdfFileWriter, name: str) -> bool:
    """Return whether there is a field of that name."""
    fields = _at(_at(writer.root, "/AcroForm"), "/Fields") or ()
    return any(_at(fields[place], "/T") == name for place in range(len(fields)))


def has_fields(writer: IncrementalPdfFileWriter) -> bool:
    """Return whether there is any field."""
    return bool(_at(_at(writer.root, "/AcroForm"), "/Fields"))


def _at(holder: Any, key: str) -> Any:
    """Return what stands at a key, followed to where it points; None where there is nothing."""
    try:
        return None if holder is None else holder[key]
    except KeyError:
        return None


#: pyHanko's PDF objects, whose makers carry no types.
_dictionary: Callable[[Mapping[Any, Any]], Any] = generic.DictionaryObject
_number: Callable[[int], Any] = generic.NumberObject


def _array(*items: Any) -> Any:
    return generic.ArrayObject(items)


def _tag(writer: IncrementalPdfFileWriter, widget: generic.IndirectObject) -> None:
    """Put a widget under a `Form` tag at the end of the document's own (ISO 32000-1, 14.7.4.3 and 14.8.4.5)."""
    tree = _at(writer.root, "/StructTreeRoot")
    numbers = _at(tree, "/ParentTree")
    listed, kids = _at(numbers, "/Nums"), _at(tree, "/K")
    if listed is None or kids is None:
        return
    top: Any = kids.raw_get(0) if isinstance(kids, generic.ArrayObject) else tree.raw_get("/K")
    document, annotation = top.get_object(), _at(_at(writer.root, "/AcroForm"), "/Fields")[-1]
    page = annotation.raw_get("/P")
    place = _dictionary({pdf_name("/Type"): pdf_name("/OBJR"), pdf_name("/Obj"): widget, pdf_name("/Pg"): page})
    form = writer.add_object(
        _dictionary(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): top,
                pdf_name("/Pg"): page,
                pdf_name("/K"): place,
            }
        )
    )
    inside = _at(document, "/K") or _array()
    if not isinstance(inside, generic.ArrayObject):
        inside = _array(document.raw_get("/K"))
    inside.append(form)
    document[pdf_name("/K")] = inside
    key = max((int(listed[place]) for place in range(0, len(listed), 2)), default=-1) + 1
    listed.extend([_number(key), form])
    annotation[pdf_name("/StructParent")] = _number(key)
    tree[pdf_name("/ParentTreeNextKey")] = _number(key + 1)
    for changed in (document, inside, numbers, listed, annotation, tree):
        writer.update_container(changed)
