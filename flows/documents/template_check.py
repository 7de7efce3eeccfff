"""Check a template before a season starts: the names it asks for, and what its PDF would lose."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import TemplateSyntaxError
from jinja2.exceptions import SecurityError
from jinja2.meta import find_undeclared_variables
from lxml import etree

from flows.documents.filling import joined_tags, unreadable
from flows.documents.quote_repair import mend_quotes
from flows.documents.signature_bookmarks import PREFIX
from flows.documents.template import load_template
from flows.documents.template_tags import forbidden, tag_environment
from flows.errors import TemplateRefused
from flows.language import translate as _
from flows.typesetting import Package, W, find_losses, substituted_fonts

#: What every template may ask for, whatever it is a template of.
STAMPS = frozenset({"malversjon", "avtale_id", "avtale_versjon"})
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
#: Parts beside the main one that are filled.
_STORIES = ("header", "footer", "footnotes", "endnotes")
_NAME = re.compile(r"\{\{\s*([^\W\d]\w*)")
_CUT = "\0"
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """One thing that is wrong with a template: what, and where (part and paragraph, or nothing)."""

    what: str
    where: str = ""


def check_template(path: Path, known: Collection[str]) -> list[TemplateFault]:
    """Return what is wrong with a template; `known` are the names that a case gives.

    Raises `TemplateRefused` for a file that is no template at all.
    """
    package = Package(load_template(path).content)
    pointers = package.relationships(package.main).values()
    stories = {one.target for one in pointers if one.kind in _STORIES and one.target in package.names}
    parts = [package.main, *sorted(stories)]
    found: list[TemplateFault] = []
    used: set[str] = set()
    for name in parts:
        found += _tags(package, name)
        used |= _names(package.read(name).decode("utf-8", "replace"), name, found)
    core = package.related("", "core-properties")
    title = "" if core is None else package.xml(core).findtext("{http://purl.org/dc/elements/1.1/}title", "")
    used |= _names(title, "docProps/core.xml", found)
    known = set(known) | STAMPS
    found += [
        TemplateFault(_("The tag {name} is no value of a case.").format(name=name), _place_of(package, parts, name))
        for name in sorted(used - known)
    ]
    found += [TemplateFault(_("The value {name} is nowhere used.").format(name=name)) for name in sorted(known - used)]
    found += _unfilled(package, parts)
    found += _outside(package)
    found += _fonts(package, parts)
    if core is None or not package.xml(core).findtext("{http://purl.org/dc/elements/1.1/}language", "").strip():
        found.append(TemplateFault(_("The language is not set; set the property Language in Word, as nb-NO.")))
    found += _anchors(package, known)
    found += [
        TemplateFault(_("The PDF would lose: {what}").format(what=loss.what), loss.where)
        for loss in find_losses(load_template(path).content)
    ]
    return found


def _names(source: str, part: str, found: list[TemplateFault]) -> set[str]:
    """Return the names that a part asks for; a tag that cannot be read is a fault."""
    try:
        return set(find_undeclared_variables(tag_environment(escape=True).parse(joined_tags(source))))
    except TemplateRefused:  # quotes that cannot be mended, which are reported with their place
        pass
    except SecurityError as error:
        found.append(
            TemplateFault(_("A tag reaches for more than values: {tag}").format(tag=forbidden(error)), _short(part))
        )
    except TemplateSyntaxError as error:
        found.append(TemplateFault(_("A tag cannot be read: {why}").format(why=unreadable(error)), _short(part)))
    return set(_NAME.findall(re.sub(r"<[^>]*>", "", source)))  # one tag at fault does not hide the others


def _short(part: str) -> str:
    return part.removeprefix("word/").removesuffix(".xml")


def _place_of(package: Package, parts: Collection[str], name: str) -> str:
    """Return the paragraph in which a tag first asks for a name; nothing where it stands in the title."""
    asks = re.compile(rf"\{{[{{%][^{{}}]*\b{re.escape(name)}\b")
    for part in parts:
        for number, paragraph in enumerate(package.xml(part).iter(W + "p"), start=1):
            if asks.search("".join(item.text or "" for item in paragraph.iter(W + "t"))):
                return _("{part}, paragraph {number}").format(part=_short(part), number=number)
    return ""


def _unfilled(package: Package, parts: Collection[str]) -> Iterator[TemplateFault]:
    """Yield the parts that hold tags and are never filled, such as comments and diagrams."""
    for name in sorted(package.names):
        if name.endswith(".xml") and name not in parts and name.startswith("word/"):
            text = "".join(map(str, package.xml(name).itertext()))
            if tag := _TAG.search(text):
                yield TemplateFault(
                    _("A tag stands where nothing is filled in: {tag}").format(tag=tag[0]), _short(name)
                )


def _tags(package: Package, part: str) -> Iterator[TemplateFault]:
    """Yield the faults of tags that can be seen without filling: deleted, divided, or with typographic quotes."""
    for number, paragraph in enumerate(package.xml(part).iter(W + "p"), start=1):
        where = _("{part}, paragraph {number}").format(part=_short(part), number=number)
        deleted = "".join(text.text or "" for text in paragraph.iter(W + "delText"))
        if "{{" in deleted or "{%" in deleted:
            yield TemplateFault(
                _("A tag stands in a tracked deletion; accept or reject it: {tag}").format(tag=deleted), where
            )
        elif any(_CUT in tag for tag in _TAG.findall(_with_cuts(paragraph))):
            yield TemplateFault(
                _("A tracked deletion lies in a tag; accept or reject it: {tag}").format(tag=deleted), where
            )
        text = "".join(item.text or "" for item in paragraph.iter(W + "t"))
        if text.count("{{") != text.count("}}") or text.count("{%") != text.count("%}"):
            yield TemplateFault(
                _("A tag is divided by the end of a paragraph or cell: {text}").format(text=text[:60]), where
            )
        for tag in _TAG.findall(text):
            if mend_quotes(tag) is None:
                yield TemplateFault(_("Use straight quotes in the tag {tag}").format(tag=tag), where)


def _with_cuts(paragraph: etree._Element) -> str:
    """Return the text of a paragraph, with a sign in each place from which something is deleted."""
    texts = paragraph.iter(W + "t", W + "delText")
    return "".join(_CUT if item.tag == W + "delText" else item.text or "" for item in texts)


def _outside(package: Package) -> Iterator[TemplateFault]:
    """Yield what lies outside the file; links that a reader may follow are no fault."""
    for kind, name in package.outside():
        yield TemplateFault(
            _("The template fetches something from outside ({kind}), which is never done.").format(kind=kind), name
        )


def _fonts(package: Package, parts: Collection[str]) -> Iterator[TemplateFault]:
    styles = package.related(package.main, "styles")
    families: set[str] = set()
    for name in [*parts, *([] if styles is None else [styles])]:
        for said in package.xml(name).iter(W + "rFonts"):
            families |= {family for key in ("ascii", "hAnsi") if (family := said.get(W + key))}
            themed = {said.get(W + key, "")[:5] for key in ("asciiTheme", "hAnsiTheme")} - {""}
            families |= {family for one in themed if (family := _of_theme(package, one))}
    for family, stand_in in substituted_fonts(package, sorted(families)).items():
        yield TemplateFault(
            _("The font {family} is not installed; {other} stands in.").format(family=family, other=stand_in)
        )


def _of_theme(package: Package, which: str) -> str:
    """Return the Latin font of a theme (20.1.4.1): of headings (`major`) or of text (`minor`)."""
    theme = package.related(package.main, "theme")
    latin = None if theme is None else package.xml(theme).find(f".//{_A}{which}Font/{_A}latin")
    return "" if latin is None else latin.get("typeface", "")


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
