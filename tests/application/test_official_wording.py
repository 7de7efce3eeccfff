"""The official wording is locked: every departure of a template is named, and nothing is made of it."""

import json
import re
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.agreements.types import types
from flows.application.context import current_context
from flows.application.make_documents import make_documents
from flows.application.official_wording import require_official_wording, wording_faults
from flows.application.take_in import open_batch, take_in
from flows.cli import app
from flows.errors import TemplateRefused
from flows.register import State
from flows.register.agreements import get_agreement
from flows.settings import shipped_folder
from tests.intake.workbooks import ALIS, TJENESTEAVTALE6, table, write_workbook
from tests.templates.altered import (
    BODY,
    SENTENCE,
    Edit,
    altered,
    around,
    choice,
    drawing,
    field,
    formatted,
    header,
    numbered,
    text_box,
    write_altered,
)

ALIS_AVTALE, TJENESTEAVTALE = "alis/template.docx", "tjenesteavtale6/template.docx"
TODAY = date(2026, 12, 1)
TILPASSET = "Avtalen er tilpasset Helsedirektoratets regelverk for tilskuddsordningen Nasjonal ALIS og veiledning."
CHANGED, MISSING, ADDED = "er endret: ", "mangler: ", "står ikke i den offisielle ordlyden: "
HIDING = '<w:style w:type="paragraph" w:styleId="X"><w:name w:val="X"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
INSERTED = '<w:ins><w:r><w:t xml:space="preserve">Ikke. </w:t></w:r></w:ins><w:r><w:t>'
LABEL = '<w:r><w:t xml:space="preserve">Kontaktperson</w:t>'
NO_BREAK_HYPHEN = '</w:t></w:r><w:r><w:noBreakHyphen/></w:r><w:r><w:t xml:space="preserve">'
CELL = '<w:tcW w:w="3700" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="Tabelltekst"/></w:pPr>' + LABEL


def faults(folder: Path, name: str, edits: Sequence[Edit]) -> list[str]:
    """Return what is said of a template with edits, each with its place."""
    path = write_altered(folder, name, *edits)
    kind = next(kind for kind in types().values() if kind.template == name)
    return [f"{fault.where}: {fault.what}" for fault in wording_faults(path, kind, TODAY)]


