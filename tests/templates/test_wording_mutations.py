"""Seeded changes all over both templates: whatever is said otherwise is found, whatever only looks otherwise is not."""

import random
from collections.abc import Callable
from functools import cache

import pytest
from lxml import etree

from flows.agreements.wording_versions import wording_versions
from flows.documents.wording import FixedText, compare, fixed_text_of, read_fixed_text
from tests.templates.official import OFFICIAL, Official
from tests.templates.parts import W
from tests.templates.repacked import repacked, xml_parts

SEEDS = 5
READ = ("word/document.xml", "word/footer1.xml", "word/footnotes.xml")
Mutation = Callable[[random.Random, list[etree._Element]], None]


@cache
def wanted(official: Official) -> FixedText:
    """Return the official wording."""
    return read_fixed_text(wording_versions([official.template.parent])[1].text)


def a_text(chance: random.Random, roots: list[etree._Element]) -> etree._Element:
    """Return a piece of text with three words or more, from any of the parts."""
    return chance.choice([t for root in roots for t in root.iter(f"{W}t") if len((t.text or "").split()) >= 3])


def word_changed(chance: random.Random, roots: list[etree._Element]) -> None:
    """Change one letter of a word."""
    text = a_text(chance, roots)
    places = [place for place, sign in enumerate(text.text or "") if sign.isalnum()]
    place = chance.choice(places)
    text.text = f"{(text.text or '')[:place]}Q{(text.text or '')[place + 1 :]}"


def word_removed(chance: random.Random, roots: list[etree._Element]) -> None:
    """Take a word out."""
    text = a_text(chance, roots)
    words = (text.text or "").split(" ")
    words.remove(chance.choice([word for word in words if word]))
    text.text = " ".join(words)


def word_added(chance: random.Random, roots: list[etree._Element]) -> None:
    """Put «ikke» in."""
    text = a_text(chance, roots)
    words = (text.text or "").split(" ")
    words.insert(chance.randrange(len(words)), "ikke")
    text.text = " ".join(words)


def words_swapped(chance: random.Random, roots: list[etree._Element]) -> None:
    """Put the first words of a text at its end."""
    text = a_text(chance, roots)
    first, rest = (text.text or "").strip().split(" ", 1)
    text.text = f"{rest} {first}"


def paragraph_removed(chance: random.Random, roots: list[etree._Element]) -> None:
    """Take a paragraph's text out."""
    for run in list(above(a_text(chance, roots), "p").iter(f"{W}r")):
        run.getparent().remove(run)  # type: ignore[union-attr]


def paragraph_moved(chance: random.Random, roots: list[etree._Element]) -> None:
    """Put a paragraph of the body where another stands, and that one in its place."""
    body = roots[0].find(f"{W}body")
    assert body is not None
    one, other = chance.sample([p for p in body.findall(f"{W}p") if len("".join(map(str, p.itertext()))) > 20], 2)
    place, there = body.index(one), body.index(other)
    body[place], body[there] = other, etree.Element(f"{W}p")
    body[there] = one


def run_hidden(chance: random.Random, roots: list[etree._Element]) -> None:
    """Hide a run in one of the ways in which text is hidden."""
    properties = ("<w:vanish/>", '<w:color w:val="FFFFFF"/>', '<w:sz w:val="2"/>', "<w:strike/>")
    run = above(a_text(chance, roots), "r")
    if (old := run.find(f"{W}rPr")) is not None:
        run.remove(old)
    run.insert(0, etree.fromstring(f'<w:rPr xmlns:w="{W[1:-1]}">{chance.choice(properties)}</w:rPr>'))


def field_swapped(chance: random.Random, roots: list[etree._Element]) -> None:
    """Put another field in a field's place."""
    tags = [t for root in roots for t in root.iter(f"{W}t") if (t.text or "").startswith("{{")]
    one, other = chance.sample(tags, 2)
    if one.text == other.text:
        one.text = "{{ arbeidssted_2 }}"
    one.text, other.text = other.text, one.text


def condition_around(chance: random.Random, roots: list[etree._Element]) -> None:
    """Print a text on a condition only."""
    text = a_text(chance, roots)
    text.text = f"{{% if {chance.choice(['false', 'lege_navn', 'not 1'])} %}}{text.text}{{% endif %}}"


