"""Templates are looked over before a season: every fault with its place, none in the two official ones."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.application.template_check import sample_of
from flows.cli import app
from flows.documents import check_template
from flows.settings import shipped_folder
from tests.documents.test_quote_repair import BOX
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.hostile import parts_of, pointing, with_parts

CUT = (
    "<w:p><w:r><w:t>{{ na</w:t></w:r><w:del><w:r><w:delText>xx</w:delText></w:r></w:del>"
    "<w:r><w:t>vn }}</w:t></w:r></w:p>"
)
CELLS = f"<w:tbl><w:tblGrid/><w:tr><w:tc>{paragraph('{{ na')}</w:tc><w:tc>{paragraph('vn }}')}</w:tc></w:tr></w:tbl>"


def faults(tmp_path: Path, body: str, known: set[str], **parts: object) -> list[str]:
    """Return the faults of a template with this body, as sentences."""
    path = tmp_path / "mal.docx"
    path.write_bytes(docx(body, **parts))  # type: ignore[arg-type]
    return [fault.what for fault in check_template(path, dict.fromkeys(known, "x"))]


@pytest.mark.parametrize("name", ["alis", "tjenesteavtale6"])
def test_the_official_templates_are_faultless(name: str) -> None:
    """Nothing is found in what comes with the product."""
    assert check_template(shipped_folder("templates") / name / "template.docx", sample_of(name)) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (paragraph("{{ ukjent }}"), "ukjent"),
        (paragraph("{{ navn | dato("), "delt"),
        (paragraph("{{ dato | langdato(«x) }}"), "rette anførselstegn"),
        ("<w:p><w:del><w:r><w:delText>{{ navn }}</w:delText></w:r></w:del></w:p>", "sporet sletting"),
        (paragraph("x", run='<w:rFonts w:ascii="Papyrus Sans"/>'), "Papyrus Sans"),
        (paragraph("<w:br/>"), "nowhere|brukes ikke"),
        ('<w:p><w:r><w:object><w:control/></w:object></w:r></w:p>', "miste"),
        (paragraph("x"), "signatur_alis"),
        (CUT, "sletting ligger inne i et felt"),
        (CELLS, "delt av slutten på et avsnitt eller en celle"),
        (paragraph("{{ ''.__class__ }}"), "__class__"),
        (paragraph("{{ navn.upper() }}"), "gjøre mer enn å vise verdier: upper()"),
        (paragraph("{% set a = 1 %}"), "gjøre mer enn å vise verdier: set"),
    ],
    ids=["unknown", "divided", "quotes", "deleted", "font", "unused", "loss", "anchor", "cut", "cells", "inside",
         "call", "set"],
)  # fmt: skip
def test_faults_are_named(tmp_path: Path, body: str, found: str) -> None:
    """Each fault is one sentence that names what is wrong."""
    said = faults(tmp_path, body, {"navn", "signatar_alis_navn"})
    assert any(any(part in sentence for part in found.split("|")) for sentence in said), said


def test_tags_in_headers_count(tmp_path: Path) -> None:
    """A value that only the footer asks for is used."""
    footer = {"footer:default": paragraph("{{ bygning }} {{ feil }}")}
    said = faults(tmp_path, paragraph("x"), {"bygning"}, parts=footer)
    assert any("feil" in sentence for sentence in said)
    assert not any("bygning" in sentence for sentence in said)


def found(tmp_path: Path, content: bytes, known: set[str]) -> list[tuple[str, str]]:
    """Return the faults of a template, each with its place."""
    path = tmp_path / "mal.docx"
    path.write_bytes(content)
    return [(fault.what, fault.where) for fault in check_template(path, dict.fromkeys(known, "x"))]


@pytest.mark.parametrize("part", ["header:first", "footer:even", "footnotes", "endnotes", "text box"])
def test_unknown_names_are_found_in_every_part_with_their_paragraph(tmp_path: Path, part: str) -> None:
    """Whoever mends the template is led to the place."""
    inner = paragraph("x") + paragraph("{{ navn }} {{ feil }}")
    notes = {name: f'<w:{name[:-1]} w:id="2">{inner}</w:{name[:-1]}>' for name in ("footnotes", "endnotes")}
    body = BOX.format(inner) if part == "text box" else paragraph("x")
    parts = {} if part == "text box" else {part: notes.get(part, inner)}
    said = found(tmp_path, docx(body, parts=parts), {"navn"})
    (where,) = [where for what, where in said if "feil" in what]
    assert where.endswith(
        "avsnitt 3" if part == "text box" else "avsnitt 2"
    )  # the box stands in a paragraph of its own
    assert not any("navn" in what and "brukes ikke" in what for what, _ in said)


def test_one_tag_at_fault_does_not_hide_the_others(tmp_path: Path) -> None:
    """What is used is known, even beside a tag that cannot be read."""
    said = found(tmp_path, docx(paragraph("{{ navn }} {{ to ord }}") + paragraph("{{ annet }}")), {"navn", "glemt"})
    assert any("{{ to ord }}" in what for what, _ in said)
    assert [what for what, _ in said if "brukes ikke" in what and "avtale" not in what and "mal" not in what] == [
        "Verdien glemt brukes ikke noe sted."
    ]
    assert any("annet" in what for what, _ in said)


def test_tags_where_nothing_is_filled_are_found(tmp_path: Path) -> None:
    """A tag in a comment or a diagram would be printed as it stands, or be gone."""
    content = with_parts(docx(paragraph("x")), {"word/comments.xml": b"<c>{{ navn }}</c>"})
    assert ("Et felt står der ingenting fylles ut: {{ navn }}", "comments") in found(tmp_path, content, {"navn"})


@pytest.mark.parametrize(("kind", "at_fault"), [("image", True), ("attachedTemplate", True), ("hyperlink", False)])
def test_what_lies_outside_the_file_is_found(tmp_path: Path, kind: str, at_fault: bool) -> None:
    """A link to follow is no fault; everything else would have to be fetched."""
    said = found(tmp_path, pointing(kind, "https://example.com/x"), set())
    assert any("henter noe utenfra" in what for what, _ in said) == at_fault


def test_fonts_of_the_theme_count(tmp_path: Path) -> None:
    """Word's own templates name their fonts by the theme."""
    theme = b'<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:themeElements><a:fontScheme>'
    theme += b'<a:minorFont><a:latin typeface="Papyrus Sans"/></a:minorFont></a:fontScheme></a:themeElements></a:theme>'
    content = docx(paragraph("x", run='<w:rFonts w:asciiTheme="minorHAnsi"/>'))
    links = parts_of(content)["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="t" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"'
        b' Target="theme.xml"/></Relationships>',
    )
    said = found(tmp_path, with_parts(content, {"word/theme.xml": theme, "word/_rels/document.xml.rels": links}), set())
    assert any("Papyrus Sans" in what for what, _ in said)


