"""Looks a template over before a season starts: what it asks for, and what its PDF would lose."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import TemplateSyntaxError
from jinja2.exceptions import SecurityError
from jinja2.meta import find_undeclared_variables
from lxml import etree

from flows.documents import fonts
from flows.documents.anchors import PREFIX
from flows.documents.docx.package import Package, W
from flows.documents.docx.reader import read
from flows.documents.filling import joined_tags
from flows.documents.quotes import mend_quotes
from flows.documents.tags import forbidden, tag_environment
from flows.documents.template import load_template
from flows.errors import TemplateRefused
from flows.language import translate as _

#: What every template may ask for, whatever it is a template of.
STAMPS = frozenset({"malversjon", "avtale_id", "avtale_versjon"})
_PART = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a template: what, and where (part and paragraph, or nothing)."""

    what: str
    where: str = ""


def check_template(path: Path, known: Collection[str]) -> list[Fault]:
    """Return what is wrong with a template; `known` are the names that a case gives.

    Raises `TemplateRefused` for a file that is no template at all.
    """
    package = Package(load_template(path).content)
    parts = [name for name in sorted(package.names) if _PART.fullmatch(name)]
    found: list[Fault] = []
    used: set[str] = set()
    for name in parts:
        found += _tags(package, name)
        used |= _names(package.read(name).decode("utf-8", "replace"), name, found)
    core = package.related("", "core-properties")
    title = "" if core is None else package.xml(core).findtext("{http://purl.org/dc/elements/1.1/}title", "")
    used |= _names(title, "docProps/core.xml", found)
    known = set(known) | STAMPS
    found += [Fault(_("The tag {name} is no value of a case.").format(name=name)) for name in sorted(used - known)]
    found += [Fault(_("The value {name} is nowhere used.").format(name=name)) for name in sorted(known - used)]
    found += _outside(package)
    found += _fonts(package, parts)
    if core is None or not package.xml(core).findtext("{http://purl.org/dc/elements/1.1/}language", "").strip():
        found.append(Fault(_("The language is not set; set the property Language in Word, as nb-NO.")))
    found += _anchors(package, known)
    found += [
        Fault(_("The PDF would lose: {what}").format(what=loss.what), loss.where)
        for loss in read(load_template(path).content).lost
    ]
    return found


def _names(source: str, part: str, found: list[Fault]) -> set[str]:
    """Return the names that a part asks for; a tag that cannot be read is a fault."""
    try:
        return set(find_undeclared_variables(tag_environment(escape=True).parse(joined_tags(source))))
    except TemplateRefused:  # quotes that cannot be mended, which are reported with their place
        return set()
    except SecurityError as error:
        found.append(Fault(_("A tag reaches for more than values: {tag}").format(tag=forbidden(error)), part))
        return set()
    except TemplateSyntaxError as error:
        found.append(Fault(_("A tag cannot be read: {why}").format(why=error.message or "?"), part))
        return set()


def _tags(package: Package, part: str) -> Iterator[Fault]:
    """Yield the faults of tags that can be seen without filling: deleted, divided, or with typographic quotes."""
    short = part.removeprefix("word/").removesuffix(".xml")
    for number, paragraph in enumerate(package.xml(part).iter(W + "p"), start=1):
        where = _("{part}, paragraph {number}").format(part=short, number=number)
        deleted = "".join(text.text or "" for text in paragraph.iter(W + "delText"))
        if "{{" in deleted or "{%" in deleted:
            yield Fault(_("A tag stands in a tracked deletion; accept or reject it: {tag}").format(tag=deleted), where)
        text = "".join(item.text or "" for item in paragraph.iter(W + "t"))
        if text.count("{{") != text.count("}}") or text.count("{%") != text.count("%}"):
            yield Fault(_("A tag is divided by the end of a paragraph or cell: {text}").format(text=text[:60]), where)
        for tag in _TAG.findall(text):
            if mend_quotes(tag) is None:
                yield Fault(_("Use straight quotes in the tag {tag}").format(tag=tag), where)


def _outside(package: Package) -> Iterator[Fault]:
    """Yield what lies outside the file; links that a reader may follow are no fault."""
    for kind, name in package.outside():
        yield Fault(
            _("The template fetches something from outside ({kind}), which is never done.").format(kind=kind), name
        )


def _fonts(package: Package, parts: Collection[str]) -> Iterator[Fault]:
    styles = package.related(package.main, "styles")
    families: set[str] = set()
    for name in [*parts, *([] if styles is None else [styles])]:
        for said in package.xml(name).iter(W + "rFonts"):
            families |= {family for key in ("ascii", "hAnsi") if (family := said.get(W + key))}
    for family in sorted(families):
        if fonts.missing(family):
            stand_in = fonts.substitute(family)
            yield Fault(
                _("The font {family} is not installed; {other} stands in.").format(family=family, other=stand_in)
            )


def _anchors(package: Package, known: Collection[str]) -> Iterator[Fault]:
    """Yield the signers whose line has no bookmark; whoever has a name `signatar_ROLE_navn` signs."""
    marks = {_mark(element) for element in package.xml(package.main).iter(W + "bookmarkStart")}
    for name in sorted(known):
        signer = re.fullmatch(r"signatar_(.+)_navn", name)
        if signer and PREFIX + signer[1] not in marks:
            yield Fault(_("The bookmark {name} at the signer's line is missing.").format(name=PREFIX + signer[1]))


def _mark(element: etree._Element) -> str:
    return element.get(W + "name", "")
