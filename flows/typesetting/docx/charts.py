"""Read charts (DrawingML, ECMA-376 part 1, 21.2) from their cached values, and draw them."""

from collections.abc import Mapping
from typing import Literal, cast

from lxml import etree

from flows.language import translate as _
from flows.typesetting.docx.chart_data import (
    C,
    categories_of,
    code_of,
    decimal_sign,
    finite_number,
    language_of,
    lines_of,
    name_of,
    numbers_of,
    places_of,
    setting,
)  # fmt: skip
from flows.typesetting.docx.colours import A, filling, solid, themed
from flows.typesetting.docx.measurements import emu, number
from flows.typesetting.docx.package import Package
from flows.typesetting.docx.properties import mix_colours
from flows.typesetting.figures.chart_layout import MOST_SERIES
from flows.typesetting.figures.chart_model import Axis, Chart, Kind, Labels, Plot, Series

#: Three-dimensional charts are drawn flat, since the depth carries no data.
_KINDS: Mapping[str, Kind] = {
    "barChart": "column", "bar3DChart": "column", "lineChart": "line", "line3DChart": "line", "areaChart": "area",
    "area3DChart": "area", "pieChart": "pie", "pie3DChart": "pie", "ofPieChart": "pie", "doughnutChart": "doughnut",
    "scatterChart": "scatter", "bubbleChart": "bubble", "radarChart": "radar", "stockChart": "stock",
}  # fmt: skip
_Legend = Literal["", "l", "r", "t", "b", "tr"]


def read_chart(root: etree._Element, package: Package) -> Chart | None:
    """Return the chart of a chart part; None if it holds no supported kind."""
    chart = root.find(C + "chart")
    area = None if chart is None else chart.find(C + "plotArea")
    if chart is None or area is None:
        return None
    plots = _plots(area, package)
    if not plots:
        return None
    text = _text_look(root)
    title, look = _title(chart, plots, package)
    legend = chart.find(C + "legend")
    legend_look = _text_look(legend)
    axes = _axes(area, package, _size(text, 10.0))
    properties = root.find(C + "spPr")
    outline = None if properties is None else properties.find(A + "ln")
    fill = filling(properties, package)
    return Chart(
        title=title, plots=tuple(plots), categories=categories_of(area, package), across=axes[0], up=axes[1],
        second=axes[2],
        legend="" if legend is None else cast("_Legend", setting(legend, "legendPos") or "r"),
        legend_size=_size(legend_look, _size(text, 10.0)),
        title_size=_size(look, 18.0),
        title_bold=look is None or look.get("b") != "0",
        title_colour=solid(None if look is None else look.find(A + "solidFill"), package) or "000000",
        text_colour=solid(None if text is None else text.find(A + "solidFill"), package) or "000000",
        font=_font(text, package),
        fill="FFFFFF" if fill is None else fill,
        outline=filling(outline, package) or "",
        decimal=decimal_sign(package),
        inside=_inside(area),
        legend_at=_legend_at(legend),
    )  # fmt: skip


def _plots(area: etree._Element, package: Package) -> list[Plot]:
    """Return the plots of a plot area; one with another value axis than the first is on the second axis."""
    found: list[Plot] = []
    main: list[str] = []
    count = 0
    for element in area:
        name = etree.QName(element).localname
        kind = _KINDS.get(name)
        if kind is None:
            continue
        if kind == "column" and setting(element, "barDir") == "bar":
            kind = "bar"
        axes = [item.get("val", "") for item in element.findall(C + "axId")]
        main = main or axes
        varied = setting(element, "varyColors", "1" if kind in ("pie", "doughnut") else "0") in ("1", "true")
        chosen = list(element.iterchildren(C + "ser"))[:MOST_SERIES]
        parts = kind in ("pie", "doughnut") or (varied and len(chosen) == 1)
        series = tuple(_series(item, element, kind, count + place, parts, package) for place, item in enumerate(chosen))
        count += len(chosen)
        grouping = setting(element, "grouping") or ("clustered" if kind in ("column", "bar") else "standard")
        found.append(
            Plot(
                kind, cast('Literal["clustered", "stacked", "percentStacked", "standard"]', grouping), series,
                gap=min(max((number(setting(element, "gapWidth")) or 150) / 100, 0.0), 5.0),
                overlap=min(max((number(setting(element, "overlap")) or 0) / 100, -1.0), 1.0),
                second=bool(axes) and axes != main,
                first_angle=float(number(setting(element, "firstSliceAng")) or 0),
                deep=name.endswith("3DChart"),
            )
        )  # fmt: skip
    return found


