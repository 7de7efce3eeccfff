"""Damage to a part of a template by chance, as nobody would think of: elements moved, repeated and put together."""

from copy import deepcopy
from random import Random

from lxml import etree

from flows.typesetting import W
from tests.drills.template_damages import element

_HIT = tuple(W + name for name in ("t", "r", "p", "tc", "tr", "tbl", "body", "footnote"))
_HOLDERS = (
    "ins", "del", "hyperlink", "smartTag", "fldSimple", "bdo", "customXml", "moveFrom", "p", "r", "tc", "sdtContent",
    "sdt", "t", "ruby", "rt",
)  # fmt: skip
_WRITTEN = ("{{", "}}", "{", "}", "{{ lege_navn }}", "{{ lege_navn", "lege_navn }}", "{{ x }}", "{{p lege_navn}}", "<")


def damage_by_chance(root: etree._Element, random: Random) -> None:
    """Damage a part in one to four ways."""
    for _time in range(random.randrange(1, 5)):
        elements = list(root.iter(*_HIT))
        if elements:
            _damage(elements, random.choice(elements), random)


def _damage(elements: list[etree._Element], hit: etree._Element, random: Random) -> None:
    parent, texts = hit.getparent(), [one for one in elements if one.tag == W + "t" and one.text]
    match random.randrange(7):
        case 0 if parent is not None:
            parent.remove(hit)
        case 1:
            place = random.choice(elements)
            if place not in set(hit.iter()):
                place.append(hit)
        case 2:
            random.choice(elements).append(deepcopy(hit))
        case 3 if parent is not None:
            holder = element(f"<w:{random.choice(_HOLDERS)}/>")
            parent.replace(hit, holder)
            holder.append(hit)
        case 4 if texts:
            text = random.choice(texts)
            words = text.text or ""
            at = random.randrange(len(words) + 1)
            text.text = words[:at] + random.choice(_WRITTEN) + words[at:]
        case 5 if texts:
            _divide(random.choice(texts), random)
        case 6 if parent is not None and len(hit):
            at = parent.index(hit)
            parent[at : at + 1] = list(hit)


def _divide(text: etree._Element, random: Random) -> None:
    """Divide a text, and put its second half into a run, and sometimes that into an element."""
    words, run = text.text or "", text.getparent()
    if len(words) < 2 or run is None:
        return
    at, second = random.randrange(1, len(words)), deepcopy(text)
    text.text, second.text = words[:at], words[at:]
    if run.tag != W + "r" or random.random() < 0.4:
        text.addnext(second)
        return
    new = etree.Element(W + "r")
    new.append(second)
    run.addnext(new)
    if random.random() < 0.6:
        holder = element(f"<w:{random.choice(_HOLDERS)}/>")
        new.addprevious(holder)
        holder.append(new)
