"""What a proof finds, as people read it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flows.documents.proof.folding import folded
from flows.documents.proof.passages import FIGURE, Expected, Passage, passages
from flows.documents.proof.shown_text import Page, Piece
from flows.errors import DocumentRefused
from flows.language import translate as _

#: How many faults are told.
_TOLD = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that a document shows wrongly: what, on which page, and where in the template.

    `words` are the template's, and empty for what is of the case; `value` is then its name in the template. `reason`
    says what hides it, where something does.
    """

    what: str
    page: int
    words: str = ""
    value: str = ""
    place: str = ""
    reason: str = ""
    added: bool = False  # something is there that should not be

    def __str__(self) -> str:
        """Return the fault as people read it."""
        return self.what


class ProofFailed(DocumentRefused):
    """A document that does not show what it must; `faults` say what, and `values` which values of the case."""

    def __init__(self, template: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        values = tuple(dict.fromkeys(fault.value for fault in faults if fault.value))
        told = "; ".join(fault.what for fault in faults[:_TOLD])
        if len(faults) > _TOLD:
            told = _("{faults}; and more").format(faults=told)
        sentence = _("The PDF of {template} does not show what it should, and was not made: {faults}. {advice}")
        super().__init__(sentence.format(template=template, faults=told, advice=_advice(faults)), values)


def _advice(faults: Sequence[Fault]) -> str:
    if any(fault.reason for fault in faults):
        return _("The reason lies in the template: change there how the text looks or where it stands.")
    if all(fault.value for fault in faults):
        return _("The reason lies in these values of the case: shorten them or write them in another way.")
    return _("The reason lies in the template: write this place anew in Word, in simple paragraphs and tables.")


class Report:
    """The faults of a document, as they are found."""

    def __init__(self, expected: Expected, pages: Sequence[Page]) -> None:
        """Begin without faults."""
        self.found: list[Fault] = []
        self._expected = expected
        self._hidden = [piece for page in pages for piece in page.pieces if piece.unseen]

    def lost(self, page: int, lost: Iterable[Passage]) -> None:
        """Tell that passages are not where they should be, which is on a page or before."""
        for passage in lost:
            if passage.rest.strip(FIGURE):
                self._tell(page, passage, _("page {page}: {what} is missing"))

    def differs(self, page: int, passage: Passage, shared: int) -> None:
        """Tell that something else stands where a passage should; they begin alike."""
        advanced = passage if passage.mixed else replace(passage, done=passage.done + shared)
        self._tell(page, advanced, _("page {page}: something else stands in place of {what}"))

    def added(self, pieces: Sequence[Piece], before: Passage | None, after: Passage | None) -> None:
        """Tell that a page shows pieces that should not be there, before or after a passage."""
        page, words = pieces[0].page, " ".join(piece.text.strip() for piece in pieces)
        value = self._of_case(words)
        shown = _("text that holds a value of the case") if value else f"«{short(words)}»"
        what = _("page {page}: {what} stands where neither template nor case has it").format(page=page, what=shown)
        place = ""
        if before is not None:
            place = place_of(before)
            what = _("{what}, before {place}").format(what=what, place=place)
        elif after is not None:
            place = place_of(after)
            what = _("{what}, after {place}").format(what=what, place=place)
        self.found.append(Fault(what, page, "" if value else short(words), "", place, added=True))

    def _of_case(self, words: str) -> bool:
        """Return whether words are of a value, which messages do not repeat."""
        text = folded(words)
        blocks = (*self._expected.body.blocks, *(block for one in self._expected.body.beside for block in one))
        return any(
            (value := one.folded[start:end]) and (value in text or text in value)
            for one in passages(blocks)
            for start, end, _name in one.values
        )

    def _tell(self, page: int, passage: Passage, sentence: str) -> None:
        value = next((name for start, end, name in passage.values if start <= passage.done < end), "")
        hidden = self._hiding(passage)
        words = "" if value else short(_remaining(passage) if hidden is None else hidden.unseen)
        words = words or "".join(passage.formulas[:1])
        named = _("the value {name}").format(name=value) if value else f"«{words}»"
        place = place_of(passage)
        if hidden is None:
            what = f"{sentence.format(page=page, what=named)} ({place})"
            self.found.append(Fault(what, page, words, value, place))
            return
        what = _("page {page}: {what} {reason} ({place})").format(
            page=hidden.page, what=named, reason=hidden.reason, place=place
        )
        self.found.append(Fault(what, hidden.page, words, value, place, hidden.reason))

    def _hiding(self, passage: Passage) -> Piece | None:
        """Return the piece that has most of what is left of a passage, and is not seen."""
        rest = passage.rest.strip(FIGURE)
        hiding = (one for one in self._hidden if (text := folded(one.unseen)) in passage.folded or rest in text)
        return max(hiding, key=lambda one: len(one.unseen), default=None)


def place_of(passage: Passage) -> str:
    """Return where in its template a passage stands: under which heading, in which part and paragraph."""
    place = _("{part}, paragraph {number}").format(part=passage.part, number=passage.number)
    return f"«{short(passage.heading)}», {place}" if passage.heading else place


def _remaining(passage: Passage) -> str:
    """Return the words of a passage from the one in which it goes on."""
    done = 0
    for word in re.finditer(r"\S+", passage.text):
        done += len(folded(word[0]))
        if done > passage.done:
            return passage.text[word.start() :]
    return passage.text


def short(text: str) -> str:
    """Return the first words of a text."""
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:57]}…"
