"""One case from template to proved document, and the proof itself."""

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from flows.documents import Document, convert, load_template, make, missing_words
from flows.documents.libreoffice import convert_with_libreoffice
from flows.errors import DocumentRefused, TemplateRefused
from tests.judges.verapdf import verapdf
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.pdf_inspection import darkness, lines, text, words

TEMPLATES = Path(__file__).parents[2] / "templates"
FOOTER = {"malversjon": "1.0", "avtale_id": "a1b2c3d4e5f6", "avtale_versjon": "1"}
ALIS: Mapping[str, object] = {
    "kommune_navn": "Hábmera suohkan/Hamarøy kommune",
    "kommune_kontaktperson": "Kari Prøve <kari> & Co",
    "lege_navn": "Ánte Prøvesen",
    "lege_hpr_nummer": "0000000",
    "arbeidssted": "Oppeid legekontor",
    "stilling_tittel": "Fastlege",
    "oppstart_ny_ordning": date(2026, 3, 1),
    "forventet_avslutning": "02/2031",
    "veileder_navn": "Inger «Veileder» Prøve",
    "avtalt_praksiskompensasjon": "Kommunen dekker fravær ved kurs.\nInntil 10 dager hvert år.",
    "avtalt_laeringsaktiviteter": "Ingen særskilt avtale",
    "avtalt_lavere_produktivitet": "Ikke aktuelt: gjelder ikke introduksjonslege.",
    "avtalt_tilrettelegging": "Ingen særskilt avtale",
    "avtalt_tilleggselementer": "Ingen særskilt avtale",
    "avtalt_kommunal_finansiering": "Ingen særskilt avtale",
    "sted_og_dato": "Hamarøy, 1. mars 2026",
    "signatar_kommune_navn": "Per Prøve",
    "signatar_kommune_tittel": "Kommunedirektør",
    "signatar_alis_navn": "Ánte Prøvesen",
    "signatar_alis_tittel": "ALIS",
    **FOOTER,
}
TJENESTEAVTALE: Mapping[str, object] = {
    "kommune_visningsnavn": "Bodø kommune",
    "helseforetak_navn": "Nordlandssykehuset HF",
    "sted_og_dato": "Bodø, 1. mars 2026",
    "signatar_kommune_navn": "Per Prøve",
    "signatar_kommune_tittel": "Kommunedirektør",
    "signatar_hf_navn": "Siv Prøve",
    "signatar_hf_tittel": "Administrerende direktør",
    **FOOTER,
}


@pytest.fixture(scope="module")
def official() -> dict[str, Document]:
    """Make a document of each official template."""
    return {
        "alis": make(load_template(TEMPLATES / "alis" / "template.docx"), ALIS),
        "tjenesteavtale6": make(load_template(TEMPLATES / "tjenesteavtale6" / "template.docx"), TJENESTEAVTALE),
    }


@pytest.mark.parametrize(("name", "pages"), [("alis", 4), ("tjenesteavtale6", 3)])
def test_the_official_templates_have_the_pages_that_word_gives_them(
    official: dict[str, Document], name: str, pages: int
) -> None:
    """Both agreements come out whole, with every page numbered."""
    document = official[name]
    numbered = [f"Side {page} av {pages}" in " ".join(text(document.pdf).split()) for page in range(1, pages + 1)]
    assert (document.pages, numbered) == (pages, [True] * pages)


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="apt-get install --no-install-recommends libreoffice-writer"
)
@pytest.mark.parametrize("name", ["alis", "tjenesteavtale6"])
def test_the_official_templates_break_their_lines_where_libreoffice_does(
    official: dict[str, Document], name: str
) -> None:
    """Page by page, at most one line is not one of LibreOffice's lines."""
    ours, theirs = lines(official[name].pdf), lines(convert_with_libreoffice(official[name].docx))
    assert [len(page) for page in ours] == [len(page) for page in theirs]
    differing = [set(page) ^ set(other) for page, other in zip(ours, theirs, strict=True)]
    assert [page for page in differing if len(page) > 2] == []


