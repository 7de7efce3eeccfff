"""Read the fixed text of a DOCX template from its XML: what every agreement made of it prints, fields as tags.

Nothing of docxtpl or of the typesetter's reader takes part; formats and list labels are resolved by
`flows.typesetting.ResolvedFormats`. What a page would show without being text (a chart, a formula) stands as its name
in braces, so that it cannot come or go unseen; pictures do not count.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html import unescape

from lxml import etree

from flows.documents.wording.fixed_text import (
    FixedText,
    HiddenText,
    Story,
    StoryKind,
    fold_block,
    tags_in,
)
from flows.documents.wording.paragraph_text import ParagraphReader, alternatives, inner_text
from flows.documents.wording.visibility import Visibility, paper_of
from flows.language import translate as _
from flows.typesetting import Package, ResolvedFormats, W, apply_data_bindings, is_on

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DELETED = {W + name for name in ("del", "moveFrom")}
_EMBEDDED = {W + name for name in ("altChunk", "subDoc")}
#: The address in the code of a field that is a link.
_LINK = re.compile(r"HYPERLINK\s+\"?([^\"\s\\][^\"\s]*)", re.IGNORECASE)
#: A tag in the source of a part, with the markup that may stand between its signs.
_SOURCE_TAG = re.compile(r"\{(?:<[^>]*>)*([{%#]).*?(?:\}|%|#)(?:<[^>]*>)*\}", re.DOTALL)


def fixed_text_of(content: bytes) -> FixedText:
    """Return the fixed text of a template. Raises `DocumentRefused` for what is no DOCX."""
    package = Package(content)
    apply_data_bindings(package)
    return _Template(package).read()


class _Template:
    """One template as it is read."""

    def __init__(self, package: Package) -> None:
        self.package = package
        settings = package.related(package.main, "settings")
        self.settings = None if settings is None else package.xml(settings)
        self.document = package.xml(package.main)
        self.formats = ResolvedFormats(package)
        self.visibility = Visibility(self.formats, paper_of(self.document, self.settings))
        self.boxes: list[tuple[str, ...]] = []
        self.hidden: list[HiddenText] = []
        self.tags: Counter[str] = Counter()
        self.note_form = _note_form(self.document, self.settings)

    def read(self) -> FixedText:
        notes: dict[StoryKind, list[str]] = {StoryKind.FOOTNOTE: [], StoryKind.ENDNOTE: []}
        body = self._blocks(self.document.iterchildren(W + "body"), notes)
        stories: list[Story] = []
        filled = [self.package.main]
        for kind, read in ((StoryKind.HEADER, "header"), (StoryKind.FOOTER, "footer")):
            parts = self._running(read)
            filled += [part for part in parts if part]
            found = dict.fromkeys(self._blocks([self.package.xml(part)], {}) if part else () for part in parts)
            shown = [blocks for blocks in found if blocks or (kind == StoryKind.FOOTER and any(found))]
            stories += [Story(kind, number, blocks) for number, blocks in enumerate(shown, start=1)]
        for kind, read in ((StoryKind.FOOTNOTE, "footnotes"), (StoryKind.ENDNOTE, "endnotes")):
            part = self.package.related(self.package.main, read)
            filled += [part] if part else []
            stories += [
                Story(kind, number, self._note(part, read[:-1], note))
                for number, note in enumerate(notes[kind], start=1)
            ]
        body += tuple(self._tags_beside_text(filled))
        if links := tuple(self._links(filled)):
            stories.append(Story(StoryKind.LINKS, 1, links))
        stories += [Story(StoryKind.BOX, number, blocks) for number, blocks in enumerate(self.boxes, start=1)]
        return FixedText(body, tuple(stories), tuple(self.hidden))

    def _blocks(
        self, elements: Iterable[etree._Element], notes: dict[StoryKind, list[str]], reason: str = ""
    ) -> tuple[str, ...]:
        """Return the paragraphs below some elements in reading order; all of them are hidden for a `reason`."""
        found: list[str] = []
        fields = ParagraphReader(self.formats, self.visibility, self.note_form, notes)
        unfinished = ""
        for element, why in self._paragraphs(elements, reason):
            if element.tag != W + "p":
                found.append(fold_block(f"{{{etree.QName(element).localname}}} {inner_text(element)}"))
                continue
            read = fields.read(element, why)
            self.hidden += [hidden for hidden in read.hidden if hidden.text.strip()]
            self.tags.update(tags_in(read.source))
            for box in read.boxes:
                if blocks := self._blocks([box], notes):
                    self.boxes.append(blocks)
            text, unfinished = unfinished + read.text, ""
            if element.find(f"{W}pPr/{W}rPr/{W}del") is not None:
                unfinished = text  # its end is deleted: it goes on in the next paragraph
            elif block := fold_block(text):
                self._place(block, element, found)
        if block := fold_block(unfinished):
            found.append(block)
        return tuple(found)

    def _place(self, block: str, paragraph: etree._Element, found: list[str]) -> None:
        """Add a paragraph to its story; one in a frame stands anywhere on the page, as a text box does."""
        frame = dict(self.formats.paragraph(paragraph).frame)
        if frame and frame.get("dropCap", "none") == "none":
            self.boxes.append((block,))
        else:
            found.append(block)

    def _paragraphs(self, elements: Iterable[etree._Element], reason: str) -> Iterator[tuple[etree._Element, str]]:
        """Yield paragraphs, and what stands among them that is no text, each with why it is hidden."""
        for element in elements:
            name = element.tag
            if name == W + "p" or name in _EMBEDDED:
                yield element, reason
            elif name in _DELETED:
                yield from self._paragraphs(element, _("it is deleted as a tracked change"))
            elif name == W + "tbl":
                yield from self._table(element, reason)
            elif name == _MC + "AlternateContent":
                shown, unread = alternatives(element)
                self.tags.update(tags_in(unread))
                for each in shown:
                    yield from self._paragraphs(each, reason)
            elif etree.QName(element).localname in ("oMath", "oMathPara", "r"):
                yield element, reason
            else:  # content controls, insertions, and whatever else may be around paragraphs
                yield from self._paragraphs(element, reason)

    def _table(self, table: etree._Element, reason: str) -> Iterator[tuple[etree._Element, str]]:
        for row in _children(table, W + "tr"):
            deleted = row.find(f"{W}trPr/{W}del") is not None
            for cell in _children(row, W + "tc"):
                gone = deleted or cell.find(f"{W}tcPr/{W}cellDel") is not None
                why = _("it is deleted as a tracked change") if gone else self.visibility.of_cell(cell)
                yield from self._paragraphs(cell, reason or why)

    def _running(self, kind: str) -> list[str]:
        """Return the parts that head or foot the pages, each once; an empty name for pages that have none."""
        even = None if self.settings is None else self.settings.find(W + "evenAndOddHeaders")
        current: dict[str, str] = {}
        found: dict[str, None] = {}
        for section in self.document.iter(W + "sectPr"):
            if next(section.iterancestors(W + "sectPrChange"), None) is not None:
                continue
            for reference in section.iterchildren(f"{W}{kind}Reference"):
                pointer = self.package.relationships(self.package.main).get(reference.get(_R + "id", ""))
                if pointer is not None and pointer.target in self.package.names:
                    current[reference.get(W + "type", "default")] = pointer.target
            first = section.find(W + "titlePg")
            found[current.get("default", "")] = None
            if first is not None and is_on(first):
                found[current.get("first", "")] = None
            if even is not None and is_on(even):
                found[current.get("even", "")] = None
        return list(found)

    def _note(self, part: str | None, name: str, identifier: str) -> tuple[str, ...]:
        notes = () if part is None else self.package.xml(part).iterchildren(W + name)
        return self._blocks([note for note in notes if note.get(W + "id") == identifier], {})

    def _links(self, parts: Iterable[str]) -> dict[str, None]:
        """Return the addresses that words, pictures and fields of the parts lead to, each once."""
        found: dict[str, None] = {}
        for part in dict.fromkeys(parts):
            pointers = self.package.relationships(part).values()
            found |= dict.fromkeys(one.target for one in pointers if one.kind == "hyperlink" and one.external)
            root = self.package.xml(part)
            codes = ["".join(one.text or "" for one in root.iter(W + "instrText"))]
            codes += [one.get(W + "instr", "") for one in root.iter(W + "fldSimple")]
            found |= dict.fromkeys(address for code in codes for address in _LINK.findall(code))
        return found

    def _tags_beside_text(self, parts: Iterable[str]) -> Iterator[str]:
        """Yield the tags of filled parts that stand in no text, such as in a field's code; they are carried out too."""
        found: Counter[str] = Counter()
        for part in dict.fromkeys(parts):
            source = self.package.read(part).decode("utf-8", "replace")
            for match in _SOURCE_TAG.finditer(source):
                found.update(tags_in(unescape(re.sub(r"<[^>]*>", "", match[0]))))
        for tag, times in (found - self.tags).items():
            yield from [tag] * times


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the rows of a table or the cells of a row, those in content controls and insertions among them."""
    for child in element:
        if child.tag == name:
            yield child
        elif child.tag != W + "tbl":  # content controls and insertions
            yield from _children(child, name)


def _note_form(document: etree._Element, settings: etree._Element | None) -> str:
    """Return how notes are numbered, where it is otherwise than 1, 2, 3 (17.11)."""
    said = [
        f"{etree.QName(child).localname} {child.get(W + 'val', '')}"
        for root in (settings, document)
        if root is not None
        for kind in ("footnotePr", "endnotePr")
        for properties in root.iter(W + kind)
        for child in properties.iterchildren(W + "numFmt", W + "numStart", W + "numRestart")
        if child.get(W + "val") not in ("decimal", "1", "continuous")
    ]
    return " ".join(dict.fromkeys(said))
