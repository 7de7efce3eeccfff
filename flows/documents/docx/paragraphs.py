"""Reads paragraphs: their label, and the runs, links, fields and pictures that they hold."""

from lxml import etree

from flows.documents.docx.fields import begin, counter_of, end, inside_instruction, separate
from flows.documents.docx.model import (
    Bookmark,
    Break,
    Counter,
    Field,
    Inline,
    Label,
    Link,
    Note,
    Paragraph,
    RunFormat,
    Tab,
    TabStop,
    Text,
)  # fmt: skip
from flows.documents.docx.package import R, W
from flows.documents.docx.pictures import drawing
from flows.documents.docx.properties import Properties, paragraph_properties, run_properties, value
from flows.documents.docx.story import Story
from flows.documents.docx.symbols import plain
from flows.language import translate as _

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TRANSPARENT = {"ins", "moveTo", "smartTag", "customXml", "sdtContent", "dir", "bdo"}
#: Read elsewhere, or nothing that anyone sees.
_SILENT = {
    "pPr", "rPr", "proofErr", "bookmarkEnd", "lastRenderedPageBreak", "commentRangeStart", "commentRangeEnd",
    "commentReference", "permStart", "permEnd", "del", "moveFrom", "moveFromRangeStart", "moveFromRangeEnd",
    "moveToRangeStart", "moveToRangeEnd", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "annotationRef",
    "separator", "continuationSeparator", "instrText", "delText", "delInstrText", "customXmlInsRangeStart",
    "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd",
}  # fmt: skip


def paragraph(
    element: etree._Element, story: Story, table_run: Properties | None, table: Properties | None
) -> Paragraph:
    """Read one `w:p`. What a table style says of runs and paragraphs comes as `table_run` and `table`."""
    story.paragraph += 1
    styles, numbering = story.styles, story.numbering
    own = element.find(W + "pPr")
    direct = paragraph_properties(own)
    style = direct.get("style")
    if not styles.known(style):
        style = styles.default("paragraph")
    mark = run_properties(None if own is None else own.find(W + "rPr"), styles.theme)
    listed = styles.numbering(style, direct)
    level = numbering.level(*listed) if listed else None
    label = None
    if listed and level:
        extra = dict(level.run)
        text = numbering.count(*listed)
        if level.form == "bullet":
            extra.pop("font", None)
        label = Label(
            text=text,
            format=styles.run(style, {**mark, **extra}, table_run),
            suffix=level.suffix,
            align=level.align,
            list=listed[0],
            level=listed[1],
            bullet=level.form == "bullet",
        )
    return Paragraph(
        style=style or "",
        format=styles.paragraph(style, direct, table, level.paragraph if level else None),
        mark=styles.run(style, mark, table_run),
        inlines=tuple(_joined(_Runs(story, style, table_run).read(element))),
        label=label,
    )


