"""Read the runs of a paragraph, and the links, fields, notes, pictures and formulas among them."""

from dataclasses import replace

from lxml import etree

from flows.language import translate as _
from flows.typesetting.docx.alternate_content import choose_alternative
from flows.typesetting.docx.drawings import read_drawing
from flows.typesetting.docx.fields import (
    begin_field,
    begin_field_result,
    counter_of,
    end_field,
    form_of,
    inside_instruction,
    text_without_result,
)
from flows.typesetting.docx.formulas import read_formula
from flows.typesetting.docx.letter_variants import split_by_look
from flows.typesetting.docx.model import (
    Bookmark,
    Break,
    Counter,
    Field,
    Inline,
    Link,
    Tab,
    Text,
)  # fmt: skip
from flows.typesetting.docx.notes import endnote, footnote
from flows.typesetting.docx.package import R, W
from flows.typesetting.docx.part_context import Story
from flows.typesetting.docx.properties import Properties, run_properties, value
from flows.typesetting.docx.run_merging import merge_runs
from flows.typesetting.docx.script_itemization import Script, split_by_script
from flows.typesetting.docx.symbol_fonts import SYMBOLS, UNSHOWN, lacks_unicode, shown_instead, symbolic, to_unicode
from flows.typesetting.docx.text_formatting import RunFormat, TabStop
from flows.typesetting.docx.vml import read_vml_drawing