def _series(
    element: etree._Element, plot: etree._Element, kind: Kind, place: int, parts: bool, package: Package
) -> Series:
    properties = element.find(C + "spPr")
    line = None if properties is None else properties.find(A + "ln")
    own = filling(line if kind in ("line", "scatter", "radar", "stock") else properties, package)
    colour = own or series_colour(place, package)
    figures = element.find(C + ("yVal" if kind in ("scatter", "bubble") else "val"))
    values = numbers_of(figures)
    points = {index: series_colour(index, package) for index in range(len(values))} if parts else {}
    for point in element.iterchildren(C + "dPt"):
        index, said = number(setting(point, "idx")), filling(point.find(C + "spPr"), package)
        if index is not None and said:
            points[index] = said
    symbol = element.find(f"{C}marker/{C}symbol")
    marked = setting(plot, "marker") in ("1", "true") or kind == "scatter" or symbol is not None
    joined = kind not in ("stock", "bubble") and (line is None or line.find(A + "noFill") is None)
    if kind == "scatter" and setting(plot, "scatterStyle") in ("marker", "none"):
        joined = False
    return Series(
        name=name_of(element.find(C + "tx")), values=values, colour=colour,
        places=places_of(element.find(C + "xVal")), sizes=numbers_of(element.find(C + "bubbleSize")), points=points,
        line=(emu(line.get("w")) if line is not None and line.get("w") else 2.25) if joined else 0.0,
        marks=kind in ("line", "scatter", "radar") and marked and (symbol is None or symbol.get("val") != "none"),
        labels=_labels(element, plot, figures), own_labels=_own_labels(element, figures),
    )  # fmt: skip


def series_colour(place: int, package: Package) -> str:
    """Return the automatic colour of the n-th series: the theme's six accents, then darker, then lighter ones."""
    colour = themed(f"accent{place % 6 + 1}", package) or "808080"
    turn = place // 6 % 3
    return colour if not turn else mix_colours(colour, "000000" if turn == 1 else "FFFFFF", 0.6)


def _labels(series: etree._Element, plot: etree._Element, figures: etree._Element | None) -> Labels:
    holder = series.find(C + "dLbls")
    holder = plot.find(C + "dLbls") if holder is None else holder
    return Labels() if holder is None else _label(holder, figures)


def _own_labels(series: etree._Element, figures: etree._Element | None) -> dict[int, Labels]:
    """Return the labels of single points, which may be custom text."""
    found = {}
    for point in series.iterfind(f"{C}dLbls/{C}dLbl"):
        index = number(setting(point, "idx"))
        if index is not None:
            found[index] = _label(point, figures)
    return found


def _label(holder: etree._Element, figures: etree._Element | None) -> Labels:
    if setting(holder, "delete") in ("1", "true"):
        return Labels()
    form = holder.find(C + "numFmt")
    linked = form is None or form.get("sourceLinked") in ("1", "true")

    def shown(name: str) -> bool:
        return setting(holder, name) in ("1", "true")

    return Labels(
        value=shown("showVal"),
        share=shown("showPercent"),
        category=shown("showCatName"),
        series=shown("showSerName"),
        code=code_of(figures) if linked or form is None else form.get("formatCode", "General"),
        separator=holder.findtext(C + "separator") or ", ",
        text="" if any(holder.iter(A + "fld")) else " ".join(lines_of(holder.find(C + "tx")).split()),
    )


def _title(chart: etree._Element, plots: list[Plot], package: Package) -> tuple[str, etree._Element | None]:
    """Return the title and its format; an automatic title is the name of the only series."""
    element = chart.find(C + "title")
    only = plots[0].series[0].name if len(plots) == 1 and len(plots[0].series) == 1 else ""
    if element is None:
        return ("" if setting(chart, "autoTitleDeleted", "0") in ("1", "true") else only), None
    return lines_of(element) or only or _("Chart Title", language_of(package)), _text_look(element)


