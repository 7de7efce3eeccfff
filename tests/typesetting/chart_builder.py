"""Builds chart parts of DrawingML from a few figures, for documents that hold them."""

from collections.abc import Mapping, Sequence

_NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)


def drawn_chart(identifier: str = "diagram", width: int = 5400000, height: int = 2700000, described: str = "") -> str:
    """Return a run that holds a chart in the line."""
    return (
        f'<w:r><w:drawing><wp:inline><wp:extent cx="{width}" cy="{height}"/><wp:docPr id="9" name="d"'
        f' descr="{described}"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart r:id="{identifier}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )


def chart_part(
    kind: str,
    series: Mapping[str, Sequence[float | str]],
    categories: Sequence[str] = (),
    title: str = "",
    inside: str = "",
    axis: str = "",
    legend: str = "r",
) -> bytes:
    """Return a chart part; `inside` goes into the plot, `axis` into the axis of the figures."""
    names = "".join(f'<c:pt idx="{index}"><c:v>{name}</c:v></c:pt>' for index, name in enumerate(categories))
    told = f"<c:cat><c:strRef><c:strCache>{names}</c:strCache></c:strRef></c:cat>" if categories else ""
    written = "".join(
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/><c:tx><c:strRef><c:strCache><c:pt idx="0"><c:v>{name}'
        f"</c:v></c:pt></c:strCache></c:strRef></c:tx>{told}<c:val><c:numRef><c:numCache>"
        "<c:formatCode>General</c:formatCode>"
        + "".join(f'<c:pt idx="{index}"><c:v>{figure}</c:v></c:pt>' for index, figure in enumerate(figures))
        + "</c:numCache></c:numRef></c:val></c:ser>"
        for place, (name, figures) in enumerate(series.items())
    )
    shown = f"<c:title><c:tx><c:rich><a:p><a:r><a:t>{title}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    axes = (
        '<c:catAx><c:axId val="1"/><c:scaling/><c:delete val="0"/><c:axPos val="b"/><c:crossAx val="2"/></c:catAx>'
        '<c:valAx><c:axId val="2"/><c:scaling/><c:delete val="0"/><c:axPos val="l"/><c:majorGridlines/>'
        f'{axis}<c:crossAx val="1"/></c:valAx>'
    )
    straight = kind not in ("pieChart", "doughnutChart")
    ids = '<c:axId val="1"/><c:axId val="2"/>' if straight else ""
    return (
        f"<c:chartSpace {_NAMESPACES}><c:chart>{shown if title else ''}<c:plotArea><c:{kind}>{inside}{written}{ids}"
        f'</c:{kind}>{axes if straight else ""}</c:plotArea><c:legend><c:legendPos val="{legend}"/></c:legend>'
        "</c:chart></c:chartSpace>"
    ).encode()
