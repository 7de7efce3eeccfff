"""Draw the axes of a chart with ticks, labels and titles, and return the plot frame."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from flows.typesetting.figures.axis_scales import AIR, Scale, scale
from flows.typesetting.figures.chart_model import Axis, Chart, Plot
from flows.typesetting.figures.number_formats import format_number
from flows.typesetting.figures.svg_canvas import Canvas, Point, text_width
from flows.typesetting.fonts import face

Room = tuple[float, float, float, float]  # left, top, width, height
_GRID, _LINE = "D9D9D9", "808080"
_GAP = 4.0
_BY_PLACE = ("scatter", "bubble")
#: Default number of steps of an axis.
_MOST_STEPS = 10


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot frame: a rectangle, its scales, and whether categories run vertically."""

    left: float
    top: float
    width: float
    height: float
    up: Scale
    second: Scale
    across: Scale | None  # the x scale of a scatter chart
    lying: bool
    between: bool  # categories lie between ticks, not at them
    slots: int
    turned: tuple[bool, bool]  # categories, values in reverse order

    def at(self, slot: float, figure: float, second: bool = False) -> Point:
        """Return the point of a category (0: beginning of the first) and a value."""
        along = slot / max(self.slots, 1) if self.between else slot / max(self.slots - 1, 1)
        return self.point(along, (self.second if second else self.up).share(figure))

    def point(self, along: float, up: float) -> Point:
        """Return the point at positions (0 to 1) along both axes."""
        along = 1 - along if self.turned[0] else along
        up = 1 - up if self.turned[1] else up
        if self.lying:
            return self.left + up * self.width, self.top + (1 - along) * self.height
        return self.left + along * self.width, self.top + (1 - up) * self.height


def draw_axes(chart: Chart, canvas: Canvas, room: Room, fixed: bool) -> Frame:
    """Draw the axes in a rectangle and return the plot frame; if `fixed`, it is the frame, and texts lie outside."""
    lying = any(plot.kind == "bar" for plot in chart.plots)
    placed = any(plot.kind in _BY_PLACE for plot in chart.plots)
    up, across = chart.up, chart.across
    length = room[2] if lying else room[3] - (0.0 if fixed else _room(across, across.size) + up.size / 2)
    whole = any(plot.grouping == "percentStacked" or plot.deep for plot in chart.plots)
    first = _scaled(
        chart, up, _figures(plot for plot in chart.plots if not plot.second), length, lying, 0.0 if whole else AIR
    )
    second = _scaled(chart, chart.second, _figures(plot for plot in chart.plots if plot.second), length, lying)
    places = (place for plot in chart.plots for series in plot.series for place in series.places if place is not None)
    along = _scaled(chart, across, places, room[2], lying=True, nought=False) if placed else None
    slots = max((len(series.values) for plot in chart.plots for series in plot.series), default=1)
    slots = max(slots, len(chart.categories))
    figures = _figures_of(first, up, chart.decimal)
    names = _figures_of(along, across, chart.decimal) if along else _names(chart, slots)
    left_axis, below_axis = (across, up) if lying else (up, across)
    left_texts, below_texts = (names, figures) if lying else (figures, names)
    left, top, width, height = room
    room_left = _room(left_axis, max((text_width(text, left_axis.size, chart.font) for text in left_texts), default=0))
    has_second = any(plot.second for plot in chart.plots)
    seconds = _figures_of(second, chart.second, chart.decimal) if has_second else []
    widest = max((text_width(text, chart.second.size, chart.font) for text in seconds), default=0.0)
    room_right = _room(chart.second, widest) if has_second else 0.0
    slot_width = max(width - room_left - room_right, 1.0) / max(len(below_texts), 1)
    longest = max((text_width(text, below_axis.size, chart.font) for text in below_texts), default=0.0)
    slanted = not lying and along is None and longest > slot_width * 1.6 and len(below_texts) > 1
    room_below = _room(below_axis, min(longest, height * 0.4) if slanted else below_axis.size)
    if not fixed:
        overhang = 0.0 if slanted or (below_axis is across and along is None) else longest / 2
        left, width = left + room_left, width - room_left - max(room_right, overhang)
        top, height = top + up.size / 2, height - room_below - up.size / 2
    frame = Frame(
        left, top, max(width, 5.0), max(height, 5.0), first, second, along, lying,
        between=along is None and any(plot.kind in ("column", "bar", "line", "stock") for plot in chart.plots),
        slots=slots, turned=(across.reversed, up.reversed),
    )  # fmt: skip
    _draw(chart, canvas, frame, (names, figures, seconds), slanted)
    return frame


def _scaled(
    chart: Chart,
    axis: Axis,
    figures: Iterable[float],
    length: float,
    lying: bool,
    air: float = AIR,
    nought: bool = True,
) -> Scale:
    """Return the scale of an axis with as many steps as its labels have space for, at most ten.

    As in LibreOffice, which starts with ten and measures their labels.
    """
    shown = list(figures)
    found = scale(shown, axis, _MOST_STEPS, air, nought)
    if not (axis.shown and axis.labelled):
        return found
    texts = _figures_of(found, axis, chart.decimal)
    needed = max((text_width(text, axis.size, chart.font) for text in texts), default=0.0) if lying else 0.0
    fitting = int(length / (needed or axis.size * face(chart.font, False, False).line))
    return found if fitting >= _MOST_STEPS else scale(shown, axis, max(fitting, 2), air, nought)


