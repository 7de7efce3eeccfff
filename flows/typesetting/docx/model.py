"""Model a document that has been read: sections of paragraphs and tables, with every property resolved.

All lengths are in points; colours are six hexadecimal digits. The HTML writer needs only this module and
`text_formatting`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from flows.typesetting.docx.text_formatting import Borders, Line, ParagraphFormat, RunFormat, TabStop

#: Page number of this page, pages in all, pages in this section.
Counter = Literal["PAGE", "NUMPAGES", "SECTIONPAGES"]


@dataclass(frozen=True, slots=True)
class Loss:
    """A construct that the PDF will not show: what it is, and where (part and paragraph number)."""

    what: str
    where: str

    def __str__(self) -> str:
        """Return both, as people read it."""
        return f"{self.what} ({self.where})"


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text of one format."""

    text: str
    format: RunFormat


@dataclass(frozen=True, slots=True)
class Tab:
    """A move to the next tab stop; a position tab carries its own stop."""

    format: RunFormat
    stop: TabStop | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """A new line, column or page inside a paragraph."""

    kind: Literal["line", "column", "page"]


@dataclass(frozen=True, slots=True)
class Field:
    """A number that only the typesetter knows; `form` is Word's number format, or empty where its section says it."""

    counter: Counter
    format: RunFormat
    form: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the line: part name, size, and the text for those who cannot see it (empty: decoration)."""

    part: str
    width: float
    height: float
    alternative: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a box stands: in the line, alone between lines, beside the text, or free of it (over or behind it).

    `x` counts from what `across` names, `y` from what `down` names; an alignment stands in for either, or a share of
    the room there. `left`, `right`, `top` and `bottom` are the margins at those sides.
    """

    flow: Literal["inline", "alone", "beside", "free"]
    x: float = 0.0
    y: float = 0.0
    across: Literal["column", "page", "left", "right"] = "column"
    down: Literal["paragraph", "margin", "page", "top", "bottom"] = "paragraph"
    align_x: Literal["", "left", "center", "right", "top", "bottom"] = ""
    align_y: Literal["", "left", "center", "right", "top", "bottom"] = ""
    behind: bool = False
    gap: float = 9.0  # between it and the text beside it
    share_x: float = 0.0
    share_y: float = 0.0


@dataclass(frozen=True, slots=True)
class Box:
    """A text box, shape or floating picture; one that holds nothing keeps the room of what could not be read."""

    blocks: "tuple[Block, ...]"
    width: float
    height: float
    place: Place
    padding: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # top, right, bottom, left
    fill: str = ""
    line: Line | None = None
    picture: Picture | None = None
    stretched: bool = False  # as wide as the column
    framed: bool = False  # a text frame: without a width of its own it is as wide as its lines
    hanging: bool = False  # left of the text
    ground: str = ""  # the name of a picture behind what it holds, which reaches out by `around`
    around: float = 0.0
    vertical: Literal["top", "middle", "bottom"] = "top"  # where its text stands


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A named place."""

    name: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an address, or to a bookmark with `#name`."""

    target: str
    children: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote at its place of reference."""

    label: str
    format: RunFormat
    blocks: "tuple[Block, ...]"


@dataclass(frozen=True, slots=True)
class Stack:
    """Lines above each other within a line, as in a fraction, with a rule beside them where there is one."""

    rows: "tuple[tuple[Inline, ...], ...]"
    align: Literal["center", "left"] = "center"
    rule: Literal["", "above", "between", "below", "around"] = ""
    raised: float = 0.0


Inline: TypeAlias = Text | Tab | Break | Field | Picture | Box | Bookmark | Link | Note | Stack


@dataclass(frozen=True, slots=True)
class Label:
    """A list label: its text and look, what follows it, and which list and level it belongs to."""

    text: str
    format: RunFormat
    suffix: Literal["tab", "space", "nothing"]
    align: str
    list: int
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `mark` is the format of its end mark, which gives an empty paragraph its height.

    One that is `hidden` shows nothing and takes no room; at most it has bookmarks.
    """

    style: str
    format: ParagraphFormat
    mark: RunFormat
    inlines: tuple[Inline, ...]
    label: Label | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; `columns` and `rows` are how many of each it spans."""

    blocks: "tuple[Block, ...]"
    width: float
    columns: int
    rows: int
    borders: Borders
    shade: str
    vertical: Literal["top", "middle", "bottom"]
    padding: tuple[float, float, float, float]  # top, right, bottom, left
    turned: Literal["", "up", "down"] = ""  # which way its lines run


@dataclass(frozen=True, slots=True)
class Row:
    """A row; `skipped` grid columns stand empty before its first cell."""

    cells: tuple[Cell, ...]
    height: float
    height_rule: Literal["auto", "exact", "atLeast"]
    header: bool
    whole: bool  # does not break across pages
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the widths of its grid, and its rows. `row_headers`: the first column heads the rows."""

    grid: tuple[float, ...]
    rows: tuple[Row, ...]
    align: str
    indent: float
    row_headers: bool
    leftward: bool = False  # its first column is the rightmost
    hung: bool = False  # its text, rather than its border, stands at the indent


Block: TypeAlias = Paragraph | Table


@dataclass(frozen=True, slots=True)
class LineNumbers:
    """How the lines of a section are numbered: which ones show it, from what number on, how far from the text."""

    every: int
    first: int
    distance: float
    restart: Literal["newPage", "newSection", "continuous"]
    format: RunFormat


@dataclass(frozen=True, slots=True)
class Section:
    """Pages of one size; headers and footers by kind: default, first, even (absent: empty)."""

    blocks: tuple[Block, ...]
    start: Literal["nextPage", "continuous", "oddPage", "evenPage", "nextColumn"]
    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float
    header_distance: float
    footer_distance: float
    headers: Mapping[str, tuple[Block, ...]]
    footers: Mapping[str, tuple[Block, ...]]
    different_first: bool
    first_number: int | None
    number_format: str
    columns: int = 1
    gap: float = 36.0  # between columns
    line_numbers: LineNumbers | None = None
    frame: str = ""  # the picture of the lines around its pages
    framed: Literal["allPages", "firstPage", "notFirstPage"] = "allPages"


@dataclass(frozen=True, slots=True)
class Document:
    """A document that has been read. `media` gives a picture's bytes by part name."""

    title: str
    sections: tuple[Section, ...]
    different_even: bool
    adding_space: bool  # space after and space before add up, rather than the larger counting
    html_space: bool  # automatic space is none at either end of a cell, as in HTML
    tab_width: float
    language: str  # of text that says no other
    media: Mapping[str, bytes] = field(repr=False)
    lost: tuple[Loss, ...] = ()
    endnotes: tuple[Block, ...] = ()
    paper: str = ""  # the colour of its pages
    mirrored: bool = False  # left and right margins change places on even pages
