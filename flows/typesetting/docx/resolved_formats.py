"""Resolve how the paragraphs and runs of a package look, for those who read its text and typeset nothing."""

from lxml import etree

from flows.typesetting.docx.numbering import Numbering
from flows.typesetting.docx.package import Package, W
from flows.typesetting.docx.properties import Properties, paragraph_properties, run_properties, shade, value
from flows.typesetting.docx.styles import Styles, merge_layers
from flows.typesetting.docx.text_formatting import ParagraphFormat, RunFormat


class ResolvedFormats:
    """The formats of one package: styles, numbering and direct properties laid over one another as Word does."""

    def __init__(self, package: Package) -> None:
        """Read the styles and the lists of a package."""
        self._styles = Styles(package, 0.0)
        self._numbering = Numbering(package, self._styles)

    def paragraph(self, element: etree._Element) -> ParagraphFormat:
        """Return how a `w:p` stands."""
        direct = paragraph_properties(element.find(W + "pPr"))
        return self._styles.paragraph(self._style(direct), direct)

    def run(self, paragraph: etree._Element, run: etree._Element) -> RunFormat:
        """Return how a run of a paragraph looks."""
        direct = run_properties(run.find(W + "rPr"), self._styles.theme)
        style = self._style(paragraph_properties(paragraph.find(W + "pPr")))
        table = next(paragraph.iterancestors(W + "tbl"), None)
        return self._styles.run(style, direct, None if table is None else self._of_table(table))

    def label(self, paragraph: etree._Element) -> tuple[str, bool]:
        """Count a paragraph; return its list label and whether that is a bullet. Call it once each, in reading order.

        The label is empty where there is none, or its own format hides it.
        """
        direct = paragraph_properties(paragraph.find(W + "pPr"))
        listed = self._styles.numbering(self._style(direct), direct)
        level = self._numbering.level(*listed) if listed else None
        if listed is None or level is None:
            return "", False
        text = self._numbering.count(*listed)
        return ("" if level.run.get("hidden") else text), level.form == "bullet"

    def cell_shades(self, cell: etree._Element) -> frozenset[str]:
        """Return the fills that a `w:tc` may have, as six hexadecimal digits; empty text for none.

        There are several where the table's style decides by the place of the cell (17.7.6).
        """
        if (own := shade(cell.find(f"{W}tcPr/{W}shd"))) is not None:
            return frozenset({own})
        table = next(cell.iterancestors(W + "tbl"), None)
        chain = () if table is None else self._styles.chain(_table_style(table) or self._styles.default("table"))
        said = [found for style in chain if (found := shade(style.element.find(f"{W}tcPr/{W}shd"))) is not None]
        by_place = (shade(fill) for style in chain for fill in style.element.iterfind(f"{W}tblStylePr/{W}tcPr/{W}shd"))
        return frozenset({said[-1] if said else "", *(found for found in by_place if found)})

    def _style(self, direct: Properties) -> str | None:
        style = direct.get("style")
        return style if self._styles.known(style) else self._styles.default("paragraph")

    def _of_table(self, table: etree._Element) -> Properties:
        chain = self._styles.chain(_table_style(table) or self._styles.default("table"))
        return merge_layers(style.run for style in chain)


def _table_style(table: etree._Element) -> str | None:
    return value(table.find(f"{W}tblPr/{W}tblStyle"))
