"""Complete the structure tree that WeasyPrint writes, as PDF/UA-1 (ISO 14289-1) and screen readers need it.

The tree consists of dictionaries that refer to each other as `12 0 R`. List items get a label element, header cells a
scope; footnotes become notes with an id; a link keeps one annotation for each line; empty elements are removed.
"""

from typing import Any

import pydyf


def repair_structure_tree(pdf: pydyf.PDF) -> None:
    """Complete the tree in place."""
    objects = pdf.objects
    elements: list[Any] = [item for item in objects if isinstance(item, dict) and item.get("Type") == "/StructElem"]
    for element in elements:
        kind = element["S"]
        if kind == "/LI":
            _label(element, objects)
        elif kind == "/TH":
            row = _at(element["P"], objects)
            heads = _at(row["P"], objects)["S"] == "/THead"
            element["A"]["Scope"] = "/Column" if heads else "/Row"  # PDF/UA-1 7.5
        elif kind == "/Document":
            _notes(element, objects)
    _links(elements, objects)
    for element in reversed(elements):  # children come after their parents, so the innermost are removed first
        if not element["K"] and element["S"] not in ("/TD", "/TH", "/Document"):
            parent = _at(element["P"], objects)
            if parent is not None and element.reference in parent["K"]:
                parent["K"].remove(element.reference)


def _at(reference: Any, objects: list[Any]) -> Any:
    """Return the object that a reference names; None for marked content, which is a plain number."""
    text = reference.decode() if isinstance(reference, bytes) else reference
    return objects[int(text.split()[0])] if isinstance(text, str) else None


def _children(element: Any, objects: list[Any]) -> list[Any]:
    found = [_at(reference, objects) for reference in element["K"]]
    return [child for child in found if child is not None and child.get("Type") == "/StructElem"]


def _label(item: Any, objects: list[Any]) -> None:
    """Move the label, written as a caption, out of the item's body to its place by ISO 32000-1 14.8.4.3.3."""
    for body in _children(item, objects):
        inside = _children(body, objects) if body["S"] == "/LBody" else []
        if inside and inside[0]["S"] == "/Caption":
            label = inside[0]
            label["S"] = "/Lbl"
            label["P"] = item.reference
            body["K"].remove(label.reference)
            item["K"].insert(item["K"].index(body.reference), label.reference)
            return


def _notes(document: Any, objects: list[Any]) -> None:
    """Turn the children of a footnote area into notes with the id of PDF/UA-1 7.9, and their lines into paragraphs."""
    for area in _children(document, objects):
        if area["S"] != "/NonStruct":
            continue
        area["S"] = "/Div"
        for note in _children(area, objects):
            if note["S"] == "/Span":
                note["S"] = "/Note"
                note["ID"] = pydyf.String(f"note-{note.number}")
                for line in _children(note, objects):
                    line["S"] = line["S"] if line["S"] == "/Table" else "/P"


def _links(elements: list[Any], objects: list[Any]) -> None:
    """Keep the annotation of the link itself; WeasyPrint repeats it for every run inside (PDF/UA-1 7.18.5)."""
    surplus = set()
    for element in elements:
        if element["S"] == "/Link":
            continue
        for reference in list(element["K"]):
            target = _at(reference, objects)
            if target is not None and target.get("Type") == "/OBJR":
                element["K"].remove(reference)
                surplus.add(target["Obj"])
    if surplus:
        for page in objects:
            if isinstance(page, dict) and page.get("Type") == "/Page" and "Annots" in page:
                page["Annots"] = pydyf.Array([item for item in page["Annots"] if item not in surplus])
