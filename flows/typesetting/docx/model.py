"""The model of a document: sections of paragraphs and tables, with every property resolved.

All lengths are in points; colours are six hexadecimal digits. The HTML writer needs only this module and
`text_formatting`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from flows.language import translate as _
from flows.typesetting.docx.text_formatting import Borders, Line, ParagraphFormat, RunFormat, TabStop

#: Number of this page, number of pages, number of pages in this section.
Counter = Literal["PAGE", "NUMPAGES", "SECTIONPAGES"]


@dataclass(frozen=True, slots=True)
class Loss:
    """A construct that the PDF does not show: what it is, and where (part and paragraph number)."""

    what: str
    where: str

    def __str__(self) -> str:
        """Return a sentence for people, as a message that can be written in another language later."""
        return _("{what} ({where})").format(what=self.what, where=self.where)


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text of one format."""

    text: str
    format: RunFormat
    flat: bool = False  # its line is as high as without it


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab; a position tab (`w:ptab`) has its own stop."""

    format: RunFormat
    stop: TabStop | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """A break to a new line, column or page inside a paragraph; one to a new line is as high as its format."""

    kind: Literal["line", "column", "page"]
    format: RunFormat | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A page counter; `form` is Word's number format, or empty for the format of the section."""

    counter: Counter
    format: RunFormat
    form: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An inline picture: part name, size and alternative text (empty: decorative).

    `gaps` is the room that its line leaves for a shadow or another effect: top, right, bottom, left.
    """

    part: str
    width: float
    height: float
    alternative: str
    gaps: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Place:
    """The position of a box: inline, between lines, beside the text, or over or behind it.

    `x` is relative to what `across` names, `y` to what `down` names; an alignment or a fraction of the available space
    may replace either. `left`, `right`, `top` and `bottom` are the distances to the text at those sides. `side` is the
    only one on which text goes past; empty, the wider one.
    """

    flow: Literal["inline", "alone", "beside", "free"]
    x: float = 0.0
    y: float = 0.0
    across: Literal["column", "page", "left", "right"] = "column"
    down: Literal["paragraph", "margin", "page", "top", "bottom"] = "paragraph"
    align_x: Literal["", "left", "center", "right", "top", "bottom"] = ""
    align_y: Literal["", "left", "center", "right", "top", "bottom"] = ""
    behind: bool = False
    gaps: tuple[float, float, float, float] = (0.0, 9.0, 0.0, 9.0)  # distances to the text: top, right, bottom, left
    side: Literal["", "left", "right"] = ""
    share_x: float = 0.0
    share_y: float = 0.0
    leading: bool = False  # it is anchored before all text of its page that goes past it


@dataclass(frozen=True, slots=True)
class Box:
    """A text box, shape or floating picture; an empty one keeps the space of content that could not be read."""

    blocks: "tuple[Block, ...]"
    width: float
    height: float
    place: Place
    padding: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # top, right, bottom, left
    fill: str = ""
    line: Line | None = None
    picture: Picture | None = None
    stretched: bool = False  # as wide as the column
    framed: bool = False  # a text frame: without a stated width it is as wide as its lines
    hanging: bool = False  # text indent
    ground: str = ""  # the name of the background picture, which overhangs by `around`
    around: float = 0.0
    vertical: Literal["top", "middle", "bottom"] = "top"  # vertical alignment of its text


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A bookmark: a named position."""

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
    """Stacked lines within a line, as in a fraction, optionally with a rule beside them."""

    rows: "tuple[tuple[Inline, ...], ...]"
    align: Literal["center", "left"] = "center"
    rule: Literal["", "above", "between", "below", "around"] = ""
    raised: float = 0.0


Inline: TypeAlias = Text | Tab | Break | Field | Picture | Box | Bookmark | Link | Note | Stack


@dataclass(frozen=True, slots=True)
class Label:
    """A list label: its text and format, what follows it, its list and level."""

    text: str
    format: RunFormat
    suffix: Literal["tab", "space", "nothing"]
    align: str
    list: int
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `mark` is the format of its end mark, which gives an empty paragraph its height.

    `styled` is the format that text has by the paragraph's style alone. A `hidden` paragraph shows nothing and takes no
    space; at most it has bookmarks.
    """

    style: str
    format: ParagraphFormat
    mark: RunFormat
    inlines: tuple[Inline, ...]
    label: Label | None = None
    hidden: bool = False
    styled: RunFormat | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; `columns` and `rows` are its spans."""

    blocks: "tuple[Block, ...]"
    width: float
    columns: int
    rows: int
    borders: Borders
    shade: str
    vertical: Literal["top", "middle", "bottom"]
    padding: tuple[float, float, float, float]  # top, right, bottom, left
    turned: Literal["", "up", "down"] = ""  # text direction


@dataclass(frozen=True, slots=True)
class Row:
    """A row; `skipped` grid columns before its first cell are empty."""

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
    """The line numbering of a section: interval, first number, distance from the text."""

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
    ruled: bool = False  # a line between columns
    line_numbers: LineNumbers | None = None
    frame: str = ""  # the picture of its page borders
    framed: Literal["allPages", "firstPage", "notFirstPage"] = "allPages"
    grid: float = 0.0  # the pitch of the grid that its lines stand on


@dataclass(frozen=True, slots=True)
class Document:
    """A document. `media` maps part names to the bytes of pictures."""

    title: str
    sections: tuple[Section, ...]
    different_even: bool
    adding_space: bool  # space after and space before add up, instead of collapsing to the larger
    html_space: bool  # automatic space is zero at both ends of a cell, as in HTML
    tab_width: float
    language: str  # default language of text
    media: Mapping[str, bytes] = field(repr=False)
    lost: tuple[Loss, ...] = ()
    endnotes: tuple[Block, ...] = ()
    paper: str = ""  # page background
    mirrored: bool = False  # mirror margins on even pages
