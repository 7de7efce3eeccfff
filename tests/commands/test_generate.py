"""`avtaleflyt generate` and what `renew` leaves to look through: documents, their contact sheet, and what is lost."""

import json
import re
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import html
from typer.testing import CliRunner

from flows.application.context import current_context
from flows.application.make_documents import make_documents
from flows.application.preview import write_contact_sheet
from flows.application.take_in import open_batch, take_in
from flows.cli import app
from flows.documents import convert, signature_places
from flows.documents.contact_sheet import ContactSheet
from flows.register import State
from flows.register.agreements import events_of, losses_of
from flows.settings import shipped_folder
from tests.intake.workbooks import ALIS, TJENESTEAVTALE6, table, write_workbook
from tests.typesetting.docx_builder import docx, paragraph

KARI, AILU = (f"{name} – Bodø kommune – ALIS-avtale 2027-01-01" for name in ("Kari Fjordheim", "Áilu Đorđe Prøvestad"))
BODO = "Bodø kommune – Nordlandssykehuset HF – Tjenesteavtale 6 2027-01-01"

#: What no PDF shows: a form control, which Word calls ActiveX.
CONTROL = b"<w:p><w:r><w:object><w:control/></w:object></w:r></w:p>"


@pytest.fixture
def cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a workbook of three good cases and a wrong one, and an output folder of the test's own."""
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "output"))
    rows = [
        ALIS,
        {**ALIS, "HPR-nr.": "990010212", "Legens navn": "Áilu Đorđe Prøvestad"},
        {**ALIS, "HPR-nr.": "12AB"},
    ]
    return write_workbook(
        tmp_path / "cases.xlsx", {"ALIS-avtale": table(rows), "Tjenesteavtale 6": table([TJENESTEAVTALE6])}
    )