@pytest.mark.parametrize("name", [ALIS_AVTALE, TJENESTEAVTALE])
def test_the_shipped_templates_have_the_official_wording(tmp_path: Path, name: str) -> None:
    """Nothing is said of them."""
    assert faults(tmp_path, name, []) == []


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ([(BODY, "til 5 år", "til 3 år")], f"punkt 1.2: Den offisielle ordlyden {CHANGED}«5 år» → «3 år»"),
        ([(BODY, "gjelder under", "gjelder ikke under")], f"{CHANGED}«gjelder under» → «gjelder ikke under»"),
        ([(BODY, "gjelder ikke i", "gjelder i")], f"{CHANGED}«gjelder ikke i» → «gjelder i»"),
        ([(BODY, "5% av", "50% av")], f"punkt 4.1.5: Den offisielle ordlyden {CHANGED}«5% av» → «50% av»"),
        ([(BODY, f" {SENTENCE}", "")], f"punkt 1.2: En setning i den offisielle ordlyden {MISSING}«{SENTENCE}»"),
        ([(BODY, SENTENCE, f"{SENTENCE} Kommunen kan si opp.")], f"punkt 1.2: Dette {ADDED}«Kommunen kan si opp.»"),
        ([(BODY, TILPASSET, ""), (BODY, SENTENCE, f"{SENTENCE} {TILPASSET}")], "(står nå i punkt 1.2)"),
        ([(BODY, "1.2 Varighet", "3.1 Varighet")], f"{CHANGED}«1.2 Varighet» → «3.1 Varighet»"),
        (numbered(3), f"{CHANGED}«1.2 Varighet» → «3.2 Varighet»"),
        ([(BODY, "til 5 år", "til 5 \u0430r")], "U+0430 CYRILLIC SMALL LETTER A"),
        ([(BODY, "til 5 år", "til \u202e5 år")], "U+202E"),
        ([around("5", '<w:r><w:sym w:font="Symbol" w:char="F033"/></w:r><!--', "-->")], "«5 år» → «3 år»"),
        ([(BODY, '<w:pPr><w:pStyle w:val="ListBullet"/></w:pPr>', "")], "«• standardelementer» → «standardelementer»"),
        ([around(SENTENCE, INSERTED, "</w:t></w:r>")], "«Ikke.»"),
    ],
    ids=[
        *("number", "ikke", "ikke-taken-out", "percent", "missing", "added", "moved", "clause", "numbering"),
        *("cyrillic", "reversed", "symbol", "bullet", "inserted"),
    ],
)  # fmt: skip
def test_changed_words_are_named_with_their_clause(tmp_path: Path, edits: Sequence[Edit], said: str) -> None:
    """The words before and after, and where."""
    found = faults(tmp_path, ALIS_AVTALE, edits)
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ([formatted(SENTENCE, "<w:vanish/>")], "er skjult tekst"),
        ([formatted(SENTENCE, '<w:color w:val="FFFFFF"/>')], "samme farge som bakgrunnen"),
        ([formatted(SENTENCE, '<w:color w:themeColor="background1"/>')], "samme farge som bakgrunnen"),
        ([formatted(SENTENCE, '<w:color w:val="000000"/><w:shd w:fill="000000"/>')], "samme farge som bakgrunnen"),
        ([formatted(SENTENCE, '<w:sz w:val="2"/>')], "for liten"),
        ([formatted(SENTENCE, '<w:w w:val="1"/>')], "for liten"),
        ([formatted(SENTENCE, "<w:strike/>")], "gjennomstreket"),
        ([formatted(SENTENCE, "<w:dstrike/>")], "gjennomstreket"),
        ([formatted(SENTENCE, '<w:rFonts w:ascii="Wingdings"/>')], "symboler i stedet for bokstaver"),
        ([around(SENTENCE, "<w:del><w:r><w:delText>", "</w:delText></w:r></w:del>")], "sporet endring"),
        ([(BODY, SENTENCE, text_box(SENTENCE))], "står nå i en tekstboks"),
        ([field(SENTENCE, "DOCPROPERTY x")], "resultatet av et felt"),
        ([formatted(SENTENCE, '<w:spacing w:val="-240"/>')], "for liten"),
        ([formatted(SENTENCE, '<w:color w:val="F5F5F5"/>')], "samme farge som bakgrunnen"),
    ],
    ids=[
        *("hidden", "white", "theme", "ground", "tiny", "narrow", "struck", "twice", "symbols", "deleted", "box"),
        *("field", "close", "nearly-white"),
    ],
)  # fmt: skip
def test_what_nobody_sees_is_missing_and_the_reason_is_said(tmp_path: Path, edits: Sequence[Edit], why: str) -> None:
    """A sentence that is in the file is not thereby on the page."""
    found = faults(tmp_path, ALIS_AVTALE, edits)
    assert any(why in each and (SENTENCE in each or "Dersom" in each) for each in found), found


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ([(BODY, SENTENCE, f"{{% if false %}}{SENTENCE}{{% endif %}}")], "{% if false %}"),
        ([(BODY, SENTENCE, f"{{# {SENTENCE} #}}")], "{#"),
        ([formatted("ALIS-avtale", "<w:vanish/>"), (BODY, ">ALIS-avtale<", ">{% if x %}ALIS-avtale<")], "{% if x %}"),
        ([(BODY, '<w:tblCaption w:val="Kommune"/>', '<w:tblCaption w:val="{% if false %}"/>')], "{% if false %}"),
        ([(BODY, "<w:tblPr>", "<!-- {% if false %} --><w:tblPr>")], "{% if false %}"),
        ([(BODY, "{{ lege_navn }}", "{{ veileder_navn }}")], "«{{ lege_navn }}» → «{{ veileder_navn }}»"),
        ([(BODY, "{{ lege_navn }}", "{{ lege_navn | upper }}")], "«{{ lege_navn | upper }}»"),
        ([(BODY, "{{ lege_navn }}", "")], "Et felt i den offisielle malen mangler: {{ lege_navn }}"),
        ([formatted("{{ lege_navn }}", "<w:vanish/>")], "mangler: {{ lege_navn }} (den står i malen, men er skjult"),
        ([("word/_rels/document.xml.rels", "lovdata.no", "lovdata.example")], "en lenke: Dette står ikke i den offis"),
        ([field("5", 'HYPERLINK "file:///C:/lenke"')], "«file:///C:/lenke»"),
        ([("word/footer1.xml", "Avtale ", "Utkast ")], "bunnteksten: Den offisielle ordlyden er endret: «Avtale "),
        ([(BODY, "<w:sectPr>", "<w:sectPr><w:titlePg/>")], "bunnteksten: "),
        (header("Gjelder ikke"), "toppteksten: Dette står ikke i den offisielle ordlyden: «Gjelder ikke»"),
        ([(BODY, SENTENCE, SENTENCE + text_box("Ikke bindende."))], "en tekstboks: Dette står ikke"),
        ([(BODY, SENTENCE, SENTENCE + drawing("chart"))], "«{chart}»"),
        ([(BODY, SENTENCE, choice("5 år", "3 år"))], "3 år"),
        ([(BODY, "<w:sectPr>", '<w:altChunk r:id="rId1"/><w:sectPr>')], "«{altChunk}»"),
        ([(BODY, "<w:sectPr>", "<w:r><w:t>Uten avsnitt</w:t></w:r><w:sectPr>")], "Uten avsnitt"),
        ([(BODY, "til 5 år", "til </w:t></w:r><x><w:r><w:t>3</w:t></w:r></x><w:r><w:t> år")], "«3år"),
        ([(BODY, CELL, CELL.replace("</w:tcPr>", "<w:vMerge/></w:tcPr>"))], "slått sammen"),
        (
            [
                ("word/styles.xml", "</w:styles>", HIDING),
                (BODY, "<w:p><w:r>", '<w:p><w:pPr><w:pStyle w:val="X"/></w:pPr><w:r>'),
            ],
            "er skjult tekst",
        ),
    ],
    ids=[
        *("if", "comment", "hidden-if", "attribute", "xml-comment", "swapped", "filter", "no-field", "hidden-field"),
        *("link", "local-link"),
        *("footer", "first-page", "header", "box", "chart", "alternative", "chunk", "stray", "unknown", "merged"),
        "style",
    ],
)  # fmt: skip
def test_fields_conditions_and_what_stands_beside_the_body_are_locked(
    tmp_path: Path, edits: Sequence[Edit], said: str
) -> None:
    """Tags take text away or put another value there, wherever they stand."""
    found = faults(tmp_path, ALIS_AVTALE, edits)
    assert any(said in each for each in found), found


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ([("word/footnotes.xml", "privat sykehus, ", "")], "fotnote 1: Den offisielle ordlyden er endret"),
        ([(BODY, '<w:footnoteReference w:id="2"/>', "")], "«utdanningsplan[2] for» → «utdanningsplan for»"),
        ([(BODY, "{{ kommune_visningsnavn }}", "Bodø kommune")], "«{{ kommune_visningsnavn }} (heretter» → «Bodø"),
        ([(BODY, "6 -9 mnd.", "6–9 mnd.")], "«6 -9 mnd» → «6–9 mnd»"),
        ([(BODY, "«sykehusåret»", "“sykehusåret”")], "“sykehusåret”"),
    ],
    ids=["note", "mark", "name", "dash", "quotes"],
)  # fmt: skip
def test_notes_and_signs_are_locked(tmp_path: Path, edits: Sequence[Edit], said: str) -> None:
    """The footnotes are part of the wording, and so is every sign."""
    found = faults(tmp_path, TJENESTEAVTALE, edits)
    assert any(said in each for each in found), found


