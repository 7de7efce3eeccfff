"""The drawn part of the corpus: charts, pictures made of drawing orders, shapes."""

from tests.documents.building import docx, paragraph
from tests.documents.charting import chart_part, drawn_chart

_YEARS = ("2024", "2025", "2026")


def _with_chart(part: bytes) -> bytes:
    holder = f"<w:p>{drawn_chart()}</w:p>"
    return docx(
        paragraph("før") + holder + paragraph("etter"), others={"diagram": ("chart", "charts/chart1.xml", part)}
    )


def drawings() -> dict[str, bytes]:
    """Return every document by the name of its construct."""
    two = {"Bodø": (4.3, 2.5, 3.5), "Narvik": (2.4, 4.4, 1.8)}
    one = {"Søkere": (12, 7, 9)}
    shares = '<c:varyColors val="1"/>'
    figures = '<c:dLbls><c:showVal val="1"/></c:dLbls>'
    return {
        "chart-column": _with_chart(chart_part("barChart", two, _YEARS, "Leger i alt", '<c:barDir val="col"/>')),
        "chart-bar-stacked": _with_chart(
            chart_part("barChart", two, _YEARS, "", '<c:barDir val="bar"/><c:grouping val="stacked"/>')
        ),
        "chart-line": _with_chart(chart_part("lineChart", two, _YEARS, "Utvikling", legend="b")),
        "chart-area": _with_chart(chart_part("areaChart", two, _YEARS)),
        "chart-pie": _with_chart(chart_part("pieChart", one, _YEARS, "Fordeling", shares)),
        "chart-doughnut": _with_chart(chart_part("doughnutChart", one, _YEARS, "", shares)),
        "chart-radar": _with_chart(chart_part("radarChart", two, _YEARS)),
        "chart-with-figures": _with_chart(
            chart_part("barChart", one, _YEARS, "", f'<c:barDir val="col"/>{figures}', '<c:numFmt formatCode="0.0"/>')
        ),
        "chart-empty": _with_chart(chart_part("barChart", {}, (), "Tomt")),
    }
