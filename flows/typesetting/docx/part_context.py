"""The state that the readers of one part share: relationships, styles, numbering, fields and losses."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from flows.language import translate as _
from flows.typesetting.docx.model import Block, Inline, Loss
from flows.typesetting.docx.numbering import Numbering
from flows.typesetting.docx.package import Package
from flows.typesetting.docx.properties import Properties
from flows.typesetting.docx.styles import Styles


@dataclass
class OpenField:
    """A complex field (17.16.18) between its begin and its end."""

    instruction: str = ""
    showing: bool = False  # past `separate`: what follows is its result
    filled: bool = False  # whether its result shows anything
    collected: list[Inline] | None = None  # the result of a link, collected until its end


@dataclass
class Story:
    """One part with block content: the main document, a header, a footer, the footnotes.

    `blocks` reads block elements. It is passed in because paragraphs contain notes, and cells paragraphs.
    """

    package: Package
    part: str
    styles: Styles
    numbering: Numbering
    lost: list[Loss]
    media: dict[str, bytes]  # the pictures that are shown, by part name
    notes: dict[str, int]  # number of footnotes and endnotes so far
    blocks: "Callable[[Iterable[etree._Element], Story, Properties | None, Properties | None], tuple[Block, ...]]"
    paragraph: int = 0
    fields: list[OpenField] = field(default_factory=list)
    note_label: str = ""  # inside a note: its own label
    note_forms: Mapping[str, str] = field(default_factory=dict)  # number formats of footnotes and endnotes
    grid: float = 0.0  # line pitch of the current section; 0 without a grid
    room: float = 0.0  # width of the current column or cell, in points; 0 if unknown
    endnotes: list[Block] = field(default_factory=list)  # the endnotes so far
    chunks: list[int] = field(default_factory=lambda: [0])  # number of embedded documents so far

    def lose(self, what: str) -> None:
        """Record a construct that is not shown, once per paragraph."""
        name = self.part.rsplit("/", 1)[-1].removesuffix(".xml")
        loss = Loss(what, _("{part}, paragraph {number}").format(part=name, number=self.paragraph))
        if loss not in self.lost:
            self.lost.append(loss)

    def within(self, part: str, note_label: str = "") -> "Story":
        """Return the context of another part of the same document."""
        return Story(
            self.package, part, self.styles, self.numbering, self.lost, self.media, self.notes, self.blocks,
            note_label=note_label, note_forms=self.note_forms, endnotes=self.endnotes, chunks=self.chunks,
            room=self.room,
        )  # fmt: skip

    def aside(self, room: float) -> "Story":
        """Return the context of a text box of inner width `room`: the same part, with its own fields."""
        found = self.within(self.part, self.note_label)
        found.room = max(room, 0.0)
        found.paragraph = self.paragraph
        return found
