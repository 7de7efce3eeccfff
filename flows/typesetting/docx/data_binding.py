"""Fill bound content controls (ECMA-376, 17.5.2.6) with the values of the document's XML parts.

Word shows the bound value when it opens the document, whatever the control contains.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy

from lxml import etree

from flows.errors import DocumentRefused
from flows.typesetting.docx.package import Package, W
from flows.typesetting.docx.properties import is_on, value

_STORE = "{http://schemas.openxmlformats.org/officeDocument/2006/customXml}"
#: The document properties, by the store ids that Word gives them.
_PROPERTIES = {
    "{6C3C8BC8-F283-45AE-878A-BAB7291924A1}": "core-properties",
    "{6668398D-A668-4E3E-A5EB-62B293D839F1}": "extended-properties",
}
_PREFIX = re.compile(r"xmlns:([\w.-]+)\s*=\s*(?:'([^']*)'|\"([^\"]*)\")")
#: One step of an XPath as Word writes them: a name and an index.
_STEP = re.compile(r"(@?)(?:([\w.-]+):)?([\w.-]+)(?:\[(\d+)\])?")
_STORIES = ("header", "footer", "footnotes", "endnotes")
_TAG = re.compile(r"\{[{%]")


def apply_data_bindings(package: Package) -> None:
    """Change the parsed parts of a package so that bound controls contain their values.

    A value that is missing, empty or an unfilled template tag leaves the control unchanged.
    """
    related = package.relationships(package.main).values()
    parts = [package.main, *(item.target for item in related if item.kind in _STORIES and item.target in package.names)]
    bound = [binding for part in parts for binding in package.xml(part).iter(W + "dataBinding")]
    if not bound:
        return
    stores = _stores(package)
    for binding in bound:
        properties = binding.getparent()
        control = None if properties is None else properties.getparent()
        content = None if control is None else control.find(W + "sdtContent")
        if properties is None or content is None:
            continue
        found = _shown(properties, _value(binding, stores))
        if found.strip() and not _TAG.search(found):
            _put(content, properties, found)


def _stores(package: Package) -> Mapping[str, etree._Element]:
    """Return the root of each data store, by the id that bindings use."""
    found: dict[str, etree._Element] = {}
    for item in package.relationships(package.main).values():
        if item.kind == "customXml" and not item.external and item.target in package.names:
            properties = package.related(item.target, "customXmlProps")
            name = "" if properties is None else package.xml(properties).get(_STORE + "itemID", "")
            try:
                found[name.upper()] = package.xml(item.target)
            except DocumentRefused:  # a broken store is no part of the document's text
                continue
    for name, kind in _PROPERTIES.items():
        part = package.related("", kind)
        if part is not None:
            found[name] = package.xml(part)
    return found


def _value(binding: etree._Element, stores: Mapping[str, etree._Element]) -> str:
    """Return the value of a binding; if its store is missing, that of the first store with such a path."""
    prefixes = {
        prefix: single or double for prefix, single, double in _PREFIX.findall(value(binding, "prefixMappings") or "")
    }
    named = stores.get((value(binding, "storeItemID") or "").upper())
    for root in stores.values() if named is None else (named,):
        found = _followed(root, value(binding, "xpath") or "", prefixes)
        if found:
            return found
    return ""


def _followed(root: etree._Element, path: str, prefixes: Mapping[str, str]) -> str:
    """Return the text at an XPath of names and indexes, as Word writes them; empty if there is none."""
    here: etree._Element | None = None
    for step in path.removesuffix("/text()").strip("/").split("/"):
        parsed = _STEP.fullmatch(step.strip())
        if parsed is None:
            return ""
        attribute, prefix, name, place = parsed.groups()
        space = prefixes.get(prefix or "")
        full = f"{{{space}}}{name}" if space else name
        if attribute:
            return "" if here is None else here.get(full, "")
        children = [root] if here is None else list(here)
        named = [child for child in children if child.tag == full]
        index = int(place or 1) - 1
        if not 0 <= index < len(named):
            return ""
        here = named[index]
    return "" if here is None else "".join(map(str, here.itertext()))


def _shown(properties: etree._Element, found: str) -> str:
    """Return the display text of a value: for a list, the text of its item."""
    for kind in ("dropDownList", "comboBox"):
        choices = properties.find(W + kind)
        if choices is not None:
            named = {value(item, "value"): value(item, "displayText") for item in choices.iterchildren(W + "listItem")}
            return named.get(found) or found
    return found if properties.find(W + "text") is not None else ""


def _put(content: etree._Element, properties: etree._Element, shown: str) -> None:
    """Replace the content of a control by a text, in the format of its first run."""
    runs = list(content.iter(W + "r"))
    if "".join(_texts(runs)).split() == shown.split():
        return
    first = next((run for run in runs if run.find(W + "t") is not None), runs[0] if runs else None)
    if first is None:
        first = _new_run(content)
    look = first.find(W + "rPr")
    waiting = properties.find(W + "showingPlcHdr")
    if waiting is not None and is_on(waiting):  # the value does not have the grey format of the placeholder
        own = properties.find(W + "rPr")
        look = None if own is None else deepcopy(own)
    for run in runs:
        holder = run.getparent()
        if run is not first and holder is not None:
            holder.remove(run)
    first[:] = [] if look is None else [look]
    for index, line in enumerate(shown.splitlines()):
        if index:
            etree.SubElement(first, W + "br")
        text = etree.SubElement(first, W + "t")
        text.text = line
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _texts(runs: Iterable[etree._Element]) -> Iterator[str]:
    for run in runs:
        for child in run:
            if child.tag == W + "t":
                yield child.text or ""
            elif child.tag in (W + "br", W + "tab"):
                yield " "


def _new_run(content: etree._Element) -> etree._Element:
    """Return a new run in an empty control: in its first paragraph, or in the paragraph around the control."""
    holder = next(content.iter(W + "p"), None)
    if holder is None:
        around = next(content.iterancestors(W + "p", W + "txbxContent"), None)
        in_line = around is not None and around.tag == W + "p"
        holder = content if in_line else etree.SubElement(content, W + "p")
    return etree.SubElement(holder, W + "r")
