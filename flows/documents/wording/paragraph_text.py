"""Read the text of one paragraph after another: fields, notes, symbols, and what of it nobody sees."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from flows.documents.run_text import TAG, field_name, font_of, outermost_boxes, symbol
from flows.documents.wording.fixed_text import HiddenText, StoryKind, fold
from flows.documents.wording.visibility import Visibility
from flows.language import translate as _
from flows.typesetting import ResolvedFormats, W, to_unicode

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_V = "{urn:schemas-microsoft-com:vml}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
#: What is said about a paragraph or what is in it, in which no runs stand.
_PROPERTIES = {W + name for name in ("pPr", "sdtPr", "sdtEndPr", "customXmlPr", "smartTagPr")}
_SPACES = {W + name for name in ("tab", "br", "cr", "ptab")}
_NOTES = {W + "footnoteReference": StoryKind.FOOTNOTE, W + "endnoteReference": StoryKind.ENDNOTE}
_DELETED = {W + "del", W + "moveFrom"}
#: Runs of date and page that Word works out (17.3.3).
_WORKED_OUT = {
    W + name for name in ("pgNum", "dayLong", "dayShort", "monthLong", "monthShort", "yearLong", "yearShort")
}
#: What a shape can hold that is drawn and is no text.
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_SHAPES = ("wordprocessingShape", "wordprocessingGroup", "wordprocessingCanvas", "lockedCanvas")
_LOOKS = re.compile(r"\\\*\s*(?:MERGEFORMAT|CHARFORMAT|Arabic)\b", re.IGNORECASE)


@dataclass(slots=True)
class ParagraphText:
    """What one paragraph holds: the text that is seen, all of it, what is hidden, and the text boxes at it."""

    text: str
    source: str
    hidden: list[HiddenText]
    boxes: list[etree._Element]


@dataclass(slots=True)
class _Field:
    """A field between its begin and its end (17.16.18)."""

    instruction: str = ""
    showing: bool = False

    @property
    def name(self) -> str:
        return field_name(self.instruction)


@dataclass(slots=True)
class _Pieces:
    """The text of a paragraph as it is gathered: pieces, each with why it is not seen."""

    pieces: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    unread: str = ""  # older copies of what is read, in which tags are carried out too

    def add(self, text: str, reason: str = "") -> None:
        """Add a piece."""
        self.pieces.append((text, reason))


class ParagraphReader:
    """Reads the paragraphs of one story in their order: fields may reach across them, lists count."""

    def __init__(
        self,
        formats: ResolvedFormats,
        visibility: Visibility,
        note_form: str,
        notes: dict[StoryKind, list[str]],
    ) -> None:
        """Add the ids of the notes that are met to `notes`; `note_form` is how they are numbered if not 1, 2, 3."""
        self._formats, self._visibility = formats, visibility
        self._note_form, self._notes = note_form, notes
        self._fields: list[_Field] = []

    def read(self, paragraph: etree._Element, reason: str) -> ParagraphText:
        """Return the text of a paragraph; all of it is hidden where there is a `reason`."""
        if paragraph.tag != W + "p":
            return ParagraphText(f"{{{etree.QName(paragraph).localname}}}", "", [], [])
        found = _Pieces()
        label, is_bullet = self._formats.label(paragraph)
        if label:
            found.add("• " if is_bullet else f"{label} ", reason)
        form = self._formats.paragraph(paragraph)
        for run, why in self._runs(paragraph, reason, found):
            self._read_run(run, why or self._visibility.of_run(paragraph, run, form), found)
        return _divided(found)

    def _runs(self, element: etree._Element, reason: str, found: _Pieces) -> Iterator[tuple[etree._Element, str]]:
        """Yield the runs of a paragraph in their order, each with why it is hidden; deleted ones among them."""
        for child in element:
            if child.tag == W + "r":
                yield child, reason
            elif child.tag in _DELETED:
                yield from self._runs(child, _("it is deleted as a tracked change"), found)
            elif child.tag == W + "fldSimple":
                yield from self._simple_field(child, reason, found)
            elif child.tag == _MC + "AlternateContent":
                shown, unread = alternatives(child)
                found.unread += unread
                for each in shown:
                    yield from self._runs(each, reason, found)
            elif child.tag in (_M + "oMath", _M + "oMathPara"):
                found.add(f" {{{etree.QName(child).localname}}} " + inner_text(child), reason)
            elif child.tag == W + "subDoc":
                found.add(" {subDoc} ")
            elif child.tag not in _PROPERTIES:  # links, content controls, and whatever else may be around runs
                yield from self._runs(child, reason, found)

    def _simple_field(
        self, element: etree._Element, reason: str, found: _Pieces
    ) -> Iterator[tuple[etree._Element, str]]:
        opened = _Field(element.get(W + "instr", ""), showing=True)
        if opened.name == "HYPERLINK":
            yield from self._runs(element, reason, found)
            return
        found.add(_as_code(opened), reason)
        yield from self._runs(element, _("it is the result of a field"), found)

    def _read_run(self, run: etree._Element, reason: str, found: _Pieces) -> None:
        font = font_of(run)
        for child in run:
            name = child.tag
            if name == W + "fldChar":
                self._field_sign(child.get(W + "fldCharType", ""), reason, found)
            elif name in (W + "instrText", W + "delInstrText"):
                if self._fields and not self._fields[-1].showing:
                    self._fields[-1].instruction += child.text or ""
            elif name == _MC + "AlternateContent":
                shown, unread = alternatives(child)
                found.unread += unread
                for each in (piece for branch in shown for piece in branch):
                    self._piece(each, reason or self._inside_field(), font, found)
            else:
                self._piece(child, reason or self._inside_field(), font, found)

    def _piece(self, child: etree._Element, reason: str, font: str, found: _Pieces) -> None:
        name = child.tag
        if name in (W + "t", W + "delText"):
            text = child.text or ""
            kept = text if child.get(_XML_SPACE) == "preserve" else text.strip(" \t\r\n")
            found.add(kept if reason else to_unicode(kept, font), reason)
        elif name in _SPACES:
            found.add(" ", reason)
        elif name == W + "noBreakHyphen":
            found.add("-", reason)
        elif name in _NOTES:
            self._note(child, _NOTES[name], reason, found)
        elif name == W + "sym":
            found.add(symbol(child, font) or "{sym}", reason)
        elif name in _WORKED_OUT:
            found.add("{PAGE}" if name == W + "pgNum" else f"{{{etree.QName(child).localname}}}", reason)
        elif name in (W + "drawing", W + "pict", W + "object"):
            found.boxes += outermost_boxes(child)
            found.add("".join(f" {{{what}}} " for what in _drawn(child)), reason)
        elif name == W + "ruby":
            found.add(" ".join(inner_text(part) for part in child if part.tag != W + "rubyPr"), reason)

    def _note(self, child: etree._Element, kind: StoryKind, reason: str, found: _Pieces) -> None:
        noted = self._notes.setdefault(kind, [])
        if not reason:
            noted.append(child.get(W + "id", ""))
        shown = f"{len(noted)} {self._note_form}".strip()
        found.add(f"[{shown}]" if kind == StoryKind.FOOTNOTE else f"[S{shown}]", reason)

    def _field_sign(self, kind: str, reason: str, found: _Pieces) -> None:
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].showing = True
        elif kind == "end" and self._fields:
            closed = self._fields.pop()
            if closed.name != "HYPERLINK":
                found.add(_as_code(closed), reason or self._inside_field())

    def _inside_field(self) -> str:
        """Return why a text here is not seen as it stands: a field's code, or a result that is worked out anew."""
        inside = any(not each.showing or each.name != "HYPERLINK" for each in self._fields)
        return _("it is the result of a field") if inside else ""


