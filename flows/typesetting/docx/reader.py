"""Read a whole DOCX: its settings, its sections with headers and footers, and its notes."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Literal, cast

from lxml import etree

from flows.language import translate as _
from flows.typesetting.docx.alt_chunks import read_alt_chunk
from flows.typesetting.docx.alternate_content import choose_alternative
from flows.typesetting.docx.data_binding import apply_data_bindings
from flows.typesetting.docx.floating_tables import floating_table
from flows.typesetting.docx.frames import group_frames
from flows.typesetting.docx.line_numbers import line_numbers
from flows.typesetting.docx.measurements import number, twips
from flows.typesetting.docx.model import Block, Box, Break, Document, Inline, Paragraph, Section, Text
from flows.typesetting.docx.numbering import Numbering
from flows.typesetting.docx.package import Package, R, W
from flows.typesetting.docx.page_borders import add_page_borders, paper_colour
from flows.typesetting.docx.paragraphs import paragraph
from flows.typesetting.docx.part_context import Story
from flows.typesetting.docx.properties import Properties, is_on, value
from flows.typesetting.docx.styles import Styles
from flows.typesetting.docx.tables import table

_TRANSPARENT = {"sdtContent", "ins", "moveTo", "customXml", "smartTag"}
_SILENT = {
    "sectPr", "tcPr", "bookmarkStart", "bookmarkEnd", "proofErr", "permStart", "permEnd", "commentRangeStart",
    "commentRangeEnd", "del", "moveFrom", "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart",
    "moveToRangeEnd", "customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart",
    "customXmlDelRangeEnd", "sdtPr", "sdtEndPr", "customXmlPr",
}  # fmt: skip

#: Automatic space above and below paragraphs, in points: as in HTML, or as in Word 97 (17.15.3.21).
_HTML_SPACE, _WORD_SPACE = 14.0, 5.0
_LINE_GRIDS = ("lines", "linesAndChars", "snapToChars")
_OFF = ("0", "false", "off")
_NO_LINE = {W + name for name in ("pPr", "bookmarkStart", "bookmarkEnd", "proofErr")}


@dataclass(frozen=True, slots=True)
class _Settings:
    compatible: int
    adding_space: bool
    html_space: bool
    different_even: bool
    tab_width: float
    note_forms: Mapping[str, str]
    paper: str
    mirrored: bool
    yielding: bool  # the default style yields to those of tables, as up to Word 2007
    ends_below_breaks: bool  # the end of a paragraph stands below the page break before it, as in Word 2003


def read(content: bytes) -> Document:
    """Read a DOCX; raises `DocumentRefused` for any other file."""
    package = Package(content)
    apply_data_bindings(package)
    settings = _settings(package)
    styles = Styles(package, _HTML_SPACE if settings.html_space else _WORD_SPACE, yielding=settings.yielding)

    def blocks(
        elements: Iterable[etree._Element],
        story: Story,
        table_run: Properties | None,
        table_paragraph: Properties | None,
    ) -> tuple[Block, ...]:
        found: list[Block | Box] = []
        for child in _joined(elements):
            name = etree.QName(child).localname
            if name == "p":
                read_one = paragraph(child, story, table_run, table_paragraph)
                found.append(_ended_below(read_one) if settings.ends_below_breaks else read_one)
            elif name == "tbl":
                read = table(child, story, settings.compatible)
                found.append(floating_table(child, read, story) or read)
            elif name == "sdt":
                content = child.find(W + "sdtContent")
                found.extend(() if content is None else blocks(content, story, table_run, table_paragraph))
            elif name == "altChunk":
                found.extend(read_alt_chunk(child, story))
            elif name == "AlternateContent":
                found.extend(blocks(choose_alternative(child), story, table_run, table_paragraph))
            elif name in ("oMath", "oMathPara", "r"):
                found.append(paragraph(_wrapped(child), story, table_run, table_paragraph))
            elif name in _TRANSPARENT:
                found.extend(blocks(child, story, table_run, table_paragraph))
            elif name not in _SILENT:
                story.lose(_("construct {name}").format(name=name))
                found.extend(blocks(child, story, table_run, table_paragraph) if len(child) else ())
        found = _shown(found) if any(isinstance(block, Paragraph) and block.hidden for block in found) else found
        return group_frames(found)

    story = Story(
        package, package.main, styles, Numbering(package, styles), [], {}, {}, blocks, note_forms=settings.note_forms
    )
    sections = _sections(story)
    return Document(
        title=_title(package),
        sections=tuple(sections),
        different_even=settings.different_even,
        adding_space=settings.adding_space,
        html_space=settings.html_space,
        tab_width=settings.tab_width,
        language=styles.language(),
        media=story.media,
        lost=tuple(story.lost),
        endnotes=tuple(story.endnotes),
        paper=settings.paper,
        mirrored=settings.mirrored,
    )


def _ended_below(item: Paragraph) -> Paragraph:
    """Return a paragraph whose end stands on a line of its own below a page break that it ends with."""
    if item.inlines[-1:] != (Break("page"),):
        return item
    return replace(item, inlines=(*item.inlines, Text("\u200b", item.mark)))


def _shown(blocks: Iterable[Block | Box]) -> list[Block | Box]:
    """Return blocks without hidden paragraphs; their bookmarks move to the next paragraph, or the end of the last."""
    shown: list[Block | Box] = []
    names: tuple[Inline, ...] = ()
    for block in blocks:
        if isinstance(block, Paragraph):
            if block.hidden:
                names += block.inlines
                continue
            block, names = replace(block, inlines=(*names, *block.inlines)), ()
        shown.append(block)
    if names and shown and isinstance(last := shown[-1], Paragraph):
        shown[-1] = replace(last, inlines=(*last.inlines, *names))
    return shown


def _joined(elements: Iterable[etree._Element]) -> Iterable[etree._Element]:
    """Yield elements; a paragraph whose end is deleted is merged with the next one, which gives the format."""
    waiting: list[etree._Element] = []
    for element in elements:
        if element.tag == W + "p" and element.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            waiting += [deepcopy(child) for child in element if child.tag != W + "pPr"]
            continue
        if waiting and element.tag == W + "p":
            whole = deepcopy(element)
            start = 0 if whole.find(W + "pPr") is None else 1
            whole[start:start] = waiting
            element, waiting = whole, []
        elif waiting and element.tag == W + "tbl":
            yield _wrapped(*waiting)
            waiting = []
        yield element
    if waiting:
        yield _wrapped(*waiting)


def _wrapped(*elements: etree._Element) -> etree._Element:
    """Wrap inline content in a paragraph."""
    holder = etree.Element(W + "p")
    holder.extend(elements)
    return holder


def _sections(story: Story) -> list[Section]:
    """Split the body at paragraphs with section properties; the body's own apply to the rest."""
    bodies = list(story.package.xml(story.package.main).iterchildren(W + "body"))
    sections: list[Section] = []
    run: list[etree._Element] = []
    headers: dict[str, tuple[Block, ...]] = {}
    footers: dict[str, tuple[Block, ...]] = {}
    for child in [child for body in bodies for child in _unwrapped(body)]:
        if child.tag == W + "sectPr":
            continue
        inner = child.find(f"{W}pPr/{W}sectPr")
        # In LibreOffice an empty paragraph that ends a section has no line, unless a table begins the section.
        if inner is None or not run or run[0].tag == W + "tbl" or any(part.tag not in _NO_LINE for part in child):
            run.append(child)
        if inner is not None:
            sections.append(_section(inner, run, story, headers, footers))
            run = []
    last = bodies[-1].find(W + "sectPr") if bodies else None
    sections.append(_section(etree.Element(W + "sectPr") if last is None else last, run, story, headers, footers))
    return sections


