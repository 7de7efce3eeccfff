"""Check a template before a season starts: its tags, what nothing fills, and what its PDF would lose."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lxml import etree

from flows.documents.signature_bookmarks import PREFIX
from flows.documents.tagged_text import Paragraph, Tag, read_paragraphs, tags_in_order, title_paragraph
from flows.documents.template import Template, missing_version, read_template, wrong_format
from flows.documents.template_checks import (
    Choices,
    comments,
    expression_faults,
    foreign_contents,
    foreign_tags,
    idle_conditions,
    letters_that_look_different,
    missing_fonts,
    pages_that_look_different,
    rows_that_grow,
    stored_results,
    tables_beyond_the_paper,
    tag_faults,
    tags_outside_text,
    tracked_changes,
    undescribed_pictures,
    unfilled_tags,
    used_names,
)
from flows.documents.template_fault import TemplateFault
from flows.errors import DocumentRefused, TemplateRefused
from flows.language import current, translate_plural
from flows.language import translate as _
from flows.typesetting import Package, W, find_losses

#: What every template may ask for, whatever it is a template of.
STAMPS = frozenset({"malversjon", "avtale_id", "avtale_versjon"})
#: Parts beside the main one that are filled.
_STORIES = ("header", "footer", "footnotes", "endnotes")
_DC = "{http://purl.org/dc/elements/1.1/}"


@dataclass(frozen=True, slots=True)
class _Part:
    """A part that is filled, and its paragraphs and tags, read once for every check."""

    name: str
    root: etree._Element
    paragraphs: Sequence[Paragraph]
    tags: Sequence[Tag]


def check_template(path: Path, sample: Mapping[str, object], choices: Choices | None = None) -> list[TemplateFault]:
    """Return everything that is wrong with a template; `sample` are the values of a case, by name.

    `choices` are the texts that a value is one of, by name. Raises `TemplateRefused` for a file that is no Word
    document at all.
    """
    template = read_template(path)
    package = Package(template.content)
    parts = _parts(package)
    values = {**dict.fromkeys(STAMPS, "1"), **sample}
    found = [TemplateFault(why, stops=True) for why in (wrong_format(package), missing_version(template)) if why]
    found += _content_faults(template, parts, values.keys(), values)
    used = {name for part in (*parts, _title(template)) for name in used_names(part.tags)}
    found += [
        TemplateFault(_("The value {name} is nowhere used.").format(name=name)) for name in sorted(values.keys() - used)
    ]
    for part in parts:
        found += idle_conditions(part.tags, choices or {})
        found += undescribed_pictures(part.paragraphs)
        found += letters_that_look_different(package, part.paragraphs)
        found += rows_that_grow(part.root, part.paragraphs)
        found += tables_beyond_the_paper(part.root, part.paragraphs)
    found += pages_that_look_different(package, parts[0].paragraphs)
    found += comments(package, [paragraph for part in parts for paragraph in part.paragraphs])
    found += foreign_contents(package)
    found += missing_fonts(package, [part.name for part in parts])
    if not _language(package):
        found.append(TemplateFault(_("The language is not set; set the property Language in Word, as nb-NO.")))
    found += _anchors(package, values)
    found += _losses(template.content)
    return list(dict.fromkeys(found))


def refuse_unfillable(template: Template, names: Collection[str]) -> None:
    """Raise `TemplateRefused` with the first place where a template would say something else than it should.

    `names` are those of the values that it is filled with. Everything that fills templates asks this first, so that
    nothing is made from one that has such a fault.
    """
    faults = _unfillable(template, frozenset(names), current())
    if not faults:
        return
    sentence = refusal(template, faults[0])
    others = len(faults) - 1
    more = translate_plural(
        "{count} other fault is listed by template check.", "{count} other faults are listed by template check.", others
    ).format(count=others)
    raise TemplateRefused(f"{sentence} {more}" if others else sentence)


def refusal(template: Template, fault: TemplateFault) -> str:
    """Return why nothing is made from a template, in one sentence with the place."""
    place = fault.where or _("the whole template")
    return _("Nothing is made from the template {template} because of {place}: {what}").format(
        template=template.name, place=f"{place} («{fault.text}»)" if fault.text else place, what=fault.what
    )


def failing_tag(template: Template, context: Mapping[str, object]) -> TemplateFault | None:
    """Return the first tag that prints no value of a case, and where it stands; None where every tag does."""
    package = Package(template.content)
    for part in (*_parts(package), _title(template)):
        for fault in expression_faults(part.tags, context):
            return fault
    return None


@lru_cache(maxsize=32)
def _unfillable(template: Template, names: frozenset[str], _language: str) -> tuple[TemplateFault, ...]:
    """Return the faults that stop a batch, as sentences of a language."""
    package = Package(template.content)
    found = _content_faults(template, _parts(package), names)
    found += foreign_contents(package)
    return tuple(dict.fromkeys(fault for fault in found if fault.stops))


def _content_faults(
    template: Template, parts: Sequence[_Part], known: Collection[str], values: Mapping[str, object] | None = None
) -> list[TemplateFault]:
    """Return the faults of what a template says; `known` are the names of values, `values` those of a case, to try."""
    package = Package(template.content)
    found: list[TemplateFault] = []
    for part in (*parts, _title(template)):
        found += tracked_changes(part.root, part.name, part.paragraphs)
        found += tag_faults(part.paragraphs, part.tags)
        found += expression_faults(part.tags, values)
        found += foreign_tags(part.paragraphs, known)
        found += stored_results(part.paragraphs)
        found += tags_outside_text(part.root, part.name, part.paragraphs)
    found += unfilled_tags(package, [part.name for part in parts])
    for kind in ("styles", "numbering"):
        other = package.related(package.main, kind)
        if other is not None:
            found += tracked_changes(package.xml(other), other, [])
    return found


def _parts(package: Package) -> list[_Part]:
    """Return the parts that are filled: the text, headers, footers and notes."""
    pointers = package.relationships(package.main).values()
    stories = {one.target for one in pointers if one.kind in _STORIES and one.target in package.names}
    return [_part(name, package.xml(name)) for name in (package.main, *sorted(stories))]


def _part(name: str, root: etree._Element) -> _Part:
    paragraphs = read_paragraphs(root, name)
    return _Part(name, root, paragraphs, tags_in_order(root, paragraphs))


def _title(template: Template) -> _Part:
    """Return the title, which is filled, too, as a part."""
    paragraph = title_paragraph(template.title)
    return _Part("", paragraph.element, [paragraph], paragraph.tags)


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
