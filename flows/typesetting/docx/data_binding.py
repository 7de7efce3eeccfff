"""Fill content controls with the values that they are bound to (17.5.2.6), from XML parts of the document.

Word shows that value whenever it opens the document, whatever stands in the control.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy

from lxml import etree

from flows.errors import DocumentRefused
from flows.typesetting.docx.package import Package, W
from flows.typesetting.docx.properties import is_on, value

_STORE = "{http://schemas.openxmlformats.org/officeDocument/2006/customXml}"
#: The properties of the file itself, by the names that Word gives them as stores.
_PROPERTIES = {
    "{6C3C8BC8-F283-45AE-878A-BAB7291924A1}": "core-properties",
    "{6668398D-A668-4E3E-A5EB-62B293D839F1}": "extended-properties",
}
_PREFIX = re.compile(r"xmlns:([\w.-]+)\s*=\s*(?:'([^']*)'|\"([^\"]*)\")")
#: One step of a path as Word writes them: a name, and which of several.
_STEP = re.compile(r"(@?)(?:([\w.-]+):)?([\w.-]+)(?:\[(\d+)\])?")
_STORIES = ("header", "footer", "footnotes", "endnotes")
_TAG = re.compile(r"\{[{%]")


def apply_data_bindings(package: Package) -> None:
    """Change the parts of a package, as they are parsed, so that bound controls hold their values.

    A value that is not there, is empty, or is a template's tag, which nobody has filled, leaves the control as it is.
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
    """Return the root of each part that values can stand in, by the name that bindings have for it."""
    found: dict[str, etree._Element] = {}
    for item in package.relationships(package.main).values():
        if item.kind == "customXml" and not item.external and item.target in package.names:
            properties = package.related(item.target, "customXmlProps")
            name = "" if properties is None else package.xml(properties).get(_STORE + "itemID", "")
            try:
                found[name.upper()] = package.xml(item.target)
            except DocumentRefused:  # whatever it is, it is no part of the document's text
                continue
    for name, kind in _PROPERTIES.items():
        part = package.related("", kind)
        if part is not None:
            found[name] = package.xml(part)
    return found


def _value(binding: etree._Element, stores: Mapping[str, etree._Element]) -> str:
    """Return what a binding leads to; where it names no store that is there, the first part that has such a path."""
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
    """Return the text at a path of names and numbers, as Word writes them; nothing where it leads nowhere."""
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
    """Return what a control shows of a value: text as it is, of a list the words that stand for it."""
    for kind in ("dropDownList", "comboBox"):
        choices = properties.find(W + kind)
        if choices is not None:
            named = {value(item, "value"): value(item, "displayText") for item in choices.iterchildren(W + "listItem")}
            return named.get(found) or found
    return found if properties.find(W + "text") is not None else ""


def _put(content: etree._Element, properties: etree._Element, shown: str) -> None:
    """Make a control hold a text, in the look that its first run has."""
    runs = list(content.iter(W + "r"))
    if "".join(_texts(runs)).split() == shown.split():
        return
    first = next((run for run in runs if run.find(W + "t") is not None), runs[0] if runs else None)
    if first is None:
        first = _new_run(content)
    look = first.find(W + "rPr")
    waiting = properties.find(W + "showingPlcHdr")
    if waiting is not None and is_on(waiting):  # the grey look of a prompt is not the value's
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
    """Return a run in an empty control: in its first paragraph, or in the paragraph that it stands in itself."""
    holder = next(content.iter(W + "p"), None)
    if holder is None:
        around = next(content.iterancestors(W + "p", W + "txbxContent"), None)
        in_line = around is not None and around.tag == W + "p"
        holder = content if in_line else etree.SubElement(content, W + "p")
    return etree.SubElement(holder, W + "r")
