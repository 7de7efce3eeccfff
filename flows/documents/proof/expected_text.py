"""Say what a document must show: a template's own text with the values of a case, found without filling the template.

The text is read from the template's XML (`story_reader`), its tags are evaluated by Jinja, and every value that is
printed is known by the name under which the template asks for it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from jinja2 import Template as Compiled
from jinja2 import TemplateError, nodes

from flows.documents.proof.figure_texts import FigureTexts, figure_texts
from flows.documents.proof.marks import CLOSE, OPEN, mark
from flows.documents.proof.passages import Expected, Running
from flows.documents.proof.story_builder import StoryBuilder
from flows.documents.proof.story_reader import StoryReader
from flows.documents.template import Template
from flows.documents.template_tags import tag_environment
from flows.errors import TemplateRefused
from flows.language import translate as _
from flows.typesetting import Package, W, apply_data_bindings, is_on

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@dataclass(frozen=True, slots=True)
class _Source:
    """A template read: its parts as text with marks and tags, and what its sections say."""

    parts: Mapping[str, str]
    main: str
    running: Mapping[str, Mapping[str, str]]  # header or footer → kind of page (and section) → part
    first: bool
    even: bool
    settled: bool
    counted: bool  # whether the pages are counted from 1 in figures
    figures: FigureTexts
    margins: tuple[float, float]
    numbered: tuple[float, ...]
    headings: Mapping[int, str] = field(default_factory=dict)


def expected(template: Template, context: Mapping[str, object]) -> Expected:
    """Return what the document of one case must show; raises `TemplateRefused` for a tag that cannot be evaluated."""
    source = _source(template.content, True)
    try:
        rendered = {part: _compiled(text).render(context) for part, text in source.parts.items()}
    except (TemplateError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
        raise TemplateRefused(
            _("The template {template} cannot be proved: a tag of it cannot be evaluated.").format(
                template=template.name
            )
        ) from error
    return _expected(source, rendered)


def text_of(docx: bytes) -> Expected:
    """Return what a DOCX that is no template must show."""
    source = _source(docx, False)
    return _expected(source, source.parts)


def _expected(source: _Source, rendered: Mapping[str, str]) -> Expected:
    stories = {
        part: StoryBuilder(part, source.headings if part == source.main else {}, source.counted).build(text)
        for part, text in rendered.items()
    }
    body, _notes = stories[source.main]
    notes = {name: blocks for _story, found in stories.values() for name, blocks in found.items()}
    sides = [
        Running({kind: stories[part][0] for kind, part in parts.items()}, source.settled, source.first, source.even)
        for parts in (source.running["header"], source.running["footer"])
    ]
    printed = {name for text in rendered.values() for name in re.findall(f"{OPEN}F([^{CLOSE}]*){CLOSE}", text)}
    return Expected(
        body, notes, sides[0], sides[1], source.figures, source.margins, frozenset(printed), source.numbered
    )


@lru_cache(maxsize=16)
def _source(content: bytes, tags: bool) -> _Source:
    package = Package(content)
    apply_data_bindings(package)
    reader = StoryReader(package, tags=tags)
    related = package.relationships(package.main)
    kinds = ("header", "footer", "footnotes", "endnotes")
    wanted = [package.main, *(one.target for one in related.values() if one.kind in kinds)]
    parts = {part: reader.read(part) for part in dict.fromkeys(wanted) if part in package.names}
    root = package.xml(package.main)
    sections = list(root.iter(W + "sectPr"))
    running: dict[str, dict[str, str]] = {"header": {}, "footer": {}}
    for index, section in enumerate(sections):
        for side in running:
            for reference in section.iterchildren(f"{W}{side}Reference"):
                target = related.get(reference.get(_R + "id", ""))
                if target is not None and target.target in parts:
                    kind = reference.get(W + "type", "default")
                    running[side][kind if len(sections) == 1 else f"{kind} {index}"] = target.target
    settings = package.related(package.main, "settings")
    different = None if settings is None else package.xml(settings).find(W + "evenAndOddHeaders")
    title = None if len(sections) != 1 else sections[0].find(W + "titlePg")
    numbering = [found for one in sections if (found := one.find(W + "pgNumType")) is not None]
    return _Source(
        parts,
        package.main,
        running,
        first=title is not None and is_on(title),
        even=different is not None and is_on(different),
        settled=len(sections) == 1,
        counted=not any(one.get(W + "start") or one.get(W + "fmt", "decimal") != "decimal" for one in numbering),
        figures=figure_texts(package, parts),
        margins=(_margin(sections, "top"), _margin(sections, "bottom")),
        numbered=tuple(edge for one in sections if one.find(W + "lnNumType") is not None for edge in _edges(one)),
        headings=_headings(package),
    )


def _margin(sections: list[Any], side: str) -> float:
    """Return the least room beside the text of any page at a side, in points."""
    found = [margin for one in sections if (margin := one.find(W + "pgMar")) is not None]
    return min((abs(_number(one.get(W + side, "0"))) / 20 for one in found), default=0.0)


def _edges(section: Any) -> Iterator[float]:
    """Yield where the columns of a section begin, in points from the left."""
    size, margin, columns = (section.find(W + name) for name in ("pgSz", "pgMar", "cols"))
    if size is None or margin is None:
        return
    left, right = (_number(margin.get(W + side, "0")) / 20 for side in ("left", "right"))
    yield left
    if columns is not None:
        count, space = max(int(_number(columns.get(W + "num", "1"))), 1), _number(columns.get(W + "space", "720")) / 20
        step = (_number(size.get(W + "w", "0")) / 20 - left - right + space) / count
        yield from (left + index * step for index in range(1, count))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _headings(package: Package) -> Mapping[int, str]:
    """Return under which heading each paragraph of the body stands, by number."""
    part = package.related(package.main, "styles")
    names: dict[str | None, str] = {}
    for style in [] if part is None else package.xml(part).iterchildren(W + "style"):
        named = style.find(W + "name")
        names[style.get(W + "styleId")] = "" if named is None else named.get(W + "val", "").lower()
    found: dict[int, str] = {}
    heading = ""
    for number, paragraph in enumerate(package.xml(package.main).iter(W + "p"), start=1):
        own = paragraph.find(f"{W}pPr/{W}pStyle")
        if own is not None and names.get(own.get(W + "val"), "").startswith("heading"):
            text = "".join(item.text or "" for item in paragraph.iter(W + "t")).strip()
            heading = text if text and "{" not in text else heading
        found[number] = heading
    return found


@lru_cache(maxsize=64)
def _compiled(source: str) -> Compiled:
    """Return a part ready to be evaluated, with a mark before and after each value that is printed."""
    environment = tag_environment(escape=False)
    tree = environment.parse(source)
    for output in tree.find_all(nodes.Output):
        marked: list[nodes.Expr] = []
        for item in output.nodes:
            if isinstance(item, nodes.TemplateData):
                marked.append(item)
            else:
                marked += [nodes.TemplateData(mark(f"F{_name(item)}")), item, nodes.TemplateData(mark("/F"))]
        output.nodes = marked
    code = environment.compile(tree)
    return Compiled.from_code(environment, code, {})


def _name(expression: nodes.Node) -> str:
    """Return the name of the value that an expression prints, as the template has it."""
    if isinstance(expression, nodes.Getattr):
        return f"{_name(expression.node)}.{expression.attr}"
    if isinstance(expression, nodes.Name):
        return expression.name
    found = next(expression.find_all((nodes.Getattr, nodes.Name)), None)
    return "" if found is None else _name(found)
