"""Text that neither template nor case has is found on pages with charts, formulas and metafiles as on all others."""

import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pytest

from flows.documents import convert, fill, load_template
from flows.documents.pipeline import prove
from flows.documents.proof import ProofFailed
from flows.documents.proof.metafile_texts import metafile_texts
from flows.documents.template import Template
from flows.documents.template_check import refuse_unfillable
from flows.errors import TemplateRefused
from tests.typesetting.chart_builder import chart_part, drawn_chart
from tests.typesetting.corpus_formulas import bracket, fraction, signs, total
from tests.typesetting.docx_builder import PAGE, docx, paragraph
from tests.typesetting.metafile_builder import (
    emf,
    emf_font,
    emf_plus,
    emf_text,
    order,
    plus_font,
    plus_text,
    wmf,
    wmf_font,
    wmf_select,
    wmf_text,
)

_CASE = {"navn": "Kari Prøve", "ledd": "Ja"}
_AROUND = paragraph("Avtale med {{ navn }}."), paragraph("Avtalen gjelder i 5 år.") + paragraph("Svar: {{ ledd }}")
_CHART = chart_part(
    "barChart",
    {"Leger i alt": [1, 2, 12], "Andre": [3, 5, 1]},
    ["Bodø", "Alta kommune i nord", "C"],
    "Leger i 2026",
    inside='<c:dLbls><c:numFmt formatCode="0 &quot;stk&quot;" sourceLinked="0"/><c:showVal val="1"/></c:dLbls>',
)
_PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="3600000" cy="1800000"/><wp:docPr id="1" name="b" descr="Skisse"/>'
    '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
    '<pic:cNvPr id="1" name="b"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="bilde"/><a:stretch>'
    '<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:ext cx="3600000" cy="1800000"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>'
    "</w:drawing></w:r></w:p>"
)
_EMF = emf([emf_font(1, 20), order(37, b"\1\0\0\0"), emf_text("Kommunens våpen", 5, 20)])
_WMF = wmf([wmf_font(200), wmf_select(0), wmf_text("Fylkets våpen", 50, 200)])
_PLUS = emf([emf_plus([plus_font(1, 20.0), plus_text("Et merke", (0, 0, 200, 50), 1)])])
_FORMULA = (
    f"<m:oMath>{signs('x')}{signs('=')}{fraction(signs('a+b'), signs('n'))}{bracket(signs('y'))}"
    f"{total('∑', signs('k=0'), signs('n'), signs('k'))}</m:oMath>"
)


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def _field(instruction: str) -> str:
    kinds = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    begin, end = kinds
    return f"<w:p>{_run('Felt: ')}{begin}<w:r><w:instrText>{instruction}</w:instrText></w:r>{end}</w:p>"


def _picture(content: bytes, kind: str) -> bytes:
    return _template(_PICTURE, others={"bilde": ("image", f"media/bilde.{kind}", content)})


def _template(body: str, **rest: Mapping[str, tuple[str, str, bytes]] | str) -> bytes:
    return docx(_AROUND[0] + body + _AROUND[1], **rest)  # type: ignore[arg-type]


TEMPLATES: Mapping[str, Callable[[], bytes]] = {
    "a chart": lambda: _template(
        f"<w:p>{drawn_chart(described='Leger')}</w:p>", others={"diagram": ("chart", "charts/chart1.xml", _CHART)}
    ),
    "a formula in the text": lambda: _template(f"<w:p>{_run('Satsen er ')}{_FORMULA}{_run(', som alltid.')}</w:p>"),
    "a formula by itself": lambda: _template(f"<w:p><m:oMathPara>{_FORMULA}</m:oMathPara></w:p>"),
    "an EMF": lambda: _picture(_EMF, "emf"),
    "a WMF": lambda: _picture(_WMF, "wmf"),
    "numbers of lines": lambda: _template(
        paragraph("Et avsnitt."), section=PAGE + '<w:lnNumType w:countBy="1"/><w:cols w:num="2" w:space="720"/>'
    ),
    "a button": lambda: _template(_field("GOTOBUTTON stedet Velg her")),
    "WordArt": lambda: _template(
        '<w:p><w:r><w:pict><v:shape id="s" type="#_x0000_t136" style="width:200pt;height:40pt">'
        '<v:textpath string="Kladd og utkast"/></v:shape></w:pict></w:r></w:p>'
    ),
}
#: What is written behind the text of the page, or in place of the template's own.
EXTRAS = {
    "a sentence": "Legen betaler 500 000 kr.",
    "a figure": "7",
    "a letter": "x",
    "a paragraph twice": "Avtalen gjelder i 5 år.",
}


