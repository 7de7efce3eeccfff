"""Writes the whole document: one HTML page, with a rule for each kind of paper page that Word would lay out."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from flows.documents.docx.model import Block, Document, Loss, Section
from flows.documents.html.blocks import Blocks
from flows.documents.html.heights import height
from flows.documents.html.looks import points

_FORMATS = {
    "lowerRoman": "lower-roman",
    "upperRoman": "upper-roman",
    "lowerLetter": "lower-alpha",
    "upperLetter": "upper-alpha",
}
_STARTS = {"oddPage": "right", "evenPage": "left"}


@dataclass(frozen=True, slots=True)
class Page:
    """What the typesetter is given. `lost` is what HTML cannot say of the document."""

    html: str
    lost: tuple[Loss, ...]


def write(document: Document, language: str, title: str) -> Page:
    """Return the document as HTML with its style sheet inside."""
    blocks = Blocks(document.tab_width, document.adding_space)
    papers = _Papers(document, blocks)
    body: list[str] = []
    name = ""
    previous: Section | None = None
    for index, section in enumerate(document.sections):
        goes_on = previous is not None and section.start == "continuous" and _size(section) == _size(previous)
        if not goes_on:
            name = f"s{index}"
            papers.add(name, section)
        look = f"page:{name}"
        if section.start in _STARTS and previous is not None:
            look += f";break-before:{_STARTS[section.start]}"
        body.append(f'<section style="{look}">{blocks.write(section.blocks, _column(section))}</section>')
        previous = section
    sheet = "\n".join([*papers.rules, blocks.classes.sheet()])
    html = (
        f'<!DOCTYPE html><html lang="{escape(language)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{sheet}</style></head><body>{''.join(papers.running)}{''.join(body)}</body></html>"
    )
    return Page(html, document.lost)


def _size(section: Section) -> tuple[float, ...]:
    return (section.width, section.height, section.top, section.right, section.bottom, section.left)


def _column(section: Section) -> float:
    return section.width - section.left - section.right


class _Papers:
    """The page rules of a document, and the headers and footers that they show."""

    def __init__(self, document: Document, blocks: Blocks) -> None:
        self._document, self._blocks = document, blocks
        self.rules: list[str] = []
        self.running: list[str] = []
        self._names: dict[str, str] = {}  # headers and footers by their HTML, so that equal ones are written once

    def add(self, name: str, section: Section) -> None:
        """Write the rules of a section: for all its pages, then its even ones, then its first."""
        self._rule(f"@page {name}", "default", section)
        if self._document.different_even:
            self._rule(f"@page {name}:left", "even", section)
        first = f"@page {name}:nth(1 of {name})"
        if section.different_first:
            self._rule(first, "first", section)
        if section.first_number is not None:
            self.rules.append(f"{first}{{counter-reset:page {section.first_number}}}")

    def _rule(self, selector: str, kind: str, section: Section) -> None:
        header, footer = section.headers.get(kind, ()), section.footers.get(kind, ())
        top, bottom = abs(section.top), abs(section.bottom)
        if section.top >= 0 and header:
            top = max(top, section.header_distance + self._height(header, section))
        if section.bottom >= 0 and footer:
            bottom = max(bottom, section.footer_distance + self._height(footer, section))
        above = f"padding-top:{points(section.header_distance)};vertical-align:top"
        below = f"padding-bottom:{points(section.footer_distance)};vertical-align:bottom"
        self.rules.append(
            f"{selector}{{size:{points(section.width)} {points(section.height)};"
            f"margin:{points(top)} {points(section.right)} {points(bottom)} {points(section.left)};"
            f"@top-left{{{self._content(header, section, above)}}}"
            f"@bottom-left{{{self._content(footer, section, below)}}}}}"
        )

    def _height(self, blocks: Sequence[Block], section: Section) -> float:
        return height(blocks, _column(section), self._document.tab_width)

    def _content(self, blocks: Sequence[Block], section: Section, look: str) -> str:
        if not blocks:
            return "content:none"
        written = self._blocks.write(blocks, _column(section))
        style = _FORMATS.get(section.number_format, "")
        name = self._names.get(style + written)
        if name is None:
            name = self._names[style + written] = f"r{len(self._names)}"
            self.running.append(f'<div class="{style}" style="position:running({name})">{written}</div>')
        return f"content:element({name});width:{points(_column(section))};{look}"
