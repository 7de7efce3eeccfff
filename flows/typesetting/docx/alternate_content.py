"""Choose between a newer construct and its fallback (ECMA-376 part 3, AlternateContent)."""

from lxml import etree

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
#: The namespace prefixes that this reader supports, as Word writes them.
_KNOWN = {"wps", "wpg", "wpc", "wp14", "w14", "w15", "w16", "w16se", "w16cid", "a14", "v", "wp", "w", "m", "o"}
_NOTHING = etree.Element("nothing")


def choose_alternative(element: etree._Element) -> etree._Element:
    """Return the first supported choice, else the fallback; an empty element if there is neither."""
    for choice in element.iterchildren(MC + "Choice"):
        if set((choice.get("Requires") or "?").split()) <= _KNOWN:
            return choice
    fallback = element.find(MC + "Fallback")
    return _NOTHING if fallback is None else fallback
