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
#: Building blocks (11.3.5) are offered by Word to whoever writes, and never printed.
_BLOCKS = "word/glossary/"


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
    for chunk in sorted(_chunks(package)):
        yield TemplateFault(
            _("The template holds a whole other file, in which nothing is filled in. Paste its text instead."),
            chunk,
            stops=True,
        )
    for kind, name in package.outside():
        yield TemplateFault(
            _("The template fetches something from outside ({kind}), which is never done.").format(kind=kind), name
        )


def _chunks(package: Package) -> set[str]:
    """Return the parts that are documents of their own (17.17.2.1)."""
    links = package.relationships(package.main).values()
    return {one.target for one in links if one.kind == "aFChunk" and one.target in package.names}


def unfilled_tags(package: Package, filled: Collection[str]) -> Iterator[TemplateFault]:
    """Yield the parts that hold tags and are never filled, such as comments, diagrams and properties."""
    core = package.related("", "core-properties")
    for name in sorted(package.names):
        if not name.endswith(".xml") or name in filled or name == _REPEATED or name.startswith(_BLOCKS):
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
        what = ""
        if element.tag == W + "t" and len(element):  # programs do not agree on what it says (17.3.3.31)
            what = _("The text holds elements where only signs may stand. Write the paragraph again.")
        elif element not in read and element.tag != W + "delText":
            written = "\0".join((element.text or "", element.tail or "", *map(str, element.attrib.values())))
            if tag := _TAG.search(written):
                what = _("A tag stands where nothing is filled in: {tag}").format(tag=tag[0])
        if what:
            around = element if element.tag == W + "p" else next(element.iterancestors(W + "p"), None)
            paragraph = None if around is None else by_element.get(around)
            yield TemplateFault(what, short_name(part), stops=True) if paragraph is None else fault_at(paragraph, what)
