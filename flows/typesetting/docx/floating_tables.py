"""Read the places of floating tables (ECMA-376, 17.4.57), and which of them float, as in LibreOffice.

A table that is as wide as its column and stands at its paragraph leaves no room for text beside it: it stays in the
text, where it can go on on the next page. In headers, footers and cells there is no next page.
"""

from dataclasses import replace

from lxml import etree

from flows.typesetting.docx.frames import ALIGN_ACROSS, ALIGN_DOWN, PLACED_FROM
from flows.typesetting.docx.measurements import twips
from flows.typesetting.docx.model import Box, Place, Table
from flows.typesetting.docx.package import W
from flows.typesetting.docx.part_context import Story
from flows.typesetting.docx.properties import value


def floating_table(element: etree._Element, table: Table, story: Story) -> Box | None:
    """Return a table in the box that it floats in; None if it stays in the text."""
    said = element.find(f"{W}tblPr/{W}tblpPr")
    if said is None or value(said, "tblpYSpec") == "inline" or not any(row.cells for row in table.rows):
        return None
    place, width = _place(said), sum(table.grid)
    in_cell = next(element.iterancestors(W + "tc"), None) is not None
    if in_cell and place.down != "paragraph":
        return None
    in_body = story.part == story.package.main and not in_cell
    if in_body and place.across != "page" and story.room and width >= story.room - 1:
        return None
    padding = next(row.cells[0].padding[3] for row in table.rows if row.cells)
    if not place.align_x:  # its text, rather than its border, stands there
        place = replace(place, x=place.x - padding)
    return Box((replace(table, align="left", indent=0.0, hung=False),), width, 0.0, place)


def _place(said: etree._Element) -> Place:
    def length(name: str) -> float:
        return twips(value(said, name)) or 0.0

    return Place(
        "beside",
        length("tblpX"),
        length("tblpY"),
        "page" if value(said, "horzAnchor") == "page" else "column",
        PLACED_FROM.get(value(said, "vertAnchor") or "margin", "margin"),
        ALIGN_ACROSS.get(value(said, "tblpXSpec") or "", ""),
        ALIGN_DOWN.get(value(said, "tblpYSpec") or "", ""),
        gaps=(length("topFromText"), length("rightFromText"), length("bottomFromText"), length("leftFromText")),
    )