@pytest.fixture(scope="module", params=TEMPLATES)
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Return a template of which a part is drawn."""
    path = tmp_path_factory.mktemp("mal") / "mal.docx"
    path.write_bytes(TEMPLATES[request.param]())
    return load_template(path)


def test_extra_text_is_found_beside_what_is_drawn(template: Template) -> None:
    """The document as it is filled is proved; a sentence, a figure, a letter and a repetition more are found."""
    filled = fill(template, _CASE)
    prove(template, _CASE, filled, convert(filled))
    for extra in EXTRAS.values():
        damaged = _changed(filled, "word/document.xml", "<w:sectPr", paragraph(extra) + "<w:sectPr")
        with pytest.raises(ProofFailed, match=re.escape(extra)):
            prove(template, _CASE, filled, convert(damaged))


@pytest.mark.parametrize(
    ("kind", "part", "old", "new"),
    [
        ("a chart", "word/charts/chart1.xml", "Leger i 2026", "Leger i 2027 og 2028"),
        ("a chart", "word/charts/chart1.xml", "Bodø", "Bod"),
        ("a formula in the text", "word/document.xml", "<m:t>y</m:t>", "<m:t>y5</m:t>"),
        ("a formula in the text", "word/document.xml", "<m:t>y</m:t>", "<m:t></m:t>"),
        ("a formula by itself", "word/document.xml", "<m:t>a+b</m:t>", "<m:t>a+c</m:t>"),
        ("an EMF", "word/media/bilde.emf", "Kommunens", "Kommunene"),
        ("a WMF", "word/media/bilde.wmf", "Fylkets", "Fylkene"),
        ("WordArt", "word/document.xml", "Kladd og utkast", "Gyldig"),
        ("a button", "word/document.xml", "Velg her", "Ikke her"),
    ],
)
def test_other_text_in_what_is_drawn_is_found(kind: str, part: str, old: str, new: str, tmp_path: Path) -> None:
    """A picture, chart or formula that says something else than the template's is no part of the document."""
    path = tmp_path / "mal.docx"
    path.write_bytes(TEMPLATES[kind]())
    template = load_template(path)
    filled = fill(template, _CASE)
    with pytest.raises(ProofFailed):
        prove(template, _CASE, filled, convert(_changed(filled, part, old, new)))


def _changed(filled: bytes, part: str, old: str, new: str) -> bytes:
    """Return a document with other text in a part, whatever the part is written in."""
    content = BytesIO()
    with zipfile.ZipFile(BytesIO(filled)) as source, zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                codec = {"emf": "utf-16-le", "wmf": "cp1252"}.get(part.rsplit(".", 1)[-1], "utf-8")
                assert old.encode(codec) in data
                data = data.replace(old.encode(codec), new.encode(codec))
            target.writestr(name, data)
    return content.getvalue()


def test_the_texts_of_metafiles_are_read() -> None:
    """Each kind of record that writes text is read, also compressed; damaged ones end the reading."""
    assert "Kommunens våpen" in metafile_texts(_EMF)
    assert "Fylkets våpen" in metafile_texts(_WMF)
    assert "Et merke" in metafile_texts(_PLUS)
    assert "Москва" in metafile_texts(wmf([wmf_text("Москва", 0, 0, "cp1251")]))
    for end in range(0, len(_EMF), 7):
        metafile_texts(_EMF[:end])
        metafile_texts(_WMF[:end])


def test_a_template_with_a_file_of_its_own_kind_inside_is_refused(tmp_path: Path) -> None:
    """What a whole other file says is neither filled in nor compared with the official wording."""
    other = docx(paragraph("Hele avtalen"))
    path = tmp_path / "mal.docx"
    path.write_bytes(
        docx(paragraph("Avtale") + '<w:altChunk r:id="del"/>', others={"del": ("aFChunk", "d.docx", other)})
    )
    with pytest.raises(TemplateRefused, match="Lim inn"):
        refuse_unfillable(load_template(path), [])
