"""Write a whole document as one HTML page, with an `@page` rule for each kind of page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from itertools import pairwise

from flows.typesetting.docx.model import Block, Document, LineNumbers, Loss, Section
from flows.typesetting.html.block_flow import (
    Spacing,
    begins_page,
    ends_page,
    space_outside,
    top_border,
    without_leading_break,
)
from flows.typesetting.html.block_writer import Blocks
from flows.typesetting.html.css import points
from flows.typesetting.html.floating_boxes import Paper
from flows.typesetting.html.height_estimates import height
from flows.typesetting.html.running_elements import above_edge, running, slot_name
from flows.typesetting.html.section_columns import columns


@dataclass(frozen=True, slots=True)
class Page:
    """The input of the typesetter: HTML that is well-formed XML, and its CSS rules.

    `lost` lists constructs that HTML cannot express; `numbered` lists the sections whose lines are numbered.
    """

    html: str
    sheet: str
    lost: tuple[Loss, ...]
    numbered: tuple[LineNumbers, ...] = ()


def write(document: Document, language: str, title: str) -> Page:
    """Return the document as HTML with its style sheet."""
    spacing = Spacing(document.adding_space, document.html_space)
    blocks = Blocks(document.tab_width, spacing, document.language)
    papers = _Papers(document, blocks, spacing)
    body: list[str] = []
    numbered: list[LineNumbers] = []
    together: list[str] = []  # sections that share pages, and with them the first page
    name = ""
    previous: Section | None = None
    sheet_of: Section | None = None  # the section that determines the margins
    sections = _settled(document.sections)
    for index, section in enumerate(sections):
        goes_on = previous is not None and _goes_on(section, previous)
        if not goes_on or previous is None or sheet_of is None:
            body.append(_sharing(name, together))
            together = []
            name, sheet_of = f"s{index}", section
            papers.add(name, section, _changes(sections[index:]))
        elif _headers(section) != _headers(previous):
            together.append(papers.change(name, section))
        after = sections[index + 1] if index + 1 < len(sections) else None
        above = below = 0.0
        inside: Sequence[Block] = section.blocks
        opened = top_border(section.blocks) if goes_on else 0.0
        if (section.columns > 1 or opened) and not document.adding_space:
            upper = previous.blocks if goes_on and previous is not None else None
            lower = (after.blocks if after.columns == 1 else ()) if after and _goes_on(after, section) else None
            inside, above, below = space_outside(section.blocks, upper, lower if section.columns > 1 else None)
            above += opened
        look = f"page:{name}"
        left, right = section.left - sheet_of.left, section.right - sheet_of.right
        if left or right:
            look += f";margin:0 {points(right)} 0 {points(left)}"
        if above or below:
            look += f";padding:{points(above)} 0 {points(below)}"
        if previous is not None and not goes_on:
            look += ";break-before:page"
        if section.columns > 1:
            look += columns(section, previous if goes_on else None, after)
        blocks.boxes.paper = papers.paper(section)
        blocks.columns = section.columns
        blocks.counters.form = section.number_format
        written = blocks.write(inside, _column(section), "page" if index else "first")
        lines = f' class="lines-{len(numbered)}"' if section.line_numbers else ""
        numbered += [section.line_numbers] if section.line_numbers else []
        together.append(f'<section{lines} style="{look}">{written}</section>')
        previous = section
    body.append(_sharing(name, together))
    if document.endnotes and previous is not None:  # on a page of their own, as in LibreOffice
        written = blocks.write(document.endnotes, _text(previous), "page")
        body.append(f'<section style="page:{name};break-before:page">{written}</section>')
    sheet = "\n".join([*papers.rules, blocks.notes_rule(), blocks.classes.sheet(), blocks.counters.sheet()])
    html = (
        f'<html lang="{escape(language)}"><head><title>{escape(title)}</title></head>'
        f"<body>{''.join(papers.running)}{''.join(body)}</body></html>"
    )
    return Page(html, sheet, document.lost, tuple(numbered))


def _sharing(name: str, sections: Sequence[str]) -> str:
    """Return sections that share pages in one element, which counts the pages."""
    written = "".join(sections)
    return f'<div style="page:{name}">{written}</div>' if len(sections) > 1 else written


def _settled(sections: Sequence[Section]) -> Sequence[Section]:
    """Return sections with their breaks as in LibreOffice: continuous, or on a new page."""
    found: list[Section] = []
    for section in sections:
        found.append(_apart(section, found[-1]) if found and section.start == "continuous" else section)
    return found


def _goes_on(section: Section, previous: Section) -> bool:
    return section.start == "continuous" and _size(section) == _size(previous)


def _headers(section: Section) -> object:
    """Return the headers and footers of a section's pages, other than its first."""
    kept = ("default", "even")
    return [[parts.get(kind, ()) for kind in kept] for parts in (section.headers, section.footers)]


