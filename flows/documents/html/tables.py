"""Writes tables: fixed widths, header cells, spans, borders that neighbours share."""

from collections.abc import Callable, Sequence

from flows.documents.docx.model import Block, Cell, Row, Table
from flows.documents.html.lines import longest
from flows.documents.html.looks import Classes, borders, points


def table(item: Table, classes: Classes, write: Callable[[Sequence[Block], float], str]) -> str:
    """Return the HTML of a table; `write` writes the blocks of a cell of a given width."""
    whole = sum(item.grid)
    place = {"center": "margin-left:auto;margin-right:auto", "right": "margin-left:auto"}.get(
        item.align, f"margin-left:{points(item.indent)}"
    )
    way = ";direction:rtl" if item.leftward else ""
    columns = "".join(f'<col class="{classes.name(f"width:{points(width)}")}"/>' for width in item.grid)
    heads = 0
    while heads < len(item.rows) and item.rows[heads].header:
        heads += 1
    heads = 0 if heads == len(item.rows) else heads
    head = "".join(_row(row, item, classes, write, head=True) for row in item.rows[:heads])
    body = "".join(_row(row, item, classes, write, head=False) for row in item.rows[heads:])
    return (
        f'<table class="{classes.name(f"width:{points(whole)};{place}{way}")}"><colgroup>{columns}</colgroup>'
        + (f"<thead>{head}</thead>" if head else "")
        + f"<tbody>{body}</tbody></table>"
    )


def _row(row: Row, item: Table, classes: Classes, write: Callable[[Sequence[Block], float], str], head: bool) -> str:
    found = []
    if row.height:
        found.append(f"height:{points(row.height)}")
    if row.whole:
        found.append("break-inside:avoid")
    cells = []
    if row.skipped:
        cells.append(f'<td class="{classes.name("border:none")}" colspan="{row.skipped}"></td>')
    for index, cell in enumerate(row.cells):
        heading = head or (item.row_headers and index == 0 and not row.skipped)
        scope = "" if head or not heading else ' scope="row"'
        cells.append(_cell(cell, row.height, "th" if heading else "td", scope, classes, write))
    return f'<tr class="{classes.name(";".join(found))}">{"".join(cells)}</tr>'


def _cell(
    cell: Cell, height: float, tag: str, scope: str, classes: Classes, write: Callable[[Sequence[Block], float], str]
) -> str:
    top, right, bottom, left = cell.padding
    found = [f"padding:{points(top)} {points(right)} {points(bottom)} {points(left)}", *borders(cell.borders)]
    if cell.vertical != "top":
        found.append(f"vertical-align:{cell.vertical}")
    if cell.shade:
        found.append(f"background:#{cell.shade}")
    spans = "".join(
        f' {name}="{count}"' for name, count in (("colspan", cell.columns), ("rowspan", cell.rows)) if count > 1
    )
    if cell.turned:
        content = _turned(cell, max(height - top - bottom, 0.0), classes, write)
    else:
        content = write(cell.blocks, cell.width - left - right)
    return f'<{tag} class="{classes.name(";".join(found))}"{spans}{scope}>{content}</{tag}>'


def _turned(cell: Cell, height: float, classes: Classes, write: Callable[[Sequence[Block], float], str]) -> str:
    """Return the content of a cell whose lines run up or down: as high as its row, or as its longest paragraph."""
    length = height if cell.rows == 1 else 0.0
    length = length or max(map(longest, cell.blocks), default=0.0) + 1
    across = cell.width - cell.padding[1] - cell.padding[3]
    move = (
        f"rotate(-90deg) translate({points(-length)},0)"
        if cell.turned == "up"
        else (f"translate({points(across)},0) rotate(90deg)")
    )
    room = classes.name(f"height:{points(length)};width:{points(across)}")
    inner = classes.name(f"width:{points(length)};transform-origin:0 0;transform:{move}")
    return f'<div class="{room}"><div class="{inner}">{write(cell.blocks, length)}</div></div>'
