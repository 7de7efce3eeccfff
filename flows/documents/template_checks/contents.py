"""Find what a template may not hold: macros, objects, whole other files, and tags where nothing is filled in."""

import re
from collections.abc import Collection, Iterator, Sequence

from lxml import etree

from flows.documents.tagged_text import Paragraph, short_name
from flows.documents.template_fault import TemplateFault, fault_at
from flows.language import translate as _
from flows.typesetting import Package, W

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|\{\{|\{%", re.DOTALL)
#: Word's list of headings in the properties repeats the title as it was when the template was saved.
_REPEATED = "docProps/app.xml"


def foreign_contents(package: Package) -> Iterator[TemplateFault]:
    """Yield macros, embedded objects, controls, other files within the file, and what lies outside it."""
    for name in sorted(package.names):
        lower = name.lower()
        if lower.endswith("vbaproject.bin"):
            yield TemplateFault(_("The template holds macros. Save it as a Word document (.docx), without them."), name)
        elif "/activex/" in lower and lower.endswith(".xml"):
            yield TemplateFault(_("The template holds a control (ActiveX). Delete it; write its text instead."), name)
        elif "/embeddings/" in lower:
            yield TemplateFault(_("The template holds an embedded object. Delete it; write its text instead."), name)
    for name in sorted(package.names):
        if name.endswith(".rels"):
            for kind in sorted({one for one in _kinds(package, name) if one == "aFChunk"}):
                yield TemplateFault(
                    _(
                        "The template holds a whole other file ({kind}), in which nothing is filled in. Paste its text."
                    ).format(kind=kind),
                    name,
                    stops=True,
                )
    for kind, name in package.outside():
        yield TemplateFault(
            _("The template fetches something from outside ({kind}), which is never done.").format(kind=kind), name
        )


def _kinds(package: Package, name: str) -> Iterator[str]:
    for one in package.xml(name):
        yield str(one.get("Type", "")).rsplit("/", 1)[-1]


def unfilled_tags(package: Package, filled: Collection[str]) -> Iterator[TemplateFault]:
    """Yield the parts that hold tags and are never filled, such as comments, diagrams and properties."""
    core = package.related("", "core-properties")
    for name in sorted(package.names):
        if not name.endswith(".xml") or name in filled or name == _REPEATED:
            continue
        root = package.xml(name)
        text = "".join(one.text or "" for one in root.iter() if not (name == core and _is_title(one)))
        if tag := _TAG.search(text):
            yield TemplateFault(
                _("A tag stands where nothing is filled in: {tag}").format(tag=tag[0]), short_name(name), stops=True
            )


def _is_title(element: etree._Element) -> bool:
    return element.tag == "{http://purl.org/dc/elements/1.1/}title"


def tags_outside_text(root: etree._Element, part: str, paragraphs: Sequence[Paragraph]) -> Iterator[TemplateFault]:
    """Yield tags of a filled part that stand in no text: in formulas, the instructions of fields, and descriptions."""
    by_element = {paragraph.element: paragraph for paragraph in paragraphs}
    read = {piece.element for paragraph in paragraphs for piece in paragraph.pieces}
    for element in root.iter():
        if element in read or element.tag == W + "delText":
            continue
        for written in (element.text or "", element.tail or "", *map(str, element.attrib.values())):
            if tag := _TAG.search(written):
                what = _("A tag stands where nothing is filled in: {tag}").format(tag=tag[0])
                around = element if element.tag == W + "p" else next(element.iterancestors(W + "p"), None)
                paragraph = None if around is None else by_element.get(around)
                yield (
                    TemplateFault(what, short_name(part), stops=True)
                    if paragraph is None
                    else fault_at(paragraph, what)
                )