def _room(axis: Axis, texts: float) -> float:
    """Return the space that an axis takes beside the plot."""
    title = axis.title_size * 1.4 if axis.title else 0.0
    return title + (texts + 2 * _GAP if axis.shown and axis.labelled else 0.0)


def _draw(
    chart: Chart, canvas: Canvas, frame: Frame, texts: tuple[list[str], list[str], list[str]], slanted: bool
) -> None:
    names, figures, seconds = texts
    across, up = chart.across, chart.up
    for mark in frame.up.marks if up.grid else ():
        share = frame.up.share(mark)
        canvas.line([frame.point(0.0, share), frame.point(1.0, share)], _GRID)
    if across.grid:
        for share in _shares(frame, len(names)):
            canvas.line([frame.point(share, 0.0), frame.point(share, 1.0)], _GRID)
    floor = frame.up.share(0.0) if not frame.up.logarithmic else 0.0
    if across.shown and across.lined:
        canvas.line([frame.point(0.0, floor), frame.point(1.0, floor)], _LINE)
    if up.shown and up.lined:
        canvas.line([frame.point(0.0, 0.0), frame.point(0.0, 1.0)], _LINE)
    if up.shown and up.labelled:
        for mark, text in zip(frame.up.marks, figures, strict=True):
            _beside(chart, canvas, frame.point(0.0, frame.up.share(mark)), text, up, frame.lying)
    if across.shown and across.labelled:
        _categories(chart, canvas, frame, names, slanted)
    for mark, text in zip(frame.second.marks, seconds, strict=False):
        x, y = frame.point(1.0, frame.second.share(mark))
        canvas.text((x + _GAP, y + chart.second.size * 0.35), text, chart.second.size, chart.second.colour)
    for axis, at_left in ((up, not frame.lying), (across, frame.lying)):
        if axis.title:
            _axis_title(chart, canvas, frame, axis, at_left)


def _categories(chart: Chart, canvas: Canvas, frame: Frame, names: list[str], slanted: bool) -> None:
    axis = chart.across
    room = frame.width / max(len(names), 1)
    every = 1
    if slanted or frame.lying:
        every = max(int(axis.size * 1.1 / max((frame.height if frame.lying else frame.width) / len(names), 0.01)), 1)
    shares = list(_shares(frame, len(names)))
    for index in range(0, len(names), every):
        share = shares[index]
        if frame.across is None and frame.between:
            share += 0.5 / len(names)
        point = frame.point(share, 0.0)
        if slanted:
            at = (point[0] + axis.size * 0.3, point[1] + _GAP + axis.size * 0.3)
            canvas.text(at, names[index], axis.size, axis.colour, "end", chart.font, turned=-90.0)
        elif frame.lying:
            _beside(chart, canvas, point, names[index], axis, below=False)
        else:
            lines = [names[index]] if frame.across else _lines(names[index], room, axis.size, chart.font)
            for number, line in enumerate(lines):
                y = point[1] + _GAP + axis.size * (1 + 1.15 * number)
                canvas.text((point[0], y), line, axis.size, axis.colour, "middle", chart.font)


def _lines(text: str, room: float, size: float, font: str) -> list[str]:
    """Return a category label wrapped to the width of its columns."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size, font) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _shares(frame: Frame, names: int) -> Iterator[float]:
    """Yield the positions of the ticks on the category axis."""
    if frame.across is not None:
        yield from map(frame.across.share, frame.across.marks)
    else:
        count = names if frame.between else max(names - 1, 1)
        yield from (index / count for index in range(names))


def _beside(chart: Chart, canvas: Canvas, point: Point, text: str, axis: Axis, below: bool) -> None:
    x, y = point
    if below:
        canvas.text((x, y + _GAP + axis.size), text, axis.size, axis.colour, "middle", chart.font)
    else:
        canvas.text((x - _GAP, y + axis.size * 0.35), text, axis.size, axis.colour, "end", chart.font)


def _axis_title(chart: Chart, canvas: Canvas, frame: Frame, axis: Axis, at_left: bool) -> None:
    size = axis.title_size
    if at_left:
        at, turned = (size * 1.5, frame.top + frame.height / 2), -90.0
    else:
        at, turned = (frame.left + frame.width / 2, min(canvas.height - size * 0.5, canvas.height)), 0.0
        if chart.legend == "b":
            at = (at[0], frame.top + frame.height + chart.across.size * 1.3 + size * 1.3)
    canvas.text(at, axis.title, size, axis.colour, "middle", chart.font, axis.title_bold, turned=turned)


def _names(chart: Chart, slots: int) -> list[str]:
    return [*chart.categories[:slots], *(str(index + 1) for index in range(len(chart.categories), slots))]


def _figures_of(found: Scale, axis: Axis, decimal: str) -> list[str]:
    return [format_number(mark, axis.code, decimal) for mark in found.marks]


def _figures(plots: Iterable[Plot]) -> Iterator[float]:
    """Yield the values that a scale must cover: sums for stacked plots."""
    for plot in plots:
        values = [series.values for series in plot.series]
        if plot.grouping == "percentStacked":
            yield from (0.0, 1.0)
        elif plot.grouping == "stacked":
            for slot in range(max(map(len, values), default=0)):
                here = [found for each in values for found in islice(each, slot, slot + 1) if found is not None]
                yield sum(figure for figure in here if figure > 0)
                yield sum(figure for figure in here if figure < 0)
        else:
            yield from (figure for each in values for figure in each if figure is not None)
