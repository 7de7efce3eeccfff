"""Charts: drawn with their figures and words, whatever the file says of them."""

from io import BytesIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from flows.documents import convert
from flows.typesetting.figures.number_formats import format_number
from tests.typesetting.chart_builder import chart_part, drawn_chart
from tests.typesetting.corpus_drawings import drawings
from tests.typesetting.docx_builder import docx
from tests.typesetting.pdf_inspection import darkness, tags, text, words

MADE = drawings()


def _chart(part: bytes, described: str = "", settings_part: str = "") -> bytes:
    return docx(
        f"<w:p>{drawn_chart(described=described)}</w:p>",
        parts={"settings": settings_part},
        others={"diagram": ("chart", "charts/chart1.xml", part)},
    )


def test_a_chart_shows_title_categories_figures_and_legend() -> None:
    """What Word writes at a chart is text in the PDF, and the axis reaches past the largest figure."""
    pdf = convert(MADE["chart-column"])
    shown = [word.text for word in words(pdf.content)]
    for word in ("Leger", "2024", "2025", "2026", "Bodø", "Narvik", "0", "1", "2", "3", "4", "5"):
        assert word in shown
    assert pdf.lost == ()


def test_categories_stand_below_their_columns_in_order() -> None:
    """The first category is the leftmost, and the figures of the axis grow upwards."""
    placed = {word.text: word for word in words(convert(MADE["chart-column"]).content)}
    assert placed["2024"].left < placed["2025"].left < placed["2026"].left
    assert placed["5"].top < placed["4"].top < placed["0"].top


def test_lying_bars_have_their_categories_at_the_left() -> None:
    """In a bar chart the categories run from the bottom up, and the figures to the right."""
    placed = {word.text: word for word in words(convert(MADE["chart-bar-stacked"]).content)}
    assert placed["2024"].top > placed["2025"].top > placed["2026"].top
    assert placed["2"].left < placed["4"].left < placed["6"].left


@pytest.mark.parametrize("name", [name for name in MADE if name.startswith("chart-") and name != "chart-empty"])
def test_every_kind_of_chart_is_drawn(name: str) -> None:
    """Each kind leaves its marks on the page, and nothing is reported as lost."""
    pdf = convert(MADE[name])
    assert pdf.lost == ()
    assert darkness(pdf.content)[0] > darkness(convert(MADE["chart-empty"]).content)[0]


def test_a_chart_is_a_figure_that_tells_its_figures() -> None:
    """Who cannot see a chart hears what it shows, unless the author has said it better."""
    pdf = convert(MADE["chart-pie"]).content
    assert "Figure" in tags(pdf)
    assert "Søkere: 2024 12, 2025 7, 2026 9" in _alternative(pdf)
    said = convert(_chart(chart_part("pieChart", {"a": (1, 2)}), described="Legers fordeling")).content
    assert _alternative(said) == "Legers fordeling"


def _alternative(pdf: bytes) -> str:
    reader = PdfReader(BytesIO(pdf))
    objects = map(reader.get_object, reader.xref_objStm)
    return next(str(item["/Alt"]) for item in objects if isinstance(item, DictionaryObject) and "/Alt" in item)


def test_a_norwegian_document_has_decimal_commas() -> None:
    """The decimal sign is the one that the document was written with."""
    part = chart_part("barChart", {"a": (0.5, 0.25)}, ("x", "y"), "", '<c:barDir val="col"/>')
    shown = text(convert(_chart(part, settings_part='<w:decimalSymbol w:val=","/>')).content)
    assert "0,5" in shown
    assert "0.5" not in shown


def test_an_axis_takes_ten_steps_where_they_have_room() -> None:
    """An axis that does not say its steps has as many as LibreOffice gives it: ten, or fewer where it is short."""
    part = chart_part("barChart", {"a": (2.3, 4.5)}, ("x", "y"), "", '<c:barDir val="col"/>')
    assert {"0.5", "1.5", "2.5", "3.5", "4.5"} <= set(text(convert(_chart(part)).content).split())
    low = docx(f"<w:p>{drawn_chart(height=1300000)}</w:p>", others={"diagram": ("chart", "charts/chart1.xml", part)})
    shown = set(text(convert(low).content).split())
    assert "4" in shown
    assert "0.5" not in shown


@pytest.mark.parametrize(
    ("language", "title"),
    [("nb-NO", "Diagramtittel"), ("nn-NO", "Diagramtittel"), ("en-US", "Chart Title"), ("", "Chart Title")],
)
def test_a_title_without_words_is_in_the_language_of_the_document(language: str, title: str) -> None:
    """Word shows a placeholder for a title that nobody wrote, in the words of the one who writes the document."""
    part = chart_part("barChart", {"a": (1, 2), "b": (2, 1)}, ("x", "y"), "?").replace(b"<a:t>?</a:t>", b"<a:t/>")
    styles = f'<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="{language}"/></w:rPr></w:rPrDefault></w:docDefaults>'
    made = docx(
        f"<w:p>{drawn_chart()}</w:p>",
        parts={"styles": styles},
        others={"diagram": ("chart", "charts/chart1.xml", part)},
    )
    assert title in text(convert(made).content)


