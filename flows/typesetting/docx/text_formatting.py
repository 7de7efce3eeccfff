"""Model the format of runs and paragraphs: fonts, spacing, borders and tab stops, all resolved.

All lengths are in points; colours are six hexadecimal digits.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from flows.typesetting.docx.script_itemization import Script

Alignment = Literal["left", "right", "center", "justify"]


@dataclass(frozen=True, slots=True)
class Line:
    """One border: CSS-like style, width and colour, and the distance to what it surrounds."""

    style: str
    width: float
    colour: str
    space: float


@dataclass(frozen=True, slots=True)
class RunFormat:
    """How a piece of text looks."""

    font: str = "Times New Roman"
    size: float = 10.0
    bold: bool = False
    italic: bool = False
    underline: str = ""  # Word's name of the line: single, double, dotted, dash, wave, words…
    strike: bool = False
    caps: bool = False
    small_caps: bool = False
    hidden: bool = False
    colour: str = ""
    highlight: str = ""  # a colour, also from shading
    vertical: Literal["", "superscript", "subscript"] = ""
    raised: float = 0.0
    spacing: float = 0.0
    script: Script = ""
    kerned: bool = False
    underline_colour: str = ""
    border: Line | None = None


Borders: TypeAlias = tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True)
class TabStop:
    """A tab stop, measured from the left text margin; `leader` is Word's name (dot, hyphen, underscore…)."""

    position: float
    align: str
    leader: str


@dataclass(frozen=True, slots=True)
class ParagraphFormat:
    """How a paragraph stands. `line` is a multiple of the natural line height if `line_rule` is auto, else points."""

    align: Alignment = "left"
    left: float = 0.0
    right: float = 0.0
    first: float = 0.0  # negative: hanging
    before: float = 0.0
    after: float = 0.0
    line: float = 1.0
    line_rule: Literal["auto", "exact", "atLeast"] = "auto"
    contextual: bool = False
    keep_next: bool = False
    keep_lines: bool = False
    page_break_before: bool = False
    widow_control: bool = True
    outline: int = 9  # 0 to 8 are headings
    borders: Borders = ()
    shade: str = ""
    tabs: tuple[TabStop, ...] = ()
    snapped: bool = True  # to the grid of its section, if it has one
    leftward: bool = False  # written from right to left
    automatic_before: bool = False  # the space above it is HTML's: none where a story begins, nor within a list
    automatic_after: bool = False
    unnumbered: bool = False  # where lines are numbered, its own are not
    grid: float = 0.0  # the pitch of that grid: a line takes a whole number of them
    frame: tuple[tuple[str, str], ...] = ()  # what its `w:framePr` says; none outside of frames
