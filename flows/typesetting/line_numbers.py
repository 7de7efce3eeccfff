"""Make line numbers for pages that are laid out: HTML and CSS with which the same pages are typeset again.

WeasyPrint's layout of the first pass gives the lines; each page then gets a margin box with its numbers. Like headers
and footers, margin boxes are skipped by screen readers and take no room from the text.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from weasyprint.formatting_structure import boxes

from flows.typesetting.docx.model import LineNumbers
from flows.typesetting.html.css import depth, natural, points, run

#: Prefix of the class of a section whose lines are numbered; the index of the section follows.
NUMBERED = "lines-"
#: Classes of elements whose lines are not numbered: paragraphs that suppress it, and boxes beside the lines.
UNNUMBERED, BOX = "unnumbered", "box"
_POINTS = 72 / 96  # in a CSS pixel
_WIDEST = 100.0  # width of a number, in points


def number_lines(pages: Sequence[Any], numbered: Sequence[LineNumbers]) -> tuple[str, str]:
    """Return the numbers of all lines, as HTML of running elements and the CSS rules that place them."""
    html: list[str] = []
    rules = [f".line-{index}{{{_look(form)}}}" for index, form in enumerate(numbered)]
    last, count = -1, 0
    for number, page in enumerate(pages, 1):
        written: list[str] = []
        fresh = True
        for index, left, baseline in _lines(page._page_box.children[0], -1, 0.0):
            form = numbered[index]
            begins = (form.restart == "newPage" and fresh) or (form.restart == "newSection" and index != last)
            count = form.first if begins or last < 0 else count + 1
            last, fresh = index, False
            if count % form.every == 0:
                place = f"left:{points(left - form.distance - _WIDEST)};top:{points(baseline - _baseline(form))}"
                written.append(f'<div class="line-{index}" style="{place}">{count}</div>')
        if written:
            html.append(f'<div style="position:running(lines{number})">{"".join(written)}</div>')
            rules.append(
                f"@page :nth({number}){{@top-left-corner{{content:element(lines{number});vertical-align:top}}}}"
            )
    return "".join(html), "\n".join(rules)


def _look(form: LineNumbers) -> str:
    number = run(form.format, natural(form.format), _baseline(form))
    return f"{number};position:relative;height:0;width:{points(_WIDEST)};text-align:right"


def _baseline(form: LineNumbers) -> float:
    """Return the distance from the upper edge of a number's line to its baseline."""
    return natural(form.format) - depth(form.format)


def _lines(box: Any, section: int, left: float) -> Iterator[tuple[int, float, float]]:
    """Yield the numbered lines in a box: section, left edge of the column, baseline.

    Lines in tables are not numbered, as in Word; an empty paragraph counts as one line.
    """
    if not box.is_in_normal_flow() or isinstance(box, boxes.TableBox):
        return
    if isinstance(box, boxes.LineBox):
        if section >= 0:
            yield section, left, (box.position_y + box.baseline) * _POINTS
        return
    classes = (box.element.get("class") or "").split() if box.element is not None else []
    if UNNUMBERED in classes or BOX in classes:
        return
    for name in classes:
        if name.startswith(NUMBERED):
            section, left = int(name.removeprefix(NUMBERED)), box.content_box_x() * _POINTS
    children = getattr(box, "children", ())
    if not children and section >= 0 and box.element_tag == "p":
        yield section, left, (box.content_box_y() + box.height) * _POINTS - 3
    for child in children:
        yield from _lines(child, section, left)
