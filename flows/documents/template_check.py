"""Check a template before a season starts: its tags, what nothing fills, and what its PDF would lose."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import TemplateError
from jinja2.meta import find_undeclared_variables
from lxml import etree

from flows.documents.signature_bookmarks import PREFIX
from flows.documents.tagged_text import Paragraph, Tag, read_paragraphs, tags_in_order
from flows.documents.template import Template, missing_version, read_template, wrong_format
from flows.documents.template_checks import (
    comments,
    expression_faults,
    foreign_contents,
    foreign_tags,
    missing_fonts,
    tag_faults,
    tags_outside_text,
    tracked_changes,
    undescribed_pictures,
    unfilled_tags,
    used_names,
)
from flows.documents.template_fault import TemplateFault
from flows.documents.template_source import mended_text
from flows.documents.template_tags import tag_environment
from flows.errors import DocumentRefused, TemplateRefused
from flows.language import current, translate_plural
from flows.language import translate as _
from flows.typesetting import Package, W, find_losses

#: What every template may ask for, whatever it is a template of.
STAMPS = frozenset({"malversjon", "avtale_id", "avtale_versjon"})
#: Parts beside the main one that are filled.
_STORIES = ("header", "footer", "footnotes", "endnotes")
_NAMES = re.compile(r"\{\{\s*([^\W\d]\w*)")
_DC = "{http://purl.org/dc/elements/1.1/}"


class _Part:
    """A part that is filled: its root, paragraphs and tags, read once for every check."""

    def __init__(self, package: Package, name: str) -> None:
        self.name = name
        self.root = package.xml(name)
        self.paragraphs: list[Paragraph] = read_paragraphs(self.root, name)
        self.tags: list[Tag] = tags_in_order(self.root, self.paragraphs)


def check_template(path: Path, sample: Mapping[str, object]) -> list[TemplateFault]:
    """Return everything that is wrong with a template; `sample` are the values of a case, by name.

    Raises `TemplateRefused` for a file that is no Word document at all.
    """
    template = read_template(path)
    package = Package(template.content)
    parts = _parts(package)
    values = {**dict.fromkeys(STAMPS, "1"), **sample}
    found = [TemplateFault(why, stops=True) for why in (wrong_format(package), missing_version(template)) if why]
    found += _content_faults(package, parts, values)
    used = {name for part in parts for name in used_names(part.tags)} | set(_NAMES.findall(template.title))
    found += _title_faults(template, values)
    found += [
        TemplateFault(_("The value {name} is nowhere used.").format(name=name)) for name in sorted(values.keys() - used)
    ]
    for part in parts:
        found += undescribed_pictures(part.paragraphs)
    found += comments(package, [paragraph for part in parts for paragraph in part.paragraphs])
    found += foreign_contents(package)
    found += missing_fonts(package, [part.name for part in parts])
    if not _language(package):
        found.append(TemplateFault(_("The language is not set; set the property Language in Word, as nb-NO.")))
    found += _anchors(package, values)
    found += _losses(template.content)
    return list(dict.fromkeys(found))


def refuse_unfillable(template: Template) -> None:
    """Raise `TemplateRefused` with the first place where a template would say something else than it should.

    Everything that fills templates asks this first, so that nothing is made from one that has such a fault.
    """
    faults = _unfillable(template, current())
    if not faults:
        return
    first = faults[0]
    place = first.where or _("the whole template")
    sentence = _("Nothing is made from the template {template} because of {place}: {what}").format(
        template=template.name, place=f"{place} («{first.text}»)" if first.text else place, what=first.what
    )
    others = len(faults) - 1
    more = translate_plural(
        "{count} other fault is listed by template check.", "{count} other faults are listed by template check.", others
    ).format(count=others)
    raise TemplateRefused(f"{sentence} {more}" if others else sentence)


@lru_cache(maxsize=32)
def _unfillable(template: Template, _language: str) -> tuple[TemplateFault, ...]:
    """Return the faults that stop a batch, as sentences of a language."""
    package = Package(template.content)
    found = _content_faults(package, _parts(package), None)
    found += foreign_contents(package)
    return tuple(dict.fromkeys(fault for fault in found if fault.stops))


def _content_faults(package: Package, parts: list[_Part], values: Mapping[str, object] | None) -> list[TemplateFault]:
    """Return the faults of what the parts say; `values` are those of a case, where they are known."""
    found: list[TemplateFault] = []
    for part in parts:
        found += tracked_changes(part.root, part.name, part.paragraphs)
        found += tag_faults(part.paragraphs, part.tags)
        found += expression_faults(part.tags, values)
        found += foreign_tags(part.paragraphs, values or ())
        found += tags_outside_text(part.root, part.name, part.paragraphs)
    names = [part.name for part in parts]
    found += unfilled_tags(package, names)
    for kind in ("styles", "numbering"):
        other = package.related(package.main, kind)
        if other is not None:
            found += tracked_changes(package.xml(other), other, [])
    return found


def _parts(package: Package) -> list[_Part]:
    """Return the parts that are filled: the text, headers, footers and notes."""
    pointers = package.relationships(package.main).values()
    stories = {one.target for one in pointers if one.kind in _STORIES and one.target in package.names}
    return [_Part(package, name) for name in (package.main, *sorted(stories))]


def _title_faults(template: Template, values: Mapping[str, object]) -> Iterator[TemplateFault]:
    """Yield what is wrong with the tags of the title."""
    try:
        names = _title_names(template.title)
    except (TemplateError, TemplateRefused) as error:
        yield TemplateFault(_("A tag cannot be read: {why}").format(why=error), _("title"), template.title, stops=True)
        return
    for name in sorted(names - values.keys()):
        what = _("The tag {name} is no value of a case.").format(name=name)
        yield TemplateFault(what, _("title"), template.title, stops=True)


def _title_names(title: str) -> set[str]:
    """Return the names that a title asks for; raises for tags that cannot be read."""
    return set(find_undeclared_variables(tag_environment(escape=False).parse(mended_text(title))))


def _language(package: Package) -> str:
    core = package.related("", "core-properties")
    return "" if core is None else package.xml(core).findtext(_DC + "language", "").strip()


def _losses(content: bytes) -> Iterator[TemplateFault]:
    """Yield what the PDF would not show."""
    try:
        for loss in find_losses(content):
            yield TemplateFault(_("The PDF would lose: {what}").format(what=loss.what), loss.where)
    except DocumentRefused as error:
        yield TemplateFault(str(error), stops=True)


def _anchors(package: Package, known: Collection[str]) -> Iterator[TemplateFault]:
    """Yield the signers whose line has no bookmark; whoever has a name `signatar_ROLE_navn` signs."""
    marks = {_mark(element) for element in package.xml(package.main).iter(W + "bookmarkStart")}
    for name in sorted(known):
        signer = re.fullmatch(r"signatar_(.+)_navn", name)
        if signer and PREFIX + signer[1] not in marks:
            yield TemplateFault(
                _("The bookmark {name} at the signer's line is missing.").format(name=PREFIX + signer[1])
            )


def _mark(element: etree._Element) -> str:
    return element.get(W + "name", "")
