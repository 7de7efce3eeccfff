"""Write tables as HTML: fixed column widths, header cells, spans, collapsed borders."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flows.typesetting.docx.model import Block, Bookmark, Break, Cell, Inline, Paragraph, Row, Table, Text
from flows.typesetting.docx.text_formatting import Borders
from flows.typesetting.html.css import Classes, borders, drawn_width, ground, points
from flows.typesetting.html.height_estimates import is_unbreakable
from flows.typesetting.html.line_layout import longest_line

#: Points that a row of exact height may cut off: spacing and line gaps, no letters.
_CUT = 4.0
#: Share of a page that a repeated heading may take.
_MOST_HEADING = 0.8
#: Share of a page up to which a row fits on it in spite of the estimate's errors.
_SURE = 0.97


@dataclass(frozen=True, slots=True)
class Cells:
    """Functions that write the blocks of a cell of a given width, and estimate the heights of cells and pages."""

    classes: Classes
    write: Callable[[Sequence[Block], float], str]
    height: Callable[[Sequence[Block], float], float]
    page: Callable[[], float]  # height of the text area of the current section


def table(item: Table, cells: Cells, column: float, begins: str = "") -> str:
    """Return the HTML of a table in a column of a given width; `begins` declares a break before it."""
    classes = cells.classes
    whole = sum(item.grid)
    edge = max((_width(row.cells[0].borders, "left") for row in item.rows if row.cells), default=0.0) / 2
    place = {"center": "margin-left:auto;margin-right:auto", "right": "margin-left:auto"}.get(
        item.align, f"margin-left:{points(item.indent - (edge if item.hung else 0.0) - edge)}"
    )
    if item.align != "left" and whole > column:  # it is outdented to the left, which automatic margins cannot do
        place = f"margin-left:{points((column - whole) / (2 if item.align == 'center' else 1))}"
    way = (";direction:rtl" if item.leftward else "") + (f";{begins}" if begins else "")
    columns = "".join(f'<col class="{classes.name(f"width:{points(width)}")}"/>' for width in item.grid)
    heads = 0
    while heads < len(item.rows) and item.rows[heads].header:
        heads += 1
    heads = 0 if heads == len(item.rows) else heads
    room = cells.page()
    above = sum(_height(row, cells) for row in item.rows[:heads])
    if above > room * _MOST_HEADING:  # neither Word nor LibreOffice repeats a heading that leaves no room for rows
        heads, above = 0, 0.0
    ends = {index + cell.rows - 1 for index, row in enumerate(item.rows) for cell in row.cells if cell.rows > 1}
    rows = [
        _row(row, item, cells, index < heads, index in ends, room - (0.0 if index < heads else above))
        for index, row in enumerate(item.rows)
    ]
    head, body = "".join(rows[:heads]), "".join(rows[heads:])
    return (
        f'<table class="{classes.name(f"width:{points(whole)};{place}{way}")}"><colgroup>{columns}</colgroup>'
        + (f"<thead>{head}</thead>" if head else "")
        + f"<tbody>{body}</tbody></table>"
    )


def _row(row: Row, item: Table, cells: Cells, head: bool, ends: bool, room: float) -> str:
    """Return a row of the head or body; `ends` if a cell that spans rows ends in it.

    A page has `room` for it below the repeated heading: a row that is higher is divided, whatever it says itself.
    WeasyPrint gives a row with a stated height the whole height of such a cell. Then a cell of the row has the height.
    """
    classes = cells.classes
    found = []
    bearer = next((cell for cell in row.cells if cell.rows == 1 and ends and not cell.turned), None)
    if row.height and not bearer:
        found.append(f"height:{points(row.height)}")
    if is_unbreakable(row) or (row.whole and _height(row, cells) < room * _SURE):
        found.append("break-inside:avoid")
    if _keeps_next(row):
        found.append("break-after:avoid")
    written = []
    if row.skipped:
        written.append(f'<td class="{classes.name("border:none")}" colspan="{row.skipped}"></td>')
    for index, cell in enumerate(row.cells):
        heading = head or (item.row_headers and index == 0 and not row.skipped)
        scope = "" if head or not heading else ' scope="row"'
        room = _room(cell, row, cells) if row.height_rule == "exact" else 0.0
        high = f"height:{points(row.height)};box-sizing:border-box" if cell is bearer and row.height else ""
        written.append(_cell(cell, row.height, room, "th" if heading else "td", scope, cells, high))
    return f'<tr class="{classes.name(";".join(found))}">{"".join(written)}</tr>'


def _height(row: Row, cells: Cells) -> float:
    """Estimate the height of a row."""
    found = row.height
    if row.height_rule != "exact":
        for cell in row.cells:
            top, right, bottom, left = cell.padding
            if cell.rows == 1 and not cell.turned:
                found = max(found, cells.height(cell.blocks, cell.width - left - right) + top + bottom)
    return found


def _keeps_next(row: Row) -> bool:
    """Return whether a row is kept with the next: if the first paragraph of its first cell is."""
    first = row.cells[0].blocks[:1] if row.cells else ()
    return any(isinstance(block, Paragraph) and block.format.keep_next for block in first)


def _width(sides: Borders, side: str) -> float:
    """Return the width of a border, as it is drawn."""
    return next((drawn_width(line) for name, line in sides if name == side), 0.0)


def _room(cell: Cell, row: Row, cells: Cells) -> float:
    """Return the height limit of a cell in a row of exact height; 0 if all of its content must be shown.

    Word cuts off content that is higher than the row. That would be an unreported loss, so such a row grows.
    """
    top, right, bottom, left = cell.padding
    room = row.height - top - bottom - (_width(cell.borders, "top") + _width(cell.borders, "bottom")) / 2
    if cell.rows > 1 or cell.turned or room <= 0 or any(isinstance(block, Table) for block in cell.blocks):
        return 0.0
    return room if cells.height(_shown(cell.blocks), cell.width - left - right) < room + _CUT else 0.0


def _shown(blocks: Sequence[Block]) -> Sequence[Block]:
    """Return blocks without trailing empty paragraphs and line breaks, and without space below the last one."""
    shown = list(blocks)
    while shown and isinstance(last := shown[-1], Paragraph):
        inlines = last.inlines
        while inlines and _is_empty(inlines[-1]):
            inlines = inlines[:-1]
        if not inlines and not last.label and len(shown) > 1:
            shown.pop()
            continue
        form = replace(last.format, after=0.0, automatic_after=False)
        shown[-1] = replace(last, inlines=inlines, format=form)
        break
    return shown


def _is_empty(inline: Inline) -> bool:
    """Return whether an inline shows nothing where nothing follows it."""
    if isinstance(inline, Text):
        return not inline.text.strip()
    return isinstance(inline, Bookmark) or (isinstance(inline, Break) and inline.kind == "line")


def _cell(cell: Cell, height: float, room: float, tag: str, scope: str, cells: Cells, high: str) -> str:
    classes = cells.classes
    top, right, bottom, left = cell.padding
    # Word's borders take no space from the text: it is moved right by half a border, and keeps its width
    right = max(right - (_width(cell.borders, "left") + _width(cell.borders, "right")) / 2, 0.0)
    found = [f"padding:{points(top)} {points(right)} {points(bottom)} {points(left)}", *borders(cell.borders)]
    found += [high] if high else []
    if cell.vertical != "top":
        found.append(f"vertical-align:{cell.vertical}")
    if cell.shade:
        found.append(ground(cell.shade))
    spans = "".join(
        f' {name}="{count}"' for name, count in (("colspan", cell.columns), ("rowspan", cell.rows)) if count > 1
    )
    if cell.turned:
        content = _turned(cell, max(height - top - bottom, 0.0), cells)
    else:
        content = cells.write(cell.blocks, cell.width - left - cell.padding[1])
        if room:
            content = f'<div class="{classes.name(f"max-height:{points(room)};overflow:hidden")}">{content}</div>'
    return f'<{tag} class="{classes.name(";".join(found))}"{spans}{scope}>{content}</{tag}>'


def _turned(cell: Cell, height: float, cells: Cells) -> str:
    """Return the content of a cell with vertical text: as high as its row, or as its longest paragraph."""
    length = height if cell.rows == 1 else 0.0
    length = length or max(map(longest_line, cell.blocks), default=0.0) + 1
    across = cell.width - cell.padding[1] - cell.padding[3]
    move = (
        f"rotate(-90deg) translate({points(-length)},0)"
        if cell.turned == "up"
        else (f"translate({points(across)},0) rotate(90deg)")
    )
    room = cells.classes.name(f"height:{points(length)};width:{points(across)}")
    inner = cells.classes.name(f"width:{points(length)};transform-origin:0 0;transform:{move}")
    return f'<div class="{room}"><div class="{inner}">{cells.write(cell.blocks, length)}</div></div>'
