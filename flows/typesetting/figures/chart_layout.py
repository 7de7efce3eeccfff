"""Draw a whole chart: title at the top, legend at a side, plot in the remaining space."""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.typesetting.figures.axis_scales import MOST_MARKS
from flows.typesetting.figures.chart_axes import Frame, draw_axes
from flows.typesetting.figures.chart_model import Chart
from flows.typesetting.figures.chart_series import draw_marks
from flows.typesetting.figures.pie_charts import draw_pie, draw_radar
from flows.typesetting.figures.svg_canvas import Canvas, text_width

_EDGE = 7.0
#: Largest number of drawn points in a series, and of series: no one can read more.
MOST_POINTS, MOST_SERIES = 2000, 100


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    colour: str
    line: bool


def draw(chart: Chart, width: float, height: float) -> bytes:
    """Return a chart as SVG of a size in points."""
    canvas = Canvas(width, height)
    if chart.fill or chart.outline:
        canvas.rectangle(0.4, 0.4, width - 0.8, height - 0.8, chart.fill, chart.outline)
    top = _title(chart, canvas)
    left, right, bottom = _EDGE, width - _EDGE, height - _EDGE
    entries = _entries(chart)
    if chart.legend and entries:
        left, top, right, bottom = _legend(chart, canvas, entries, (left, top, right, bottom))
    room = (left, top, max(right - left, 10.0), max(bottom - top, 10.0))
    if chart.inside is not None:
        x, y, wide, high = chart.inside
        room = (x * width, y * height, wide * width, high * height)
    kinds = {plot.kind for plot in chart.plots}
    if kinds & {"pie", "doughnut"}:
        draw_pie(chart, canvas, room)
    elif "radar" in kinds:
        draw_radar(chart, canvas, room)
    elif chart.plots:
        frame: Frame = draw_axes(chart, canvas, room, fixed=chart.inside is not None)
        draw_marks(chart, canvas, frame)
    return canvas.svg()


def _title(chart: Chart, canvas: Canvas) -> float:
    """Draw the title; return the upper edge of the remaining space."""
    y = _EDGE
    for line in wrap_text(chart.title, canvas.width - 4 * _EDGE, chart.title_size, chart.font, chart.title_bold):
        y += chart.title_size
        canvas.text(
            (canvas.width / 2, y), line, chart.title_size, chart.title_colour, "middle", chart.font, chart.title_bold
        )
        y += chart.title_size * 0.2
    return y + (_EDGE if chart.title else 0.0)


def wrap_text(text: str, room: float, size: float, font: str, bold: bool = False) -> list[str]:
    """Return a text wrapped between words to a width."""
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for word in part.split():
            longer = f"{line} {word}".strip()
            if line and text_width(longer, size, font, bold) > room:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return [line for line in lines if line][:20]


def _entries(chart: Chart) -> Sequence[_Entry]:
    """Return the legend entries: the slices of a pie, or the series."""
    found: list[_Entry] = []
    for plot in chart.plots:
        for series in plot.series:
            if plot.kind in ("pie", "doughnut"):
                names = chart.categories or tuple(str(index + 1) for index in range(len(series.values)))
                colours = (series.points.get(index, series.colour) for index in range(len(names)))
                return [_Entry(name, colour, False) for name, colour in zip(names, colours, strict=False)][:MOST_MARKS]
            lined = plot.kind in ("line", "scatter", "radar", "stock")
            found.append(_Entry(series.name, series.colour, lined))
    return found[:MOST_MARKS]


def _legend(
    chart: Chart, canvas: Canvas, entries: Sequence[_Entry], room: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """Draw the legend at its side; return the remaining space."""
    left, top, right, bottom = room
    size = chart.legend_size
    key, gap, line = size * 1.6, size * 0.5, size * 1.35
    widths = [key + gap + text_width(entry.text, size, chart.font) for entry in entries]
    if chart.legend in ("t", "b"):
        rows = _rows(widths, right - left, 2 * gap)
        y = top if chart.legend == "t" else bottom - line * len(rows)
        y = chart.legend_at[1] * canvas.height if chart.legend_at else y
        for row in rows:
            x = (left + right - sum(widths[index] for index in row) - 2 * gap * (len(row) - 1)) / 2
            for index in row:
                _entry(chart, canvas, entries[index], x, y, key)
                x += widths[index] + 2 * gap
            y += line
        taken = line * len(rows) + gap
        return (left, top + taken, right, bottom) if chart.legend == "t" else (left, top, right, bottom - taken)
    wide = min(max(widths), (right - left) * 0.4)
    lines = [wrap_text(entry.text, wide - key - gap, size, chart.font) or [""] for entry in entries]
    x = left if chart.legend == "l" else right - wide
    y = top if chart.legend == "tr" else max((top + bottom - line * sum(map(len, lines))) / 2, top)
    if chart.legend_at:
        x, y = chart.legend_at[0] * canvas.width, chart.legend_at[1] * canvas.height
    for entry, parts in zip(entries, lines, strict=True):
        for number, part in enumerate(parts):
            _entry(chart, canvas, _Entry(part, "" if number else entry.colour, entry.line), x, y, key)
            y += line
    taken = wide + 2 * gap
    return (left + taken, top, right, bottom) if chart.legend == "l" else (left, top, right - taken, bottom)


def _rows(widths: Sequence[float], room: float, gap: float) -> list[list[int]]:
    rows: list[list[int]] = [[]]
    x = 0.0
    for index, width in enumerate(widths):
        if rows[-1] and x + width > room:
            rows.append([])
            x = 0.0
        rows[-1].append(index)
        x += width + gap
    return rows


def _entry(chart: Chart, canvas: Canvas, entry: _Entry, x: float, y: float, key: float) -> None:
    size = chart.legend_size
    middle = y + size * 0.65
    if entry.colour and entry.line:
        canvas.line([(x, middle), (x + key, middle)], entry.colour, 2.0)
    elif entry.colour:
        canvas.rectangle(x + key - size * 0.7, middle - size * 0.35, size * 0.7, size * 0.7, entry.colour)
    canvas.text((x + key + size * 0.4, y + size), entry.text, size, chart.text_colour, font=chart.font)
