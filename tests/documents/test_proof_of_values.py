"""Prove documents with awkward values and awkward templates, whole and with one thing wrong."""

from collections.abc import Mapping

import pytest

from flows.documents import Document, load_template, make, missing_text
from flows.documents.filling import fill
from flows.documents.pipeline import prove
from flows.documents.proof import ProofFailed
from flows.documents.template import Template
from flows.typesetting import convert
from tests.typesetting.docx_builder import PAGE, STYLES, docx, paragraph

_NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/>'
    '<w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)
_TEXT_BOX = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" distL="114300"'
    ' distR="114300" simplePos="0" relativeHeight="2" locked="0" behindDoc="0" layoutInCell="1" allowOverlap="1">'
    '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>3200000</wp:posOffset></wp:positionH>'
    '<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>'
    '<wp:extent cx="2000000" cy="500000"/><wp:wrapSquare wrapText="bothSides"/><wp:docPr id="7" name="b" descr="b"/>'
    '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
    '<wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2000000" cy="500000"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr><wps:txbx><w:txbxContent>{text}</w:txbxContent>'
    "</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
    "<mc:Fallback/></mc:AlternateContent></w:r>"
)


def _row(*cells: str, properties: str = "") -> str:
    width = 9000 // len(cells)
    written = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{paragraph(text)}</w:tc>' for text in cells
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{written}</w:tr>"


def _table(*rows: str, columns: int) -> str:
    grid = f'<w:gridCol w:w="{9000 // columns}"/>' * columns
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


