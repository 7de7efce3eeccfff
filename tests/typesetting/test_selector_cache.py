"""Which rules an element follows, remembered for elements that look alike: the answers are cssselect2's own."""

from xml.etree.ElementTree import Element, SubElement

import cssselect2
from hypothesis import given
from hypothesis import strategies as st

from flows.typesetting.selector_cache import RememberingMatcher

#: Of every kind: by looks alone, by what is around an element, by attributes, and by pseudo-element.
SELECTORS = (
    "*", "p", "P", ".a", ".a.b", "p.a", "#one", "p#one.a", "div p", "div > .a", ".b + .a", ".a ~ p", "p:first-child",
    "p:not(.a)", ":nth-child(2)", ":nth-of-type(2n)", "[lang]", "[lang|=nb]", ":lang(nb)", "[class~=b]", "div:empty",
    ".a::before", "p::after", "div .b::before", "p:is(.a, .b)", "div:has(.a)",
)  # fmt: skip


@st.composite
def trees(draw: st.DrawFn) -> Element:
    """Return a page of some elements that look alike or not, at different places."""
    root = Element("html")
    known = [root]
    for _each in range(draw(st.integers(1, 12))):
        attributes = {
            "class": draw(st.sampled_from(["", "a", "b", "a b", "b a", "c"])),
            "id": draw(st.sampled_from(["", "one", "two"])),
            "lang": draw(st.sampled_from(["", "nb", "en"])),
        }
        parent = known[draw(st.integers(0, len(known) - 1))]
        said = {name: value for name, value in attributes.items() if value}
        known.append(SubElement(parent, draw(st.sampled_from(["p", "div"])), said))
    return root


@given(trees(), st.lists(st.sampled_from(SELECTORS), unique=True, min_size=1))
def test_every_element_matches_what_it_would_without_memory(root: Element, selectors: list[str]) -> None:
    """The same selectors in the same order, whatever was asked before."""
    own, theirs = RememberingMatcher(), cssselect2.Matcher()
    for matcher in (own, theirs):
        for number, text in enumerate(selectors):
            for selector in cssselect2.compile_selector_list(text):
                matcher.add_selector(selector, number)
    elements = list(cssselect2.ElementWrapper.from_html_root(root, content_language=None).iter_subtree())
    for _again in range(2):
        assert [own.match(element) for element in elements] == [theirs.match(element) for element in elements]


def test_elements_that_look_alike_are_remembered_as_one() -> None:
    """A hundred paragraphs with ids that no rule names are one entry, and each follows both rules."""
    own = RememberingMatcher()
    root = Element("div")
    for number in range(100):
        SubElement(root, "p", {"class": "a", "id": f"place{number}"})
    for text in ("p.a", "div > p"):
        (selector,) = cssselect2.compile_selector_list(text)
        own.add_selector(selector, text)
    matches = [own.match(element) for element in cssselect2.ElementWrapper.from_html_root(root).iter_subtree()]
    assert [[match[-1] for match in found] for found in matches[1:]] == [["div > p", "p.a"]] * 100
    assert len(own._known) == 2
