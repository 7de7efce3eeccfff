"""Read the paragraphs of a part with the tags in them, and the elements of the XML that each tag stands in.

Word divides text between runs as it likes. A tag is therefore looked for in the text of the whole paragraph, and every
character knows its element (`Piece`). What has no characters of its own, such as a bookmark, the beginning of a field
or a deletion, is a `Mark` between two of them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from flows.documents.run_text import field_name
from flows.language import translate as _
from flows.typesetting import W

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
#: What Word puts around or between runs without a meaning for the text (17.3.1.9, 17.5.1.9, 17.13.8.1, 17.3.3.13).
_TRANSPARENT = {W + "smartTag", W + "customXml", W + "smartTagPr", W + "customXmlPr"}
_UNHEARD = {W + name for name in ("pPr", "rPr", "proofErr", "lastRenderedPageBreak", "sdtPr", "sdtEndPr", "rubyPr")}
_SPACES = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n"}
_SIGNS = {W + "noBreakHyphen": "\u2011", W + "softHyphen": "\u00ad"}
_DELIMITER = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
#: A tag that takes its paragraph (`p`), row (`tr`) or cell (`tc`) with it; `r` is docxtpl's for a run.
_LEVEL = re.compile(r"(p|tr|tc|r)(?:\s+(?=\S)|$)")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of one element; `holder` is what the run stands in, `fields` are the fields around it, outermost first."""

    start: int
    text: str
    element: etree._Element
    holder: etree._Element
    fields: tuple["Field", ...]

    @property
    def end(self) -> int:
        """Where the text ends in its paragraph."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Mark:
    """An element without text, before the character at `start`."""

    start: int
    element: etree._Element


@dataclass(slots=True, eq=False)
class Field:
    """A field (17.16); `instruction` is known once its result begins."""

    instruction: str = ""

    @property
    def name(self) -> str:
        """The first word of the instruction, in capitals."""
        return field_name(self.instruction)


@dataclass(slots=True, eq=False)
class Paragraph:
    """A paragraph of a part; `number` counts from 1 in the order of the XML, paragraphs of text boxes included.

    `fields` are those that begin in it, `lone` the places of delimiters that belong to no tag. The title of the
    template, which is no paragraph of a part, has the number 0.
    """

    part: str
    number: int
    element: etree._Element
    text: str = ""
    pieces: list[Piece] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    tags: list["Tag"] = field(default_factory=list)
    lone: list[int] = field(default_factory=list)

    @property
    def where(self) -> str:
        """The place as people read it."""
        if not self.number:
            return _("title")
        return _("{part}, paragraph {number}").format(part=short_name(self.part), number=self.number)

    @property
    def fixed_text(self) -> str:
        """The text with a blank in place of each tag, and of each delimiter that belongs to none."""
        found, place = "", 0
        taken = [(tag.start, tag.end) for tag in self.tags] + [(start, start + 2) for start in self.lone]
        for start, end in sorted(taken):
            found, place = f"{found}{self.text[place:start]} ", end
        return found + self.text[place:]


@dataclass(slots=True, eq=False)
class Tag:
    """A tag from `{{`, `{%` or `{#` to its end; `level` is `p`, `tr`, `tc`, `r` or nothing, `inside` what is left."""

    paragraph: Paragraph
    start: int
    end: int
    opening: str
    level: str
    inside: str

    @property
    def text(self) -> str:
        """The whole tag as it is written."""
        return self.paragraph.text[self.start : self.end]

    @property
    def pieces(self) -> Sequence[Piece]:
        """The pieces that the tag has characters in."""
        return [one for one in self.paragraph.pieces if one.start < self.end and one.end > self.start]

    @property
    def marks(self) -> Sequence[Mark]:
        """What stands between two characters of the tag."""
        return [one for one in self.paragraph.marks if self.start < one.start < self.end]

    @property
    def keyword(self) -> str:
        """The first word of a `{% … %}`, as `if`; nothing for other tags."""
        return (self.inside.split() or [""])[0] if self.opening == "{%" else ""

    @property
    def removed(self) -> etree._Element | None:
        """The paragraph, row or cell that the tag takes with it; None for a tag within a line or out of place."""
        element = self.paragraph.element
        if self.level == "p":
            return element
        if self.level not in ("tr", "tc"):
            return None
        return next(element.iterancestors(W + self.level, W + "txbxContent"), None)


def short_name(part: str) -> str:
    """Return the name of a part without folder and ending, as `footer1`."""
    return part.removeprefix("word/").removesuffix(".xml")


def read_paragraphs(root: etree._Element, part: str) -> list[Paragraph]:
    """Return every paragraph of a part, each with its text and tags."""
    found: list[Paragraph] = []
    open_fields: list[Field] = []
    for number, element in enumerate(root.iter(W + "p"), start=1):
        paragraph = Paragraph(part, number, element)
        _read(element, element, paragraph, open_fields)
        paragraph.text = "".join(piece.text for piece in paragraph.pieces)
        _find_tags(paragraph)
        found.append(paragraph)
    return found


def title_paragraph(title: str) -> Paragraph:
    """Return the title of a template as a paragraph, so that its tags are looked at as all others."""
    root = etree.Element(W + "p")
    run = etree.SubElement(root, W + "r")
    etree.SubElement(run, W + "t").text = title
    (paragraph,) = read_paragraphs(root, "")
    paragraph.number = 0
    return paragraph


def tags_in_order(root: etree._Element, paragraphs: Sequence[Paragraph]) -> list[Tag]:
    """Return the tags in the order of the XML, in which a text box stands in the middle of its paragraph."""
    places = {element: place for place, element in enumerate(root.iter(W + "t", *_SPACES, *_SIGNS))}
    tags = [tag for paragraph in paragraphs for tag in paragraph.tags]
    return sorted(tags, key=lambda tag: (places[tag.pieces[0].element], tag.start))


def _read(element: etree._Element, holder: etree._Element, paragraph: Paragraph, fields: list[Field]) -> None:
    """Collect the text below an element that belongs to the paragraph itself."""
    for child in element:
        name = child.tag
        if name in _UNHEARD or name == W + "p" or not isinstance(name, str):
            continue
        if name in (W + "r", *_TRANSPARENT):
            _read(child, holder, paragraph, fields)
        elif name == W + "t":
            _add(paragraph, child, child.text or "", holder, fields)
        elif name in _SPACES and child.get(W + "type", "textWrapping") == "textWrapping":
            _add(paragraph, child, _SPACES[name], holder, fields)
        elif name in _SIGNS:
            _add(paragraph, child, _SIGNS[name], holder, fields)
        elif name == W + "fldSimple":
            fields.append(Field(child.get(W + "instr", "")))
            paragraph.fields.append(fields[-1])
            _read(child, child, paragraph, fields)
            fields.pop()
        elif name in _OPAQUE:
            _read(child, child, paragraph, fields)
        else:
            _follow_field(child, paragraph, fields)
            start = paragraph.pieces[-1].end if paragraph.pieces else 0
            paragraph.marks.append(Mark(start, child))


#: What holds runs, or what holds runs, and means something.
_OPAQUE = {
    W + name
    for name in (
        "hyperlink", "ins", "moveTo", "moveFrom", "del", "sdt", "sdtContent", "ruby", "rt", "rubyBase", "bdo", "dir",
        "subDoc",
    )
} | {_MC + name for name in ("AlternateContent", "Choice", "Fallback")}  # fmt: skip


def _add(
    paragraph: Paragraph, element: etree._Element, text: str, holder: etree._Element, fields: Sequence[Field]
) -> None:
    if text:
        start = paragraph.pieces[-1].end if paragraph.pieces else 0
        paragraph.pieces.append(Piece(start, text, element, holder, tuple(fields)))


def _follow_field(element: etree._Element, paragraph: Paragraph, fields: list[Field]) -> None:
    """Note where a complex field begins and ends, and its instruction (17.16.18)."""
    if element.tag == W + "instrText" and fields:
        fields[-1].instruction += element.text or ""
    elif element.tag == W + "fldChar":
        kind = element.get(W + "fldCharType")
        if kind == "begin":
            fields.append(Field())
            paragraph.fields.append(fields[-1])
        elif kind == "end" and fields:
            fields.pop()


def _find_tags(paragraph: Paragraph) -> None:
    """Find the whole tags of a paragraph, and the places of delimiters that belong to none."""
    opened: re.Match[str] | None = None
    for found in _delimiters(paragraph.text):
        if found[0] in _CLOSING:
            if opened is not None:
                paragraph.lone.append(opened.start())
            opened = found
        elif opened is not None and _CLOSING[opened[0]] == found[0]:
            inside = paragraph.text[opened.end() : found.start()]
            level = _LEVEL.match(inside) if opened[0] != "{#" else None
            paragraph.tags.append(
                Tag(
                    paragraph, opened.start(), found.end(), opened[0], level[1] if level else "",
                    inside[level.end() :] if level else inside,
                )
            )  # fmt: skip
            opened = None
        elif opened is None:
            paragraph.lone.append(found.start())
    if opened is not None:
        paragraph.lone.append(opened.start())


def _delimiters(text: str) -> Iterator[re.Match[str]]:
    yield from _DELIMITER.finditer(text)
