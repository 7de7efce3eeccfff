"""Read the guides for users, and search them.

In: the Markdown files of `docs/guides/`, which come with the program. Out: HTML in the markup of the workplace, and the
sections in which words stand. The guides are ours: raw HTML in them is not let through all the same.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER = Path(__file__).parents[2] / "guides"
PICTURES = Path(__file__).parent / "assets" / "pictures"
"""Where `make docs-pictures` puts what it makes from a run; guides are whole without."""
PICTURE = re.compile(r"<!-- picture: ([a-z0-9-]+\.(?:png|svg)) \| (.+?) -->")
"""A picture's place in a guide: its file, and what it shows in words."""
ORDER = (
    "koordinator", "personal", "arkivar", "revisor", "signere", "arbeidsboken", "meldinger", "maler",
    "personopplysninger", "begrensninger", "sammenlikning", "drift-installasjon", "drift-oppgradering",
    "drift-sikkerhetskopi", "drift-sertifikater", "drift-posten", "drift-documenso", "drift-innlogging", "drift-fiks",
    "drift-overvaking", "drift-sikkerhet", "tilgjengelighet",
)  # fmt: skip
"""The guides in the order in which the overview lists them. A translation is called `signere.nn`."""

_CLASSES = {
    "heading_open": "ds-heading", "paragraph_open": "ds-paragraph", "link_open": "ds-link",
    "bullet_list_open": "ds-list", "ordered_list_open": "ds-list", "table_open": "ds-table", "image": "picture",
}  # fmt: skip
_SIZES = {"h1": "lg", "h2": "md", "h3": "sm"}
_ROLES = {"table_open": "table", "tr_open": "row", "th_open": "columnheader", "td_open": "cell"}
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_MOST_SECTIONS = 20


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide: its name in addresses, its language, its title, and its HTML without the page around it."""

    name: str
    language: str
    title: str
    html: str


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a guide in which words were found: where it is, and the text before and after the first of them."""

    guide: Guide
    heading: str
    anchor: str
    text: str


@cache
def guide(name: str) -> Guide | None:
    """Return a guide by the name in its address; None for one that there is not."""
    if name not in names():
        return None
    parser = _parser()
    tokens = parser.parse(_source(name))
    title = next(one.content for before, one in _pairs(tokens) if before.type == "heading_open")
    for before, one in _pairs(tokens):
        if before.type == "heading_open":
            before.attrSet("id", _anchor(one.content))
    language = name.partition(".")[2] or "nb"
    return Guide(name, language, title, parser.renderer.render(_labelled(tokens), parser.options, {}))


@cache
def names() -> tuple[str, ...]:
    """Return the names of all guides: those of `ORDER`, each followed by its translations."""
    there = sorted(path.stem for path in FOLDER.glob("*.md"))
    return tuple(one for first in ORDER for one in there if one.partition(".")[0] == first)


def find(words: str) -> list[Section]:
    """Return the sections in which all the words stand, those whose heading has them first; at most twenty."""
    asked = words.casefold().split()
    if not asked:
        return []
    found = [one for name in names() for one in _sections(name) if _has(one.heading + " " + one.text, asked)]
    found.sort(key=lambda one: not _has(one.heading, asked))
    return [Section(one.guide, one.heading, one.anchor, _around(one.text, asked[0])) for one in found[:_MOST_SECTIONS]]


def _has(text: str, words: Sequence[str]) -> bool:
    return all(word in text.casefold() for word in words)


def _around(text: str, word: str) -> str:
    """Return the 160 characters around a word, or the beginning of the text where it stands in the heading alone."""
    start = max(text.casefold().find(word) - 60, 0)
    cut = text[start : start + 160].strip()
    return ("… " if start else "") + cut + (" …" if start + 160 < len(text) else "")


@cache
def _sections(name: str) -> tuple[Section, ...]:
    shown = guide(name)
    assert shown is not None  # noqa: S101 - the name is one of `names`
    found: list[Section] = []
    heading, lines = shown.title, list[str]()
    for line in [*_source(name).splitlines(), "# "]:
        if line.startswith("#"):
            text = " ".join(" ".join(lines).split())
            if text:
                found.append(Section(shown, heading, _anchor(heading), text))
            heading, lines = line.lstrip("# "), []
        else:
            lines.append(re.sub(r"!\[.*?\]\(.*?\)|\]\([^)]*\)|[*`\[|]|-{3,}", " ", line))
    return tuple(found)


def _source(name: str) -> str:
    written = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    return _COMMENT.sub("", with_pictures(written, PICTURES, "/hjelp/bilder"))


def with_pictures(guide: str, folder: Path, address: str) -> str:
    """Return a guide's Markdown with the pictures that a folder has, at an address; others are left out."""

    def shown(found: re.Match[str]) -> str:
        return f"![{found[2]}]({address}/{found[1]})" if (folder / found[1]).is_file() else ""

    return PICTURE.sub(shown, guide)


def picture(name: str) -> bytes | None:
    """Return a picture of the guides; None for one that there is not."""
    known = PICTURES / name
    return known.read_bytes() if re.fullmatch(r"[a-z0-9-]+\.(png|svg)", name) and known.is_file() else None


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w]+", "-", heading.casefold()).strip("-")


def _pairs(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    return pairwise(tokens)


def _labelled(tokens: list[Token]) -> list[Token]:
    """Give each token its class and role, each cell the heading of its column, and each link its address."""
    heads, column, in_head = list[str](), 0, False
    for before, one in _pairs(tokens):
        for token in (before, *(before.children or ())):
            _dress(token)
        if before.type == "thead_open":
            heads, in_head = [], True
        elif before.type == "tbody_open":
            in_head = False
        elif before.type == "tr_open":
            column = 0
        elif before.type == "th_open":
            before.attrSet("scope", "col")
            heads += [one.content] if in_head else []
        elif before.type == "td_open":
            before.attrSet("data-label", heads[column])
            column += 1
    return tokens


def _dress(token: Token) -> None:
    if name := _CLASSES.get(token.type):
        token.attrSet("class", name)
    if role := _ROLES.get(token.type):
        token.attrSet("role", role)
    if token.type == "table_open":
        token.attrJoin("class", "cards")  # a list of cards on a narrow screen
    if token.type == "heading_open":
        token.attrSet("data-size", _SIZES.get(token.tag, "xs"))
    if token.type == "link_open":
        address = str(token.attrGet("href") or "")
        if re.fullmatch(r"[\w.-]+\.md(#.*)?", address):
            token.attrSet("href", "/hjelp/" + address.replace(".md", "", 1))
        else:
            token.attrSet("rel", "noreferrer")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")

    def cell(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        """Put the content of a cell into one box, so that it stands beside its label on a narrow screen."""
        token = tokens[index]
        opened = str(self.renderToken(tokens, index, options, env))
        return opened + "<span>" if token.nesting == 1 else "</span>" + opened

    parser.add_render_rule("td_open", cell)
    parser.add_render_rule("td_close", cell)
    return parser
