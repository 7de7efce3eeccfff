"""Write paragraphs, headings, lists and bordered boxes as HTML; tables are in `tables.py`."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from flows.typesetting.docx.model import (
    Block,
    Box,
    Break,
)  # fmt: skip
from flows.typesetting.docx.text_formatting import ParagraphFormat, RunFormat
from flows.typesetting.html.block_flow import Grid, Piece, Spacing, Where, box_of, move_space_outside, pieces
from flows.typesetting.html.box_anchors import anchor_boxes, side_boxes
from flows.typesetting.html.css import (
    Classes,
    baseline,
    border,
    borders,
    depth,
    grid_excess,
    ground,
    line_height,
    natural,
    points,
    run,
    spacing,
)
from flows.typesetting.html.floating_boxes import Boxes, group_boxes
from flows.typesetting.html.height_estimates import height, piece_height
from flows.typesetting.html.inline_content import Inlines
from flows.typesetting.html.line_contents import between_lines, is_flat, is_pictured, is_solid, looks_of
from flows.typesetting.html.line_layout import boxes_of, with_flat_blanks
from flows.typesetting.html.page_counters import Counters
from flows.typesetting.html.tables import Cells, table


class Blocks:
    """Writes the blocks of one document."""

    def __init__(self, tab_width: float, spacing: Spacing, language: str) -> None:
        """Begin a document; `language` is that of page numbers in words."""
        self.classes, self.counters = Classes(), Counters(language)
        self._inlines = Inlines(self.classes, self.counters, tab_width, self._note)
        self._cells = Cells(self.classes, partial(self.write, where="cell"), self._height, self._page_height)
        self.boxes = Boxes(self.classes, partial(self.write, where="box"), self._height)
        self._spacing, self._tab_width = spacing, tab_width
        self._heading = 0
        self.columns = 1  # of the current section
        self._below_notes: list[float] = []  # the space after each footnote

    def write(self, blocks: Sequence[Block], column: float, where: Where) -> str:
        """Return the HTML of blocks in a column of a given width."""
        written: list[str] = []
        lists: list[int] = []  # the levels of the open lists
        list_id = 0
        box: tuple[object, ...] | None = None
        below = 0.0  # the space after the piece before
        for item in self._anchored(move_space_outside(pieces(blocks, self._spacing, where)), column, where):
            if not isinstance(item, Piece):
                below = 0.0
                written.append(self._close(lists, box))
                lists, box = [], None
                begins = f"break-before:{self._break(item)}" if item.begins else ""
                written.append(table(item.table, self._cells, column, begins))
                continue
            paragraph = item.paragraph
            label = paragraph.label
            here = box_of(paragraph.format)
            if here != box:
                written.append(self._close(lists, box))
                lists, box = [], here
                if here:
                    written.append(f'<div class="{self._box_class(item)}">')
            elif rule := dict(paragraph.format.borders).get("between"):
                space = points(rule.space)
                lined = f"{border('top', rule)};padding-top:{space}"
                written.append(f'<div class="{self.classes.name(lined)}"></div>')
            listed = label is not None and paragraph.format.outline > 8 and bool(label.text)
            boxes = group_boxes(boxes_of(paragraph.inlines))
            after, below = below, item.after
            if listed and boxes:
                written.append("</ul>" * len(lists))
                lists = []
                written += [
                    self.boxes.write(box, paragraph.format, column, after, paged=_paged(where)) for box in boxes
                ]
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
            if listed or not boxes:
                written.append(self._lines(item, column, "li" if listed else ""))
            else:
                written.append(self._beside_boxes(item, boxes, column, after, _paged(where)))
        written.append(self._close(lists, box))
        return "".join(written)

    def _height(self, blocks: Sequence[Block], column: float) -> float:
        return height(blocks, column, self._tab_width, self._spacing, "cell")

    def _page_height(self) -> float:
        paper = self.boxes.paper
        return paper.height - paper.top - paper.bottom

    def _close(self, lists: Sequence[int], box: object) -> str:
        return "</ul>" * len(lists) + ("</div>" if box else "")

    def _anchored(self, items: Sequence[Piece | Grid], column: float, where: Where) -> Sequence[Piece | Grid]:
        """Return the pieces of a section with their boxes at the text that goes past them."""
        if not _paged(where):
            return items
        paper = self.boxes.paper
        high = partial(piece_height, column=column, tab_width=self._tab_width, spacing=self._spacing)
        placed = anchor_boxes(items, paper.height - paper.top - paper.bottom, self.boxes.top_of, high)
        return side_boxes(placed, partial(self.boxes.room_before, column=column))

    def _beside_boxes(self, piece: Piece, boxes: Sequence[Box], column: float, after: float, paged: bool) -> str:
        """Return a paragraph, preceded by the boxes that are anchored to it."""
        form = piece.paragraph.format
        written = "".join(self.boxes.write(box, form, column, after, paged=paged) for box in boxes)
        if piece.begins:
            written = f'<div class="{self.classes.name(f"break-before:{self._break(piece)}")}"></div>{written}'
            piece = replace(piece, begins="")
        elif piece.opening and paged:  # what is first in a section moves with the space above its first paragraph
            written = f"<div></div>{written}"
        in_line = all(box.place.flow == "inline" for box in boxes)
        if in_line and len(boxes) == len(piece.paragraph.inlines) and not piece.paragraph.label:
            space = self.classes.name(f"margin:{points(piece.before)} 0 {points(piece.after)}")
            return f'<div class="{space}">{written}</div>'
        return written + self._lines(piece, column, "")

    def _lines(self, piece: Piece, column: float, tag: str) -> str:
        paragraph, form = with_flat_blanks(piece.paragraph, column, self._tab_width), piece.paragraph.format
        looks = [(look, count) for look, count in looks_of(paragraph.inlines) if count]
        solid = any(map(is_solid, paragraph.inlines))
        only = solid and not looks and not paragraph.label and all(map(is_pictured, paragraph.inlines))
        filled = any(isinstance(item, Break) or is_flat(item) for item in paragraph.inlines)
        empty = not looks and not solid and not filled and not paragraph.label
        lowest = [look for look, _ in looks] + list(between_lines(paragraph))
        base = min(lowest, key=lambda look: (line_height(form, look), -depth(look)), default=paragraph.mark)
        base = replace(base, small_caps=False) if base.small_caps else base  # whose lines are as high as capitals
        same = bool(looks) and all(look == base for look, _ in looks)
        own = paragraph.label is None or paragraph.label.format == base
        whole = same and own and not base.highlight and base.border is None
        line = 0.0 if only else line_height(form, base)
        found = [run(base if whole else _plain(base), line, baseline(form, base))]
        if only:  # its line is as high as the picture plus the line spacing
            above_picture = spacing(form, base)
            found += [f"padding-top:{points(above_picture)}"] if above_picture else []
            found.append(f"min-height:{points(line_height(form, base) - above_picture)}")
        found += self._place(piece, grid_excess(form, base))
        spare = max(line - natural(base), 0.0) if form.line_rule == "auto" and not form.grid else 0.0
        if spare:
            found.append(f"row-gap:{points(spare)}")  # flows/typesetting/page_ends.py
        elif empty:
            found.append(f"height:{points(line)}")
        tag = tag or self._tag(form, empty)
        content = self._inlines.write(paragraph, base, whole, column)
        content += "<br/>" if empty and spare else ""  # only a line can overhang
        if paragraph.label and tag != "li":
            content = content.replace("<figcaption", "<span", 1).replace("</figcaption>", "</span>", 1)
        name = self.classes.name(";".join(found)) + (" unnumbered" if form.unnumbered else "")
        return f'<{tag} class="{name}">{content}</{tag}>'

    def _tag(self, form: ParagraphFormat, empty: bool) -> str:
        """Return the element of a paragraph; heading levels never skip one, as PDF/UA-1 7.4.2 asks."""
        if form.outline > 8 or empty:
            return "p"
        self._heading = min(form.outline + 1, self._heading + 1, 6)
        return f"h{self._heading}"

    def _break(self, piece: Piece | Grid) -> str:
        """Return the break before a piece; in a single column, a column break is a page break."""
        return "column" if piece.begins == "column" and self.columns > 1 else "page"

    def _place(self, piece: Piece, excess: float = 0.0) -> list[str]:
        """Return the declarations of where a piece stands, whose last line is lower by `excess` than its height."""
        form = piece.paragraph.format
        boxed = bool(box_of(form))
        found = []
        margins = (piece.before, form.right, piece.after - excess, form.left)
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
        if form.keep_lines or form.keep_next:  # what is kept with the next is not divided, as in LibreOffice
            found.append("break-inside:avoid")
        if piece.begins:
            found.append(f"break-before:{self._break(piece)}")
        if piece.begins or piece.opening:
            found.append("margin-break:keep")
        if piece.least != (2, 2):
            found.append(f"orphans:{piece.least[0]};widows:{piece.least[1]}")
        return found

    def _box_class(self, piece: Piece) -> str:
        """Return the class of the box around paragraphs that share borders or shading."""
        form = piece.paragraph.format
        found = borders(form.borders)
        above, below = piece.outside
        spaces = dict(form.borders)
        padding = [spaces[side].space if side in spaces else 0.0 for side in ("top", "right", "bottom", "left")]
        left, right = (spaces[side].space + spaces[side].width if side in spaces else 0.0 for side in ("left", "right"))
        found.append("padding:" + " ".join(map(points, padding)))
        found.append("margin:" + " ".join(map(points, (above, form.right - right, below, form.left - left))))
        found.append("margin-break:" + ("keep" if piece.begins or piece.opening else "discard"))
        if form.shade:
            found.append(ground(form.shade))
        return self.classes.name(";".join(found))

    def _note(self, blocks: Sequence[Block]) -> str:
        """Write the paragraphs of a footnote as separate lines inside the note."""
        written = []
        items = list(pieces(blocks, self._spacing, "box"))
        self._below_notes += [item.after if isinstance(item, Piece) else 0.0 for item in items[-1:]]
        for item in items:
            if isinstance(item, Grid):
                written.append(table(item.table, self._cells, sum(item.table.grid)))
            else:
                form = item.paragraph.format
                base = item.paragraph.mark
                look = [run(_plain(base), line_height(form, base), baseline(form, base)), *self._place(item)]
                content = self._inlines.write(item.paragraph, base, False, 400.0)
                written.append(f'<span class="line {self.classes.name(";".join(look))}">{content}</span>')
        return "".join(written)

    def notes_rule(self) -> str:
        """Return the rule that lets the space after the last footnote of a page hang below the text, as LibreOffice."""
        below = min(self._below_notes, default=0.0)
        return f"@page{{@footnote{{margin-bottom:{points(-below)}}}}}" if below else ""


def _paged(where: Where) -> bool:
    """Return whether blocks stand on the page itself."""
    return where in ("first", "page")


def _plain(look: RunFormat) -> RunFormat:
    """Return the base format of runs inside a paragraph: font and size alone."""
    return RunFormat(font=look.font, size=look.size, script=look.script)
