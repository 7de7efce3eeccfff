"""Convert formats to CSS declarations, and declarations to short class names, each written once."""

from functools import lru_cache
from math import ceil

from flows.typesetting.docx.text_formatting import Borders, Line, ParagraphFormat, RunFormat
from flows.typesetting.fonts import REST, face, substitute
from flows.typesetting.line_baselines import CARRIER

#: Formats whose declarations are cached, since a process may set documents without end.
_MOST_KEPT = 4096
#: Size of superscripts and subscripts, as a fraction: Word shrinks them to about two thirds.
SMALLER = 0.65
#: Size of small capitals, as a fraction, in LibreOffice and about that of Word.
SMALL_CAPITALS = 0.8
#: Stands text in its line where CSS does: the initial value.
AS_IN_CSS = f"{CARRIER}:8"
#: Share of a line of exact height that is above its baseline.
_ABOVE_EXACT = 0.8
#: Line height, and its share above the baseline, of what does not make its line higher, in points.
_NOTHING = 0.01
#: Luminance (0 to 255) up to which a background is dark.
_DARK = 62
_TWIPS, _SIXTHS = 20, 6  # twips in a point, and sixths in a twip
#: Less than a twip of the lines of a grid.
_ROUNDING = 0.0005
_UNDERLINES = {
    "double": "double", "dotted": "dotted", "dottedHeavy": "dotted", "dash": "dashed", "dashedHeavy": "dashed",
    "dashLong": "dashed", "dashLongHeavy": "dashed", "dotDash": "dashed", "dashDotHeavy": "dashed",
    "dotDotDash": "dashed", "dashDotDotHeavy": "dashed", "wave": "wavy", "wavyHeavy": "wavy", "wavyDouble": "wavy",
}  # fmt: skip
#: Points: the width of the finest border.
_FINEST = 0.25
#: Thickness of heavy lines, as a fraction of the font size.
_HEAVY = 0.1


class Classes:
    """The CSS classes of one document: equal declarations share a class."""

    def __init__(self) -> None:
        """Start empty."""
        self._names: dict[str, str] = {}

    def name(self, declarations: str) -> str:
        """Return the class of declarations."""
        known = self._names.get(declarations)
        if known is None:
            known = self._names[declarations] = f"c{len(self._names)}"
        return known

    def sheet(self) -> str:
        """Return the rules of all classes."""
        return "\n".join(f".{name}{{{declarations}}}" for declarations, name in self._names.items())


def points(length: float) -> str:
    """Return a CSS length."""
    text = f"{length:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("0", "-0", "") else text + "pt"


@lru_cache(maxsize=_MOST_KEPT)
def families(font: str, script: str = "") -> str:
    """Return the CSS families of a font of Word: its substitute, and fallbacks for missing characters."""
    first = substitute(font, script)
    return ",".join(f"'{name.replace(chr(39), '')}'" for name in (first, *(name for name in REST if name != first)))


def letter_size(look: RunFormat) -> float:
    """Return the size at which the letters of a run are drawn, in points."""
    size = look.size * SMALLER if look.vertical else look.size
    return size * SMALL_CAPITALS if look.small_caps else size


@lru_cache(maxsize=_MOST_KEPT)
def natural(look: RunFormat) -> float:
    """Return the height of a single-spaced line of a run, in points.

    As in LibreOffice, ascent, descent and gap are whole sixths of a twip, and what they come to is whole twips.
    """
    size = (look.size * SMALLER if look.vertical else look.size) * _TWIPS  # that of the capitals beside small ones
    font = face(look.font, look.bold, look.italic, look.script)
    ascent, descent, gap = (
        int(share * size * _SIXTHS + 0.5) for share in (font.line - font.gap - font.depth, font.depth, font.gap)
    )
    return (int((ascent + descent) / _SIXTHS + 0.5) + int(gap / _SIXTHS + 0.5)) / _TWIPS


@lru_cache(maxsize=_MOST_KEPT)
def _percents(multiple: float) -> int:
    """Return proportional line spacing in whole per cents.

    LibreOffice converts by hundredths of a millimetre: Word's usual 259 twentieths of a point are 108 %, not 107.
    """
    return int(multiple * 240 * 127 / 72 + 0.5) * 100 // 423  # 240 twentieths are a single line, or 423 hundredths


def line_height(paragraph: ParagraphFormat, look: RunFormat) -> float:
    """Return the line height of a run in a paragraph, in points."""
    if paragraph.line_rule == "exact":
        return paragraph.line
    height = _snapped(paragraph, look)
    if paragraph.line_rule == "atLeast":
        return max(paragraph.line, height)
    return int(height * _TWIPS * _percents(paragraph.line) / 100 + 0.01) / _TWIPS


def _snapped(paragraph: ParagraphFormat, look: RunFormat) -> float:
    """Return the height of a single-spaced line of a run, on the grid of its section if there is one, in points."""
    height = natural(look)
    return ceil(height / paragraph.grid - _ROUNDING) * paragraph.grid if paragraph.grid else height


