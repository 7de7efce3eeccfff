"""The model of a chart: data series, how they are plotted, and texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["column", "bar", "line", "area", "pie", "doughnut", "scatter", "bubble", "radar", "stock"]


@dataclass(frozen=True, slots=True)
class Labels:
    """The data labels of a series."""

    value: bool = False
    share: bool = False
    category: bool = False
    series: bool = False
    code: str = "General"  # number format
    separator: str = ", "
    text: str = ""  # custom text

    def __bool__(self) -> bool:
        return self.value or self.share or self.category or self.series or bool(self.text)


@dataclass(frozen=True, slots=True)
class Series:
    """A named series of values; a missing value is None. `places` are the x values of a scatter chart."""

    name: str
    values: tuple[float | None, ...]
    colour: str
    places: tuple[float | None, ...] = ()
    sizes: tuple[float | None, ...] = ()
    points: Mapping[int, str] = field(default_factory=dict)  # colours of single points
    line: float = 2.25  # line width; 0 if points are not joined
    marks: bool = False
    labels: Labels = Labels()
    own_labels: Mapping[int, Labels] = field(default_factory=dict)  # labels of single points

    def labels_at(self, index: int) -> Labels:
        """Return the label of a point."""
        return self.own_labels.get(index, self.labels)

    @property
    def labelled(self) -> bool:
        """Whether any point has a label."""
        return bool(self.labels) or any(self.own_labels.values())


@dataclass(frozen=True, slots=True)
class Plot:
    """Series of one chart type; those on the `second` axis have a scale of their own, at the right."""

    kind: Kind
    grouping: Literal["clustered", "stacked", "percentStacked", "standard"]
    series: tuple[Series, ...]
    gap: float = 1.5  # gap between groups of columns, as a fraction of a column
    overlap: float = 0.0  # overlap of neighbouring columns
    second: bool = False
    first_angle: float = 0.0  # first angle of a pie, clockwise from the top
    deep: bool = False  # three-dimensional in Word


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis, of categories or values."""

    title: str = ""
    shown: bool = True
    least: float | None = None
    most: float | None = None
    step: float | None = None
    code: str = "General"
    grid: bool = False
    reversed: bool = False
    size: float = 10.0
    colour: str = "000000"
    labelled: bool = True
    logarithmic: bool = False
    lined: bool = True
    title_size: float = 10.0
    title_bold: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart; `title` may have several lines. `inside` is the plot area, as fractions of width and height."""

    title: str
    plots: tuple[Plot, ...]
    categories: tuple[str, ...]
    across: Axis  # the axis of categories, or of the x values of a scatter chart
    up: Axis  # the value axis
    second: Axis  # the second value axis
    legend: Literal["", "l", "r", "t", "b", "tr"] = ""
    legend_size: float = 10.0
    title_size: float = 18.0
    title_bold: bool = True
    title_colour: str = "000000"
    text_colour: str = "000000"
    font: str = "Calibri"
    fill: str = "FFFFFF"
    outline: str = ""
    decimal: str = "."
    inside: tuple[float, float, float, float] | None = None
    legend_at: tuple[float, float] | None = None  # position of the legend, as fractions of width and height

    def words(self) -> str:
        """Return the alternative text: a sentence of what the chart shows, truncated."""
        told = [self.title] if self.title else []
        for plot in self.plots:
            for series in plot.series:
                pairs = zip(self.categories or [""] * len(series.values), series.values, strict=False)
                figures = ", ".join(f"{name} {figure:g}".strip() for name, figure in pairs if figure is not None)
                told.append(f"{series.name}: {figures}" if series.name else figures)
        whole = ". ".join(filter(None, told))
        return whole if len(whole) <= 800 else whole[:799].rsplit(" ", 1)[0] + " …"