@pytest.fixture
def lossy_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use templates of which that of the ALIS-avtale holds something that no PDF shows."""
    folder = tmp_path / "templates"
    shutil.copytree(shipped_folder("templates"), folder)
    path = folder / "alis" / "template.docx"
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:sectPr", CONTROL + b"<w:sectPr", 1)
    with zipfile.ZipFile(path, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    monkeypatch.setenv("AVTALEFLYT_TEMPLATES", str(folder))


def page_of(path: Path) -> Any:
    """Return an HTML page as a tree."""
    return html.fromstring(path.read_text())


def test_the_contact_sheet_shows_the_batch(tmp_path: Path, cases: Path) -> None:
    """Every document has a picture that says what it is and links that lead to it; what is wrong is said in words."""
    made = CliRunner().invoke(app, ["generate", str(cases), "-o", str(tmp_path / "made"), "--json"])
    assert made.exit_code == 1  # one case needs a person
    assert json.loads(made.stdout)["index"] == str(tmp_path / "made" / "index.html")
    page = page_of(tmp_path / "made" / "index.html")
    assert page.get("lang") == "nb"
    assert [item.text_content() for item in page.iter("h1", "h2")] == [
        "Se gjennom før utsending", "Problemer i sakene", "ALIS-avtale", "Tjenesteavtale om ALIS",
    ]  # fmt: skip
    names = [KARI, AILU, BODO]
    assert [item.text_content() for item in page.find_class("name")] == names
    assert [item.get("alt") for item in page.iter("img")] == [f"Første side av {name}" for name in names]
    (problem,) = page.xpath('//section[@id="problems"]//li')
    assert problem.text_content().startswith("ALIS-avtale F4")
    counts = " ".join(page.find_class("counts")[0].text_content().split())
    assert counts == "4 saker 3 dokumenter 11 sider til sammen 1 problem i sakene"


def test_the_contact_sheet_needs_nothing_but_its_folder(tmp_path: Path, cases: Path) -> None:
    """Every link leads to a file beside the page or a place on it, so it opens without a network."""
    CliRunner().invoke(app, ["generate", str(cases), "-o", str(tmp_path / "made")])
    source = (tmp_path / "made" / "index.html").read_text()
    page = page_of(tmp_path / "made" / "index.html")
    targets = [item.get("href") or item.get("src") for item in page.xpath("//*[@href or @src]")]
    places = {f"#{item.get('id')}" for item in page.xpath("//*[@id]")}
    assert all(one in places or (tmp_path / "made" / unquote(one)).is_file() for one in targets)
    assert len(targets) >= 12
    assert not re.search(r"https?:|url\(|@import|<script", source)


def test_in_her_own_folder_a_coordinator_finds_the_doctor_and_no_number(tmp_path: Path, cases: Path) -> None:
    """Files are named by the parties and the first day; no HPR number, and nobody but the doctor, is named."""
    CliRunner().invoke(app, ["generate", str(cases), "-o", str(tmp_path / "made")])
    files = [str(path.relative_to(tmp_path / "made")) for path in (tmp_path / "made").rglob("*")]
    said = (tmp_path / "made" / "index.html").read_text() + " ".join(files)
    others = ("990010211", "990010212", "12AB", "Nystad", "Solbakken", "Skogvoll")
    assert not [name for name in others if name in said]
    assert {f"{name}.{ending}" for name in (KARI, AILU, BODO) for ending in ("docx", "pdf")} <= set(files)


def test_what_a_document_would_lose_is_said_and_the_document_not_made(
    tmp_path: Path, cases: Path, lossy_template: None
) -> None:
    """Without `--lossy` a loss refuses the case, names what and where, and leaves no file of an earlier batch."""
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / f"{KARI}.pdf").write_bytes(b"of an earlier batch")
    made = CliRunner().invoke(app, ["generate", str(cases), "-o", str(folder), "--json", "--force"])
    refused, _, whole = json.loads(made.stdout)["documents"]
    assert made.exit_code == 1
    assert re.search(r"skjemakontroll \(document, avsnitt \d+\).*--lossy", refused["problem"])
    assert (whole["problem"], whole["pages"]) == ("", 3)
    assert not (folder / f"{KARI}.pdf").exists()
    page = page_of(folder / "index.html")
    (both,) = page.xpath('//section[@id="refused"]//li')
    assert both.text_content() == f"2 saker {refused['problem']}Hvilke saker{KARI}, {AILU}"


def test_with_lossy_the_loss_stands_in_output_and_sheet(tmp_path: Path, cases: Path, lossy_template: None) -> None:
    """What the PDF does not show is said beside the document that was made all the same."""
    made = CliRunner().invoke(app, ["generate", str(cases), "-o", str(tmp_path / "made"), "--lossy", "--json"])
    lossy, _, whole = json.loads(made.stdout)["documents"]
    assert (lossy["problem"], lossy["pages"] >= 4, whole["lost"]) == ("", True, [])
    assert [re.sub(r"\d+", "n", loss) for loss in lossy["lost"]] == ["skjemakontroll (document, avsnitt n)"]
    page = page_of(tmp_path / "made" / "index.html")
    assert lossy["lost"][0] in page.get_element_by_id(KARI.replace(" ", "_")).text_content()
    links = [item.get("href") for item in page.xpath('//section[@id="remarked"]//a')]
    assert links == [f"#{name.replace(' ', '_')}" for name in (KARI, AILU)]


def test_a_document_with_another_number_of_pages_is_pointed_out(tmp_path: Path) -> None:
    """Where most documents have one page, the one that has two is worth a look."""
    sheet = ContactSheet(tmp_path)
    one, two = docx(paragraph("én")), docx(paragraph("én") + paragraph("to", "<w:pageBreakBefore/>"))
    for name, content in {"a": one, "b": two, "c": one}.items():
        sheet.add(name, "ALIS-avtale", content, convert(content).content)
    page = page_of(sheet.write(datetime(2026, 12, 1, 9, 0, tzinfo=UTC), 3, []))
    (remarked,) = page.xpath('//section[@id="remarked"]//li')
    assert remarked.text_content().strip() == "b 2 sider, mens de fleste har 1."


def test_a_renewal_is_looked_through_by_agreement_before_it_is_sent(
    tmp_path: Path, cases: Path, lossy_template: None
) -> None:
    """The sheet of a renewal shows the very documents that will be sent; the register keeps what they lack."""
    context = current_context()
    taken_in = take_in(context, open_batch(context, str(cases)))
    first, second, third = taken_in.agreement_ids
    outcomes = [*make_documents(context, [first], lossy=True), *make_documents(context, [second, third])]
    assert [one.state for one in outcomes] == [State.GENERATED, State.RECEIVED, State.GENERATED]
    wanted = {one.agreement_id: one.problem for one in outcomes}
    index = write_contact_sheet(context, wanted, tmp_path / "made", taken_in.cases, taken_in.problems)
    page = page_of(index)
    assert {item.text_content() for item in page.find_class("name")} == {first, third}
    with context.register.read() as session:
        assert losses_of(session, first, 1) == outcomes[0].lost != ()
        assert losses_of(session, third, 1) == ()
        assert events_of(session, first)[-1].why == "document generated, with losses"
        digest = events_of(session, first)[-1].details["pdf_sha256"]
    assert (tmp_path / "made" / f"{first}.pdf").read_bytes() == context.store.get(digest)
    assert not (tmp_path / "made" / f"{second}.pdf").exists()


def test_what_stands_on_the_sheet_is_text(tmp_path: Path) -> None:
    """Signs of HTML in a sentence are shown, never obeyed."""
    sheet = ContactSheet(tmp_path)
    sheet.refuse("alis-0002", "<i>ALIS</i>", "Feltet <script>x</script> & «mer»")
    page = page_of(sheet.write(datetime(2026, 12, 1, 9, 0, tzinfo=UTC), 1, []))
    assert "Feltet <script>x</script> & «mer»" in page.text_content()
    assert not list(page.iter("script", "i"))


def test_a_fault_that_many_cases_share_stands_on_the_sheet_once(tmp_path: Path) -> None:
    """Three hundred cases that the template refuses alike are one line that counts and names them."""
    sheet = ContactSheet(tmp_path)
    names = [f"alis-{number:04}" for number in range(2, 302)]
    for name in names:
        sheet.refuse(name, "ALIS-avtale", "Malen spør etter «ukjent».")
    sheet.refuse("alis-0302", "ALIS-avtale", "Feltet mangler.")
    page = page_of(sheet.write(datetime(2026, 12, 1, 9, 0, tzinfo=UTC), 301, []))
    shared, alone = page.xpath('//section[@id="refused"]/ul/li')
    told = shared.text_content()
    assert told.startswith("300 saker Malen spør etter «ukjent».Hvilke saker")
    assert told.endswith(", ".join(names))
    assert alone.text_content() == "alis-0302 Feltet mangler."
    assert page.xpath('string(//li[@class="bad"]/a[@href="#refused"]/b)') == "301"


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="apt-get install --no-install-recommends libreoffice-writer"
)
def test_the_other_engine_makes_the_same_agreements(tmp_path: Path, cases: Path) -> None:
    """Proved by the same words and values, with the same lines to sign on."""
    made = CliRunner().invoke(
        app, ["generate", str(cases), "-o", str(tmp_path / "made"), "--engine", "libreoffice", "--json"]
    )
    documents = json.loads(made.stdout)["documents"]
    assert [(one["name"], one["pages"], one["problem"]) for one in documents] == [
        (KARI, 4, ""), (AILU, 4, ""), (BODO, 3, ""),
    ]  # fmt: skip
    assert set(signature_places((tmp_path / "made" / f"{KARI}.pdf").read_bytes())) == {"kommune", "alis"}
