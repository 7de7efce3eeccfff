"""Find tags that stand where they cannot be filled faithfully: torn, crossing other elements, or beside other text.

The elements are those of ECMA-376 part 1, 17.
"""

from collections.abc import Iterator, Sequence

from lxml import etree

from flows.documents.quote_repair import mend_quotes
from flows.documents.tagged_text import Mark, Paragraph, Tag
from flows.documents.template_fault import TemplateFault, fault_at
from flows.language import translate
from flows.language import translate as _
from flows.typesetting import W

_BLOCKS = {"if": "endif", "for": "endfor"}
_MIDDLES = {"elif": ("if",), "else": ("if", "for")}
#: What an element that a tag crosses is called, by its name in XML.
_NAMES = {
    **dict.fromkeys(
        ("ins", "moveTo", "moveFrom", "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd"),
        "a tracked change",
    ),
    **dict.fromkeys(("del", "delText", "delInstrText"), "a tracked deletion"),
    **dict.fromkeys(("fldSimple", "fldChar", "instrText"), "a field of Word"),
    **dict.fromkeys(("sdt", "sdtContent"), "a content control"),
    **dict.fromkeys(("commentRangeStart", "commentRangeEnd", "commentReference"), "a comment"),
    **dict.fromkeys(("bookmarkStart", "bookmarkEnd"), "a bookmark"),
    **dict.fromkeys(("drawing", "pict", "object", "AlternateContent", "Choice", "Fallback"), "a picture or text box"),
    **dict.fromkeys(("footnoteReference", "endnoteReference"), "the number of a note"),
    **dict.fromkeys(("ruby", "rt", "rubyBase"), "a reading aid"),
    **dict.fromkeys(("oMath", "oMathPara"), "a formula"),
    "hyperlink": "a link",
}  # fmt: skip
#: Fields whose result is text of the document itself, and stays as it is filled.
_TEXT_FIELDS = {"HYPERLINK", "TOC", "REF", "PAGEREF"}
#: What differs between runs without being seen.
_UNSEEN = {W + name for name in ("lang", "noProof", "szCs", "bCs", "iCs", "webHidden", "rPrChange")}
_HIDING = {W + name for name in ("vanish", "specVanish", "strike", "dstrike", "color", "shd", "highlight")}
_SEEN_FONTS = (W + "ascii", W + "hAnsi", W + "asciiTheme", W + "hAnsiTheme")
_TITLE_STORE = "{6C3C8BC8-F283-45AE-878A-BAB7291924A1}"


def tag_faults(paragraphs: Sequence[Paragraph], tags: Sequence[Tag]) -> Iterator[TemplateFault]:
    """Yield every fault in the place of a tag; `tags` are those of the paragraphs in the order of the XML."""
    for paragraph in paragraphs:
        yield from _torn(paragraph)
        for tag in paragraph.tags:
            yield from _crossing(tag)
            yield from _misplaced(tag)
            if mend_quotes(tag.inside) is None:
                yield fault_at(paragraph, _("Use straight quotes in the tag {tag}").format(tag=tag.text))
    yield from _blocks(tags)


def _torn(paragraph: Paragraph) -> Iterator[TemplateFault]:
    """Yield the ends of tags whose other end stands elsewhere, and tags in deleted text."""
    for at in paragraph.lone:
        yield fault_at(
            paragraph,
            _("A tag is divided by the end of a paragraph or cell: {text}").format(
                text=paragraph.text[max(0, at - 20) : at + 40]
            ),
        )
    deleted = "".join(mark.element.text or "" for mark in paragraph.marks if mark.element.tag == W + "delText")
    if "{{" in deleted or "{%" in deleted:
        yield fault_at(
            paragraph, _("A tag stands in a tracked deletion; accept or reject it: {tag}").format(tag=deleted)
        )


def _crossing(tag: Tag) -> Iterator[TemplateFault]:
    """Yield what begins or ends within a tag, or surrounds only a part of it."""
    marks = [mark for mark in tag.marks if not _harmless(mark)]
    if any(mark.element.tag == W + "delText" for mark in marks):
        deleted = "".join(mark.element.text or "" for mark in marks)
        yield fault_at(
            tag.paragraph, _("A tracked deletion lies in a tag; accept or reject it: {tag}").format(tag=deleted)
        )
        return
    crossed = [mark.element for mark in marks] + _unshared(tag)
    if crossed:
        names = [_NAMES.get(etree.QName(element).localname, "other content") for element in crossed]
        name = next((one for one in names if one != "other content"), names[0])
        yield fault_at(
            tag.paragraph,
            _("The tag {tag} crosses {what}. Delete the whole tag and write it again in one piece.").format(
                tag=tag.text, what=translate(name)
            ),
        )
    elif any(piece.element.tag not in (W + "t", W + "tab", W + "br", W + "cr") for piece in tag.pieces):
        yield fault_at(
            tag.paragraph, _("The tag {tag} holds a special hyphen; write it with plain letters.").format(tag=tag.text)
        )
    elif tag.opening == "{{":
        yield from _formatted(tag)


