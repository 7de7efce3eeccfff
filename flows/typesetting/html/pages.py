"""Write a whole document as one HTML page, with an `@page` rule for each kind of page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise

from flows.typesetting.docx.model import Block, Document, LineNumbers, Loss, Section
from flows.typesetting.html.block_flow import Spacing, begins_page, ends_page, without_leading_break
from flows.typesetting.html.blocks import Blocks
from flows.typesetting.html.css import points
from flows.typesetting.html.floating_boxes import Paper
from flows.typesetting.html.height_estimates import height


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
        elif _running(section) != _running(previous):
            together.append(papers.change(name, section))
        look = f"page:{name}"
        if (left := section.left - sheet_of.left) or section.right != sheet_of.right:
            look += f";margin:0 {points(section.right - sheet_of.right)} 0 {points(left)}"
        if previous is not None and not goes_on:
            look += ";break-before:page"
        if section.columns > 1:
            after = sections[index + 1] if index + 1 < len(sections) else None
            fill = "balance" if after is not None and after.start == "continuous" else "auto"
            look += f";column-count:{section.columns};column-gap:{points(section.gap)};column-fill:{fill}"
            look += ";column-rule:0.5pt solid #000" if section.ruled else ""
        blocks.boxes.paper = _paper(section, section.top, running=False)
        blocks.columns = section.columns
        blocks.counters.form = section.number_format
        written = blocks.write(section.blocks, _column(section), "page" if index else "first")
        lines = f' class="lines-{len(numbered)}"' if section.line_numbers else ""
        numbered += [section.line_numbers] if section.line_numbers else []
        together.append(f'<section{lines} style="{look}">{written}</section>')
        previous = section
    body.append(_sharing(name, together))
    if document.endnotes and previous is not None:  # on a page of their own, as in LibreOffice
        written = blocks.write(document.endnotes, _text(previous), "page")
        body.append(f'<section style="page:{name};break-before:page">{written}</section>')
    sheet = "\n".join([*papers.rules, blocks.classes.sheet(), blocks.counters.sheet()])
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


def _running(section: Section) -> object:
    """Return the headers and footers of a section's pages, other than its first."""
    kept = ("default", "even")
    return [[parts.get(kind, ()) for kind in kept] for parts in (section.headers, section.footers)]


def _changes(sections: Sequence[Section]) -> Sequence[Section]:
    """Return the sections that share the pages of the first one, and change headers or footers."""
    found: list[Section] = []
    for previous, section in pairwise(sections):
        if not _goes_on(section, previous):
            break
        if _running(section) != _running(previous):
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


def _paper(section: Section, top: float, running: bool) -> Paper:
    return Paper(section.width, section.height, abs(top), section.right, abs(section.bottom), section.left, running)


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
            f'<div style="position:running({_slot(name, kind, side)})">{self._written(blocks, section, 0.0)}</div>'
            for kind in kinds
            for side, blocks in (("top", section.headers.get(kind, ())), ("bottom", section.footers.get(kind, ())))
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
        top, bottom = abs(section.top), abs(section.bottom)
        for sharing in (section, *changes):
            above_text, below_text = sharing.headers.get(kind, ()), sharing.footers.get(kind, ())
            if sharing.top >= 0 and above_text:
                top = max(top, sharing.header_distance + self._height(above_text, section))
            if sharing.bottom >= 0 and below_text:
                bottom = max(bottom, sharing.footer_distance + self._height(below_text, section))
        above = f"padding-top:{points(section.header_distance)};vertical-align:top"
        below = f"padding-bottom:{points(section.footer_distance)};vertical-align:bottom"
        # the background is positioned at the text area, though it has the size of the paper
        behind = f"background-position:{points(-section.left)} {points(-top)};" if section.frame else ""
        top_slot, bottom_slot = (_slot(name, kind, side) if changes else "" for side in ("top", "bottom"))
        foot = section.height - section.footer_distance - self._height(footer, section)
        self.rules.append(
            f"{selector}{{size:{points(section.width)} {points(section.height)};"
            f"margin:{points(top)} {points(section.right)} {points(bottom)} {points(section.left)};{behind}"
            f"@top-left{{{self._content(header, section, above, section.header_distance, top_slot)}}}"
            f"@bottom-left{{{self._content(footer, section, below, foot, bottom_slot)}}}}}"
        )

    def _height(self, blocks: Sequence[Block], section: Section) -> float:
        return height(blocks, _text(section), self._document.tab_width, self._spacing)

    def _content(self, blocks: Sequence[Block], section: Section, look: str, start: float, slot: str) -> str:
        """Return the content of a margin box; with a `slot`, the last running element of that name."""
        if not blocks and not slot:
            return "content:none"
        written = self._written(blocks, section, start)
        if slot:
            self.running.append(f'<div style="position:running({slot})">{written}</div>')
            return f"content:element({slot},start);width:{points(_text(section))};{look}"
        name = self._names.get(written)
        if name is None:
            name = self._names[written] = f"r{len(self._names)}"
            self.running.append(f'<div style="position:running({name})">{written}</div>')
        return f"content:element({name});width:{points(_text(section))};{look}"

    def _written(self, blocks: Sequence[Block], section: Section, start: float) -> str:
        self._blocks.boxes.paper = _paper(section, start, running=True)
        self._blocks.counters.form = section.number_format
        return self._blocks.write(blocks, _text(section), "running")


def _slot(name: str, kind: str, side: str) -> str:
    """Return the name of the running element for the header or footer of a section."""
    return f"{name}-{kind}-{side}"
