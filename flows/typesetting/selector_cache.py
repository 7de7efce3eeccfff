"""Cache which CSS rules match an element, by its name, classes, id and language.

Most selectors test an element's name, classes or id alone. Of a thousand elements in a document some fifty differ in
these, so matches are cached; a selector that tests anything else is evaluated each time.
"""

from collections.abc import Callable, Iterable
from types import CodeType
from typing import Any, TypeAlias

from cssselect2 import ElementWrapper, Matcher

#: A selector as cssselect2 keeps it: test, specificity, order, pseudo-element, and what the rule declares.
_Selector: TypeAlias = tuple[Callable[[ElementWrapper], bool], tuple[int, ...], int, str | None, Any]
#: A matched selector: the same without the test.
_Match: TypeAlias = tuple[tuple[int, ...], int, str | None, Any]

#: Attributes that a compiled test may read for its result to be cached.
_LOOKS = frozenset({"id", "classes", "local_name", "namespace_url", "in_html_document"})
#: Size of the cache; a document needs some fifty entries.
_MOST = 4096


class RememberingMatcher(Matcher):  # type: ignore[misc]  # cssselect2 ships no types
    """A matcher with the results of cssselect2's own."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[object, ...], tuple[list[_Match], list[_Selector]]] = {}

    def match(self, element: ElementWrapper) -> list[_Match]:
        """Return the selectors that match an element, the most specific last."""
        said = element.etree_element
        identifier = said.get("id")
        looks = (said.tag, said.get("class"), identifier in self.id_selectors and identifier, "lang" in said.attrib)
        known = self._known.get(looks)
        if known is None:
            if len(self._known) >= _MOST:
                self._known.clear()
            known = self._known[looks] = self._divided(element)
        always, others = known
        if not others:
            return always
        return sorted(always + _matched(element, others))

    def _divided(self, element: ElementWrapper) -> tuple[list[_Match], list[_Selector]]:
        """Return the selectors that match every element of the same key, and those that must be tested each time."""
        asked: list[_Selector] = []
        asked += self.id_selectors.get(element.id, ())
        for name in element.classes:
            asked += self.class_selectors.get(name, ())
        asked += self.lower_local_name_selectors.get(element.local_name.lower(), ())
        asked += self.namespace_selectors.get(element.namespace_url, ())
        if "lang" in element.etree_element.attrib:
            asked += self.lang_attr_selectors
        asked += self.other_selectors
        plain = [selector for selector in asked if _asks_for_looks(selector[0])]
        return sorted(_matched(element, plain)), [selector for selector in asked if selector not in plain]


def _matched(element: ElementWrapper, selectors: Iterable[_Selector]) -> list[_Match]:
    return [selector[1:] for selector in selectors if selector[0](element)]


def _asks_for_looks(test: Callable[[ElementWrapper], bool]) -> bool:
    code = test.__code__
    return _LOOKS.issuperset(code.co_names) and not any(isinstance(value, CodeType) for value in code.co_consts)
