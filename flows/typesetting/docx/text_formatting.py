"""The model of run and paragraph formats: fonts, spacing, borders and tab stops, all resolved.

All lengths are in points; colours are six hexadecimal digits.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from flows.typesetting.docx.script_itemization import Script

Alignment = Literal["left", "right", "center", "justify"]


@dataclass(frozen=True, slots=True)
class Line:
    """One border: CSS-like style, width and colour, and the distance to its content."""

    style: str
    width: float
    colour: str
    space: float


@dataclass(frozen=True, slots=True)
class RunFormat:
    """The format of a run."""

    font: str = "Times New Roman"
    size: float = 10.0
    bold: bool = False
    italic: bool = False
    underline: str = ""  # Word's name of the line: single, double, dotted, dash, wave, words…
    strike: bool = False
    caps: bool = False
    small_caps: bool = False  # once read: letters that are shown as small capitals; others of the run are not
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
    """The format of a paragraph. `line` is in points, or in natural line heights if `line_rule` is auto."""

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
    snapped: bool = True  # whether lines snap to the grid of the section
    leftward: bool = False  # right-to-left
    automatic_before: bool = (
        False  # automatic space above, as in HTML: none at the beginning of a part, nor within a list
    )
    automatic_after: bool = False
    close_in_list: bool = False  # no space between it and its neighbours in a list
    unnumbered: bool = False  # its lines are not numbered
    grid: float = 0.0  # the pitch of that grid: line heights are multiples of it
    frame: tuple[tuple[str, str], ...] = ()  # attributes of `w:framePr`; empty outside frames