def _unwrapped(element: etree._Element) -> "list[etree._Element]":
    """Return the children of a body, including those of block-level content controls."""
    found: list[etree._Element] = []
    for child in element:
        if child.tag == W + "sdt":
            content = child.find(W + "sdtContent")
            found.extend([] if content is None else _unwrapped(content))
        else:
            found.append(child)
    return found


def _section(
    element: etree._Element, run: Sequence[etree._Element], story: Story,
    headers: dict[str, tuple[Block, ...]], footers: dict[str, tuple[Block, ...]],
) -> Section:  # fmt: skip
    size, margins = element.find(W + "pgSz"), element.find(W + "pgMar")
    columns, numbers, first = element.find(W + "cols"), element.find(W + "pgNumType"), element.find(W + "titlePg")
    start = value(element.find(W + "type")) or "nextPage"
    grid = element.find(W + "docGrid")
    story.grid = twips(value(grid, "linePitch")) or 0.0 if value(grid, "type") in _LINE_GRIDS else 0.0

    def length(source: etree._Element | None, name: str, default: float) -> float:
        found = twips(value(source, name))
        return default if found is None else found

    found = Section(
        blocks=(),
        start=cast('Literal["nextPage", "continuous", "oddPage", "evenPage", "nextColumn"]', start),
        width=length(size, "w", 612.0),
        height=length(size, "h", 792.0),
        top=length(margins, "top", 72.0),
        right=length(margins, "right", 72.0),
        bottom=length(margins, "bottom", 72.0),
        left=length(margins, "left", 72.0) + length(margins, "gutter", 0.0),
        header_distance=length(margins, "header", 36.0),
        footer_distance=length(margins, "footer", 36.0),
        headers={},
        footers={},
        different_first=first is not None and is_on(first),
        first_number=number(value(numbers, "start")),
        number_format=value(numbers, "fmt") or "decimal",
        columns=max(min(number(value(columns, "num")) or 1, 20), 1),
        gap=length(columns, "space", 36.0),
        ruled=value(columns, "sep") in ("1", "true", "on"),
        line_numbers=line_numbers(element, story.styles),
        grid=story.grid,
    )
    if columns is not None and value(columns, "equalWidth") in _OFF and len({value(item, "w") for item in columns}) > 1:
        story.lose(_("columns of unequal width, which are set alike"))
    story.room = found.width - found.left - found.right
    pointers = story.package.relationships(story.part)
    for reference in element:
        kind = etree.QName(reference).localname
        if kind in ("headerReference", "footerReference"):
            pointer = pointers.get(reference.get(R + "id", ""))
            if pointer is not None and pointer.target in story.package.names:
                read = story.blocks(story.package.xml(pointer.target), story.within(pointer.target), None, None)
                (headers if kind == "headerReference" else footers)[value(reference, "type") or "default"] = read
    story.room = (story.room - found.gap * (found.columns - 1)) / found.columns
    blocks = story.blocks(run, story, None, None)
    found = replace(found, blocks=blocks, headers=dict(headers), footers=dict(footers))
    return add_page_borders(found, element, story)


