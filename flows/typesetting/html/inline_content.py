"""Write the content of a paragraph as HTML: text, tabs, links, pictures, notes, page numbers."""

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape

from flows.language import translate as _
from flows.typesetting.docx.model import (
    Block,
    Bookmark,
    Break,
    Field,
    Inline,
    Link,
    Note,
    Paragraph,
    Picture,
    Stack,
    Tab,
    Text,
)  # fmt: skip
from flows.typesetting.docx.text_formatting import ParagraphFormat, RunFormat, TabStop
from flows.typesetting.html.css import AS_IN_CSS, Classes, baseline, depth, flat_run, line_height, natural, points, run
from flows.typesetting.html.line_breaking import with_breaks, without_last_spaces
from flows.typesetting.html.line_layout import Cursor, total_width, whole_width, width
from flows.typesetting.html.page_counters import Counters
from flows.typesetting.html.word_breaking import break_long_words

_SPACES = re.compile(r"  +")
#: Fraction of a list label that lies before the indent of its line, by its alignment (17.9.7).
_BEFORE_INDENT = {"right": 1.0, "end": 1.0, "center": 0.5}
#: Tab leaders as border styles, so that screen readers do not read rows of full stops.
_LEADERS = {"dot": "dotted", "middleDot": "dotted", "hyphen": "dashed", "underscore": "solid", "heavy": "solid"}


class Inlines:
    """Writes the content of the paragraphs of one document.

    `note` writes the blocks of a footnote; it is passed in because blocks contain inlines.
    """

    def __init__(
        self, classes: Classes, counters: Counters, tab_width: float, note: Callable[[Sequence[Block]], str]
    ) -> None:
        """Begin a document."""
        self._classes, self.counters, self._tab_width, self._note = classes, counters, tab_width, note
        self._names: set[str] = set()

    def write(self, paragraph: Paragraph, base: RunFormat, whole: bool, column: float) -> str:
        """Return the HTML of a paragraph's label and inlines.

        Runs in the format `base` need no markup if `whole`: the paragraph itself has that format.
        """
        cursor = Cursor(paragraph.format, column, self._tab_width)
        writing = _Writing(self, paragraph, base if whole else None, cursor)
        label = writing.label(paragraph) if paragraph.label else ""
        room = column - paragraph.format.left - paragraph.format.right
        return label + writing.lines(break_long_words(paragraph.inlines, room, labelled=bool(label)))

    def span(self, look: RunFormat, paragraph: ParagraphFormat) -> str:
        """Return the class of a run in a paragraph."""
        height, stands = line_height(paragraph, look), baseline(paragraph, look)
        raised = bool(look.vertical or look.raised)
        if paragraph.grid and height <= paragraph.grid * paragraph.line:
            height = 0.0  # the paragraph itself has the line height of the grid
        elif paragraph.line_rule == "exact" and raised:
            height = 0.0  # what is raised does not raise its line
        elif paragraph.line_rule == "atLeast" or (raised and paragraph.line >= 1):
            # the paragraph itself has the least height, or the line spacing
            height, stands = natural(look), natural(look) - depth(look)
        return self._classes.name(run(look, height, stands))

    def box(self, declarations: str) -> str:
        """Return the class of an inline box."""
        return self._classes.name(declarations)

    def note(self, blocks: Sequence[Block]) -> str:
        """Return the HTML of a footnote's text."""
        return self._note(blocks)

    def anchor(self, name: str) -> str:
        """Return an anchor; empty if its name has been used already."""
        if name in self._names or not name or name == "_GoBack":
            return ""
        self._names.add(name)
        return f'<span id="{escape(name)}"></span>'


