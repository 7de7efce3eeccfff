"""Ways in which people and programs damage the tags of a template; `template_damage_kinds` names each kind.

Each takes a tag of a parsed part and changes the XML around it.
"""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from random import Random

from lxml import etree

from flows.typesetting import W

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TAG = re.compile(r"\{\{ *(\w+)[^{}]*\}\}")
_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


@dataclass(frozen=True, slots=True)
class Target:
    """A tag within one text of one run."""

    root: etree._Element
    text: etree._Element
    start: int
    end: int
    name: str

    @property
    def run(self) -> etree._Element:
        """The run that it stands in."""
        run = self.text.getparent()
        assert run is not None
        return run

    @property
    def paragraph(self) -> etree._Element:
        """The paragraph that it stands in."""
        return next(self.text.iterancestors(W + "p"))

    @property
    def tag(self) -> str:
        """The tag as it is written."""
        return (self.text.text or "")[self.start : self.end]


Damage = Callable[[Target, Random], None]


def targets(root: etree._Element) -> list[Target]:
    """Return every tag of a part that prints a value."""
    return [
        Target(root, text, found.start(), found.end(), found[1])
        for text in root.iter(W + "t")
        for found in _TAG.finditer(text.text or "")
    ]


def element(xml: str) -> etree._Element:
    """Return an element of WordprocessingML."""
    namespaces = f'xmlns:w="{W[1:-1]}" xmlns:m="{_MATH}"'
    return etree.fromstring(f"<x {namespaces}>{xml}</x>")[0]


def divided(target: Target, random: Random, pieces: int = 2) -> list[etree._Element]:
    """Divide a tag between runs, and return those that hold a part of it."""
    cuts = sorted(random.sample(range(target.start + 1, target.end), pieces - 1))
    return _cut(target, [*cuts])


def isolated(target: Target) -> etree._Element:
    """Put a tag into a run of its own, and return that."""
    return _cut(target, [target.start, target.end])[1]


def _cut(target: Target, cuts: list[int]) -> list[etree._Element]:
    run, words = target.run, target.text.text or ""
    runs = [run]
    for start, end in zip(cuts, [*cuts[1:], None], strict=True):
        new = etree.Element(W + "r")
        look = run.find(W + "rPr")
        if look is not None:
            new.append(deepcopy(look))
        text = etree.SubElement(new, W + "t", {_SPACE: "preserve"})
        text.text = words[start:end]
        runs[-1].addnext(new)
        runs.append(new)
    target.text.text = words[: cuts[0]]
    target.text.set(_SPACE, "preserve")
    rest = list(target.text.itersiblings())
    runs[-1].extend(rest)
    return runs


def half_in(xml: str, inner: str = "") -> Damage:
    """Put half of the tag into an element; `inner` is the tag of the element within it that holds runs."""

    def damage(target: Target, random: Random) -> None:
        pieces = divided(target, random, random.choice((2, 3)))
        _wrap(random.choice(pieces[1:]) if random.random() < 0.7 else pieces[1], xml, inner)

    return damage


def _wrap(run: etree._Element, xml: str, inner: str = "") -> None:
    holder = element(xml)
    run.addprevious(holder)
    (holder if not inner else next(holder.iter(W + inner))).append(run)


def whole_in(xml: str, inner: str = "") -> Damage:
    """Put the whole tag into an element."""

    def damage(target: Target, _random: Random) -> None:
        _wrap(isolated(target), xml, inner)

    return damage


def between(*xml: str) -> Damage:
    """Put elements between two halves of a tag."""

    def damage(target: Target, random: Random) -> None:
        after = divided(target, random)[0]
        for one in reversed(xml):
            after.addnext(element(one))

    return damage


def half_formatted(properties: str) -> Damage:
    """Format one half of a tag."""

    def damage(target: Target, random: Random) -> None:
        run = divided(target, random)[1]
        look = run.find(W + "rPr")
        if look is None:
            look = etree.Element(W + "rPr")
            run.insert(0, look)
        look.append(element(properties))

    return damage


def instead(tag: str) -> Damage:
    """Write another tag in place of the tag."""

    def damage(target: Target, _random: Random) -> None:
        words = target.text.text or ""
        kept = re.sub(r"\{\{ *\w+ *|\}\}", "", target.tag).strip()
        written = tag.replace("NAME", target.name).replace("FILTER", kept)
        target.text.text = words[: target.start] + written + words[target.end :]

    return damage


def beside(words: str) -> Damage:
    """Write something else into the text, after the tag."""

    def damage(target: Target, _random: Random) -> None:
        text = target.text.text or ""
        target.text.text = text[: target.end] + " " + words.replace("NAME", target.name) + text[target.end :]

    return damage


def plain_runs(target: Target, random: Random) -> None:
    """Divide the tag between three runs."""
    divided(target, random, 3)


def single_signs(target: Target, random: Random) -> None:
    """Divide the tag between many runs."""
    divided(target, random, min(target.end - target.start, 9))


def texts_of_one_run(target: Target, random: Random) -> None:
    """Divide the tag between two texts of its run."""
    words, at = target.text.text or "", random.randrange(target.start + 1, target.end)
    second = etree.Element(W + "t", {_SPACE: "preserve"})
    target.text.text, second.text = words[:at], words[at:]
    target.text.addnext(second)


def two_paragraphs(target: Target, random: Random) -> None:
    """Let a new paragraph begin within the tag."""
    second = divided(target, random)[1]
    moved = etree.Element(W + "p")
    moved.extend([second, *second.itersiblings()])
    target.paragraph.addnext(moved)


def comment_on_whole(target: Target, _random: Random) -> None:
    """Put a comment on the whole tag."""
    run = isolated(target)
    run.addprevious(element('<w:commentRangeStart w:id="3"/>'))
    run.addnext(element('<w:commentRangeEnd w:id="3"/>'))


def paragraphs_around(before: str, after: str) -> Damage:
    """Put paragraphs before and after that of the tag."""

    def damage(target: Target, _random: Random) -> None:
        for words, put in ((before, target.paragraph.addprevious), (after, target.paragraph.addnext)):
            if words:
                one = element("<w:p><w:r><w:t/></w:r></w:p>")
                next(one.iter(W + "t")).text = words.replace("NAME", target.name)
                put(one)

    return damage


def paragraph_property(xml: str) -> Damage:
    """Give the tag's paragraph a property."""

    def damage(target: Target, _random: Random) -> None:
        properties = target.paragraph.find(W + "pPr")
        if properties is None:
            properties = etree.Element(W + "pPr")
            target.paragraph.insert(0, properties)
        properties.append(element(xml))

    return damage
