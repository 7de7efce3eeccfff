"""Writes paragraphs, headings, lists and bordered boxes; tables are in `tables.py`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from flows.documents.docx.formats import ParagraphFormat, RunFormat
from flows.documents.docx.model import (
    Block,
    Break,
    Field,
    Inline,
    Link,
    Note,
    Paragraph,
    Picture,
    Tab,
    Table,
    Text,
)  # fmt: skip
from flows.documents.html.boxes import Boxes, boxes_of
from flows.documents.html.inlines import Inlines
from flows.documents.html.looks import Classes, borders, line_height, points, run
from flows.documents.html.tables import table


@dataclass(frozen=True, slots=True)
class _Piece:
    """A paragraph, or a part of one between page breaks, with the space that its neighbours leave it."""

    paragraph: Paragraph
    before: float
    after: float
    begins: str  # "page" or "column" where it begins a new one
    opening: bool  # the first of its story
    outside: tuple[float, float] = (0.0, 0.0)  # the space above and below the box of borders that it begins


class Blocks:
    """Writes the blocks of one document."""

    def __init__(self, tab_width: float, adding_space: bool) -> None:
        """Begin a document."""
        self.classes = Classes()
        self._inlines = Inlines(self.classes, tab_width, self._note)
        self.boxes = Boxes(self.classes, self.write)
        self._adding = adding_space
        self._heading = 0
        self.columns = 1  # of the section that is written

    def write(self, blocks: Sequence[Block], column: float) -> str:
        """Return the HTML of blocks that stand in a column of a given width."""
        written: list[str] = []
        lists: list[int] = []  # the levels of the lists that are open
        list_id = 0
        box: tuple[object, ...] | None = None
        for item in _space_outside(_pieces(blocks, self._adding)):
            if not isinstance(item, _Piece):
                written.append(self._close(lists, box))
                lists, box = [], None
                written.append(table(item, self.classes, self.write))
                continue
            paragraph = item.paragraph
            label = paragraph.label
            here = _box(paragraph.format)
            if here != box:
                written.append(self._close(lists, box))
                lists, box = [], here
                if here:
                    written.append(f'<div class="{self._box_class(item)}">')
            listed = label is not None and paragraph.format.outline > 8 and bool(label.text)
            if lists and (not listed or label is None or label.list != list_id):
                written.append("</ul>" * len(lists))
                lists = []
            if listed and label is not None:
                list_id = label.list
                while lists and lists[-1] > label.level:
                    lists.pop()
                    written.append("</ul>")
                if not lists or lists[-1] < label.level:
                    lists.append(label.level)
                    written.append("<ul>")
            written.append(self._paragraph(item, column, "li" if listed else ""))
        written.append(self._close(lists, box))
        return "".join(written)

    def _close(self, lists: Sequence[int], box: object) -> str:
        return "</ul>" * len(lists) + ("</div>" if box else "")

    def _paragraph(self, piece: _Piece, column: float, tag: str) -> str:
        """Return a paragraph, the boxes that hang on it before it."""
        boxes = list(boxes_of(piece.paragraph.inlines))
        if not boxes:
            return self._lines(piece, column, tag, "")
        form = piece.paragraph.format
        written = "".join(self.boxes.write(box, form, column) for box in boxes)
        if tag == "li":
            return self._lines(piece, column, tag, written)
        if piece.begins or form.page_break_before:
            written = f'<div class="{self.classes.name(f"break-before:{self._break(piece)}")}"></div>{written}'
            plain = replace(piece.paragraph, format=replace(form, page_break_before=False))
            piece = replace(piece, paragraph=plain, begins="")
        in_line = all(box.place.flow == "inline" for box in boxes)
        if in_line and len(boxes) == len(piece.paragraph.inlines) and not piece.paragraph.label:
            space = self.classes.name(f"margin:{points(piece.before)} 0 {points(piece.after)}")
            return f'<div class="{space}">{written}</div>'
        return written + self._lines(piece, column, tag, "")

    def _lines(self, piece: _Piece, column: float, tag: str, above: str) -> str:
        paragraph, form = piece.paragraph, piece.paragraph.format
        looks = [(look, count) for look, count in _looks(paragraph.inlines) if count]
        solid = any(isinstance(item, Tab | Picture) for item in paragraph.inlines)
        empty = not looks and not solid and not paragraph.label
        base = min((look for look, _ in looks), key=lambda look: line_height(form, look), default=paragraph.mark)
        same = bool(looks) and all(look == base for look, _ in looks)
        whole = same and not base.highlight and (paragraph.label is None or paragraph.label.format == base)
        found = [run(base, line_height(form, base))] if whole else [run(_plain(base), line_height(form, base))]
        found += self._place(piece)
        if empty:
            found.append(f"height:{points(line_height(form, paragraph.mark))}")
        tag = tag or self._tag(form, empty)
        content = self._inlines.write(paragraph, base, whole, column)
        if paragraph.label and tag != "li":
            content = content.replace("<figcaption", "<span", 1).replace("</figcaption>", "</span>", 1)
        return f'<{tag} class="{self.classes.name(";".join(found))}">{above}{content}</{tag}>'

    def _tag(self, form: ParagraphFormat, empty: bool) -> str:
        """Return the element of a paragraph; heading levels never skip one, as PDF/UA-1 7.4.2 asks."""
        if form.outline > 8 or empty:
            return "p"
        self._heading = min(form.outline + 1, self._heading + 1, 6)
        return f"h{self._heading}"

    def _break(self, piece: _Piece) -> str:
        """Return what a piece begins: a break to the next column leads to the next page where there is but one."""
        return "column" if piece.begins == "column" and self.columns > 1 else "page"

    def _place(self, piece: _Piece) -> list[str]:
        form = piece.paragraph.format
        boxed = bool(_box(form))
        found = []
        margins = (piece.before, form.right, piece.after, form.left)
        if any(margins):
            found.append(
                "margin:" + " ".join(points(0 if boxed and index in (1, 3) else m) for index, m in enumerate(margins))
            )
        if form.first:
            found.append(f"text-indent:{points(form.first)}")
        if form.leftward:
            found.append("direction:rtl")
        if form.align != "left":
            found.append(f"text-align:{form.align}")
        if form.keep_next:
            found.append("break-after:avoid")
        if form.keep_lines:
            found.append("break-inside:avoid")
        if form.page_break_before or piece.begins:
            found.append(f"break-before:{self._break(piece)}")
        if form.page_break_before or piece.begins or piece.opening:
            found.append("margin-break:keep")
        if not form.widow_control:
            found.append("orphans:1;widows:1")
        return found

    def _box_class(self, piece: _Piece) -> str:
        """Return the class of the box around paragraphs that share borders or shading."""
        form = piece.paragraph.format
        found = borders(form.borders)
        above, below = piece.outside
        spaces = dict(form.borders)
        padding = [spaces[side].space if side in spaces else 0.0 for side in ("top", "right", "bottom", "left")]
        left, right = (spaces[side].space + spaces[side].width if side in spaces else 0.0 for side in ("left", "right"))
        found.append("padding:" + " ".join(map(points, padding)))
        found.append("margin:" + " ".join(map(points, (above, form.right - right, below, form.left - left))))
        found.append(
            "margin-break:" + ("keep" if form.page_break_before or piece.begins or piece.opening else "discard")
        )
        if form.shade:
            found.append(f"background:#{form.shade}")
        return self.classes.name(";".join(found))

    def _note(self, blocks: Sequence[Block]) -> str:
        """Write a footnote's paragraphs as lines of their own inside the note."""
        written = []
        for item in _pieces(blocks, self._adding):
            if isinstance(item, Table):
                written += [self._note(cell.blocks) for row in item.rows for cell in row.cells]
            else:
                form = item.paragraph.format
                base = item.paragraph.mark
                look = [run(_plain(base), line_height(form, base)), *self._place(item)]
                content = self._inlines.write(item.paragraph, base, False, 400.0)
                written.append(f'<span class="line {self.classes.name(";".join(look))}">{content}</span>')
        return "".join(written)


