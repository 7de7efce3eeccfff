"""Hold what the readers of one part share: its relationships, styles, numbering, fields and losses."""

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
    showing: bool = False  # past `separate`: what comes now is its result
    filled: bool = False  # whether its result shows anything
    collected: list[Inline] | None = None  # the result of a link, gathered until its end


@dataclass
class Story:
    """One part that holds blocks: the main document, a header, a footer, the footnotes.

    `blocks` reads the block elements among what it is given. It is handed in because paragraphs hold notes, and cells
    paragraphs.
    """

    package: Package
    part: str
    styles: Styles
    numbering: Numbering
    lost: list[Loss]
    media: dict[str, bytes]  # the pictures that are shown, by part name
    notes: dict[str, int]  # how many footnotes and endnotes have been met
    blocks: "Callable[[Iterable[etree._Element], Story, Properties | None, Properties | None], tuple[Block, ...]]"
    paragraph: int = 0
    fields: list[OpenField] = field(default_factory=list)
    note_label: str = ""  # inside a note: its own label
    note_forms: Mapping[str, str] = field(default_factory=dict)  # number formats of footnotes and endnotes
    grid: float = 0.0  # the pitch of the lines of the section that is read; 0 where it has none
    room: float = 0.0  # how wide the column or cell is that is read, in points; 0 where that is not known
    framed: bool = False  # whether paragraphs of text frames have been met
    endnotes: list[Block] = field(default_factory=list)  # the endnotes met so far
    chunks: list[int] = field(default_factory=lambda: [0])  # how many documents within this one have been met

    def lose(self, what: str) -> None:
        """Record a construct that will not be shown, once a paragraph."""
        name = self.part.rsplit("/", 1)[-1].removesuffix(".xml")
        loss = Loss(what, _("{part}, paragraph {number}").format(part=name, number=self.paragraph))
        if loss not in self.lost:
            self.lost.append(loss)

    def within(self, part: str, note_label: str = "") -> "Story":
        """Return the story of another part of the same document."""
        return Story(
            self.package, part, self.styles, self.numbering, self.lost, self.media, self.notes, self.blocks,
            note_label=note_label, note_forms=self.note_forms, endnotes=self.endnotes, chunks=self.chunks,
            room=self.room,
        )  # fmt: skip

    def aside(self, room: float) -> "Story":
        """Return the story of a text box that is `room` wide inside: of the same part, but with fields of its own."""
        found = self.within(self.part, self.note_label)
        found.room = max(room, 0.0)
        found.paragraph = self.paragraph
        return found