@pytest.mark.parametrize(
    "edits",
    [
        [formatted(SENTENCE, '<w:b/><w:color w:val="C00000"/><w:sz w:val="15"/><w:caps/>')],
        [formatted(SENTENCE, '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="000000"/>')],
        [formatted(SENTENCE, '<w:shd w:val="clear" w:fill="000000"/>')],
        [(BODY, "5 år", "5\u00a0år"), (BODY, "spesialistutdanningen", "spesialist\u00adutdanningen")],
        [(BODY, "5 år", "5 a\u030ar"), (BODY, "ALIS-avtalen", "ALIS\u2011avtalen")],
        [(BODY, "lov- og", f"lov{NO_BREAK_HYPHEN} og")],
        [(BODY, f" {SENTENCE}", f"</w:t></w:r></w:p><w:p><w:r><w:t>{SENTENCE}")],
        [(BODY, "til 5 år, ", "til 5 år,</w:t></w:r></w:p><w:p><w:r><w:t>")],
        [(BODY, "{{ lege_navn }}", "{{lege_navn}}")],
        [("word/numbering.xml", "•", "–")],
        numbered(1),
        [(BODY, SENTENCE, SENTENCE + drawing("picture"))],
        [("docProps/core.xml", "<cp:version>1.0<", "<cp:version>1.7<")],
        header(""),
        [(BODY, '<w:hyperlink r:id="rIdLink1" w:history="1">', "<w:x>"), (BODY, "</w:hyperlink>", "</w:x>")],
    ],
    ids=[
        *("looks", "white-on-black", "automatic", "spaces", "composed", "hyphen", "paragraph", "within", "tag"),
        *("glyph", "numbering", "picture", "version", "empty-header", "no-link"),
    ],
)  # fmt: skip
def test_looks_are_free(tmp_path: Path, edits: Sequence[Edit]) -> None:
    """Fonts, colours that can be read, spaces, paragraphs, pictures and the way of numbering are no wording."""
    assert faults(tmp_path, ALIS_AVTALE, edits) == []


