"""Find tracked changes and comments (17.13), wherever they stand in a template."""

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from flows.documents.tagged_text import Paragraph, short_name
from flows.documents.template_fault import TemplateFault, fault_at, shortened
from flows.language import translate as _
from flows.typesetting import Package, W

_CHANGES = tuple(
    W + name
    for name in (
        "ins", "del", "moveFrom", "moveTo", "moveFromRangeStart", "moveToRangeStart", "rPrChange", "pPrChange",
        "sectPrChange", "tblPrChange", "tblPrExChange", "tblGridChange", "trPrChange", "tcPrChange",
        "numberingChange", "cellIns", "cellDel", "cellMerge", "customXmlInsRangeStart", "customXmlDelRangeStart",
        "customXmlMoveFromRangeStart", "customXmlMoveToRangeStart",
    )
)  # fmt: skip


def tracked_changes(root: etree._Element, part: str, paragraphs: Sequence[Paragraph]) -> Iterator[TemplateFault]:
    """Yield each paragraph that has a tracked change, and the part where one stands in none."""
    by_element = {paragraph.element: paragraph for paragraph in paragraphs}
    said: set[Paragraph | None] = set()
    for change in root.iter(*_CHANGES):
        paragraph = _nearest(change, by_element)
        if paragraph in said:
            continue
        said.add(paragraph)
        what = _("A change is tracked here. Accept or reject it; nothing is made before that.")
        yield TemplateFault(what, short_name(part), stops=True) if paragraph is None else fault_at(paragraph, what)


def comments(package: Package, paragraphs: Sequence[Paragraph]) -> Iterator[TemplateFault]:
    """Yield every comment, where it is anchored, or in its own part where it is not."""
    texts = _comment_texts(package)
    anchored: set[str] = set()
    for paragraph in paragraphs:
        marks = paragraph.element.iter(W + "commentReference", W + "commentRangeStart")
        for number in dict.fromkeys(mark.get(W + "id", "") for mark in marks):
            if number not in anchored:
                anchored.add(number)
                yield fault_at(paragraph, _comment(texts.get(number, "")), stops=False)
    for number, text in texts.items():
        if number not in anchored:
            yield TemplateFault(_comment(text), "comments")


def _comment(text: str) -> str:
    return _("A comment stands here: {text}. Delete it before the template is used.").format(
        text=shortened(text) or "?"
    )


def _comment_texts(package: Package) -> Mapping[str, str]:
    part = package.related(package.main, "comments")
    if part is None:
        return {}
    found = package.xml(part).iter(W + "comment")
    return {one.get(W + "id", ""): " ".join("".join(map(str, one.itertext())).split()) for one in found}


def _nearest(change: etree._Element, paragraphs: Mapping[etree._Element, Paragraph]) -> Paragraph | None:
    """Return the paragraph that a change stands in, or the first of the row, cell or block that it is about."""
    around = next(change.iterancestors(W + "p"), None)
    if around is not None:
        return paragraphs.get(around)
    for holder in (change, *change.iterancestors(W + "tc", W + "tr", W + "tbl")):
        inside = next(holder.iter(W + "p"), None)
        if inside is not None:
            return paragraphs.get(inside)
    return None