def _formatted(tag: Tag) -> Iterator[TemplateFault]:
    """Yield that a tag has several looks, of which its value gets the first; it stops a batch if one of them hides."""
    runs = [_look(piece.element) for piece in tag.pieces if piece.text.strip()]
    differing = frozenset.union(*runs) - frozenset.intersection(*runs)
    if differing:
        yield fault_at(
            tag.paragraph,
            _("The tag {tag} is formatted in several ways. Mark all of it and choose one.").format(tag=tag.text),
            stops=any(name in _HIDING for name, _said in differing),
        )


def _harmless(mark: Mark) -> bool:
    """Return whether an element within a tag has no meaning: Word's own bookmarks, and permissions to edit."""
    name = mark.element.tag
    if name == W + "bookmarkStart":
        return bool(mark.element.get(W + "name", "").startswith("_"))
    if name == W + "bookmarkEnd":
        number = mark.element.get(W + "id")
        starts = (one for one in mark.element.getroottree().iter(W + "bookmarkStart") if one.get(W + "id") == number)
        return any(one.get(W + "name", "").startswith("_") for one in starts)
    return name in (W + "permStart", W + "permEnd")


def _unshared(tag: Tag) -> list[etree._Element]:
    """Return the elements that hold a part of the tag and not the whole."""
    pieces = tag.pieces
    if len({piece.holder for piece in pieces}) == 1 and len({piece.fields for piece in pieces}) == 1:
        return []
    around = [set(piece.element.iterancestors()) for piece in pieces]
    shared = set.intersection(*around)
    unshared = [one for one in set.union(*around) - shared if one.tag != W + "r"]
    return unshared or [pieces[0].element]


def _look(element: etree._Element) -> frozenset[tuple[str, str]]:
    """Return the formatting of a piece's run that a reader sees."""
    run = element.getparent()
    properties = None if run is None else run.find(W + "rPr")
    seen: set[tuple[str, str]] = set()
    for one in () if properties is None else properties:
        fonts = one.tag == W + "rFonts"
        said = {key: value for key, value in one.attrib.items() if not fonts or key in _SEEN_FONTS}
        if one.tag not in _UNSEEN and (said or not fonts):
            seen.add((str(one.tag), str(sorted(said.items()))))
    return frozenset(seen)


def _misplaced(tag: Tag) -> Iterator[TemplateFault]:
    """Yield tags with a prefix that they cannot have, text beside those that stand alone, and overwritten ones."""
    if tag.opening == "{{" and tag.level:
        yield fault_at(
            tag.paragraph,
            _("The tag {tag} prints nothing with its prefix {prefix}; write {right}.").format(
                tag=tag.text, prefix=tag.level, right=f"{{{{ {tag.inside.strip()} }}}}"
            ),
        )
    elif tag.level == "r":
        yield fault_at(
            tag.paragraph,
            _("The tag {tag} prints nothing with its prefix {prefix}; write {right}.").format(
                tag=tag.text, prefix="r", right=f"{{% {tag.inside.strip()} %}}"
            ),
        )
    elif tag.level and (tag.removed is None or tag.removed.tag != W + tag.level):
        yield fault_at(
            tag.paragraph,
            _("The tag {tag} stands in no row of a table; write {right}.").format(
                tag=tag.text, right=f"{{%p {tag.inside.strip()} %}}"
            ),
        )
    elif tag.level and (lost := _beside(tag)):
        yield fault_at(
            tag.paragraph,
            _("Beside the tag {tag} stands what would be left out: {text}. Give the tag {place}.").format(
                tag=tag.text,
                text=lost,
                place={"p": _("a paragraph of its own"), "tr": _("a row of its own"), "tc": _("a cell of its own")}[
                    tag.level
                ],
            ),
        )
    if tag.inside[:1] in ("-", "+") or tag.inside[-1:] in ("-", "+"):
        yield fault_at(
            tag.paragraph,
            _("The tag {tag} has a sign at its end that takes spaces away; delete it.").format(tag=tag.text),
        )
    fields = [field.name for piece in tag.pieces for field in piece.fields if field.name not in _TEXT_FIELDS]
    if fields:
        yield fault_at(
            tag.paragraph,
            _("The tag {tag} stands in a field of Word ({field}), which overwrites it; take the field away.").format(
                tag=tag.text, field=fields[0]
            ),
        )
    if _bound(tag.paragraph.element if tag.removed is None else tag.removed, tag):
        yield fault_at(
            tag.paragraph,
            _("The tag {tag} stands in a content control that Word fills itself; take the control away.").format(
                tag=tag.text
            ),
        )


