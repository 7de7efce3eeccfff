"""Styles that documents share: every element has the style that WeasyPrint computes for it, whatever came before."""

from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pytest
from cssselect2 import ElementWrapper
from hypothesis import given
from hypothesis import strategies as st
from weasyprint import CSS
from weasyprint.css import StyleFor
from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.css.targets import TargetCollector

from flows.typesetting.computed_styles import SharedStyles, Sheets
from flows.typesetting.pdf import fonts

#: Rules that inherit, that win by weight or by order, that depend on the size above, and of pseudo-elements.
RULES = (
    "html{color:#000;font-kerning:none;widows:3}p{text-indent:0;margin:1em}h1{bookmark-level:1}div{display:block}"
    "tr{display:table-row;margin:3pt}table{display:table;border-collapse:collapse;padding:2pt}"
    ".a{font-size:2em;line-height:1.5}.b{font-size:8pt;margin-left:2em}p.a{color:#f00}.a.b{border-top:1pt solid}"
    ".c{text-decoration:underline}.c::before{content:'x';font-size:50%}p{color:#00f!important}"
)


class Page:
    """What `StyleFor` asks of a page."""

    base_url = None

    def __init__(self, root: Element) -> None:
        self.etree_element = root
        self.wrapper_element = ElementWrapper.from_html_root(root)


@st.composite
def trees(draw: st.DrawFn) -> Element:
    """Return a page of some elements that look alike or not, at different places."""
    root = Element("html", {"lang": "nb"})
    known = [root]
    for _each in range(draw(st.integers(1, 12))):
        attributes = {
            "class": draw(st.sampled_from(["", "a", "b", "a b", "b a", "c"])),
            "id": draw(st.sampled_from(["", "", "one", "two"])),
            "style": draw(st.sampled_from(["", "", "font-size:3em", "page:s1;margin:1em"])),
        }
        parent = known[draw(st.integers(0, len(known) - 1))]
        said = {name: value for name, value in attributes.items() if value}
        known.append(SubElement(parent, draw(st.sampled_from(["p", "div", "h1", "table", "tr"])), said))
    return root


@pytest.fixture(scope="module")
def sheets() -> Sheets:
    """Return two sheets, of which the second weighs more."""
    later = CSS(string=".b{color:#0f0}p{text-indent:4pt}", font_config=fonts())
    return ((CSS(string=RULES, font_config=fonts()), "user agent"), (later, "user"))


def said(style: Any) -> dict[str, Any] | None:
    """Return what every property comes to."""
    return None if style is None else {name: style[name] for name in INITIAL_VALUES}


@given(root=trees())
def test_every_element_has_the_style_that_weasyprint_computes(sheets: Sheets, root: Element) -> None:
    """All properties of every element and pseudo-element, whichever documents the same styles were computed for."""
    ours = SharedStyles(root, sheets, fonts(), TargetCollector())
    listed = [(sheet, origin, None) for sheet, origin in sheets]
    theirs = StyleFor(Page(root), listed, False, fonts(), TargetCollector())
    for element in root.iter():
        for pseudo in (None, "before"):
            assert said(ours(element, pseudo)) == said(theirs(element, pseudo))


def test_equal_elements_of_two_documents_have_one_style(sheets: Sheets) -> None:
    """The second document computes nothing: its styles are those of the first."""
    first, second = Element("html"), Element("html")
    for root, text in ((first, "Kari Prøvesen"), (second, "Ola Prøvestad")):
        SubElement(SubElement(root, "div"), "p", {"class": "a"}).text = text
    one, other = (SharedStyles(root, sheets, fonts(), TargetCollector()) for root in (first, second))
    assert one(first[0][0]) is other(second[0][0])


def test_a_rule_that_asks_for_more_than_looks_is_refused() -> None:
    """A style is kept by its element's looks, so no rule may depend on the elements around it."""
    sheet = CSS(string="p:first-child{color:#f00}", font_config=fonts())
    with pytest.raises(AssertionError, match="name and attributes"):
        SharedStyles(Element("html"), ((sheet, "user"),), fonts(), TargetCollector())