def test_footnotes_of_the_official_template_stand_on_the_page_of_their_figure(official: dict[str, Document]) -> None:
    """Three notes on the first page, one on the second."""
    found = words(official["tjenesteavtale6"].pdf)
    marks = [word for word in found if word.text in ("1", "2", "3", "4") and word.left < 75 and word.top > 600]
    assert [(word.text, word.page) for word in marks] == [("1", 1), ("2", 1), ("3", 1), ("4", 2)]


def test_pages_are_mostly_paper(official: dict[str, Document]) -> None:
    """Nothing is painted over the text: no area, such as that of the notes, is black."""
    for document in official.values():
        assert all(share < 0.15 for share in darkness(document.pdf))


@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_the_official_documents_are_valid(official: dict[str, Document], tmp_path: Path, flavour: str) -> None:
    """An independent judge finds nothing against PDF/A-2a and PDF/UA-1."""
    files = []
    for name, document in official.items():
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(document.pdf)
    verdicts = verapdf(files, flavour)  # type: ignore[arg-type]
    assert [(verdict.valid, verdict.failed) for verdict in verdicts] == [(True, {}), (True, {})]


def test_a_document_knows_what_it_was_made_of(official: dict[str, Document]) -> None:
    """Digests and version of the template stand beside the document and in the PDF."""
    document = official["alis"]
    template = load_template(TEMPLATES / "alis" / "template.docx")
    assert (document.template_version, document.template_sha256) == (template.version, template.sha256)
    assert template.sha256.encode() in document.pdf
    assert make(template, ALIS) == document


def _template(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "mal.docx"
    path.write_bytes(docx(body))
    return path


def test_a_value_that_the_template_does_not_show_is_refused(tmp_path: Path) -> None:
    """What was agreed and is not in the document is a fault, named by its field and not by its value."""
    mal = load_template(_template(tmp_path, paragraph("{{ navn }}")))
    with pytest.raises(DocumentRefused, match="glemt") as refused:
        make(mal, {"navn": "Kari", "glemt": "hemmelig"})
    assert "hemmelig" not in str(refused.value)


def test_a_template_that_loses_content_is_refused(tmp_path: Path) -> None:
    """No document is made of a template whose PDF would lack something."""
    mal = load_template(_template(tmp_path, "<w:p><w:r><w:pict><v:shape/></w:pict></w:r></w:p>"))
    with pytest.raises(DocumentRefused, match="figur"):
        make(mal, {})


def test_an_empty_value_is_refused(tmp_path: Path) -> None:
    """No agreement has a hole."""
    mal = load_template(_template(tmp_path, paragraph("{{ navn }}")))
    with pytest.raises(TemplateRefused, match="navn"):
        make(mal, {"navn": None})


def test_missing_words_are_found_as_often_as_they_are_missing() -> None:
    """A word that stands twice in the DOCX must stand twice in the PDF; a new one must be there at all."""
    pdf = convert(docx(paragraph("en gang til"))).content
    assert missing_words(docx(paragraph("en gang til")), pdf) == []
    assert missing_words(docx(paragraph("en gang til og gang på gang")), pdf) == ["gang", "og", "på"]


def test_no_break_signs_ligatures_and_line_ends_do_not_count_as_missing() -> None:
    """How a word is written on paper is not what it says."""
    content = docx(paragraph("100\u00a0kr e\u2011post ﬁn re\u00adgel " + "lang" * 60))
    assert missing_words(content, convert(content).content) == []


def test_words_of_headers_footers_and_notes_count() -> None:
    """A header that does not arrive is found, even where the text is whole."""
    with_header = docx(paragraph("tekst"), parts={"header:default": paragraph("topptekst")})
    assert missing_words(with_header, convert(docx(paragraph("tekst"))).content) == ["topptekst"]
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>fotnote</w:t></w:r></w:p></w:footnote>'
    with_note = docx(paragraph("tekst"), parts={"footnotes": note})
    assert missing_words(with_note, convert(docx(paragraph("tekst"))).content) == ["fotnote"]


def test_what_is_no_pdf_cannot_be_read_back() -> None:
    """A damaged PDF is refused in a sentence."""
    with pytest.raises(DocumentRefused):
        missing_words(docx(paragraph("x")), b"no pdf")