def _axes(area: etree._Element, package: Package, size: float) -> tuple[Axis, Axis, Axis]:
    """Return the category axis, the value axis and the second value axis."""
    figures = [_axis(element, package, size) for element in area.iterchildren(C + "valAx")]
    others = [
        _axis(element, package, size)
        for element in area
        if etree.QName(element).localname in ("catAx", "dateAx", "serAx")
    ]
    if others:
        figures += [Axis()] * (2 - len(figures))
        return others[0], figures[0], figures[1]
    figures += [Axis()] * (3 - len(figures))
    return figures[0], figures[1], figures[2]


def _axis(element: etree._Element, package: Package, size: float) -> Axis:
    scaling = element.find(C + "scaling")
    form = element.find(C + "numFmt")
    title = element.find(C + "title")
    title_look = _text_look(title)
    look = _text_look(element)
    lines = element.find(f"{C}spPr/{A}ln")
    return Axis(
        title="" if title is None else lines_of(title).replace("\n", " ") or _("Axis Title", language_of(package)),
        shown=setting(element, "delete", "0") not in ("1", "true"),
        least=finite_number(setting(scaling, "min")), most=finite_number(setting(scaling, "max")),
        step=finite_number(setting(element, "majorUnit")),
        code="General" if form is None else form.get("formatCode", "General"),
        grid=element.find(C + "majorGridlines") is not None,
        reversed=setting(scaling, "orientation") == "maxMin",
        size=_size(look, size),
        colour=solid(None if look is None else look.find(A + "solidFill"), package) or "000000",
        labelled=setting(element, "tickLblPos") != "none",
        logarithmic=scaling is not None and scaling.find(C + "logBase") is not None,
        lined=lines is None or lines.find(A + "noFill") is None,
        title_size=_size(title_look, 10.0),
        title_bold=title_look is None or title_look.get("b") != "0",
    )  # fmt: skip


def _text_look(holder: etree._Element | None) -> etree._Element | None:
    """Return the run properties of a part of the chart: those of its first text, or its defaults."""
    if holder is None:
        return None
    for path in (f"{C}tx/{C}rich//{A}r/{A}rPr", f"{C}tx/{C}rich//{A}defRPr", f"{C}txPr//{A}defRPr"):
        found = holder.find(path)
        if found is not None and (found.get("sz") or found.get("b") or len(found)):
            return found
    return None


def _size(look: etree._Element | None, usual: float) -> float:
    said = None if look is None else number(look.get("sz"))
    return min(max(said / 100, 1.0), 100.0) if said else usual


def _font(look: etree._Element | None, package: Package) -> str:
    latin = None if look is None else look.find(A + "latin")
    name = "" if latin is None else latin.get("typeface", "")
    if name and not name.startswith("+"):
        return name
    part = package.related(package.main, "theme")
    minor = None if part is None else package.xml(part).find(f".//{A}minorFont/{A}latin")
    return (minor.get("typeface") if minor is not None else "") or "Calibri"


def _inside(area: etree._Element) -> tuple[float, float, float, float] | None:
    """Return the manual layout of the inner plot area, if stated: left, top, width, height as fractions."""
    layout = area.find(f"{C}layout/{C}manualLayout")
    if setting(layout, "layoutTarget") != "inner":
        return None
    found = [finite_number(setting(layout, name)) for name in ("x", "y", "w", "h")]
    if any(share is None or not 0 <= share <= 1 for share in found) or not found[2] or not found[3]:
        return None
    return cast("tuple[float, float, float, float]", tuple(found))


def _legend_at(legend: etree._Element | None) -> tuple[float, float] | None:
    """Return the manual position of the legend, if stated, as fractions."""
    layout = None if legend is None else legend.find(f"{C}layout/{C}manualLayout")
    x, y = (finite_number(setting(layout, name)) for name in ("x", "y"))
    edges = setting(layout, "xMode") == "edge" and setting(layout, "yMode") == "edge"
    return (x, y) if edges and x is not None and y is not None and 0 <= x < 1 and 0 <= y < 1 else None


def described(chart: Chart) -> str:
    """Return the alternative text of a chart."""
    return _("Chart: {words}").format(words=chart.words())