def test_a_template_without_a_version_is_compared_with_the_newest_wording(tmp_path: Path) -> None:
    """Whoever has to set the version is told of the wording in the same breath."""
    no_version = ("docProps/core.xml", "<cp:version>1.0</cp:version>", "")
    assert faults(tmp_path, ALIS_AVTALE, [no_version]) == []
    (found,) = faults(tmp_path, ALIS_AVTALE, [no_version, (BODY, "til 5 år", "til 3 år")])
    assert "«5 år» → «3 år»" in found


@pytest.fixture
def cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give good cases of both types, and templates of which that of the ALIS-avtale says 3 in place of 5 years."""
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "output"))
    templates = tmp_path / "templates"
    shutil.copytree(shipped_folder("templates"), templates)
    (templates / ALIS_AVTALE).write_bytes(altered(ALIS_AVTALE, (BODY, "til 5 år", "til 3 år")))
    monkeypatch.setenv("AVTALEFLYT_TEMPLATES", str(templates))
    sheets = {"Tjenesteavtale 6": table([TJENESTEAVTALE6]), "ALIS-avtale": table([ALIS])}
    return write_workbook(tmp_path / "cases.xlsx", sheets)


def test_a_batch_stops_before_any_document_is_made(tmp_path: Path, cases: Path) -> None:
    """Nothing is written, also of the type whose template is whole, and the agreements wait as they were received."""
    made = CliRunner().invoke(app, ["generate", str(cases), "-o", str(tmp_path / "made")])
    assert isinstance(made.exception, TemplateRefused)
    assert "punkt 1.2: Den offisielle ordlyden er endret: «5 år» → «3 år»." in str(made.exception)
    assert not (tmp_path / "made").exists()
    context = current_context()
    received = take_in(context, open_batch(context, str(cases))).agreement_ids
    with pytest.raises(TemplateRefused, match="«5 år» → «3 år»"):
        make_documents(context, received)
    with context.register.read() as session:
        assert {get_agreement(session, one).state for one in received} == {State.RECEIVED}


def test_template_check_names_the_departure_and_its_clause(tmp_path: Path, cases: Path) -> None:
    """Beside all else that is wrong."""
    checked = CliRunner().invoke(app, ["template", "check", str(tmp_path / "templates" / ALIS_AVTALE), "--json"])
    assert checked.exit_code == 1
    assert "«5 år» → «3 år»" in checked.stdout
    assert '"punkt 1.2"' in checked.stdout


def test_a_folder_of_ones_own_does_not_loosen_the_lock(tmp_path: Path, cases: Path) -> None:
    """Neither without the wording, nor with another text under the number of a shipped version."""
    templates = tmp_path / "templates"
    for path in (templates / "alis").glob("*.t*"):
        path.unlink()
    with pytest.raises(TemplateRefused, match="3 år"):
        require_official_wording([templates / ALIS_AVTALE], TODAY)
    written = CliRunner().invoke(app, ["template", "wording", str(templates / ALIS_AVTALE), "--json"])
    assert json.loads(written.stdout)["path"] == str(templates / "alis" / "wording-1.txt")
    table = (shipped_folder("templates") / "alis" / "versions.toml").read_text()
    digest = json.loads(written.stdout)["sha256"]
    (templates / "alis" / "versions.toml").write_text(re.sub(r"[0-9a-f]{64}", digest, table))
    with pytest.raises(TemplateRefused, match="3 år"):
        require_official_wording([templates / ALIS_AVTALE], TODAY)


@pytest.mark.parametrize(
    ("looks", "why"),
    [
        ("<w:vanish/>", "er skjult tekst"),
        ('<w:color w:val="FFFFFF"/>', "samme farge som bakgrunnen"),
        ('<w:sz w:val="2"/>', "for liten"),
    ],
    ids=["hidden", "white", "tiny"],
)
def test_words_that_nobody_sees_are_told(tmp_path: Path, looks: str, why: str) -> None:
    """They stay in the file that is sent and kept, though no page shows them."""
    hidden = f"</w:t></w:r><w:r><w:rPr>{looks}</w:rPr><w:t>Kommunen kan si opp.</w:t></w:r><w:r><w:t>"
    (told,) = faults(tmp_path, ALIS_AVTALE, [(BODY, SENTENCE, f"{SENTENCE}{hidden}")])
    assert told.startswith(f"ord som ingen ser: Dette {ADDED}«Kommunen kan si opp.»")
    assert why in told