def _changes(sections: Sequence[Section]) -> Sequence[Section]:
    """Return the sections that share the pages of the first one, and change headers or footers."""
    found: list[Section] = []
    for previous, section in pairwise(sections):
        if not _goes_on(section, previous):
            break
        if _headers(section) != _headers(previous):
            found.append(section)
    return found


def _apart(section: Section, previous: Section) -> Section:
    """Return a continuous section on a new page if a page break precedes it, as in LibreOffice."""
    if not ends_page(previous.blocks) and not begins_page(section.blocks):
        return section
    return replace(section, start="nextPage", blocks=tuple(without_leading_break(section.blocks)), first_number=None)


def _size(section: Section) -> tuple[float, float]:
    return (section.width, section.height)


def _text(section: Section) -> float:
    """Return the text width of a page."""
    return section.width - section.left - section.right


def _column(section: Section) -> float:
    return (_text(section) - section.gap * (section.columns - 1)) / section.columns


class _Papers:
    """The `@page` rules of a document, with headers and footers."""

    def __init__(self, document: Document, blocks: Blocks, spacing: Spacing) -> None:
        self._document, self._blocks, self._spacing = document, blocks, spacing
        self.rules: list[str] = []
        self.running: list[str] = []
        self._names: dict[str, str] = {}  # headers and footers by their HTML, so that equal ones are written once

    def add(self, name: str, section: Section, changes: Sequence[Section]) -> None:
        """Write the rules of a section: for all its pages, then its even ones, then its first.

        `changes` are sections that begin on its pages, with other headers or footers from the next page on.
        """
        self._rule(f"@page {name}", "default", section, name, changes)
        mirrored = self._document.mirrored
        other = replace(section, left=section.right, right=section.left) if mirrored else section
        if self._document.different_even:
            self._rule(f"@page {name}:left", "even", other, name, changes)
        elif mirrored:
            margins = f"margin-right:{points(other.right)};margin-left:{points(other.left)}"
            margins += f";background-position-x:{points(-other.left)}" if section.frame else ""
            self.rules.append(f"@page {name}:left{{{margins}}}")
        first = f"@page {name}:nth(1 of {name})"
        if section.different_first or changes:
            self._rule(first, "first" if section.different_first else "default", section)
        self._background(name, first, section)
        if section.first_number is not None:
            self.rules.append(f"{first}{{counter-reset:page {section.first_number}}}")

    def change(self, name: str, section: Section) -> str:
        """Return the elements that change headers and footers from the page after a section's beginning."""
        kinds = ("default", "even") if self._document.different_even else ("default",)
        return "".join(
            running(slot_name(name, kind, side), *self._written(blocks, section), start)
            for kind in kinds
            for side, blocks, start in (
                ("top", section.headers.get(kind, ()), 0.0),
                ("bottom", section.footers.get(kind, ()), section.height - self._margins(section, kind, ())[1]),
            )
        )

    def _background(self, name: str, first: str, section: Section) -> None:
        """Write the page background: its colour, and the picture of page borders."""
        if self._document.paper:
            self.rules.append(f"@page {name}{{background-color:#{self._document.paper}}}")
        if section.frame:
            size = f"background-size:{points(section.width)} {points(section.height)};background-repeat:no-repeat"
            drawn = f"background-image:url('docx:{section.frame}')"
            shown, hidden = (drawn, "background-image:none")
            self.rules.append(f"@page {name}{{{size};{hidden if section.framed == 'firstPage' else shown}}}")
            self.rules.append(f"{first}{{{hidden if section.framed == 'notFirstPage' else shown}}}")

    def _rule(
        self, selector: str, kind: str, section: Section, name: str = "", changes: Sequence[Section] = ()
    ) -> None:
        header, footer = section.headers.get(kind, ()), section.footers.get(kind, ())
        top, bottom = self._margins(section, kind, changes)
        above = f"padding-top:{points(section.header_distance)};vertical-align:top"
        below = above_edge(footer, section.footer_distance, bottom, partial(self._height, section=section))
        # the background is positioned at the text area, though it has the size of the paper
        behind = f"background-position:{points(-section.left)} {points(-top)};" if section.frame else ""
        slots = [slot_name(name, kind, side) if changes else "" for side in ("top", "bottom")]
        self.rules.append(
            f"{selector}{{size:{points(section.width)} {points(section.height)};"
            f"margin:{points(top)} {points(section.right)} {points(bottom)} {points(section.left)};{behind}"
            f"{self._content('top', header, section, above, slots[0], 0.0)}"
            f"{self._content('bottom', footer, section, below, slots[1], section.height - bottom)}}}"
        )

    def paper(self, section: Section) -> Paper:
        """Return the pages of a section, with the margins that its headers and footers leave."""
        top, bottom = self._margins(section, "default", ())
        return Paper(section.width, section.height, top, section.right, bottom, section.left)

    def _margins(self, section: Section, kind: str, changes: Sequence[Section]) -> tuple[float, float]:
        """Return the upper and lower margin of pages, which a high header or footer makes wider.

        A grid of lines stands in the middle between them, as in LibreOffice.
        """
        top, bottom = abs(section.top), abs(section.bottom)
        for sharing in (section, *changes):
            above_text, below_text = sharing.headers.get(kind, ()), sharing.footers.get(kind, ())
            if sharing.top >= 0 and above_text:
                top = max(top, sharing.header_distance + self._height(above_text, section))
            if sharing.bottom >= 0 and below_text:
                bottom = max(bottom, sharing.footer_distance + self._height(below_text, section))
        spare = (section.height - top - bottom) % section.grid / 2 if section.grid else 0.0
        return top + spare, bottom + spare

    def _height(self, blocks: Sequence[Block], section: Section) -> float:
        return height(blocks, _text(section), self._document.tab_width, self._spacing)

    def _content(
        self, side: str, blocks: Sequence[Block], section: Section, look: str, slot: str, corner: float
    ) -> str:
        """Return the margin boxes of a header or footer, one of them for what it places on the page.

        With a `slot`, they hold the last running elements of that name. `corner` is where the corner of the page that
        belongs to it begins, from the top.
        """
        if not blocks and not slot:
            return f"@{side}-left{{content:none}}"
        written, on_page = self._written(blocks, section)
        if slot:
            self.running.append(running(slot, written, on_page, corner))
            name, last = slot, ",start"
        else:
            name, last = self._names.get(written + on_page, ""), ""
            if not name:
                name = self._names[written + on_page] = f"r{len(self._names)}"
                self.running.append(running(name, written, on_page, corner))
        found = f"@{side}-left{{content:element({name}{last});width:{points(_text(section))};{look}}}"
        if on_page or slot:
            # Margin boxes are painted in their own order, so what is behind the text goes behind all of them.
            layer = ";z-index:-1" if self._blocks.boxes.behind_page else ""
            found += f"@{side}-left-corner{{content:element({name}-page{last});vertical-align:top{layer}}}"
        return found

    def _written(self, blocks: Sequence[Block], section: Section) -> tuple[str, str]:
        """Return the HTML of a header or footer, and of the boxes that it places on the page."""
        boxes = self._blocks.boxes
        boxes.paper = replace(self.paper(section), running=True)
        boxes.on_page, boxes.behind_page = [], False
        self._blocks.counters.form = section.number_format
        written = self._blocks.write(blocks, _text(section), "running")
        return written, "".join(boxes.on_page)
