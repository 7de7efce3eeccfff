"""Compare the fixed text of a template with the official wording, sentence by sentence."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import Enum, auto
from itertools import zip_longest

from flows.documents.wording.fixed_text import FixedText, HiddenText, Sentence, StoryKind, fold, is_tag, sentences
from flows.language import translate as _

#: How alike two sentences are, as a share of their words, to be one that was changed.
_ALIKE = 0.5
#: How alike two stretches are in which sentences were joined or divided.
_NEARLY_SAME = 0.85
#: Changes in a sentence beyond which it is shown whole.
_MOST_CHANGES = 3
#: Pairs of sentences, and words, up to which stretches are compared word by word.
_MOST_PAIRS, _MOST_WORDS = 3000, 4000
_END = ".,;:!?"


class DeviationKind(Enum):
    """How a template differs from the official wording."""

    CHANGED = auto()
    MISSING = auto()
    ADDED = auto()
    MOVED = auto()


@dataclass(frozen=True, slots=True)
class Deviation:
    """One difference: the words of the official text and those of the template, and where (a clause, a footnote…).

    `note` says more where it is known: why the words are not seen, or where they stand.
    """

    kind: DeviationKind
    place: str
    official: str = ""
    template: str = ""
    note: str = ""

    def __str__(self) -> str:
        """Return the difference as a sentence, without its place."""
        sentence = {
            DeviationKind.CHANGED: _("The official wording is changed: «{official}» → «{template}»"),
            DeviationKind.MISSING: _("A sentence of the official wording is missing: «{official}»")
            if not is_tag(self.official)
            else _("A field of the official template is missing: {official}"),
            DeviationKind.ADDED: _("The official wording does not have: «{template}»"),
            DeviationKind.MOVED: _("A sentence of the official wording stands elsewhere: «{official}»"),
        }[self.kind]
        said = sentence.format(official=self.official, template=self.template)
        return f"{said} ({self.note})" if self.note else said


def compare(official: FixedText, template: FixedText) -> list[Deviation]:
    """Return every difference of a template's fixed text from the official wording, in the order of the latter."""
    found = list(_differences(official.body, template.body, "", template.hidden))
    for kind in [kind for kind in StoryKind if kind != StoryKind.LINKS]:
        wanted, has = [one.blocks for one in official.of(kind)], [one.blocks for one in template.of(kind)]
        if kind in (StoryKind.HEADER, StoryKind.FOOTER):  # each page has one of them, whichever sections there are
            has = [blocks for blocks in has if not any(_same(blocks, each) for each in wanted)]
            wanted = wanted[:1] * len(has) if template.of(kind) else wanted
        for number, ours, theirs in _pairs_of_stories(wanted, has):
            found += _differences(ours, theirs, _place_of(kind, number + 1), template.hidden)
    return [*_with_moves(found), *_other_links(official, template), *_unseen(template.hidden, found)]


def _unseen(hidden: Sequence[HiddenText], found: Sequence[Deviation]) -> Iterator[Deviation]:
    """Yield words that nobody sees and that stay in the file, but those that tell why official words are missing."""
    said = {word for one in found if one.kind != DeviationKind.ADDED for word in one.official.split()}
    for each in hidden:
        words = {word.rstrip(_END) for word in fold(each.text).split() if not is_tag(word)}
        if any(map(str.isalpha, "".join(words))) and not words <= {word.rstrip(_END) for word in said}:
            yield Deviation(
                DeviationKind.ADDED, _("words that nobody sees"), template=each.text.strip(), note=each.reason
            )


def _other_links(official: FixedText, template: FixedText) -> Iterator[Deviation]:
    """Yield the addresses that only the template leads to; words need not be links, which on paper they are not."""
    allowed = {address for story in official.of(StoryKind.LINKS) for address in story.blocks}
    for story in template.of(StoryKind.LINKS):
        for address in story.blocks:
            if address not in allowed:
                yield Deviation(DeviationKind.ADDED, _("a link"), template=address)


def _pairs_of_stories(
    wanted: Sequence[tuple[str, ...]], has: Sequence[tuple[str, ...]]
) -> Iterator[tuple[int, tuple[str, ...], tuple[str, ...]]]:
    """Yield which story to compare with which, with its number, so that one that is missing shifts none of the rest."""
    codes = SequenceMatcher(None, wanted, has, autojunk=False).get_opcodes()
    for tag, start, end, other_start, other_end in codes:
        if tag != "equal":
            pairs = zip_longest(wanted[start:end], has[other_start:other_end], fillvalue=())
            yield from ((start + number, ours, theirs) for number, (ours, theirs) in enumerate(pairs))


def _same(some: Sequence[str], others: Sequence[str]) -> bool:
    return _words(sentences(some)) == _words(sentences(others))


def _place_of(kind: StoryKind, number: int) -> str:
    return {
        StoryKind.HEADER: _("the page header"),
        StoryKind.FOOTER: _("the page footer"),
        StoryKind.FOOTNOTE: _("footnote {number}"),
        StoryKind.ENDNOTE: _("endnote {number}"),
        StoryKind.BOX: _("a text box"),
    }[kind].format(number=number)


