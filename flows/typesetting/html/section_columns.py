"""Write how a section stands in columns."""

from collections.abc import Sequence

from flows.typesetting.docx.model import Block, Paragraph, Section
from flows.typesetting.html.block_flow import top_border
from flows.typesetting.html.css import points


def columns(section: Section, above: Section | None, after: Section | None) -> str:
    """Return the CSS of a section in columns, below one that it shares a page with, if any, and before another."""
    fill = "balance" if after is not None and after.start == "continuous" else "auto"
    rule = ";column-rule:0.5pt solid #000" if section.ruled else ""
    space = ""
    if fill == "auto" and above is not None:  # flows/typesetting/column_heights.py
        space = f";row-gap:{points(_space_between(above.blocks, section.blocks))}"
    return f";column-count:{section.columns};column-gap:{points(section.gap)};column-fill:{fill}{rule}{space}"


def _space_between(upper: Sequence[Block], lower: Sequence[Block]) -> float:
    """Return the space between the blocks of two sections, with the border above the lower one, in points."""
    ended, opening = (upper[-1] if upper else None), (lower[0] if lower else None)
    after = ended.format.after if isinstance(ended, Paragraph) else 0.0
    before = opening.format.before if isinstance(opening, Paragraph) else 0.0
    return max(after, before) + top_border(lower)
