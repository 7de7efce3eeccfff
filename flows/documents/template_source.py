"""Write a part of a template as source for Jinja, by its elements, so that every filled part is well-formed XML.

docxtpl joins and moves tags by regular expressions over the XML, and repairs what comes out torn; text falls out of an
agreement that way. Here a tag that prints stays in its text, and one that chooses or repeats stands between runs, or in
place of the paragraph, row or cell that it takes with it. `template_checks.tags` makes sure that what belongs together
stands in one element.
"""

import re
from copy import deepcopy
from functools import lru_cache

from lxml import etree

from flows.documents.quote_repair import mend_quotes
from flows.documents.tagged_text import Tag, read_paragraphs, tags_in_order, title_paragraph
from flows.errors import TemplateRefused
from flows.language import translate as _
from flows.typesetting import W, parse_xml

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
#: What stands for a tag until the part is text again: processing instructions may stand anywhere, and Word writes none.
_PLACE = re.compile(r"<\?tag (\d+)\?>")


@lru_cache(maxsize=256)
def template_source(part: str) -> str:
    """Return the XML of a part with its tags as Jinja reads them; kept per template.

    Raises `TemplateRefused` for quotes that cannot be told apart.
    """
    root = parse_xml(part.encode(), "template")
    tags = tags_in_order(root, read_paragraphs(root, "template"))
    sources = [jinja_source(tag) for tag in tags]
    for number in reversed(range(len(tags))):
        _put(tags[number], etree.ProcessingInstruction("tag", str(number)))
    xml = etree.tostring(root, encoding="unicode")
    return _PLACE.sub(lambda found: sources[int(found[1])], xml)


def jinja_source(tag: Tag) -> str:
    """Return a tag as Jinja reads it; raises `TemplateRefused` for quotes that cannot be told apart."""
    if tag.opening == "{#":
        return ""
    mended = mend_quotes(tag.inside)
    if mended is None:
        raise TemplateRefused(
            _("Write straight quotes in the tag {tag} ({where}); which belong together cannot be told.").format(
                tag=tag.text, where=tag.paragraph.where
            )
        )
    return f"{tag.opening} {mended.strip()} {tag.text[-2:]}"


def title_source(title: str) -> str:
    """Return a title with its tags as Jinja reads them; raises `TemplateRefused` as `jinja_source` does."""
    found, place = "", 0
    for tag in title_paragraph(title).tags:
        found, place = found + title[place : tag.start] + jinja_source(tag), tag.end
    return found + title[place:]


def _put(tag: Tag, place: etree._Element) -> None:
    """Put a sign in the place of a tag, and take the tag's own characters away."""
    removed = tag.removed
    if removed is not None:
        _replace(removed, place)
        return
    first, *others = tag.pieces
    for piece in others:
        _keep_after(piece.element, max(0, tag.end - piece.start))
    text = first.element.text or ""
    before, after = text[: tag.start - first.start], text[tag.end - first.start :]
    if tag.opening == "{{":
        first.element.set(_SPACE, "preserve")
        first.element.text, place.tail = before, after
        first.element.insert(0, place)
    else:
        _divide(first.element, before, after, place)


def _keep_after(element: etree._Element, count: int) -> None:
    """Take the first characters of an element away, or all of one that is a blank itself."""
    if element.tag != W + "t":
        _remove(element)
        return
    rest = (element.text or "")[count:]
    element.text = rest
    element.set(_SPACE, "preserve")


def _divide(text: etree._Element, before: str, after: str, place: etree._Element) -> None:
    """Divide a run at a tag, which then stands between its two halves, each in the look of the whole."""
    run = text.getparent()
    holder = None if run is None else run.getparent()
    if run is None or holder is None:
        return
    second = etree.Element(run.tag)
    look = run.find(W + "rPr")
    if look is not None:
        second.append(deepcopy(look))
    rest = etree.SubElement(second, W + "t")
    rest.text = after
    rest.extend(text)  # the places of tags that come later in the same text
    text.text = before
    for one in (text, rest):
        one.set(_SPACE, "preserve")
    second.extend(list(text.itersiblings()))
    at = holder.index(run)
    holder.insert(at + 1, place)
    holder.insert(at + 2, second)


def _replace(element: etree._Element, place: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        place.tail, element.tail = element.tail, None
        parent.replace(element, place)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