def _as_code(closed: _Field) -> str:
    """Return a field as its code in braces, without the switches that only say how it looks."""
    said = _LOOKS.sub("", closed.instruction).split()
    return f"{{{' '.join([closed.name, *said[1:]])}}}"


def _divided(found: _Pieces) -> ParagraphText:
    """Divide what was gathered into what is seen and what is not.

    A tag that decides what is printed counts wherever it stands, since it is carried out unseen; one that prints a
    value is seen if its beginning is.
    """
    source = "".join(text for text, _reason in found.pieces)
    reasons = [reason for text, reason in found.pieces for _sign in text]
    if not any(reasons):
        return ParagraphText(source, source + found.unread, [], found.boxes)
    for tag in TAG.finditer(source):
        why = "" if tag[0][1] != "{" else reasons[tag.start()]
        reasons[tag.start() : tag.end()] = [why] * len(tag[0])
    hidden: dict[str, str] = {}
    for sign, reason in zip(source, reasons, strict=True):
        if reason:
            hidden[reason] = hidden.get(reason, "") + sign
    seen = "".join(sign for sign, reason in zip(source, reasons, strict=True) if not reason)
    return ParagraphText(
        seen, source + found.unread, [HiddenText(text, why) for why, text in hidden.items()], found.boxes
    )


def _drawn(element: etree._Element) -> Iterator[str]:
    """Yield what a drawing shows beside pictures and text boxes: charts, diagrams, text as a shape."""
    for data in element.iter(_A + "graphicData"):
        uri = data.get("uri", "")
        if uri != _PICTURE and not uri.endswith(_SHAPES):
            yield uri.rsplit("/", 1)[-1]
    yield from (text.text or "" for text in element.iter(_A + "t"))
    for path in element.iter(_V + "textpath"):
        yield path.get("string", "textpath")


def alternatives(element: etree._Element) -> tuple[list[etree._Element], str]:
    """Return the branches of an AlternateContent to read, and the text of those that only repeat one.

    Which one a program shows depends on what it knows; so a branch that says something else is read, too.
    """
    shown: list[etree._Element] = []
    unread = ""
    for branch in element.iterchildren(_MC + "Choice", _MC + "Fallback"):
        text = inner_text(branch)
        if any(fold(text) == fold(inner_text(other)) for other in shown):
            unread += text
        else:
            shown.append(branch)
    return shown, unread


def inner_text(element: etree._Element) -> str:
    """Return all text below an element as it stands."""
    return "".join(text.text or "" for text in element.iter(W + "t", _M + "t"))