class _Runs:
    """Reads what stands inside one paragraph."""

    def __init__(self, story: Story, style: str | None, table_run: Properties | None) -> None:
        self.story, self.style, self.table_run = story, style, table_run
        self.found: list[Inline] = []

    def read(self, element: etree._Element) -> list[Inline]:
        """Return the inlines of a paragraph; a link field that goes on in the next paragraph is closed here."""
        for open_field in self.story.fields:
            if open_field.collected is not None:
                open_field.collected = []
        self._content(element)
        for open_field in self.story.fields:
            self._close(open_field.instruction, open_field.collected)
            if open_field.collected is not None:
                open_field.collected = []
        return self.found

    def add(self, inline: Inline) -> None:
        """Put an inline where it belongs: into the innermost link field, or into the paragraph."""
        for open_field in reversed(self.story.fields):
            if open_field.collected is not None:
                open_field.collected.append(inline)
                return
        self.found.append(inline)

    def _close(self, instruction: str, collected: list[Inline] | None) -> None:
        if collected:
            words = instruction.replace('"', " ").split()
            anchor = "\\l" in words
            address = next((word for word in words[1:] if not word.startswith("\\")), "")
            self.found.append(Link(("#" if anchor else "") + address, tuple(_joined(collected))))

    def _content(self, element: etree._Element) -> None:
        for child in element:
            name = etree.QName(child).localname
            if name == "r":
                self._run(child)
            elif name == "hyperlink":
                self._hyperlink(child)
            elif name == "sdt":
                content = child.find(W + "sdtContent")
                if content is not None:
                    self._content(content)
            elif name == "fldSimple":
                self._simple_field(child)
            elif name == "bookmarkStart":
                self.add(Bookmark(value(child, "name") or ""))
            elif name in _TRANSPARENT:
                self._content(child)
            elif name == "AlternateContent":
                self.story.lose(_("shape or text box"))
            elif name not in _SILENT:
                self.story.lose(_("construct {name}").format(name=name))

    def _hyperlink(self, element: etree._Element) -> None:
        relationship = self.story.package.relationships(self.story.part).get(element.get(R + "id", ""))
        anchor = value(element, "anchor")
        target = relationship.target if relationship is not None and relationship.external else ""
        if anchor:
            target += "#" + anchor
        outer, self.found = self.found, []
        self._content(element)
        children = tuple(_joined(self.found))
        self.found = outer
        if target and children:
            self.add(Link(target, children))
        else:
            for child in children:
                self.add(child)

    def _simple_field(self, element: etree._Element) -> None:
        counter = counter_of(value(element, "instr") or "")
        if counter is None:
            self._content(element)
            return
        first = element.find(W + "r")
        self._number(counter, None if first is None else first.find(W + "rPr"))

    def _number(self, counter: Counter, properties: etree._Element | None) -> None:
        direct = run_properties(properties, self.story.styles.theme)
        self.add(Field(counter, self.story.styles.run(self.style, direct, self.table_run)))

    def _run(self, run: etree._Element) -> None:
        story = self.story
        properties = run.find(W + "rPr")
        direct = run_properties(properties, story.styles.theme)
        look = story.styles.run(self.style, direct, self.table_run)
        for child in run:
            name = etree.QName(child).localname
            if name == "fldChar":
                kind = value(child, "fldCharType")
                if kind == "begin":
                    begin(story, child)
                elif kind == "separate":
                    separate(story)
                elif kind == "end":
                    closed, counter = end(story)
                    if counter is not None:
                        self._number(counter, properties)
                    self._close(closed.instruction, closed.collected)
                continue
            if name == "instrText":
                if story.fields and not story.fields[-1].showing:
                    story.fields[-1].instruction += child.text or ""
                continue
            if look.hidden or inside_instruction(story):
                continue
            if name == "t":
                text = child.text or ""
                if child.get("{http://www.w3.org/XML/1998/namespace}space") != "preserve":
                    text = text.strip(" \t\r\n")
                self.add(Text(plain(text, look.font), look))
            elif name == "tab":
                self.add(Tab(look))
            elif name in ("br", "cr"):
                kind = value(child, "type")
                self.add(Break("page" if kind == "page" else "column" if kind == "column" else "line"))
            elif name == "noBreakHyphen":
                self.add(Text("\u2011", look))
            elif name == "softHyphen":
                self.add(Text("\u00ad", look))
            elif name == "ptab":
                self._position_tab(child)
            elif name == "drawing":
                picture = drawing(child, story)
                if picture is not None:
                    self.add(picture)
            elif name == "footnoteReference":
                self._footnote(child, look)
            elif name in ("footnoteRef", "endnoteRef"):
                self.add(Text(story.note_label, look))
            elif name == "pgNum":
                self._number("PAGE", properties)
            elif name == "sym":
                self._symbol(child, look.font)
            elif name == "AlternateContent":
                story.lose(_("shape or text box"))
            elif name not in _SILENT:
                story.lose(_lost_name(name))

    def _symbol(self, element: etree._Element, font: str) -> None:
        code = int(value(element, "char") or "0", 16)
        sign = plain(chr(code), value(element, "font") or font)
        if 0xE000 <= ord(sign) <= 0xF8FF:
            self.story.lose(_("symbol without a Unicode counterpart"))
            return
        self.add(Text(sign, self.story.styles.run(self.style, {}, self.table_run)))

    def _position_tab(self, element: etree._Element) -> None:
        align = value(element, "alignment") or "left"
        look = self.story.styles.run(self.style, {}, self.table_run)
        self.add(Tab(look, TabStop(-1.0, align, value(element, "leader") or "none")))

    def _footnote(self, element: etree._Element, look: RunFormat) -> None:
        story = self.story
        part = story.package.related(story.part, "footnotes")
        identifier = value(element, "id")
        for note in () if part is None else story.package.xml(part).iterchildren(W + "footnote"):
            if value(note, "id") == identifier and part is not None:
                label = str(len(story.notes) + 1)
                story.notes.append(label)
                blocks = story.blocks(note, story.within(part, label), None, None)
                self.add(Note(label, look, blocks))
                return
        story.lose(_("footnote that is not there"))


def _lost_name(name: str) -> str:
    named = {
        "pict": _("drawing of the old kind (VML)"),
        "object": _("embedded object"),
        "endnoteReference": _("endnote"),
    }
    return named.get(name) or _("construct {name}").format(name=name)


def _joined(inlines: list[Inline]) -> list[Inline]:
    """Return the inlines with neighbouring texts of one format made one."""
    joined: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, Text):
            if not inline.text:
                continue
            if joined and isinstance(last := joined[-1], Text) and last.format == inline.format:
                joined[-1] = Text(last.text + inline.text, last.format)
                continue
        joined.append(inline)
    return joined