def grid_excess(paragraph: ParagraphFormat, look: RunFormat) -> float:
    """Return how much lower than others the last line of a paragraph on a grid is, in points.

    In LibreOffice its line spacing is a share of its letters' height; that of the others, of the grid's.
    """
    if not paragraph.grid or paragraph.line_rule != "auto":
        return 0.0
    return (_snapped(paragraph, look) - natural(look)) * max(_percents(paragraph.line) / 100 - 1, 0.0)


def baseline(paragraph: ParagraphFormat, look: RunFormat) -> float:
    """Return how far below the upper edge of its line a run in a paragraph has its baseline, in points.

    As in LibreOffice, the font's line gap stands above its letters, line spacing below them, and what a least height
    adds above them; lower lines than single ones are lower by as much on both sides.
    """
    height, single = line_height(paragraph, look), natural(look)
    if paragraph.line_rule == "exact":
        return height * _ABOVE_EXACT
    above = single - depth(look)
    if paragraph.grid:  # what line spacing adds stands below
        return above + (min(height, _snapped(paragraph, look)) - single) / 2
    if paragraph.line_rule == "atLeast":
        return above + height - single
    return above * min(height / single, 1.0)


def depth(look: RunFormat) -> float:
    """Return the descent of a run's font, in points."""
    size = look.size * SMALLER if look.vertical else look.size
    return face(look.font, look.bold, look.italic, look.script).depth * size


def spacing(paragraph: ParagraphFormat, look: RunFormat) -> float:
    """Return how much higher than single its line spacing makes a line of a run, in points."""
    return max(line_height(paragraph, look) - natural(look), 0.0) if paragraph.line_rule == "auto" else 0.0


@lru_cache(maxsize=_MOST_KEPT)
def run(look: RunFormat, height: float, stands: float = 0.0) -> str:
    """Return the declarations of a run with a line height of `height` points, whose baseline `stands` that far down.

    Without a height, the run adds nothing to the height of its line.
    """
    found = [
        f"font-family:{families(look.font, look.script)}",
        f"font-size:{points(letter_size(look))}",
    ]
    share = SMALL_CAPITALS if look.small_caps else 1.0
    found.append(f"line-height:{points(height * share)}")
    found.append(f"{CARRIER}:{points(stands * share)}" if height else AS_IN_CSS)
    if look.bold:
        found.append("font-weight:bold")
    if look.italic:
        found.append("font-style:italic")
    lines = [name for name, there in (("underline", look.underline), ("line-through", look.strike)) if there]
    if lines:
        style = _UNDERLINES.get(look.underline, "")
        found.append(f"text-decoration:{' '.join(lines)}{' ' + style if style else ''}")
        if look.underline == "thick" or look.underline.endswith("Heavy"):
            found.append(f"text-decoration-thickness:{points(look.size * _HEAVY)}")
        if look.underline and look.underline_colour not in ("", look.colour):
            found.append(f"text-decoration-color:#{look.underline_colour}")
    if look.caps or look.small_caps:
        found.append("text-transform:uppercase")
    if look.colour:
        found.append(f"color:#{look.colour}")
    if look.highlight:
        found.append(f"background:#{look.highlight}" if look.colour else ground(look.highlight))
    if look.vertical:
        found.append(f"vertical-align:{points(look.size * (0.33 if look.vertical == 'superscript' else -0.14))}")
    elif look.raised:
        found.append(f"vertical-align:{points(look.raised)}")
    if look.border is not None:
        line = look.border
        found.append(f"border:{points(drawn_width(line))} {line.style} #{line.colour or '000000'}")
        found.append(f"padding:0 {points(line.space)}")
    if look.kerned:
        found.append("font-kerning:normal")
    if look.spacing:
        found.append(f"letter-spacing:{points(look.spacing)}")
    return ";".join(found)


def flat_run(look: RunFormat) -> str:
    """Return the declarations of a run that does not make its line higher."""
    return run(look, _NOTHING, _NOTHING)


@lru_cache(maxsize=_MOST_KEPT)
def ground(colour: str) -> str:
    """Return the declarations of a background colour; text of automatic colour contrasts with it."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (0, 2, 4))
    dark = (red * 76 + green * 151 + blue * 29) >> 8 <= _DARK
    return f"background:#{colour};color:#{'fff' if dark else '000'}"


def border(side: str, item: Line) -> str:
    """Return the declaration of one border."""
    return f"border-{side}:{points(drawn_width(item))} {item.style} #{item.colour or '000000'}"


def drawn_width(item: Line) -> float:
    """Return the width that a border is drawn with, in points: a finer one would not be seen."""
    return max(item.width, _FINEST)


def borders(items: Borders) -> list[str]:
    """Return the declarations of the four sides' borders."""
    return [border(side, item) for side, item in items if side in ("top", "right", "bottom", "left")]
