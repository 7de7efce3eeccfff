"""Read from the XML of a DOCX the text that a reader is to see, in the order in which it is read.

This is a reading of its own, apart from the typesetter's and from the filling's, so that their faults are found by
comparison. It writes a story (body, header, notes) as one text with marks for its structure:

- `P` and `/P` around a paragraph, with its number in its part; `L` where a list's label goes before the text
- `T`, `R`, `H`, `C` and their ends: table, row, row of headings, cell
- `X` and `/X` around what has a place of its own on the page: text boxes, frames, floating tables
- `N` and a note's reference; `#` where a figure is put in: the page (`#P`), all pages (`#A`), another
  (`#`), or a figure or choice in words (`#W`)
- `E` and the text of a formula

With tags, those that Word templates put around whole paragraphs, rows and cells (`{%p`, `{%tr`, `{%tc`) stand in place
of them; what stands beside such a tag is text like any other, and is expected on the page.
"""

import re
from collections.abc import Iterator

from lxml import etree

from flows.documents.proof.docx_structure import GONE, children, chosen, styles_of
from flows.documents.proof.list_labels import ANY_LABEL, labels_of
from flows.documents.proof.marks import CLOSE, MARK, OPEN, around, mark, mended
from flows.documents.run_text import TAG, field_name, font_of, outermost_boxes, symbol
from flows.typesetting import Package, W, is_on, to_unicode

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
#: A paragraph whose end is deleted goes on in the next one.
_JOINED = re.compile(f"{OPEN}J{CLOSE}(?:{OPEN}P[^{CLOSE}]*{CLOSE})?(?:{OPEN}L[^{CLOSE}]*{CLOSE})?")
_CELLS = re.compile(r"\{%\s*(?:colspan|cellbg)\s.*?%\}", re.DOTALL)
_THROUGH = {W + name for name in ("ins", "moveTo", "customXml", "smartTag", "hyperlink", "dir", "bdo", "rubyBase", "r")}
#: Fields whose result is worked out when the document is set (17.16.5).
_COUNTERS = {"PAGE": "#P", "NUMPAGES": "#A", "SECTIONPAGES": "#"}
#: Buttons, whose text stands in the instruction behind the macro or place that they lead to (17.16.5.34).
_BUTTONS = ("MACROBUTTON", "GOTOBUTTON")