_TRANSPARENT = {"ins", "moveTo", "smartTag", "customXml", "sdtContent", "dir", "bdo"}
#: Elements that are read elsewhere or have no visible effect.
_SILENT = {
    "pPr", "rPr", "proofErr", "bookmarkEnd", "lastRenderedPageBreak", "commentRangeStart", "commentRangeEnd",
    "commentReference", "permStart", "permEnd", "del", "moveFrom", "moveFromRangeStart", "moveFromRangeEnd",
    "moveToRangeStart", "moveToRangeEnd", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "annotationRef",
    "separator", "continuationSeparator", "instrText", "delText", "delInstrText", "customXmlInsRangeStart",
    "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd",
}  # fmt: skip
_NOTES = ("footnoteReference", "endnoteReference", "footnoteRef", "endnoteRef")
_HYPHENS = {"noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}


class RunReader:
    """Reads the content of one paragraph."""

    def __init__(self, story: Story, style: str | None, table_run: Properties | None) -> None:
        """Read in a part; `table_run` are the run properties of the table style, if any."""
        self.story, self.style, self.table_run = story, style, table_run
        self.found: list[Inline] = []
        self.labelled = False  # whether the last inline is the label of the note being read
        self.hidden = False  # whether there is text that is not shown

    def read(self, element: etree._Element) -> list[Inline]:
        """Return the inlines of a paragraph; a link field that continues in the next paragraph is closed here."""
        for open_field in self.story.fields:
            if open_field.collected is not None:
                open_field.collected = []
        self._content(element)
        for open_field in self.story.fields:
            self._close(open_field.instruction, open_field.collected)
            if open_field.collected is not None:
                open_field.collected = []
        while self.story.fields and not (self.story.fields[-1].showing or self.story.fields[-1].instruction.strip()):
            self.story.fields.pop()  # unfinished: it must not absorb what follows
        return self.found

    def add(self, inline: Inline) -> None:
        """Append an inline to the innermost link field, or to the paragraph."""
        for open_field in self.story.fields:
            open_field.filled |= open_field.showing
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
            self.found.append(Link(("#" if anchor else "") + address, tuple(merge_runs(collected))))

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
                self._content(choose_alternative(child))
            elif name in ("oMath", "oMathPara"):
                self._formula(child)
            elif name not in _SILENT:
                self.story.lose(_("construct {name}").format(name=name))

    def _formula(self, element: etree._Element) -> None:
        for inline in read_formula(element, self.story.styles.run(self.style, {}, self.table_run)):
            self.add(inline)

    def _hyperlink(self, element: etree._Element) -> None:
        relationship = self.story.package.relationships(self.story.part).get(element.get(R + "id", ""))
        anchor = value(element, "anchor")
        target = relationship.target if relationship is not None and relationship.external else ""
        if anchor:
            target += "#" + anchor
        outer, self.found = self.found, []
        self._content(element)
        children = tuple(merge_runs(self.found))
        self.found = outer
        if target and children:
            self.add(Link(target, children))
        else:
            for child in children:
                self.add(child)

    def _simple_field(self, element: etree._Element) -> None:
        instruction = value(element, "instr") or ""
        counter = counter_of(instruction)
        if counter is None:
            self._content(element)
            return
        first = element.find(W + "r")
        self._number(counter, None if first is None else first.find(W + "rPr"), form_of(instruction))

    def _number(self, counter: Counter, properties: etree._Element | None, form: str = "") -> None:
        self.add(Field(counter, self._look(properties), form))

    def _look(self, properties: etree._Element | None, script: Script = "") -> RunFormat:
        """Return the format of a run for characters of a script."""
        direct = run_properties(properties, self.story.styles.theme)
        return self.story.styles.run(self.style, direct, self.table_run, script=script)

    def _run(self, run: etree._Element) -> None:
        properties = run.find(W + "rPr")
        self._pieces(run, properties, self._look(properties))

    def _pieces(self, run: etree._Element, properties: etree._Element | None, look: RunFormat) -> None:
        fields = self.story.fields
        for child in run:
            name = etree.QName(child).localname
            if name == "fldChar":
                self._field_sign(child, properties, look)
            elif name == "instrText":
                if fields and not fields[-1].showing:
                    fields[-1].instruction += child.text or ""
            elif look.hidden or inside_instruction(self.story):
                self.hidden |= look.hidden and name == "t"
            elif name == "AlternateContent":
                self._pieces(choose_alternative(child), properties, look)
            elif name in ("r", "hyperlink"):
                self._content(run)
                return
            elif name in _NOTES:
                self._note(name, child, look)
            else:
                self._piece(name, child, properties, look)

    def _piece(self, name: str, child: etree._Element, properties: etree._Element | None, look: RunFormat) -> None:
        if name == "t":
            self._text(child, properties, look)
        elif name == "tab":
            self.labelled = False
            self.add(Tab(look))
        elif name in ("br", "cr"):
            kind = value(child, "type")
            self.add(Break("page") if kind == "page" else Break("column") if kind == "column" else Break("line", look))
        elif name in _HYPHENS:
            self.add(Text(_HYPHENS[name], look))
        elif name == "ptab":
            self._position_tab(child)
        elif name == "drawing":
            shown = read_drawing(child, self.story)
            if shown is not None:
                self.add(shown)
        elif name in ("pict", "object"):
            for inline in read_vml_drawing(child, self.story):
                self.add(inline)
        elif name == "pgNum":
            self._number("PAGE", properties)
        elif name == "sym":
            self._symbol(child, look)
        elif name == "ruby":
            for part in (child.find(W + "rubyBase"), child.find(W + "rt")):
                if part is not None:
                    self._content(part)
        elif name not in _SILENT:
            self.story.lose(_("construct {name}").format(name=name))

    def _text(self, child: etree._Element, properties: etree._Element | None, look: RunFormat) -> None:
        text = child.text or ""
        if child.get("{http://www.w3.org/XML/1998/namespace}space") != "preserve":
            text = text.strip(" \t\r\n")
        if self.labelled and not text[:1].isspace():
            text = " " + text  # where the text of a note follows its label directly
        self.labelled = self.labelled and not text
        lead, *rest = text.split("\t")
        self._words(lead, properties, look)
        for after_tab in rest:  # a tab sign in text is a tab, as in LibreOffice
            self.add(Tab(look))
            self._words(after_tab, properties, look)

    def _words(self, text: str, properties: etree._Element | None, look: RunFormat) -> None:
        if symbolic(look.font) or look.font.lower() in self.story.styles.symbol_families or lacks_unicode(text):
            self._symbols(text, look)
            return
        for piece, script in split_by_script(text):
            for part in split_by_look(piece, self._look(properties, script) if script else look):
                self.add(part)

    def _symbols(self, text: str, look: RunFormat) -> None:
        """Add a text in a symbol font; the signs that Unicode does not have are lost."""
        shown = to_unicode(text, look.font)
        if look.font.lower() in self.story.styles.symbol_families and shown.strip():
            self.story.lose(_("text in the symbol font {name}").format(name=look.font))
        if lacks_unicode(shown):
            self.story.lose(_("symbol without a Unicode counterpart"))
            shown = shown_instead(shown)
        self.add(Text(shown, replace(look, font=SYMBOLS) if symbolic(look.font) else look))

    def _note(self, name: str, child: etree._Element, look: RunFormat) -> None:
        """Add a note reference, or the label at the beginning of a note."""
        if name == "footnoteReference":
            note = footnote(child, self.story, look)
            if note is not None:
                self.add(note)
        elif name == "endnoteReference":
            label = endnote(child, self.story)
            self.add(Text("\u00a0" if label else "", replace(look, size=1.0, vertical="")))  # hair space
            self.add(Text(label, look))
        else:
            self.add(Text(self.story.note_label, look))
            self.labelled = bool(self.story.note_label)

    def _field_sign(self, element: etree._Element, properties: etree._Element | None, look: RunFormat) -> None:
        story = self.story
        kind = value(element, "fldCharType")
        if kind == "begin":
            shown = begin_field(story, element)
            if shown and not look.hidden:
                self.add(Text(shown, look))
        elif kind == "separate":
            begin_field_result(story)
        elif kind == "end":
            closed, counter = end_field(story)
            if counter is not None:
                self._number(counter, properties, form_of(closed.instruction))
            elif not (look.hidden or inside_instruction(story)):
                self.add(Text(text_without_result(closed, story, look.font), look))
            self._close(closed.instruction, closed.collected)

    def _symbol(self, element: etree._Element, look: RunFormat) -> None:
        font = value(element, "font") or look.font
        try:
            sign = to_unicode(chr(int(value(element, "char") or "", 16)), font)
        except (ValueError, OverflowError):
            sign = UNSHOWN
        if 0xE000 <= ord(sign) <= 0xF8FF or ord(sign) < 0x20 or 0xD800 <= ord(sign) <= 0xDFFF:
            self.story.lose(_("symbol without a Unicode counterpart"))
            sign = UNSHOWN
        self.add(Text(sign, replace(look, font=SYMBOLS if symbolic(font) else font)))

    def _position_tab(self, element: etree._Element) -> None:
        align = value(element, "alignment") or "left"
        look = self.story.styles.run(self.style, {}, self.table_run)
        self.add(Tab(look, TabStop(-1.0, align, value(element, "leader") or "none")))
