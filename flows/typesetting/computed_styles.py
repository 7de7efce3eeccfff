"""Compute the styles of a document's elements once for all documents with the same style sheets.

WeasyPrint computes, for each document anew, what some four hundred properties of every distinct element come to. The
writer's rules test nothing but an element's name and classes, so a style follows from the sheets, the parent's style,
the name and the attributes: styles are kept as a tree by these, one tree for each list of sheets. Text is never part of
a key, and no style depends on it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from math import inf
from types import CodeType
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element

from cssselect2 import ElementWrapper
from weasyprint import CSS
from weasyprint.css import ComputedStyle, InitialStyle, StyleFor, declaration_precedence, find_style_attributes
from weasyprint.css.targets import TargetCollector
from weasyprint.css.validation import preprocess_declarations

#: Sheets with the origin of their rules, the weakest first.
Sheets: TypeAlias = tuple[tuple[CSS, str], ...]
#: What a rule declares for a property, and its weight.
_Cascaded: TypeAlias = dict[str, tuple[Any, tuple[Any, ...]]]

#: Attributes of an element that its style follows from, apart from its name.
_ATTRIBUTES = ("class", "style", "lang", "id", "name")
#: Attributes of elements that the compiled test of a selector may read.
_LOOKS = frozenset({"id", "classes", "local_name", "namespace_url", "in_html_document"})
#: Lists of sheets whose styles are kept, and styles of each: a template has some sixty.
_MOST_SHEETS, _MOST_STYLES = 12, 2000


@dataclass(slots=True)
class _Styled:
    """The style of an element, those of its pseudo-elements, and those of the elements within it, by key."""

    style: ComputedStyle
    pseudo: tuple[tuple[str, ComputedStyle], ...]
    children: "dict[tuple[str | None, ...], _Styled]" = field(default_factory=dict)


class _Tree:
    """The styles of all elements under some sheets, and of the pages and their margin boxes."""

    def __init__(self, sheets: Sheets) -> None:
        self.sheets, self.sizes = sheets, {"box": None, "area": None}
        self.clear()

    def clear(self) -> None:
        self.count = 0
        self.roots: dict[tuple[str | None, ...], _Styled] = {}
        self.pages: dict[tuple[object, ...], ComputedStyle] = {}


@lru_cache(maxsize=_MOST_SHEETS)
def _tree(sheets: Sheets) -> _Tree:
    """Return the styles under some sheets; raises `AssertionError` if a rule tests more than an element's looks."""
    if not all(map(_asks_for_looks, _tests(sheets))):
        raise AssertionError("A rule of the document's style sheets tests more than an element's name and attributes.")
    return _Tree(sheets)


def _tests(sheets: Sheets) -> Iterator[Callable[[ElementWrapper], bool]]:
    """Yield the compiled test of every selector."""
    for sheet, _origin in sheets:
        matcher = sheet.matcher
        named = (matcher.id_selectors, matcher.class_selectors, matcher.lower_local_name_selectors)
        spaces = (matcher.namespace_selectors,)
        for selectors in (*(found for kind in (*named, *spaces) for found in kind.values()), matcher.other_selectors):
            yield from (selector[0] for selector in selectors)
        yield from (selector[0] for selector in matcher.lang_attr_selectors)


def _asks_for_looks(test: Callable[[ElementWrapper], bool]) -> bool:
    code = test.__code__
    return _LOOKS.issuperset(code.co_names) and not any(isinstance(value, CodeType) for value in code.co_consts)


class SharedStyles(StyleFor):  # type: ignore[misc]  # WeasyPrint ships no types
    """WeasyPrint's styles of one document, most of them computed for one before it."""

    def __init__(self, root: Element, sheets: Sheets, fonts: object, targets: TargetCollector) -> None:
        self.font_config, self._targets = fonts, targets
        self._tree = _tree(sheets)
        if self._tree.count > _MOST_STYLES:
            self._tree.clear()
        self.initial_page_sizes = self._tree.sizes
        self._sheets = [(sheet, origin, None) for sheet, origin in sheets]
        self._cascaded_styles: dict[tuple[object, str | None], _Cascaded] = {}
        self._computed_styles: dict[tuple[object, str | None], ComputedStyle] = {}
        self._visit(root, None, self._tree.roots)

    def _visit(
        self, element: Element, parent: ComputedStyle | None, known: dict[tuple[str | None, ...], _Styled]
    ) -> None:
        """Find or compute the styles of an element and of all within it."""
        said = element.attrib.get
        key = (element.tag, *map(said, _ATTRIBUTES)) if element.attrib else (element.tag,)
        found = known.get(key)
        if found is None:
            found = known[key] = self._styled(element, parent)
            self._tree.count += 1
        styles = self._computed_styles
        styles[element, None] = found.style
        for pseudo, style in found.pseudo:
            styles[element, pseudo] = style
        if found.style["anchor"]:
            self._targets.collect_anchor(found.style["anchor"])
        for child in element:
            self._visit(child, found.style, found.children)

    def _styled(self, element: Element, parent: ComputedStyle | None) -> _Styled:
        cascaded = _cascaded(element, self._tree.sheets)
        style = self._computed(parent, cascaded.pop(None, {}), None)
        return _Styled(
            style, tuple((name, self._computed(style, said, name)) for name, said in cascaded.items() if name)
        )

    def _computed(self, parent: ComputedStyle | None, cascaded: _Cascaded, pseudo: str | None) -> ComputedStyle:
        if parent is None:
            root = InitialStyle(self.font_config)
        else:
            root = parent if parent.parent_style is None else parent.root_style
        return ComputedStyle(parent, cascaded, pseudo, root, None, self.font_config, self.initial_page_sizes)

    def set_computed_styles(
        self,
        element: object,
        parent: object,
        root: object = None,  # noqa: ARG002 - WeasyPrint's signature
        pseudo_type: str | None = None,
        base_url: object = None,  # noqa: ARG002
        target_collector: object = None,  # noqa: ARG002
    ) -> None:
        """Set the style of a kind of page or of one of its margin boxes; those under the same rules are one."""
        cascaded = self._cascaded_styles.get((element, pseudo_type), {})
        above = self._computed_styles[parent, None]
        key = (id(above), pseudo_type, *((name, id(value)) for name, (value, _weight) in cascaded.items()))
        pages = self._tree.pages
        if key not in pages:
            pages[key] = self._computed(above, cascaded, pseudo_type)
            self._tree.count += 1
        self._computed_styles[element, pseudo_type] = pages[key]


def _cascaded(element: Element, sheets: Sheets) -> dict[str | None, _Cascaded]:
    """Return the declarations that win for an element, by its pseudo-elements; None stands for itself."""
    found: dict[str | None, _Cascaded] = {None: {}}
    alone = Element(element.tag, element.attrib)
    for specificity, _element, declarations, base in find_style_attributes(alone):
        _declare(found[None], preprocess_declarations(base, declarations), "author", specificity)
    wrapper = ElementWrapper.from_html_root(alone, content_language=None)
    for sheet, origin in sheets:
        for specificity, _order, pseudo, (declarations, _layer) in sheet.matcher.match(wrapper):
            _declare(found.setdefault(pseudo, {}), declarations, origin, specificity)
    return found


def _declare(found: _Cascaded, declarations: Iterator[tuple[str, Any, bool]], origin: str, specificity: Any) -> None:
    for name, value, important in declarations:
        weight = (declaration_precedence(origin, important), inf, specificity)
        if name not in found or found[name][1] <= weight:
            found[name] = (value, weight)
