"""Read the documents that a DOCX embeds whole (`w:altChunk`, 17.17.2.1), at their place.

Word imports the content of a chunk when it opens the document. LibreOffice imports DOCX alone, and so does this.
"""

from lxml import etree

from flows.errors import DocumentRefused
from flows.language import translate as _
from flows.typesetting.docx.data_binding import apply_data_bindings
from flows.typesetting.docx.model import Block
from flows.typesetting.docx.numbering import Numbering
from flows.typesetting.docx.package import Package, R, W
from flows.typesetting.docx.part_context import Story
from flows.typesetting.docx.styles import Styles

#: Limits: nested documents, and bytes of all parts of one, since there may be many.
_DEEPEST, _LARGEST, _MOST = 2, 20_000_000, 50


def read_alt_chunk(element: etree._Element, story: Story) -> tuple[Block, ...]:
    """Return the blocks of a chunk, in its own styles; if it cannot be read, none, and a recorded loss."""
    relationship = story.package.relationships(story.part).get(element.get(R + "id", ""))
    if relationship is None or relationship.external or relationship.target not in story.package.names:
        story.lose(_("embedded document that is not in the file"))
        return ()
    package = _opened(relationship.target, story)
    if package is None:
        kind = relationship.target.rsplit(".", 1)[-1].lower()
        story.lose(_("embedded document of the kind {kind}").format(kind=kind))
        return ()
    story.chunks[0] += 1
    apply_data_bindings(package)
    styles = Styles(package, story.styles.automatic_space)
    inner = Story(
        package, package.main, styles, Numbering(package, styles), story.lost, story.media, story.notes, story.blocks,
        note_forms=story.note_forms, endnotes=story.endnotes, chunks=story.chunks,
    )  # fmt: skip
    return tuple(
        block
        for body in package.xml(package.main).iterchildren(W + "body")
        for block in inner.blocks(body, inner, None, None)
    )


def _opened(part: str, story: Story) -> Package | None:
    """Return the package of a chunk; None if it is no DOCX or too large."""
    prefix = f"{story.package.prefix}{part}!"
    if prefix.count("!") > _DEEPEST or story.chunks[0] >= _MOST:
        return None
    try:
        package = Package(story.package.read(part), prefix)
        if package.unpacked > _LARGEST or not package.main:
            return None
        package.verify()
    except DocumentRefused:
        return None
    return package