class _Writing:
    def __init__(
        self,
        inlines: Inlines,
        paragraph: Paragraph,
        base: RunFormat | None,
        cursor: Cursor,
    ) -> None:
        self._inlines, self._paragraph, self._base, self._cursor = inlines, paragraph.format, base, cursor
        self._mark = paragraph.mark
        self._after_space = True  # or at the beginning of a line, where HTML collapses spaces
        self._last = ""  # the last character so far; none after anything but text

    def label(self, paragraph: Paragraph) -> str:
        """Write the list label as a box that extends to the start of the text."""
        label = paragraph.label
        if label is None or (not label.text and label.suffix != "tab"):
            return ""
        self._after_space = False
        start = self._cursor.x
        length = width(label.text, label.format)
        before = length * _BEFORE_INDENT.get(label.align, 0.0)
        self._cursor.x += length - before
        if label.suffix == "tab":
            self._cursor.x = max(self._cursor.stop().position, self._cursor.x)
        elif label.suffix == "space":
            self._cursor.x += width(" ", label.format)
        text = escape(label.text) + (" " if label.suffix == "space" else "")
        box = self._inlines.box(f"width:{points(self._cursor.x - start)}")
        if before:
            hang = self._inlines.box(f"margin-left:{points(-before)}")
            text = f'<span class="{hang}">{text}</span>'
        return (
            f'<figcaption class="label {self._inlines.span(label.format, self._paragraph)} {box}">{text}</figcaption>'
        )

    def lines(self, inlines: Sequence[Inline]) -> str:
        """Write inlines, tab by tab."""
        inlines = tuple(without_last_spaces(tuple(_tabs_apart(inlines))))
        if inlines and isinstance(inlines[-1], Break):  # the line that it begins is empty, but has its height
            inlines = (*inlines, Text("\u200b", self._mark))
        if not any(isinstance(inline, Tab) for inline in inlines):
            return "".join(map(self.one, inlines))
        written: list[str] = []
        segment: list[Inline] = []
        tab: Tab | None = None
        for inline in (*inlines, None):
            if inline is None or isinstance(inline, Tab | Break):
                written.append(self._segment(tab, segment, ends=inline is None))
                segment, tab = [], inline if isinstance(inline, Tab) else None
                if isinstance(inline, Break):
                    written.append(self.one(inline))
                    self._cursor.new_line()
            else:
                segment.append(inline)
        return "".join(written)

    def _segment(self, tab: Tab | None, segment: Sequence[Inline], *, ends: bool) -> str:
        """Write a tab and what follows it up to the next one, or to where the paragraph `ends`."""
        self._after_space &= tab is None
        text = "".join(map(self.one, segment))
        cursor = self._cursor
        if tab is None:
            cursor.advance(segment)
            return text
        stop = cursor.edge_stop(tab.stop.align, tab.stop.leader) if tab.stop else cursor.stop()
        length = total_width(segment)
        least = stop.position + length - cursor.x - cursor.room()  # of the text that is before the stop, if all fits
        after = {"right": length, "center": length / 2, "decimal": max(whole_width(segment), least)}.get(
            stop.align, 0.0
        )
        gap = max(stop.position - cursor.x - after, 0.0)
        if ends and not segment and gap > (room := cursor.room()) and not cursor.full():
            gap = max(gap, room + 1) if self._paragraph.left else room  # if indented, it begins a line
        if (
            stop.align in ("right", "center")
            and stop.leader == "none"
            and any(isinstance(item, Field) for item in segment)
        ):
            box = self._inlines.box(f"width:{points(gap + length)};text-align:right")
            cursor.x += gap + length
            return f'<span class="tab {box}">{text}</span>'
        cursor.x += gap
        cursor.advance(segment)
        return self._gap(gap, stop, tab) + text

    def _gap(self, gap: float, stop: TabStop, tab: Tab) -> str:
        leader = _LEADERS.get(stop.leader)
        if leader:
            return (
                f'<span class="tab {self._inlines.box(f"width:{points(gap)};border-bottom:0.75pt {leader}")}"></span>'
            )
        underline = self._underline(tab.format) if tab.format.underline else ""
        return f'<span class="tab {self._inlines.box(f"width:{points(gap)}{underline}")}"> </span>'

    def _underline(self, look: RunFormat) -> str:
        """Return the declarations of a line below the whole of a tab, where the underline of its letters would be."""
        colour = look.underline_colour or look.colour
        line = f"{points(max(look.size / 20, 0.5))} solid {'#' + colour if colour else ''}"
        drop = f"height:{points(look.size * 0.15)};line-height:0;{AS_IN_CSS};vertical-align:{points(-look.size * 0.15)}"
        return f";border-bottom:{line.strip()};{drop}"

    def one(self, inline: Inline) -> str:
        """Write one inline."""
        if isinstance(inline, Text):
            return self._text(escape(self._spaced(inline.text), quote=False), inline.format, flat=inline.flat)
        self._last = self._last if isinstance(inline, Link | Bookmark) else ""
        self._after_space = isinstance(inline, Break) or (self._after_space and isinstance(inline, Link | Bookmark))
        if isinstance(inline, Break):
            return self._break(inline)
        if isinstance(inline, Link):
            children = "".join(map(self.one, inline.children))
            return f'<a href="{escape(inline.target)}">{children}</a>'
        if isinstance(inline, Field):
            name = self._inlines.counters.name(inline.counter, inline.form)
            return self._text(f'<span class="{name}"></span>', inline.format)
        if isinstance(inline, Bookmark):
            return self._inlines.anchor(inline.name)
        if isinstance(inline, Picture):
            size = self._inlines.box(self._picture(inline))
            alternative = escape(inline.alternative or _("Picture"))
            return f'<img class="{size}" src="docx:{escape(inline.part)}" alt="{alternative}"/>'
        if isinstance(inline, Stack):
            return self._stack(inline)
        if isinstance(inline, Note):
            look = self._inlines.span(inline.format, self._paragraph)
            body = self._inlines.note(inline.blocks)
            return f'<span class="{look}"><span class="note" data-label="{escape(inline.label)}">{body}</span></span>'
        return ""

    def _break(self, item: Break) -> str:
        """Write a line break; as Word has it, its own size counts for the height of its line."""
        if item.kind != "line":
            return ""
        return "<br/>" if item.format is None else self._text("<br/>", item.format)

    def _stack(self, item: Stack) -> str:
        """Write stacked lines as an inline box, centred on the letters beside it."""
        look = f"display:inline-block;vertical-align:middle;text-indent:0;text-align:{item.align};white-space:pre"
        look += {
            "above": ";border-top:0.5pt solid",
            "below": ";border-bottom:0.5pt solid",
            "around": ";border:0.5pt solid;padding:0 2pt",
        }.get(item.rule, "")
        written = "".join(
            self._row(row, ruled=item.rule == "between" and not index) for index, row in enumerate(item.rows)
        )
        box = f'<span class="{self._inlines.box(look)}">{written}</span>'
        if not item.raised:
            return box
        return f'<span class="{self._inlines.box(f"vertical-align:{points(item.raised)}")}">{box}</span>'

    def _row(self, row: Sequence[Inline], *, ruled: bool) -> str:
        """Write one line of a stack, with the height of its own letters."""
        size = max((item.format.size for item in row if isinstance(item, Text)), default=1.0)
        look = f"display:block;font-size:{points(size)};line-height:{points(1.05 * size)};{AS_IN_CSS}"
        look += ";border-bottom:0.5pt solid" if ruled else ""
        return f'<span class="{self._inlines.box(look)}">{"".join(map(self.one, row))}</span>'

    def _picture(self, item: Picture) -> str:
        """Return the declarations of an inline picture."""
        found = f"width:{points(item.width)};height:{points(item.height)}"
        if self._paragraph.line_rule == "exact":  # it does not raise its line
            return f"{found};margin-top:{points(-item.height)}"
        return f"{found};margin:{' '.join(map(points, item.gaps))}" if any(item.gaps) else found

    def _spaced(self, text: str) -> str:
        """Return a text that keeps all its spaces, which HTML would collapse.

        Its lines break where Word breaks them.
        """
        if not text:
            return text
        led = len(text) - len(text.lstrip(" ")) if self._after_space else 0
        before, self._last = self._last, text[-1]
        self._after_space = text.endswith(" ")
        text = with_breaks(text, before)
        return "\u00a0" * led + _SPACES.sub(lambda found: "\u00a0" * (len(found[0]) - 1) + " ", text[led:])

    def _text(self, html: str, look: RunFormat, *, flat: bool = False) -> str:
        if look == self._base:
            return html
        name = self._inlines.box(flat_run(look)) if flat else self._inlines.span(look, self._paragraph)
        return f'<span class="{name}">{html}</span>'


def _tabs_apart(inlines: Iterable[Inline]) -> Iterable[Inline]:
    """Yield inlines with links split at tabs and breaks: a line of a table of contents is one link."""
    for inline in inlines:
        if isinstance(inline, Link) and any(isinstance(child, Tab | Break) for child in inline.children):
            part: list[Inline] = []
            for child in (*inline.children, None):
                if child is None or isinstance(child, Tab | Break):
                    if part:
                        yield Link(inline.target, tuple(part))
                    if child is not None:
                        yield child
                    part = []
                else:
                    part.append(child)
        else:
            yield inline