_BODY = (
    paragraph("Avtale")
    + paragraph("Partene er enige", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
    + paragraph("{{ navn }} er lege", '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>')
    + f"<w:p>{_TEXT_BOX.format(text=paragraph('Boks: {{ navn }}'))}<w:r><w:t>{{{{ innledning }}}}</w:t></w:r></w:p>"
    + "".join(
        paragraph(f"Punkt {number}") + _table(_row(f"{{{{ boks{number} }}}}"), columns=1) for number in range(1, 6)
    )
    + _table(_row("{{ venstre }}", "{{ hoyre }}"), columns=2)
    + _table(
        _row("Måned", "Sum", properties="<w:tblHeader/>"),
        _row("{%tr for maaned in maanedene %}", ""),
        _row("{{ maaned.navn }}", "{{ maaned.sum }}"),
        _row("{%tr endfor %}", ""),
        columns=2,
    )
    + paragraph("{% if merknad %}Merknad: {{ merknad }}{% endif %}")
    + paragraph("Slutt")
)
_CASE: Mapping[str, object] = {
    "navn": "Kari Prøve",
    "innledning": "Dette er avtalt.",
    **{f"boks{number}": "Ingen særskilt avtale" for number in range(1, 6)},
    "venstre": "Kommunen",
    "hoyre": "Legen",
    "maanedene": [{"navn": "mars 2027", "sum": "12 500 kr"}],
    "merknad": "",
}
_LONG = "Kommunen dekker utgifter til kurs, reise og opphold etter regning. " * 75
_LINES = "\n".join(f"Linje {number}" for number in range(1, 61))

#: What a case may hold.
VALUES: Mapping[str, Mapping[str, object]] = {
    "as usual": {},
    "5,000 characters": {"boks1": _LONG},
    "60 short lines": {"boks2": _LINES},
    "60 equal lines": {"boks2": "\n".join(["Ja"] * 60)},
    "five long boxes with the same text": {f"boks{number}": _LONG[:1800] for number in range(1, 6)},
    "two long cells beside each other": {"venstre": _LINES, "hoyre": _LINES + "\nLinje 61"},
    "two equal cells across a page end": {
        "boks1": _LONG[:3000],
        "venstre": "samme tekst " * 400,
        "hoyre": "samme tekst " * 400,
    },
    "short words in both cells": {"venstre": "Ja\n" * 70, "hoyre": "Ja\n" * 71},
    "a table over three pages": {"maanedene": [{"navn": f"måned {n}", "sum": f"{n} kr"} for n in range(150)]},
    "a table with the same rows": {"maanedene": [{"navn": "Måned", "sum": "Sum"}] * 120},
    "no rows": {"maanedene": []},
    "equal to fixed text": {"boks1": "Punkt 2", "boks2": "Punkt 3", "boks3": "Slutt", "navn": "Avtale"},
    "holding another value": {
        "boks1": "Kari Prøve er lege",
        "boks2": "Ingen særskilt avtale. Kari Prøve",
        "venstre": "Legen",
    },
    "the text above and below": {
        "boks1": "Avtale om Kari Prøve",
        "boks2": "Side 1 av 2",
        "innledning": "Avtale om alt " * 700,
    },
    "an optional text": {"merknad": "Kari Prøve begynner i mars."},
    "long words": {
        "boks1": "x" * 3000,
        "boks2": "https://kommune.no/" + "en-adresse/" * 40,
        "venstre": "Donaudampfschiff" * 20,
    },
    "hyphens of all kinds": {"boks1": "e\u2011post, ikke\u00adoffentlig, 6-9 måneder, 3–6, fri\u2010fag " * 20},
    "spaces of all kinds": {
        "boks1": "100\u00a0000\u202fkr\tog\t20\u2009% \u200bher  dobbelt",
        "boks2": "\n\nførst tomt\n\n\nsist tomt\n\n",
    },
    "accents, ligatures and fractions": {
        "boks1": "a\u030angstrøm, Áiluš Đorđe, ﬁn ofﬁce, ½ m², 3 × 4, №, …",
        "navn": "O\u0308stlund",
    },
    "Arabic": {"navn": "محمد عبد الله", "boks1": "Lege (محمد عبد الله) begynner 1. mars 2027, 80 %"},
    "Hebrew and Norwegian": {"navn": "שלום Kari", "boks1": "שלום עולם (5) " * 60},
    "Hebrew with vowel signs": {"navn": "שָׁלוֹם", "boks1": "Legen (בְּרֵאשִׁית בָּרָא) begynner 1. mars 2027"},
    "Arabic with vowel signs": {"navn": "محمّدٌ عليٌّ", "boks1": "Legen (محمّدٌ اردوٗ) begynner 1. mars 2027"},
    "marks of all kinds": {
        "navn": "Q\u0303uy\u00ean Nguy\u1ec5n x\u030c",
        "boks1": "q q\u0303 q\u0303\u0302\u0301 x a\u0332b\u0338 a\u0361b A\u20dd B\u20de 1\u0302",
        "boks2": "И\u0301ва\u0301н \u1fa7 q\u0303 x\u0303 \u1e25\u0331 q x",
    },
    "emoji": {"boks1": "Godt humør 😀 og ☎ 12 34 56 78"},
    "signs of lists": {"boks1": "- først\n- så\n1. en\n2. to\n• kule\na) bokstav", "navn": "1."},
    "signs of tags": {"boks1": "{{ navn }} og {% if %} er ikke tagger", "boks2": "<b>&amp;</b> < > \"'"},
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Return a template with lists, boxes, a table over many pages, a text box, header and footer."""
    path = tmp_path_factory.mktemp("mal") / "mal.docx"
    parts = {
        "styles": STYLES,
        "numbering": _NUMBERING,
        "header:default": paragraph("Avtale om {{ navn }}"),
        "footer:default": (
            '<w:p><w:r><w:t xml:space="preserve">Side </w:t></w:r><w:fldSimple w:instr="PAGE"/>'
            '<w:r><w:t xml:space="preserve"> av </w:t></w:r><w:fldSimple w:instr="NUMPAGES"/></w:p>'
        ),
    }
    path.write_bytes(docx(_BODY, section=PAGE, parts=parts))
    return load_template(path)


@pytest.mark.parametrize("kind", VALUES)
def test_awkward_values_are_made_and_proved(template: Template, kind: str) -> None:
    """Whatever a case holds that fonts can show is set, and proved without a false alarm."""
    assert isinstance(make(template, {**_CASE, **VALUES[kind]}), Document)


@pytest.mark.parametrize(
    ("kind", "name", "wrong"),
    [
        ("5,000 characters", "boks1", _LONG[:4000] + _LONG[4001:]),
        ("60 short lines", "boks2", _LINES.replace("Linje 55\n", "")),
        ("60 equal lines", "boks2", "\n".join(["Ja"] * 59)),
        ("five long boxes with the same text", "boks4", _LONG[:1700]),
        ("two long cells beside each other", "hoyre", _LINES),
        ("short words in both cells", "venstre", "Ja\n" * 71),
        ("a table over three pages", "maanedene", [{"navn": f"måned {n}", "sum": f"{n} kr"} for n in range(149)]),
        ("a table with the same rows", "maanedene", [{"navn": "Måned", "sum": "Sum"}] * 119),
        ("equal to fixed text", "boks1", "Punkt 3"),
        ("holding another value", "boks2", "Ingen særskilt avtale."),
        ("the text above and below", "boks2", "Side 1 av 3"),
        ("hyphens of all kinds", "boks1", "epost, ikke\u00adoffentlig, 6-9 måneder, 3–6, fri\u2010fag " * 20),
        ("Arabic", "navn", "محمد عبد"),
        ("an optional text", "merknad", ""),
    ],
)
def test_one_thing_wrong_in_awkward_values_is_found(template: Template, kind: str, name: str, wrong: object) -> None:
    """The document of a case that differs in one value is not that of the case."""
    case = {**_CASE, **VALUES[kind]}
    other = fill(template, {**case, name: wrong})
    with pytest.raises(ProofFailed, match="avsnitt"):
        prove(template, case, other, convert(other))


def test_text_of_any_document_outside_the_paper_is_a_loss_with_its_words_and_place() -> None:
    """What stands beside the paper is not in the PDF, whoever wrote the document."""
    wide = _table(_row(*[f"kolonne {number}" for number in range(12)]), columns=12)
    wide = wide.replace(f'w:w="{9000 // 12}"', 'w:w="3000"').replace(
        "<w:tblPr/>", '<w:tblPr><w:tblLayout w:type="fixed"/></w:tblPr>'
    )
    content = docx(paragraph("Tabell") + wide)
    losses = missing_text(content, convert(content).content)
    assert [loss.what for loss in losses] == [f"«kolonne {number}» står utenfor papiret" for number in range(4, 12)]
    assert losses[-1].where == "side 1; document, avsnitt 13"


def test_text_over_other_text_is_a_loss() -> None:
    """Where two texts are printed over each other, neither is read."""
    box = _TEXT_BOX.format(text=paragraph("Boksens egen tekst")).replace("3200000", "0")
    box = box.replace('<wp:wrapSquare wrapText="bothSides"/>', "<wp:wrapNone/>")
    content = docx(f"<w:p>{box}<w:r><w:t>Teksten som boksen ligger over</w:t></w:r></w:p>")
    assert "under noe annet" in str(missing_text(content, convert(content).content)[0])
