"""Read paragraphs: their format, their list label and their content."""

from dataclasses import replace
from typing import cast

from lxml import etree

from flows.language import translate as _
from flows.typesetting.docx.formulas import formula_alignment
from flows.typesetting.docx.model import (
    Bookmark,
    Label,
    Paragraph,
)  # fmt: skip
from flows.typesetting.docx.package import W
from flows.typesetting.docx.part_context import Story
from flows.typesetting.docx.properties import Properties, paragraph_properties, run_properties
from flows.typesetting.docx.run_merging import merge_runs
from flows.typesetting.docx.runs import RunReader
from flows.typesetting.docx.symbol_fonts import SYMBOLS, lacks_unicode, shown_instead, symbolic
from flows.typesetting.docx.text_formatting import Alignment


def paragraph(
    element: etree._Element, story: Story, table_run: Properties | None, table: Properties | None
) -> Paragraph:
    """Read one `w:p`. `table_run` and `table` are the run and paragraph properties of the table style."""
    story.paragraph += 1
    styles, numbering = story.styles, story.numbering
    own = element.find(W + "pPr")
    direct = paragraph_properties(own)
    style = direct.get("style")
    if not styles.known(style):
        style = styles.default("paragraph")
    mark = run_properties(None if own is None else own.find(W + "rPr"), styles.theme)
    listed = styles.numbering(style, direct)
    level = numbering.level(*listed) if listed else None
    label = None
    if listed and level:
        extra = dict(level.run)
        language = styles.language(style, element.find(f"{W}r[1]/{W}rPr")) if numbering.in_words(listed[0]) else ""
        text = numbering.count(*listed, language)
        if lacks_unicode(text):
            story.lose(_("symbol without a Unicode counterpart"))
            text = shown_instead(text)
        if level.form == "bullet" and symbolic(extra.get("font", "")):
            extra["font"] = SYMBOLS
        label = Label(
            text=text,
            format=styles.run(style, {**mark, **extra}, table_run),
            suffix=level.suffix,
            align=level.align,
            list=listed[0],
            level=listed[1],
        )
    form = styles.paragraph(style, direct, table, level.paragraph if level else None)
    if where := formula_alignment(element):
        form = replace(form, align=cast("Alignment", where))
    runs = RunReader(story, style, table_run)
    inlines = tuple(merge_runs(runs.read(element)))
    look = styles.run(style, mark, table_run)
    sized = element.find(f"{W}r/{W}rPr/{W}sz") is not None  # beside that, the size of the table's style is nobody's
    hidden = (look.hidden or runs.hidden) and all(isinstance(inline, Bookmark) for inline in inlines)
    return Paragraph(
        style=style or "",
        format=replace(form, grid=story.grid) if story.grid and form.snapped else form,
        mark=look,
        inlines=inlines,
        label=label,
        hidden=hidden,
        styled=styles.run(style, {}, None if sized else table_run),
    )