def test_a_point_may_have_a_label_of_its_own() -> None:
    """A single point is labelled in its own format or in its author's words, also where the others have no label."""
    own = (
        '<c:dLbls><c:dLbl><c:idx val="0"/><c:numFmt formatCode="0.00" sourceLinked="0"/><c:showVal val="1"/></c:dLbl>'
        '<c:dLbl><c:idx val="1"/><c:tx><c:rich><a:p><a:r><a:t>flest</a:t></a:r></a:p></c:rich></c:tx>'
        '<c:showVal val="1"/></c:dLbl><c:showVal val="0"/></c:dLbls>'
    )
    for kind in ("lineChart", "pieChart"):
        part = chart_part(kind, {"a": (3, 7, 6)}, ("x", "y", "z")).replace(b"<c:val>", f"{own}<c:val>".encode())
        shown = text(convert(_chart(part)).content).split()
        assert "3.00" in shown
        assert "flest" in shown
        assert "6.00" not in shown


def test_categories_without_figures_are_named() -> None:
    """A category that no series has a figure for stands at the axis all the same."""
    part = chart_part("barChart", {"a": (3,)}, ("vår", "høst"), "", '<c:barDir val="col"/>')
    assert {"vår", "høst"} <= set(text(convert(_chart(part)).content).split())


def test_points_with_names_stand_side_by_side() -> None:
    """Points of a scatter or bubble chart whose places are words are put at one, two and so on."""
    places = "<c:strRef><c:strCache><c:pt idx='0'><c:v>a</c:v></c:pt><c:pt idx='1'><c:v>b</c:v></c:pt></c:strCache>"
    part = (
        chart_part("bubbleChart", {"a": (30, 40)}).replace(b"<c:val>", b"<c:yVal>").replace(b"</c:val>", b"</c:yVal>")
    )
    part = part.replace(b"<c:yVal>", f"<c:xVal>{places}</c:strRef></c:xVal><c:yVal>".encode())
    part = part.replace(b"<c:catAx>", b"<c:valAx>").replace(b"</c:catAx>", b"</c:valAx>")
    assert {"1.2", "1.8"} <= set(text(convert(_chart(part)).content).split())


def test_a_chart_of_another_kind_shows_its_words_and_is_reported() -> None:
    """A surface is not drawn; its words stand there all the same."""
    pdf = convert(_chart(chart_part("surfaceChart", {"Høyde": (1, 2)}, ("her", "der"))))
    assert {"Høyde", "her", "der"} <= set(text(pdf.content).split())
    assert len(pdf.lost) == 1


@pytest.mark.parametrize(
    ("figure", "code", "shown"),
    [
        (1234.5, "General", "1234.5"),
        (0.1 + 0.2, "General", "0.3"),
        (1234567.0, "#,##0", "1,234,567"),
        (0.256, "0.0%", "25.6%"),
        (-3.0, '0;"minus "0', "minus 3"),
        (5.0, '"kr" #,##0.00', "kr 5.00"),
        (12.5, "[$kr-414] 0.0", "kr 12.5"),
        (45000.0, "dd/mm/yyyy", "15/03/2023"),
        (45000.0, "d\\-m\\-yy", "15-3-23"),
        (0.5, "hh:mm", "12:00"),
        (12345.0, "0.0E+00", "1.2E+04"),
        (7.0, "Standard", "7"),
        (1e300, "yyyy", "1E+300"),
    ],
)
def test_figures_are_written_as_their_code_says(figure: float, code: str, shown: str) -> None:
    """Format codes of spreadsheets: thousands, shares, currencies, signs, dates."""
    assert format_number(figure, code) == shown


_FIGURES = st.one_of(st.floats(), st.sampled_from(["", "x", "1e999", "-1e308", "1e308", "0"]))


@example(kind="barChart", figures=[5e-324], extreme="", grouping="")
@given(
    kind=st.sampled_from(
        ["barChart", "lineChart", "pieChart", "scatterChart", "radarChart", "areaChart", "bubbleChart"]
    ),
    figures=st.lists(_FIGURES, max_size=4),
    extreme=st.sampled_from(
        ["", '<c:scaling><c:min val="5"/><c:max val="-5"/></c:scaling>', '<c:majorUnit val="1e-300"/>']
    ),
    grouping=st.sampled_from(["", '<c:grouping val="percentStacked"/>', '<c:gapWidth val="-9"/>']),
)
@settings(max_examples=25)
def test_no_figure_ends_the_conversion(kind: str, figures: list[float | str], extreme: str, grouping: str) -> None:
    """Figures that are none, or without end, leave a chart with what can be drawn."""
    part = chart_part(kind, {"rar": figures}, ("a",), "Rart", grouping, extreme)
    assert "Rart" in text(convert(_chart(part)).content)


def test_bodies_reach_to_the_end_of_their_axis() -> None:
    """An axis of bodies ends with the largest figure, without the air that flat marks have above them."""
    flat = chart_part("barChart", {"a": (2, 5)}, ("x", "y"), "", '<c:barDir val="col"/>')
    deep = flat.replace(b"c:barChart", b"c:bar3DChart")
    assert "6" in text(convert(_chart(flat)).content).split()
    assert "6" not in text(convert(_chart(deep)).content).split()
