"""Split blocks at page breaks, and resolve the space between paragraphs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal, TypeAlias

from flows.typesetting.docx.model import Block, Bookmark, Break, Inline, Paragraph, Table, Text
from flows.typesetting.docx.text_formatting import ParagraphFormat
from flows.typesetting.html.cell_spacing import space_below_cell

#: The container of blocks: the first section, a later one, a cell, a box or note, a header or footer.
Where: TypeAlias = Literal["first", "page", "cell", "box", "running"]


@dataclass(frozen=True, slots=True)
class Spacing:
    """Paragraph spacing mode: additive or collapsing, and whether automatic space is that of HTML."""

    adding: bool
    html: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, or a part of one between page breaks, with its resolved space above and below."""

    paragraph: Paragraph
    before: float
    after: float
    begins: Literal["", "column", "page"]  # the page or column break before it
    opening: bool  # the first block of its container
    outside: tuple[float, float] = (0.0, 0.0)  # the space above and below the bordered box that it begins
    least: tuple[int, int] = (2, 2)  # lines that a page ends and begins with, where it is divided


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, and whether it begins a new page or column."""

    table: Table
    begins: Literal["", "column", "page"]


def pieces(blocks: Sequence[Block], spacing: Spacing, where: Where) -> Iterable[Piece | Grid]:
    """Yield tables and paragraphs; paragraphs are split at page breaks and have resolved spacing.

    Only blocks of a section can begin a page or column.
    """
    paged = where in ("first", "page")
    blocks = _without_last(blocks) if where == "cell" else blocks
    begins: Literal["", "column", "page"] = ""
    previous: Paragraph | None = None
    for index, block in enumerate(blocks):
        if not isinstance(block, Paragraph):
            previous = None
            yield Grid(block, begins or ("page" if paged and _opens_page(block) else ""))
            begins = ""
            continue
        form = block.format
        before, after = _space_around(block, blocks, index, previous, spacing, where)
        parts = _divided(block.inlines) if paged else [_undivided(block.inlines)]
        kinds = [item.kind for item in block.inlines if isinstance(item, Break) and item.kind != "line" and paged]
        begins = begins or ("page" if paged and form.page_break_before else "")
        opens = next((number for number, part in enumerate(parts) if not all(map(_is_unseen, part))), 0)
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            if last and number and not part:
                break
            if not number and opens == 1 and index and not begins:
                parts[1] = part + parts[1]
                continue  # on a full page, the empty line before the break would stand on a page of its own
            text = number == opens  # with its number and the space above it, which LibreOffice moves with it
            piece = block
            if part is not block.inlines:
                piece = replace(block, inlines=part, label=block.label if text else None)
            kept = not number and previous is not None and previous.format.keep_next
            yield Piece(
                piece, before if text else 0.0, after if last else 0.0, kinds[number - 1] if number else begins,
                index == 0, least=_least(form, where, kept),
            )  # fmt: skip
        begins = kinds[-1] if kinds and not parts[-1] else ""
        previous = block


def _space_around(
    block: Paragraph, blocks: Sequence[Block], index: int, previous: Paragraph | None, spacing: Spacing, where: Where
) -> tuple[float, float]:
    """Return the space above and below the paragraph at `index`, where `previous` stands directly above it."""
    form, before, after = block.format, block.format.before, block.format.after
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    if spacing.html and where in ("first", "cell", "box") and form.automatic_before and not index:
        before = 0.0
    if spacing.html and where == "cell" and form.automatic_after and following is None and not block.label:
        after = 0.0
    if where == "cell" and following is None:
        after += space_below_cell(blocks)
    if previous is not None and _list_goes_on(previous, block):
        before = 0.0
    if isinstance(following, Paragraph) and _list_goes_on(block, following):
        after = 0.0
    if form.contextual and previous is not None and previous.style == block.style:
        before = 0.0
    if form.contextual and isinstance(following, Paragraph) and following.style == block.style:
        after = 0.0
    if spacing.adding:
        if (
            isinstance(following, Paragraph)
            and not (following.format.contextual and following.style == block.style)
            and not _list_goes_on(block, following)
        ):
            after += following.format.before
        before = before if previous is None else 0.0
    return before, after


def _least(form: ParagraphFormat, where: Where, kept: bool) -> tuple[int, int]:
    """Return the least lines of a paragraph at the end and the beginning of a page, as in LibreOffice.

    Cells have no widow control. A paragraph that is `kept` stands with the one above it by two lines.
    """
    if where == "cell" or not form.widow_control:
        return (2 if kept and where != "cell" else 1, 1)
    return (2, 2)


def _without_last(blocks: Sequence[Block]) -> Sequence[Block]:
    """Return the blocks of a cell without the empty paragraph that must follow a nested table: it takes no space."""
    if len(blocks) > 1 and isinstance(blocks[-2], Table):
        last = blocks[-1]
        if isinstance(last, Paragraph) and not last.label and all(map(_blank, last.inlines)):
            return blocks[:-1]
    return blocks


def _blank(inline: Inline) -> bool:
    return isinstance(inline, Text) and not inline.text.strip(" ")


def _is_unseen(inline: Inline) -> bool:
    return isinstance(inline, Bookmark) or (isinstance(inline, Text) and not inline.text)


def _list_goes_on(one: Paragraph, other: Paragraph) -> bool:
    """Return whether paragraphs are neighbours in a list, where automatic space is zero."""
    if one.label is None or other.label is None or one.label.list != other.label.list:
        return False
    return one.format.close_in_list or other.format.close_in_list


def ends_page(blocks: Sequence[Block]) -> bool:
    """Return whether the content after the blocks begins a page."""
    last = blocks[-1] if blocks else None
    return isinstance(last, Paragraph) and bool(last.inlines) and last.inlines[-1] == Break("page")


def begins_page(blocks: Sequence[Block]) -> bool:
    """Return whether the first of the blocks begins a page."""
    if not blocks:
        return False
    if isinstance(blocks[0], Table):
        return _opens_page(blocks[0])
    return blocks[0].format.page_break_before or blocks[0].inlines[:1] == (Break("page"),)


def without_leading_break(blocks: Sequence[Block]) -> Sequence[Block]:
    """Return blocks without a leading break."""
    first = blocks[0] if blocks else None
    if not isinstance(first, Paragraph) or first.inlines[:1] != (Break("page"),):
        return blocks
    rest = [replace(first, inlines=first.inlines[1:])] if len(first.inlines) > 1 else []
    return [*rest, *blocks[1:]]


def space_outside(
    blocks: Sequence[Block], upper: Sequence[Block] | None, lower: Sequence[Block] | None
) -> tuple[Sequence[Block], float, float]:
    """Return the blocks of a section in columns, and the space above and below that belongs to all its columns.

    LibreOffice moves all columns down by the space above the first paragraph, and does not balance the space below the
    last one. `upper` and `lower` are the blocks of the sections above and below on the same page; None without one.
    Space between sections collapses, as between paragraphs; if that below is in columns too, its own call does so.
    """
    inner = list(blocks)
    above = below = 0.0
    if upper is not None and inner and isinstance(opening := inner[0], Paragraph):
        ended = upper[-1] if upper else None
        above = max(opening.format.before - (ended.format.after if isinstance(ended, Paragraph) else 0.0), 0.0)
        inner[0] = replace(opening, format=replace(opening.format, before=0.0, automatic_before=False))
    if lower is not None and inner and isinstance(ending := inner[-1], Paragraph) and not ending.format.automatic_after:
        begun = lower[0] if lower else None
        below = max(ending.format.after - (begun.format.before if isinstance(begun, Paragraph) else 0.0), 0.0)
        inner[-1] = replace(ending, format=replace(ending.format, after=0.0))
    return inner, above, below


def top_border(blocks: Sequence[Block]) -> float:
    """Return the height of the border above the first paragraph with its space: LibreOffice adds it above a section."""
    borders = blocks[0].format.borders if blocks and isinstance(blocks[0], Paragraph) else ()
    return sum(line.width + line.space for side, line in borders if side == "top")


def _opens_page(item: Table) -> bool:
    """Return whether a table begins with a paragraph that begins a page."""
    first = item.rows[0].cells[0].blocks if item.rows and item.rows[0].cells else ()
    return bool(first) and isinstance(first[0], Paragraph) and first[0].format.page_break_before


def move_space_outside(pieces: Iterable[Piece | Grid]) -> list[Piece | Grid]:
    """Return pieces where the space around paragraphs that share a bordered box is outside the box."""
    found: list[Piece | Grid] = []
    for box, group in groupby(pieces, lambda item: box_of(item.paragraph.format) if isinstance(item, Piece) else None):
        together = list(group)
        inside = [item for item in together if isinstance(item, Piece)] if box else []
        if inside:
            outside = (inside[0].before, inside[-1].after)
            inside[-1] = replace(inside[-1], after=0.0)
            inside[0] = replace(inside[0], before=0.0, outside=outside)
        found += inside or together
    return found


def _undivided(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return inlines without page and column breaks; one between words becomes a line break."""
    if not any(isinstance(inline, Break) and inline.kind != "line" for inline in inlines):
        return inlines
    parts = [part for part in _divided(inlines) if part]
    return tuple(inline for index, part in enumerate(parts) for inline in ((Break("line"), *part) if index else part))


def _divided(inlines: tuple[Inline, ...]) -> list[tuple[Inline, ...]]:
    parts: list[tuple[Inline, ...]] = [()]
    if not any(isinstance(inline, Break) and inline.kind != "line" for inline in inlines):
        return [inlines]
    for inline in inlines:
        if isinstance(inline, Break) and inline.kind != "line":
            parts.append(())
        else:
            parts[-1] = (*parts[-1], inline)
    return parts


def box_of(form: ParagraphFormat) -> tuple[object, ...] | None:
    """Return the key by which paragraphs share a bordered or shaded box; None for a paragraph without."""
    return (form.borders, form.shade, form.left, form.right) if form.borders or form.shade else None
