"""Draw pie, doughnut and radar charts, which have no straight axes."""

import math

from flows.typesetting.figures.axis_scales import scale
from flows.typesetting.figures.chart_axes import Room
from flows.typesetting.figures.chart_model import Chart, Plot, Series
from flows.typesetting.figures.chart_series import label
from flows.typesetting.figures.number_formats import format_number
from flows.typesetting.figures.svg_canvas import Anchor, Canvas, Point, short, way

_HOLE = 0.5
_MOST_PARTS = 500


def draw_pie(chart: Chart, canvas: Canvas, room: Room) -> None:
    """Draw a pie, or concentric rings."""
    left, top, width, height = room
    plot = next(plot for plot in chart.plots if plot.kind in ("pie", "doughnut"))
    labelled = any(series.labelled for series in plot.series)
    radius = max(min(width, height) / 2 - (chart.legend_size * 1.5 if labelled else 0.0), 3.0)
    middle = (left + width / 2, top + height / 2)
    rings = plot.series[:1] if plot.kind == "pie" else plot.series
    hole = radius * _HOLE if plot.kind == "doughnut" else 0.0
    thick = (radius - hole) / max(len(rings), 1)
    for number, series in enumerate(rings):
        inner = hole + thick * number
        _ring(chart, canvas, plot, series, middle, (inner, inner + thick))


def _ring(chart: Chart, canvas: Canvas, plot: Plot, series: Series, middle: Point, radii: tuple[float, float]) -> None:
    whole = sum(abs(value or 0.0) for value in series.values)
    if not whole or not math.isfinite(whole):
        return
    angle = math.radians(plot.first_angle)
    inner, outer = radii
    size = chart.legend_size
    for index, value in enumerate(series.values[:_MOST_PARTS]):
        share = abs(value or 0.0) / whole
        end = angle + share * 2 * math.pi
        if share:
            canvas.path(_part(middle, inner, outer, angle, end), series.points.get(index, series.colour), "FFFFFF")
        labels = series.labels_at(index)
        if labels and value is not None:
            text = label(labels, chart, series.name, index, value, share)
            half = (angle + end) / 2
            far = (inner + outer) / 2 if inner else outer + size * 0.4
            x, y = _around(middle, far, half)
            side: Anchor = "middle" if inner else "start" if math.sin(half) >= 0 else "end"
            drop = size * (0.35 - 0.45 * math.cos(half)) if not inner else size * 0.35
            canvas.text((x, y + drop), text, size, chart.text_colour, side, chart.font)
        angle = end


def _around(middle: Point, radius: float, angle: float) -> Point:
    """Return the point at an angle, clockwise from the top."""
    return middle[0] + radius * math.sin(angle), middle[1] - radius * math.cos(angle)


def _part(middle: Point, inner: float, outer: float, start: float, end: float) -> str:
    """Return the path of a ring segment. A full circle is slightly short, since SVG drops arcs whose ends coincide."""
    end = min(end, start + 2 * math.pi - 1e-4)
    large = int(end - start > math.pi)
    points = [_around(middle, radius, angle) for radius, angle in ((outer, start), (outer, end), (inner, end))]
    first, second, third = (f"{short(x)} {short(y)}" for x, y in points)
    arc = f"M{first}A{short(outer)} {short(outer)} 0 {large} 1 {second}L{third}"
    if inner:
        x, y = _around(middle, inner, start)
        arc += f"A{short(inner)} {short(inner)} 0 {large} 0 {short(x)} {short(y)}"
    return arc + "Z"


def draw_radar(chart: Chart, canvas: Canvas, room: Room) -> None:
    """Draw a radar: a spoke for each category, and a closed line for each series."""
    left, top, width, height = room
    size = chart.across.size
    plots = [plot for plot in chart.plots if plot.kind == "radar"]
    series = [one for plot in plots for one in plot.series]
    spokes = min(max((len(one.values) for one in series), default=0), _MOST_PARTS)
    radius = max(min(width, height) / 2 - size * 1.6, 5.0)
    middle = (left + width / 2, top + height / 2)
    if not spokes:
        return
    figures = [value for one in series for value in one.values if value is not None]
    found = scale(figures, chart.up, 5)
    turn = 2 * math.pi / spokes
    for mark in found.marks:
        share = found.share(mark)
        corners = [_around(middle, radius * share, turn * index) for index in range(spokes)]
        canvas.path(way(corners, closed=True), "", "D9D9D9")
        if chart.up.shown and chart.up.labelled:
            at = (middle[0] - 3, middle[1] - radius * share + chart.up.size * 0.35)
            canvas.text(at, format_number(mark, chart.up.code, chart.decimal), chart.up.size, chart.up.colour, "end")
    for index, name in enumerate(chart.categories[:spokes]):
        x, y = _around(middle, radius + size * 0.4, turn * index)
        leaning = math.sin(turn * index)
        side: Anchor = "middle" if abs(leaning) < 0.1 else "start" if leaning > 0 else "end"
        canvas.text((x, y + size * (0.4 - 0.4 * math.cos(turn * index))), name, size, chart.across.colour, side)
    for one in series:
        points = [
            _around(middle, radius * found.share(value or 0.0), turn * index)
            for index, value in enumerate(one.values[:spokes])
        ]
        canvas.path(way(points, closed=True), "", one.colour, one.line or 2.25)