def _differences(
    official: Sequence[str], template: Sequence[str], place: str, hidden: Sequence[HiddenText]
) -> Iterator[Deviation]:
    """Yield the differences of one story; without a `place` they are named by clause."""
    wanted, has = sentences(official), sentences(template)
    if _words(wanted) == _words(has):
        return
    matcher = SequenceMatcher(None, [one.words for one in wanted], [one.words for one in has], autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag != "equal":
            clause = wanted[min(start, len(wanted) - 1)].clause if wanted else ""
            if start == end and start:
                clause = wanted[start - 1].clause
            where = place or _clause(clause)
            for found in _stretch(wanted[start:end], has[other_start:other_end], where):
                yield _explained(found, hidden)


def _clause(clause: str) -> str:
    return _("clause {number}").format(number=clause) if clause else _("the beginning")


def _stretch(wanted: Sequence[Sentence], has: Sequence[Sentence], place: str) -> Iterator[Deviation]:
    """Yield the differences of two stretches in which no sentence is the same."""
    ours, theirs = _words(wanted), _words(has)
    if ours == theirs:  # only divided into paragraphs otherwise
        return
    small = len(ours) + len(theirs) <= _MOST_WORDS
    if len(wanted) == len(has) == 1:
        yield from _changes(wanted[0], has[0], place)
        return
    if small and len(wanted) != len(has) and _alike(ours, theirs) >= _NEARLY_SAME:
        yield from _word_changes(ours, theirs, place)
        return
    pairs = _pairs(wanted, has) if small and len(wanted) * len(has) <= _MOST_PAIRS else {}
    taken = set(pairs.values())
    for place_of, one in enumerate(wanted):
        where = _clause(one.clause) if place.startswith(_clause(wanted[0].clause)) else place
        if place_of in pairs:
            yield from _changes(one, has[pairs[place_of]], where)
        else:
            yield Deviation(DeviationKind.MISSING, where, official=str(one))
    for number, other in enumerate(has):
        if number not in taken:
            yield Deviation(DeviationKind.ADDED, place, template=str(other))


def _pairs(wanted: Sequence[Sentence], has: Sequence[Sentence]) -> dict[int, int]:
    """Return which sentence became which: the most alike first, none twice, and never across each other."""
    scored = [
        (_alike(one.words, other.words), -abs(i - j), i, j)
        for i, one in enumerate(wanted)
        for j, other in enumerate(has)
    ]
    found: dict[int, int] = {}
    for score, _distance, i, j in sorted(scored, reverse=True):
        if score < _ALIKE:
            break
        if i not in found and all((a < i) == (b < j) and b != j for a, b in found.items()):
            found[i] = j
    return found


def _changes(one: Sentence, other: Sentence, place: str) -> Iterator[Deviation]:
    """Yield what was changed in a sentence; the whole of it where that is much."""
    if _alike(one.words, other.words) < _ALIKE and min(len(one.words), len(other.words)) > 2:
        yield Deviation(DeviationKind.MISSING, place, official=str(one))
        yield Deviation(DeviationKind.ADDED, place, template=str(other))
        return
    yield from _word_changes(one.words, other.words, place)


def _word_changes(ours: Sequence[str], theirs: Sequence[str], place: str) -> Iterator[Deviation]:
    codes = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    changed = [code for code in codes if code[0] != "equal"]
    if len(changed) > _MOST_CHANGES:
        yield _changed(" ".join(ours), " ".join(theirs), place)
        return
    for tag, start, end, other_start, other_end in changed:
        before, after = int(tag != "replace"), 1
        if tag == "replace" and end == len(ours):
            before = 1
        first, last = max(start - before, 0), end + after
        first_other, last_other = max(other_start - before, 0), other_end + after
        yield _changed(" ".join(ours[first:last]), " ".join(theirs[first_other:last_other]), place)


def _changed(official: str, template: str, place: str) -> Deviation:
    """Return a change, with what tells characters apart that look alike."""
    while official[-1:] == template[-1:] != "" and official[-1] in _END:
        official, template = official[:-1], template[:-1]
    strange = [sign for sign in dict.fromkeys(template) if sign not in official and not _is_usual(sign)]
    note = ", ".join(f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".strip() for sign in strange[:3])
    return Deviation(DeviationKind.CHANGED, place, official, template, note)


def _is_usual(sign: str) -> bool:
    return ord(sign) < 0x180 or sign in "–—«»“”„‘’…•"


def _explained(deviation: Deviation, hidden: Sequence[HiddenText]) -> Deviation:
    """Return a difference with the reason why the words are not seen, where they stand in the template all the same."""
    if deviation.note or not deviation.official:
        return deviation
    missing = set(deviation.official.split()) - set(deviation.template.split())
    for each in hidden:
        if missing and missing <= {word for text in fold(each.text).split() for word in (text, text.rstrip(_END))}:
            return replace(deviation, note=_("it stands in the template, but {reason}").format(reason=each.reason))
    return deviation


def _with_moves(found: Sequence[Deviation]) -> list[Deviation]:
    """Return differences in which a sentence that is missing here and added there is one that was moved."""
    added = {one.template: one for one in found if one.kind == DeviationKind.ADDED}
    missing = {one.official for one in found if one.kind == DeviationKind.MISSING}
    moved = added.keys() & missing
    result = []
    for one in found:
        if one.kind == DeviationKind.MISSING and one.official in moved:
            note = _("now in {place}").format(place=added[one.official].place)
            one = replace(one, kind=DeviationKind.MOVED, note=note)
        elif one.kind == DeviationKind.ADDED and one.template in moved:
            continue
        result.append(one)
    return result


def _alike(ours: Sequence[str], theirs: Sequence[str]) -> float:
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    return 0.0 if matcher.quick_ratio() < _ALIKE else matcher.ratio()


def _words(parts: Sequence[Sentence]) -> tuple[str, ...]:
    return tuple(word for part in parts for word in part.words)