class StoryReader:
    """Reads the parts of one package."""

    def __init__(self, package: Package, *, tags: bool) -> None:
        """Prepare reading; with `tags`, those around paragraphs, rows and cells are put in their place."""
        self._package, self._tags = package, tags
        part = package.related(package.main, "styles")
        self._hidden, self._listed = (frozenset(), {}) if part is None else styles_of(package.read(part), part)
        part = package.related(package.main, "numbering")
        self._labels = {} if part is None else labels_of(package.xml(part))
        self._numbers: dict[etree._Element, int] = {}
        self._fields: list[list[str]] = []  # of each open field: its instruction, and "result", then "filled"

    def read(self, part: str) -> str:
        """Return a part as text with marks; notes stand between `N` with their identifier and `/N`."""
        root = self._package.xml(part)
        self._numbers = {paragraph: number for number, paragraph in enumerate(root.iter(W + "p"), start=1)}
        self._fields = []
        if root.tag in (W + "footnotes", W + "endnotes"):
            kind = "f" if root.tag == W + "footnotes" else "e"
            notes = [item for item in root if item.get(W + "type") in (None, "normal")]
            return "".join(mark(f"N{kind}{item.get(W + 'id')}") + self._blocks(item) + mark("/N") for item in notes)
        body = root.find(W + "body")
        return self._blocks(root if body is None else body)

    def _blocks(self, container: etree._Element) -> str:
        return _JOINED.sub("", "".join(self._block(child) for child in children(container)))

    def _block(self, element: etree._Element) -> str:
        if element.tag == W + "p":
            return self._paragraph(element)
        if element.tag == W + "tbl":
            return self._table(element)
        return ""

    def _paragraph(self, paragraph: etree._Element) -> str:
        properties = paragraph.find(W + "pPr")
        text = TAG.sub(mended, "".join(self._inline(paragraph))) if self._tags else "".join(self._inline(paragraph))
        while self._fields and not any(self._fields[-1]):  # begun and left
            self._fields.pop()
        start = f"P{self._numbers.get(paragraph, 0)}"
        joined = properties is not None and properties.find(f"{W}rPr/{W}del") is not None
        end = mark("J" if joined else "/P")
        label = self._label(properties)
        found = []
        for index, piece in enumerate(around(text, "p")):
            if index % 2:
                found.append(piece)
            elif (index == 0 and piece == text) or MARK.sub("", piece).strip():
                found.append(mark(start) + label + piece + end)
        frame = None if properties is None else properties.find(W + "framePr")
        written = "".join(found)
        return written if frame is None else mark("X") + written + mark("/X")

    def _label(self, properties: etree._Element | None) -> str:
        """Return the mark of a list's label, with the pattern that it follows."""
        if properties is None:
            return ""
        style = properties.find(W + "pStyle")
        styled = self._listed.get("" if style is None else style.get(W + "val", ""), ("0", "0"))
        own, level = properties.find(f"{W}numPr/{W}numId"), properties.find(f"{W}numPr/{W}ilvl")
        number = styled[0] if own is None else own.get(W + "val", "0")
        depth = styled[1] if level is None else level.get(W + "val", "0")
        return "" if number == "0" else mark("L" + self._labels.get((number, depth), ANY_LABEL))

    def _table(self, table: etree._Element) -> str:
        rows = "".join(self._row(row) for row in children(table) if row.tag == W + "tr")
        written = mark("T") + rows + mark("/T")
        return written if table.find(f"{W}tblPr/{W}tblpPr") is None else mark("X") + written + mark("/X")

    def _row(self, row: etree._Element) -> str:
        heading = row.find(f"{W}trPr/{W}tblHeader")
        kind = "H" if heading is not None and is_on(heading) else "R"
        cells = "".join(self._cell(cell) for cell in children(row) if cell.tag == W + "tc")
        return self._hoisted(cells, "tr", kind)

    def _cell(self, cell: etree._Element) -> str:
        merged = cell.find(f"{W}tcPr/{W}vMerge")
        if merged is not None and merged.get(W + "val", "continue") == "continue":
            return ""
        return self._hoisted(_CELLS.sub("", self._blocks(cell)), "tc", "C")

    def _hoisted(self, inside: str, name: str, kind: str) -> str:
        """Return a row or cell, or the tags that stand for it and whatever text is beside them."""
        pieces = around(inside, name) if self._tags else [inside]
        tags, rest = "".join(pieces[1::2]), "".join(pieces[::2])
        if tags and not MARK.sub("", rest).strip():
            return tags
        return tags + mark(kind) + rest + mark(f"/{kind}")

    def _inline(self, element: etree._Element) -> Iterator[str]:
        """Yield the text of a paragraph or run; the paragraphs of text boxes speak for themselves, between marks."""
        for child in element:
            name = child.tag
            if name in GONE:
                if name == W + "instrText" and self._fields:
                    self._fields[-1][0] += child.text or ""
            elif name == W + "r" and self._unseen(child):
                continue
            elif name in _THROUGH:
                yield from self._inline(child)
            elif name == W + "sdt":
                content = child.find(W + "sdtContent")
                yield from () if content is None else self._inline(content)
            elif name == W + "fldSimple":
                yield from self._simple_field(child)
            elif name == W + "fldChar":
                yield self._field(child)
            elif name == _MC + "AlternateContent":
                yield from self._inline(chosen(child))
            elif name.startswith(W) or name.endswith(("}oMath", "}oMathPara")):
                yield "" if self._silent() else self._in_result(self._sign(child, element))
            else:
                yield from self._inline(child)

    def _in_result(self, text: str) -> str:
        """Return a text; the fields in whose results it stands have one."""
        for field in self._fields if text.strip() else ():
            field[1] = "filled"
        return text

    def _sign(self, child: etree._Element, run: etree._Element) -> str:
        name = child.tag.removeprefix(W)
        if name == "t":
            return to_unicode(child.text or "", font_of(run))
        if name in ("tab", "ptab", "br", "cr"):
            return "\n"
        if name == "noBreakHyphen":
            return "-"
        if name == "sym":
            return symbol(child) or mark("#")
        if name in ("footnoteReference", "endnoteReference"):
            return mark("#") + mark(f"N{name[0]}{child.get(W + 'id')}")
        if name in ("footnoteRef", "endnoteRef"):
            return mark("#")
        if name == "pgNum":
            return mark("#")
        if name == "ruby":
            return self._ruby(child)
        if name in ("drawing", "pict", "object"):
            return self._drawing(child)
        if child.tag.startswith(_M) or name in ("oMath", "oMathPara"):
            return self._formula(child)
        return ""

    def _ruby(self, element: etree._Element) -> str:
        """Return a word and the reading aid above it, which is set behind it."""
        return "".join("".join(self._inline(item)) for item in (*element.iter(W + "rubyBase"), *element.iter(W + "rt")))

    def _drawing(self, drawing: etree._Element) -> str:
        boxes = outermost_boxes(drawing, _MC + "Fallback")
        return "".join(mark("X") + self._blocks(box) + mark("/X") for box in boxes)

    def _formula(self, formula: etree._Element) -> str:
        """Return the letters and figures of a formula (22.1), whose signs may stand in another order on paper."""
        text = "".join(item.text or "" for item in formula.iter("{*}t"))
        return mark("E" + "".join(filter(str.isalnum, text)))

    def _field(self, element: etree._Element) -> str:
        kind = element.get(W + "fldCharType")
        if kind == "begin":
            form = element.find(W + "ffData")
            silent = self._silent()
            self._fields.append(["", ""])
            known = form is not None and form.find(W + "textInput") is None
            return mark("#W") if known and not silent else ""
        if not self._fields:
            return ""
        if kind == "separate":
            self._fields[-1][1] = "result"
            return ""
        instruction, result = self._fields.pop()
        if self._silent():
            return ""
        name = field_name(instruction)
        if name in _COUNTERS:
            return _counter(instruction)
        if result == "filled":
            return ""
        if name == "SYMBOL":
            return mark("#W")
        return " ".join(instruction.split()[2:]) if name in _BUTTONS else ""

    def _silent(self) -> bool:
        """Return whether this is part of an instruction, or the old result of a counter."""
        return any(not result or field_name(instruction) in _COUNTERS for instruction, result in self._fields)

    def _simple_field(self, element: etree._Element) -> Iterator[str]:
        name = field_name(element.get(W + "instr", ""))
        if name in _COUNTERS:
            yield "" if self._silent() else _counter(element.get(W + "instr", ""))
        else:
            yield from self._inline(element)

    def _unseen(self, run: etree._Element) -> bool:
        properties = run.find(W + "rPr")
        vanish = None if properties is None else properties.find(W + "vanish")
        if vanish is not None:
            return is_on(vanish)
        own = None if properties is None else properties.find(W + "rStyle")
        paragraph = next(run.iterancestors(W + "p"), None)
        around = None if paragraph is None else paragraph.find(f"{W}pPr/{W}pStyle")
        return any(style is not None and style.get(W + "val") in self._hidden for style in (own, around))


def _counter(instruction: str) -> str:
    """Return the mark of a counter; one that asks for another form than figures may come in words."""
    forms = set(instruction.replace("\\*", " ").split()[1:]) - {"MERGEFORMAT", "Arabic"}
    return mark("#W" if forms else _COUNTERS[field_name(instruction)])
