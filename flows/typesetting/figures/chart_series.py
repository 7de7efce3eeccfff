"""Draw the series of a chart in its frame: columns, bars, lines, areas, points and their labels."""

from collections.abc import Callable, Iterator, Sequence

from flows.typesetting.figures.chart_axes import Frame
from flows.typesetting.figures.chart_model import Chart, Labels, Plot, Series
from flows.typesetting.figures.number_formats import format_number
from flows.typesetting.figures.svg_canvas import Canvas, Point, way

_Stack = list[tuple[float, float]]  # from, to, by slot


def draw_marks(chart: Chart, canvas: Canvas, frame: Frame) -> None:
    """Draw every plot of a chart; labels come last, on top."""
    later: list[Callable[[], None]] = []
    for plot in sorted(chart.plots, key=lambda plot: plot.kind in ("line", "scatter", "stock")):
        stacks = list(_stacked(plot, frame))
        for number, (series, stack) in enumerate(zip(plot.series, stacks, strict=True)):
            if plot.kind in ("column", "bar"):
                points = list(_columns(canvas, frame, plot, number, series, stack))
            elif plot.kind == "area":
                points = _area(canvas, frame, plot, series, stack)
            else:
                points = _line(canvas, frame, plot, series, stack)
            if series.labelled:
                later.append(_Written(chart, canvas, frame, plot, series, points))
        if plot.kind == "stock":
            _ranges(canvas, frame, plot)
    for write in later:
        write()


class _Written:
    """Draws the data labels of one series."""

    def __init__(
        self, chart: Chart, canvas: Canvas, frame: Frame, plot: Plot, series: Series, points: "list[Point | None]"
    ) -> None:
        self._chart, self._canvas, self._frame = chart, canvas, frame
        self._plot, self._series, self._points = plot, series, points

    def __call__(self) -> None:
        size = self._chart.legend_size
        for index, (value, point) in enumerate(zip(self._series.values, self._points, strict=False)):
            if value is None or point is None:
                continue
            text = label(self._series.labels_at(index), self._chart, self._series.name, index, value, 0.0)
            x, y = point
            if self._plot.kind == "bar":
                at, anchor = (x + 3, y + size * 0.35), "start"
            else:
                at, anchor = (x, y - 3), "middle"
            self._canvas.text(at, text, size, self._chart.text_colour, anchor, self._chart.font)  # type: ignore[arg-type]


def label(labels: Labels, chart: Chart, series: str, index: int, value: float, share: float) -> str:
    """Return the label of one point."""
    if labels.text:
        return labels.text
    parts = []
    if labels.series:
        parts.append(series)
    if labels.category and index < len(chart.categories):
        parts.append(chart.categories[index])
    if labels.value:
        parts.append(format_number(value, labels.code, chart.decimal))
    if labels.share:
        parts.append(format_number(share, labels.code if "%" in labels.code else "0%", chart.decimal))
    return labels.separator.replace("\n", " ").join(part for part in parts if part)


def _stacked(plot: Plot, frame: Frame) -> Iterator[_Stack]:
    """Yield the lower and upper value of each point of each series."""
    floor = frame.up.least if frame.up.logarithmic else 0.0
    slots = max((len(series.values) for series in plot.series), default=0)
    above, below = [0.0] * slots, [0.0] * slots
    sums = [
        sum(abs(series.values[slot] or 0.0) for series in plot.series if slot < len(series.values)) or 1.0
        for slot in range(slots)
    ]
    for series in plot.series:
        stack: _Stack = []
        for slot, value in enumerate(series.values):
            figure = value or 0.0
            if plot.grouping == "percentStacked":
                figure /= sums[slot]
            if plot.grouping in ("stacked", "percentStacked"):
                pile = above if figure >= 0 else below
                stack.append((pile[slot], pile[slot] + figure))
                pile[slot] += figure
            else:
                stack.append((floor, figure))
        yield stack