def _beside(tag: Tag) -> str:
    """Return what goes with a tag that takes its paragraph, row or cell away; nothing where it stands alone."""
    taken = tag.removed
    if taken is None:
        return ""
    pieces = set(tag.pieces)
    text = "".join(tag.paragraph.text[: tag.start] + " " + tag.paragraph.text[tag.end :]).strip()
    if text:
        return text[:60]
    own = {piece.element for piece in pieces}
    others = [one for one in taken.iter(W + "t") if (one.text or "").strip() and one not in own]
    if others:
        return "".join(one.text or "" for one in others)[:60]
    for one in taken.iter(*(W + name for name in _CONTENT)):
        if one.tag in (W + "bookmarkStart", W + "br") and not _kept(one):
            continue
        return translate(_NAMES.get(etree.QName(one).localname, "other content"))
    return ""


#: What is lost with the paragraph, row or cell that it stands in.
_CONTENT = (
    "drawing", "pict", "object", "footnoteRef", "endnoteRef",
    "footnoteReference", "endnoteReference", "fldChar", "fldSimple", "bookmarkStart",
    "commentReference", "commentRangeStart", "sectPr", "sym", "br", "altChunk", "delText",
)  # fmt: skip


def _kept(element: etree._Element) -> bool:
    """Return whether a bookmark has a name of its own, and a break is more than the end of a line."""
    if element.tag == W + "br":
        return element.get(W + "type", "textWrapping") != "textWrapping"
    return not element.get(W + "name", "").startswith("_")


def _bound(element: etree._Element, tag: Tag) -> bool:
    """Return whether Word puts another value into the control that a tag stands in (17.5.2.6)."""
    around = [*tag.pieces[0].element.iterancestors(W + "sdt"), *element.iterancestors(W + "sdt")]
    for control in around:
        binding = control.find(f"{W}sdtPr/{W}dataBinding")
        if binding is not None:
            store, path = binding.get(W + "storeItemID", "").upper(), binding.get(W + "xpath", "")
            if store != _TITLE_STORE or "title" not in path:  # the title is filled, too
                return True
    return False


def _blocks(tags: Sequence[Tag]) -> Iterator[TemplateFault]:
    """Yield conditions and loops that do not end, or that begin and end in different elements."""
    opened: list[Tag] = []
    for tag in tags:
        word = tag.keyword
        if word in _BLOCKS:
            opened.append(tag)
        elif word in _MIDDLES or word in _BLOCKS.values():
            if not opened or not _belongs(word, opened[-1]):
                yield fault_at(tag.paragraph, _("Nothing begins that {tag} belongs to.").format(tag=tag.text))
                continue
            if _surroundings(tag) != _surroundings(opened[-1]):
                yield fault_at(
                    tag.paragraph,
                    _(
                        "{first} and {second} stand in different paragraphs, cells or links."
                        " Put both into one, or each into a paragraph of its own with {example}."
                    ).format(first=opened[-1].text, second=tag.text, example="{%p … %}"),
                )
            if word in _BLOCKS.values():
                opened.pop()
    for tag in opened:
        yield fault_at(
            tag.paragraph, _("{tag} has no end; {end} is missing.").format(tag=tag.text, end=_BLOCKS[tag.keyword])
        )


def _belongs(word: str, opening: Tag) -> bool:
    return opening.keyword in _MIDDLES[word] if word in _MIDDLES else _BLOCKS[opening.keyword] == word


def _surroundings(tag: Tag) -> tuple[object, ...]:
    """Return what a tag and its end must have in common: the element they stand in, and the fields."""
    place = tag.removed if tag.removed is not None else tag.pieces[0].element.getparent()
    return (None if place is None else place.getparent(), tag.level, tag.pieces[0].fields)
