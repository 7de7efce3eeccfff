"""Model a chart: series of figures, how they are plotted, and the texts beside them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["column", "bar", "line", "area", "pie", "doughnut", "scatter", "bubble", "radar", "stock"]


@dataclass(frozen=True, slots=True)
class Labels:
    """What is written at each point of a series."""

    value: bool = False
    share: bool = False
    category: bool = False
    series: bool = False
    code: str = "General"  # how figures are written
    separator: str = ", "
    text: str = ""  # what its author wrote instead

    def __bool__(self) -> bool:
        return self.value or self.share or self.category or self.series or bool(self.text)


@dataclass(frozen=True, slots=True)
class Series:
    """Figures under one name; where one is missing, it is None. `places` are the figures across of a scatter chart."""

    name: str
    values: tuple[float | None, ...]
    colour: str
    places: tuple[float | None, ...] = ()
    sizes: tuple[float | None, ...] = ()
    points: Mapping[int, str] = field(default_factory=dict)  # colours of single points
    line: float = 2.25  # how thick; 0 where points are not joined
    marks: bool = False
    labels: Labels = Labels()
    own_labels: Mapping[int, Labels] = field(default_factory=dict)  # those of single points

    def labels_at(self, index: int) -> Labels:
        """Return what is written at a point."""
        return self.own_labels.get(index, self.labels)

    @property
    def labelled(self) -> bool:
        """Whether something is written at any point."""
        return bool(self.labels) or any(self.own_labels.values())


@dataclass(frozen=True, slots=True)
class Plot:
    """Series that are shown the same way; those on the `second` axis have a scale of their own, at the right."""

    kind: Kind
    grouping: Literal["clustered", "stacked", "percentStacked", "standard"]
    series: tuple[Series, ...]
    gap: float = 1.5  # between groups of columns, as a share of a column
    overlap: float = 0.0  # of neighbouring columns
    second: bool = False
    first_angle: float = 0.0  # of a pie, clockwise from the top
    deep: bool = False  # its marks are bodies in Word


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis, of categories or of figures."""

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
    """A chart; `title` may have several lines. `inside` is where its plot stands, as shares of width and height."""

    title: str
    plots: tuple[Plot, ...]
    categories: tuple[str, ...]
    across: Axis  # the axis of the categories, or of the places of a scatter chart
    up: Axis  # the axis of the figures
    second: Axis  # the second axis of figures
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
    legend_at: tuple[float, float] | None = None  # where the legend begins, as shares of width and height

    def words(self) -> str:
        """Return in a sentence what the chart shows, for those who cannot see it; long ones are cut off."""
        told = [self.title] if self.title else []
        for plot in self.plots:
            for series in plot.series:
                pairs = zip(self.categories or [""] * len(series.values), series.values, strict=False)
                figures = ", ".join(f"{name} {figure:g}".strip() for name, figure in pairs if figure is not None)
                told.append(f"{series.name}: {figures}" if series.name else figures)
        whole = ". ".join(filter(None, told))
        return whole if len(whole) <= 800 else whole[:799].rsplit(" ", 1)[0] + " …"
