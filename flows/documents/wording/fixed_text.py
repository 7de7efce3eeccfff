"""The fixed text of a template, as words to compare and as the plain text file that lies beside the template.

The file is UTF-8, one paragraph a line; empty lines mean nothing. The body comes first, then sections under a heading
in square brackets: `[Topptekst]`, `[Bunntekst]`, `[Fotnote 1]`, `[Sluttnote 1]`, `[Tekstboks]`, and `[Lenker]` with the
addresses that words may lead to. Fields stand as in the template (`{{ lege_navn }}`), page numbers as Word's field
codes (`{PAGE}`), a note's mark as its number in square brackets, and every bullet as `•`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from flows.documents.run_text import TAG

#: What is not seen: soft hyphens, signs that allow or forbid a line break, marks of byte order.
_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_HYPHENS = {0x2010: "-", 0x2011: "-"}
#: A word, or a tag with what stands at it without a space between.
_WORD = re.compile(rf"(?:{TAG.pattern}|\S)+", re.DOTALL)
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'"})
_BULLET = re.compile(r"^[-–•▪◦·*‣●○■□➢]\s+(?=\S)")
_SENTENCE_END = re.compile(r"(?<=[.!?:;]) +(?=[\"«(§{•]?[A-ZÆØÅ\d{])")
_SECTION = re.compile(r"\[(Topptekst|Bunntekst|Fotnote|Sluttnote|Tekstboks|Lenker)(?: (\d+))?\]", re.IGNORECASE)
_HEADING = re.compile(r"(\d+(?:\.\d+)*)\.? +[A-ZÆØÅ]")
#: Words that a heading has at most; a longer paragraph that begins with a number is no heading.
_LONGEST_HEADING = 25


class StoryKind(Enum):
    """A run of text beside the body; the value is its heading in the file."""

    HEADER = "Topptekst"
    FOOTER = "Bunntekst"
    FOOTNOTE = "Fotnote"
    ENDNOTE = "Sluttnote"
    BOX = "Tekstboks"
    LINKS = "Lenker"


@dataclass(frozen=True, slots=True)
class Story:
    """A text beside the body: notes are numbered from 1 in the order of their marks, other kinds as they come."""

    kind: StoryKind
    number: int
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HiddenText:
    """Text that stands in a template and is not seen on its page, and why not (a sentence's end in Norwegian)."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class FixedText:
    """What a template always prints: the paragraphs of the body and of what stands beside it, with fields as tags."""

    body: tuple[str, ...]
    stories: tuple[Story, ...] = ()
    hidden: tuple[HiddenText, ...] = ()

    def of(self, kind: StoryKind) -> tuple[Story, ...]:
        """Return the stories of a kind."""
        return tuple(story for story in self.stories if story.kind == kind)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, heading or list item: its words, and the number of the clause that it stands in (or nothing)."""

    words: tuple[str, ...]
    clause: str

    def __str__(self) -> str:
        """Return the sentence as it is read."""
        return " ".join(self.words)


def fold(text: str) -> str:
    """Return a text in composed Unicode, with plain single spaces and hyphens, and without invisible signs."""
    text = unicodedata.normalize("NFC", text).translate(_INVISIBLE).translate(_HYPHENS)
    return re.sub(r"\s+", " ", text).strip()


def fold_block(text: str) -> str:
    """Return a paragraph folded, with its tags written in one way and a bullet at its beginning as `•`."""
    return _BULLET.sub("• ", fold(TAG.sub(lambda tag: plain_tag(tag[0]), text)))


def plain_tag(tag: str) -> str:
    """Return a tag with single spaces and straight quotes; where it stands alone (`{%p if … %}`) makes no difference.

    Signs that take white space away (`{%-`) stay, since they change what is printed.
    """
    opening, inside, closing = tag[:2], tag[2:-2].translate(_STRAIGHT), tag[-2:]
    if opening == "{%":
        inside = re.sub(r"^(?:p|tr|tc|r)(?=\s)", "", inside)
    sign = inside[:1] if inside[:1] in "-+" else ""
    last = inside[-1:] if inside[-1:] in "-+" and len(inside) > 1 else ""
    inside = inside[len(sign) : len(inside) - len(last)]
    return f"{opening}{sign} {' '.join(inside.split())} {last}{closing}"


def tags_in(text: str) -> list[str]:
    """Return the tags of a text, each written in one way."""
    return [plain_tag(tag) for tag in TAG.findall(text)]


def is_tag(text: str) -> bool:
    """Return whether a text is one tag and nothing else."""
    return TAG.fullmatch(text) is not None


def sentences(blocks: Iterable[str]) -> list[Sentence]:
    """Return the sentences of paragraphs, each with the clause that it stands in."""
    found: list[Sentence] = []
    clause = ""
    for block in blocks:
        heading = _HEADING.match(block)
        if heading and len(block.split()) <= _LONGEST_HEADING and not block.endswith("."):
            clause = heading[1]
        parts = (tuple(_WORD.findall(text)) for text in _SENTENCE_END.split(block))
        found += [Sentence(words, clause) for words in parts if words]
    return found


def read_fixed_text(text: str) -> FixedText:
    """Return the fixed text that a wording file holds."""
    body: list[str] = []
    sections: list[tuple[StoryKind, list[str]]] = []
    for line in text.splitlines():
        if section := _SECTION.fullmatch(line.strip()):
            sections.append((StoryKind(section[1].capitalize()), []))
        elif block := fold_block(line):
            (sections[-1][1] if sections else body).append(block)
    counts: Counter[StoryKind] = Counter()
    stories = []
    for kind, blocks in sections:
        counts[kind] += 1
        stories.append(Story(kind, counts[kind], tuple(blocks)))
    return FixedText(tuple(body), tuple(stories))


def write_fixed_text(text: FixedText) -> str:
    """Return the wording file of a fixed text; reading it gives the same text."""
    lines = list(_spaced(text.body))
    for kind in StoryKind:
        for story in text.of(kind):
            numbered = kind in (StoryKind.FOOTNOTE, StoryKind.ENDNOTE)
            lines += ["", f"[{kind.value} {story.number}]" if numbered else f"[{kind.value}]", "", *story.blocks]
    return "\n".join(lines) + "\n"


def _spaced(blocks: Iterable[str]) -> Iterator[str]:
    """Yield paragraphs with empty lines between them, but for the items of a list and the field of a label."""
    before = ""
    for block in blocks:
        together = block.startswith("{{") or (block.startswith("•") and before.startswith("•"))
        if before and not together:
            yield ""
        yield block
        before = block