def _columns(
    canvas: Canvas, frame: Frame, plot: Plot, number: int, series: Series, stack: _Stack
) -> Iterator[Point | None]:
    """Draw the columns of one series; yield the centre of the end of each."""
    together = plot.grouping in ("stacked", "percentStacked")
    count = 1 if together else len(plot.series)
    apart = 1 - plot.overlap
    wide = 1 / max((count - 1) * apart + 1 + plot.gap, 0.01)
    start = wide * plot.gap / 2 + (0.0 if together else number * wide * apart)
    for slot, (low, high) in enumerate(stack):
        if series.values[slot] is None:
            yield None
            continue
        first = frame.at(slot + start, low, plot.second)
        last = frame.at(slot + start + wide, high, plot.second)
        corners = ((first[0], first[1]), (last[0], first[1]), (last[0], last[1]), (first[0], last[1]))
        canvas.path(way(corners, closed=True), series.points.get(slot, series.colour))
        yield frame.at(slot + start + wide / 2, high, plot.second)


def _slot(frame: Frame, slot: int) -> float:
    return slot + 0.5 if frame.between else float(slot)


def _area(canvas: Canvas, frame: Frame, plot: Plot, series: Series, stack: _Stack) -> "list[Point | None]":
    upper = [frame.at(_slot(frame, slot), high, plot.second) for slot, (_, high) in enumerate(stack)]
    lower = [frame.at(_slot(frame, slot), low, plot.second) for slot, (low, _) in enumerate(stack)]
    if upper:
        canvas.path(way([*upper, *reversed(lower)], closed=True), series.colour)
    return list(upper)


def _line(canvas: Canvas, frame: Frame, plot: Plot, series: Series, stack: _Stack) -> "list[Point | None]":
    """Draw the points of a series and their connecting line; a missing value is a gap."""
    points: list[Point | None] = []
    for slot, value in enumerate(series.values):
        if value is None:
            points.append(None)
        elif frame.across is not None:
            place = series.places[slot] if slot < len(series.places) else float(slot + 1)
            points.append(None if place is None else frame.point(frame.across.share(place), frame.up.share(value)))
        else:
            points.append(frame.at(_slot(frame, slot), stack[slot][1], plot.second))
    if series.line and plot.kind != "bubble":
        for piece in _pieces(points):
            canvas.line(piece, series.colour, series.line)
    if series.marks or plot.kind == "bubble":
        largest = max((size or 0.0 for size in series.sizes), default=0.0)
        for slot, point in enumerate(points):
            if point is None:
                continue
            radius = 2.5
            if plot.kind == "bubble":
                size = series.sizes[slot] if slot < len(series.sizes) else None
                radius = min(frame.width, frame.height) / 8 * ((size or 0.0) / (largest or 1.0)) ** 0.5 or 2.5
            _dot(canvas, point, radius, series.points.get(slot, series.colour))
    return points


def _pieces(points: "Sequence[Point | None]") -> Iterator[list[Point]]:
    piece: list[Point] = []
    for point in (*points, None):
        if point is not None:
            piece.append(point)
        elif piece:
            if len(piece) > 1:
                yield piece
            piece = []


def _dot(canvas: Canvas, at: Point, radius: float, colour: str) -> None:
    x, y = at
    r = f"{radius:.2f}"
    canvas.path(
        f"M{x - radius:.2f} {y:.2f}a{r} {r} 0 1 0 {2 * radius:.2f} 0a{r} {r} 0 1 0 -{2 * radius:.2f} 0Z", colour
    )


def _ranges(canvas: Canvas, frame: Frame, plot: Plot) -> None:
    """Draw a line from the lowest to the highest value of each category."""
    for slot in range(max((len(series.values) for series in plot.series), default=0)):
        here = [s.values[slot] for s in plot.series if slot < len(s.values)]
        figures = [figure for figure in here if figure is not None]
        if figures:
            ends = (frame.at(_slot(frame, slot), figure, plot.second) for figure in (min(figures), max(figures)))
            canvas.line(ends, "404040", 1.0)