def spaces_otherwise(chance: random.Random, roots: list[etree._Element]) -> None:
    """Write spaces, hyphens within words and letters with accents in other ways."""
    text = a_text(chance, roots)
    words = [
        word if len(word) < 8 or "{" in word else f"{word[:4]}\u00ad{word[4:]}" for word in (text.text or "").split(" ")
    ]
    text.text = chance.choice(["\u00a0", "  ", "\u2009"]).join(words).replace("å", "a\u030a")


def run_divided(chance: random.Random, roots: list[etree._Element]) -> None:
    """Divide a run anywhere, with what Word leaves between its pieces, and format one of them."""
    text = a_text(chance, roots)
    run, whole = above(text, "r"), text.text or ""
    place = chance.randrange(1, len(whole))
    rest = etree.fromstring(
        f'<w:r xmlns:w="{W[1:-1]}"><w:rPr><w:b/><w:i/><w:color w:val="1F3864"/></w:rPr><w:lastRenderedPageBreak/>'
        '<w:t xml:space="preserve"/></w:r>'
    )
    rest[2].text, text.text = whole[place:], whole[:place]
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.addnext(rest)
    run.addnext(etree.fromstring(f'<w:proofErr xmlns:w="{W[1:-1]}" w:type="spellStart"/>'))
    run.addnext(etree.fromstring(f'<w:bookmarkStart xmlns:w="{W[1:-1]}" w:id="99" w:name="_GoBack"/>'))


def paragraph_divided(chance: random.Random, roots: list[etree._Element]) -> None:
    """Begin a new paragraph after a sentence."""
    body = roots[0].find(f"{W}body")
    assert body is not None
    plain = [p for p in body.findall(f"{W}p") if len(p) == 1 and ". " in (p[0].findtext(f"{W}t") or "")]
    paragraph = chance.choice(plain)
    first, rest = (paragraph[0].findtext(f"{W}t") or "").split(". ", 1)
    paragraph[0].find(f"{W}t").text = first + "."  # type: ignore[union-attr]
    new = etree.fromstring(f'<w:p xmlns:w="{W[1:-1]}"><w:r><w:t/></w:r></w:p>')
    new[0][0].text = rest
    paragraph.addnext(new)


def above(element: etree._Element, name: str) -> etree._Element:
    """Return the element of that name around another."""
    return next(element.iterancestors(f"{W}{name}"))


SAYS_OTHERWISE: tuple[Mutation, ...] = (
    *(word_changed, word_removed, word_added, words_swapped, paragraph_removed, paragraph_moved, run_hidden),
    *(field_swapped, condition_around),
)
LOOKS_OTHERWISE: tuple[Mutation, ...] = (spaces_otherwise, run_divided, paragraph_divided)
both = pytest.mark.parametrize("official", OFFICIAL, ids=lambda official: official.name)


def mutated(official: Official, mutation: Mutation, seed: int) -> bytes:
    """Return the template with one change; the same seed gives the same."""
    parts = xml_parts(official.template)
    mutation(random.Random(f"{mutation.__name__} {seed}"), [parts[name] for name in READ if name in parts])
    return repacked(official.template, parts)


@both
@pytest.mark.parametrize("mutation", SAYS_OTHERWISE, ids=lambda one: one.__name__)
def test_what_says_otherwise_is_found(official: Official, mutation: Mutation) -> None:
    """Each change is named, in few words, and with a place."""
    for seed in range(SEEDS):
        found = compare(wanted(official), fixed_text_of(mutated(official, mutation, seed)))
        assert found, seed
        assert all(one.place and (one.official or one.template) for one in found)
        assert len(found) <= 12


@both
@pytest.mark.parametrize("mutation", LOOKS_OTHERWISE, ids=lambda one: one.__name__)
def test_what_only_looks_otherwise_is_not(official: Official, mutation: Mutation) -> None:
    """Coordinators may format as they like."""
    for seed in range(SEEDS):
        assert compare(wanted(official), fixed_text_of(mutated(official, mutation, seed))) == []