def _settings(package: Package) -> _Settings:
    part = package.related(package.main, "settings")
    root = etree.Element(W + "settings") if part is None else package.xml(part)
    compatibility = {value(setting, "name"): value(setting) for setting in root.iter(W + "compatSetting")}
    own_space = root.find(f"{W}compat/{W}doNotUseHTMLParagraphAutoSpacing")
    html_space = own_space is None or not is_on(own_space)
    parted = root.find(f"{W}compat/{W}splitPgBreakAndParaMark")
    even, mirrored = root.find(W + "evenAndOddHeaders"), root.find(W + "mirrorMargins")
    return _Settings(
        compatible=number(compatibility.get("compatibilityMode")) or 12,
        adding_space=part is None or not html_space,  # LibreOffice treats a file without settings as an old one
        html_space=html_space,
        different_even=even is not None and is_on(even),
        tab_width=twips(value(root.find(W + "defaultTabStop"))) or 36.0,
        note_forms={
            kind: form
            for kind in ("footnote", "endnote")
            for holder in (root, package.xml(package.main))
            for element in holder.iter(f"{W}{kind}Pr")
            if (form := value(element.find(W + "numFmt")))
        },
        paper=paper_colour(package, root),
        mirrored=mirrored is not None and is_on(mirrored),
        yielding=compatibility.get("overrideTableStyleFontSizeAndJustification") not in ("1", "true", "on"),
        ends_below_breaks=parted is not None and is_on(parted),
    )


def _title(package: Package) -> str:
    part = package.related("", "core-properties")
    if part is None:
        return ""
    return package.xml(part).findtext("{http://purl.org/dc/elements/1.1/}title", "").strip()
