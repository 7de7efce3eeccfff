"""Read the line numbering of a section (ECMA-376 part 1, 17.6.8)."""

from typing import Literal, cast

from lxml import etree

from flows.typesetting.docx.measurements import number, twips
from flows.typesetting.docx.model import LineNumbers
from flows.typesetting.docx.package import W
from flows.typesetting.docx.properties import value
from flows.typesetting.docx.styles import Styles

#: Default distance from the text, in points: LibreOffice's half a centimetre.
_AUTOMATIC = 14.2


def line_numbers(section: etree._Element, styles: Styles) -> LineNumbers | None:
    """Return the line numbering of a section; None if it has none."""
    said = section.find(W + "lnNumType")
    every = number(value(said, "countBy")) or 0
    if every < 1:
        return None
    restart = value(said, "restart") or "newPage"
    return LineNumbers(
        every=every,
        first=(number(value(said, "start")) or 0) + 1,  # the attribute is one less than the first number
        distance=twips(value(said, "distance")) or _AUTOMATIC,
        restart=cast('Literal["newPage", "newSection", "continuous"]', restart),
        format=styles.run(styles.default("paragraph"), {"style": styles.named("line number")}),
    )