def test_the_command_prints_a_list_and_ends_with_one(tmp_path: Path) -> None:
    """In Norwegian, with what and where; as JSON for programs; and a faultless template ends with 0."""
    path = tmp_path / "alis-avtale.docx"
    path.write_bytes(docx(paragraph("{{ lege_navn }}") + paragraph("{{ leg_navn }}")))
    told = CliRunner().invoke(app, ["template", "check", str(path)])
    assert told.exit_code == 1
    assert "dette må rettes før malen tas i bruk" in told.stdout
    listed = json.loads(CliRunner().invoke(app, ["template", "check", str(path), "--json"]).stdout)
    places = {(one["what"], one["where"], one["text"], one["stops"]) for one in listed}
    assert ("Feltet leg_navn er ingen verdi i en sak.", "document, avsnitt 2", "{{ leg_navn }}", True) in places
    assert ("Bokmerket signatur_alis ved signaturlinjen mangler.", "", "", False) in places
    good = CliRunner().invoke(app, ["template", "check", str(shipped_folder("templates") / "alis" / "template.docx")])
    assert (good.exit_code, good.stdout) == (0, "alis/template.docx: ingenting er galt.\n")


_ROW = (
    '<w:tbl><w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid><w:tr><w:trPr><w:trHeight w:val="400" w:hRule="{rule}"/>'
    "</w:trPr><w:tc>{cell}</w:tc></w:tr></w:tbl>"
)
_WHITE = '<w:color w:val="FFFFFF"/>'
_BLACK_CELL = '<w:tcPr><w:shd w:val="clear" w:fill="000000"/></w:tcPr>'


def _row(cell: str, *, rule: str = "auto", width: int = 5000) -> str:
    return _ROW.format(cell=cell, rule=rule, width=width)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (paragraph("Avsnitt tre", run="<w:shadow/>"), "effekt"),
        (paragraph("Avsnitt tre", run='<w:shadow w:val="0"/><w:em w:val="none"/>'), ""),
        (paragraph("Avsnitt tre", run='<w:w w:val="80"/>'), "smalnet"),
        (paragraph("Avsnitt tre", run='<w:w w:val="100"/>'), ""),
        (paragraph("Avsnitt tre", run=_WHITE), "samme farge"),
        (paragraph("Avsnitt tre", run=_WHITE + '<w:highlight w:val="black"/>'), ""),
        (paragraph("Avsnitt tre", '<w:shd w:val="clear" w:fill="1F3864"/>', _WHITE), ""),
        (paragraph("Avsnitt tre", '<w:shd w:val="clear" w:fill="F2F2F2"/>', _WHITE), "samme farge"),
        (_row(_BLACK_CELL + paragraph("Avsnitt tre", run=_WHITE)), ""),
        (_row(_BLACK_CELL + paragraph("Avsnitt tre", run='<w:color w:val="101010"/>')), "samme farge"),
        (_row(paragraph("Avsnitt tre {{ navn }}"), rule="exact"), "fast høyde"),
        (_row(paragraph("Avsnitt tre"), rule="exact"), ""),
        (_row(paragraph("Avsnitt tre {{ navn }}"), rule="atLeast"), ""),
        (_row(paragraph("Avsnitt tre"), width=11000), "9 mm bredere"),
        (_row(paragraph("Avsnitt tre"), width=9100), ""),
        ('<w:p><w:pPr><w:sectPr><w:vAlign w:val="center"/></w:sectPr></w:pPr><w:r><w:t>Avsnitt tre</w:t></w:r></w:p>',
         "øverst"),
    ],
)  # fmt: skip
def test_what_stands_otherwise_than_in_word_is_told_with_its_paragraph(
    tmp_path: Path, body: str, sentence: str
) -> None:
    """In words that a coordinator understands, and without stopping anything."""
    path = tmp_path / "mal.docx"
    path.write_bytes(docx(paragraph("Avsnitt en") + paragraph("Avsnitt to") + body + paragraph("{{ navn }}")))
    found = [fault for fault in check_template(path, {"navn": "x"}) if fault.text.startswith("Avsnitt")]
    assert [sentence in fault.what for fault in found] == [True] * bool(sentence)
    assert all("3" in fault.where and not fault.stops for fault in found)


def test_hyphenation_is_told(tmp_path: Path) -> None:
    """Word breaks words at line ends where its settings say so, and the PDF does not."""
    for settings, expected in (("<w:autoHyphenation/>", True), ('<w:autoHyphenation w:val="0"/>', False)):
        told = faults(tmp_path, paragraph("{{ navn }}"), {"navn"}, parts={"settings": settings})
        assert any("orddeling" in sentence for sentence in told) == expected