def _pieces(blocks: Sequence[Block], adding: bool) -> "Iterable[_Piece | Table]":
    """Yield tables and paragraphs; paragraphs are divided at page breaks and know the space around them."""
    begins = ""
    previous: Paragraph | None = None
    for index, block in enumerate(blocks):
        if not isinstance(block, Paragraph):
            previous = None
            yield block
            continue
        form = block.format
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        before, after = form.before, form.after
        if form.automatic and not index:
            before = 0.0
        if form.contextual and previous is not None and previous.style == block.style:
            before = 0.0
        if form.contextual and isinstance(following, Paragraph) and following.style == block.style:
            after = 0.0
        if adding:
            if isinstance(following, Paragraph) and not (
                following.format.contextual and following.style == block.style
            ):
                after += following.format.before
            before = before if previous is None else 0.0
        parts = _divided(block.inlines)
        kinds = [item.kind for item in block.inlines if isinstance(item, Break) and item.kind != "line"]
        for number, part in enumerate(parts):
            first, last = number == 0, number == len(parts) - 1
            if last and not first and not part:
                break
            piece = block if len(parts) == 1 else replace(block, inlines=part, label=block.label if first else None)
            starts = begins if first else kinds[number - 1]
            yield _Piece(piece, before if first else 0.0, after if last else 0.0, starts, index == 0)
        begins = kinds[-1] if kinds and not parts[-1] else ""
        previous = block


def _space_outside(pieces: "Iterable[_Piece | Table]") -> "list[_Piece | Table]":
    """Return pieces with the space above and below paragraphs that share a box moved out of it."""
    found: list[_Piece | Table] = []
    for box, group in groupby(pieces, lambda item: _box(item.paragraph.format) if isinstance(item, _Piece) else None):
        together = list(group)
        inside = [item for item in together if isinstance(item, _Piece)] if box else []
        if inside:
            outside = (inside[0].before, inside[-1].after)
            inside[-1] = replace(inside[-1], after=0.0)
            inside[0] = replace(inside[0], before=0.0, outside=outside)
        found += inside or together
    return found


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


def _looks(inlines: Iterable[Inline]) -> Iterable[tuple[RunFormat, int]]:
    """Yield the look of each run and how many letters it has."""
    for inline in inlines:
        if isinstance(inline, Text):
            yield inline.format, len(inline.text)
        elif isinstance(inline, Field):
            yield inline.format, 1
        elif isinstance(inline, Link):
            yield from _looks(inline.children)
        elif isinstance(inline, Note):
            yield inline.format, 1


def _plain(look: RunFormat) -> RunFormat:
    """Return the look that runs inside a paragraph can depart from: its font and size alone."""
    return RunFormat(font=look.font, size=look.size, script=look.script)


def _box(form: ParagraphFormat) -> tuple[object, ...] | None:
    return (form.borders, form.shade, form.left, form.right) if form.borders or form.shade else None
