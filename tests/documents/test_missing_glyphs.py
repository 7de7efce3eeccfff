"""Characters that no font has, in the fonts of a PDF."""

from io import BytesIO

import pydyf
from fontTools.ttLib import TTFont

from flows.documents.fonts import face
from flows.documents.missing_glyphs import draw_missing


def test_a_glyph_of_negative_width_gets_none() -> None:
    """The typesetter gives a missing glyph such a width at times, which no font can hold."""
    path = face("Carlito", False, False).file
    assert path is not None
    content = path.read_bytes()
    glyphs = TTFont(BytesIO(content))["maxp"].numGlyphs
    pdf = pydyf.PDF()

    def added(item: pydyf.Object) -> pydyf.Object:
        pdf.add_object(item)
        return item

    file = added(pydyf.Stream([content], extra={"Length1": len(content)}))
    descriptor = added(pydyf.Dictionary({"FontFile2": file.reference}))
    widths = pydyf.Array([glyphs, pydyf.Array([-40, 600])])
    descendant = added(pydyf.Dictionary({"FontDescriptor": descriptor.reference, "W": widths}))
    fonts = pydyf.Array([descendant.reference])
    added(pydyf.Dictionary({"Subtype": "/Type0", "Encoding": b"1 0 R", "DescendantFonts": fonts}))
    draw_missing(pdf)
    made = TTFont(BytesIO(b"".join(file.stream)))
    em = made["head"].unitsPerEm
    order = made.getGlyphOrder()
    assert [made["hmtx"][order[glyphs + index]][0] for index in (0, 1)] == [0, round(0.6 * em)]
    assert descendant["W"][1] == [0, 600]
