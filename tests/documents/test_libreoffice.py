"""LibreOffice as the other engine."""

import os
import shutil
import stat
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from flows.cli import app
from flows.documents import convert, fill, load_template, missing_words, signature_places
from flows.documents import libreoffice as engine
from flows.documents.libreoffice import convert_all, convert_with_libreoffice, soffice
from flows.errors import ComponentMissing, DocumentRefused
from flows.settings import shipped_folder
from tests.documents.test_pipeline import ALIS
from tests.judges.verapdf import verapdf
from tests.typesetting import hostile
from tests.typesetting.docx_builder import docx, paragraph
from tests.typesetting.font_builder import carrying, font

needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="apt-get install --no-install-recommends libreoffice-writer"
)
FIELD = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{} "{}" \\d</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>felt</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
)


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """Run a web server on this machine; give its address and the requests that came."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            requests.append(str(self.rfile.readline()))
            self.close_connection = True

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=running.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}", requests
    running.shutdown()
    running.server_close()


@needs_libreoffice
def test_many_documents_are_made_by_one_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every word is there, in the order of the keys; a process makes as many as it may, and another the rest."""
    starts = tmp_path / "starts"
    script = tmp_path / "soffice"
    script.write_text(f'#!/bin/sh\necho start >> {starts}\nexec {shutil.which("soffice")} "$@"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(engine, "DOCUMENTS", 3)
    contents = {str(number): docx(paragraph(f"avtale nummer {number}")) for number in range(4)}
    made = convert_all({**contents, "feil": b"no docx"})
    assert isinstance(made.pop("feil"), DocumentRefused)
    assert [missing_words(contents[key], pdf) for key, pdf in made.items() if isinstance(pdf, bytes)] == [[]] * 4
    assert starts.read_text().splitlines() == ["start"] * 2


@needs_libreoffice
def test_a_font_that_one_document_carries_is_not_used_for_the_others() -> None:
    """LibreOffice keeps such a font for all that its process goes on to convert; the next document gets another one."""
    family = "Bare i den ene"
    naming = docx(paragraph("ord", run=f'<w:rFonts w:ascii="{family}" w:hAnsi="{family}"/>'))
    made = convert_all({"with": carrying(naming, {family: font(family)}), "without": naming})
    assert [family.replace(" ", "") in _fonts(pdf) for pdf in made.values()] == [True, False]


def _fonts(pdf: bytes | DocumentRefused) -> str:
    """Return the names of the fonts of a PDF."""
    assert isinstance(pdf, bytes)
    found: Any = PdfReader(BytesIO(pdf)).pages[0]["/Resources"]
    return str([font.get_object()["/BaseFont"] for font in found["/Font"].values()])


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program by LibreOffice's name first on the path, which does the same with each file."""
    program = tmp_path / "bin" / "soffice"
    program.parent.mkdir()
    program.write_text(f'#!/bin/bash\nshift 8\nfolder="$1"; shift\nfor file in "$@"; do\n{script}\ndone\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


PDF = 'printf "%%PDF-1.7\\n%%%%EOF" > "$folder/$(basename "$file" .docx).pdf"'


@pytest.mark.parametrize(
    "trouble",
    ["sleep 60", "exit 1", "kill -9 $$", 'echo begun > "$folder/$(basename "$file" .docx).pdf"; sleep 60'],
    ids=["reads for ever", "ends", "is ended", "writes for ever"],
)
def test_one_document_that_fails_stops_none_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """Whatever happens to a process, what it was working on is refused and another process makes the rest."""
    stand_in(tmp_path, monkeypatch, f'case "$file" in */2.docx|*/4.docx) {trouble};; esac\n{PDF}')
    made = convert_all({str(number): docx(paragraph("x")) for number in range(6)}, limit=0.8)
    assert [key for key, one in made.items() if not isinstance(one, bytes)] == ["2", "4"]


@pytest.mark.parametrize(("part", "reason"), [("charts/chart1.xml", "libreoffice-calc"), ("theme/x.xml", "lese")])
def test_a_document_that_libreoffice_gives_up_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str, reason: str
) -> None:
    """It ends as if all were well; time has nothing to do with it. A chart needs its spreadsheet program."""
    stand_in(tmp_path, monkeypatch, "exit 0")
    with pytest.raises(DocumentRefused, match=reason) as refused:
        convert_with_libreoffice(docx(paragraph("x"), others={"c": ("chart", part, b"<c/>")}))
    assert "sekunder" not in str(refused.value)


def test_what_the_process_started_is_ended_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice's launcher starts the program itself; both go."""
    stand_in(tmp_path, monkeypatch, f"sleep 47.11 & echo $! > {tmp_path}/child; wait")
    with pytest.raises(DocumentRefused, match="LibreOffice"):
        convert_with_libreoffice(docx(paragraph("x")), limit=0.5)
    child = Path(f"/proc/{(tmp_path / 'child').read_text().strip()}/stat")
    deadline = time.monotonic() + 40  # well before the child would end by itself
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(child)


def _runs(stat: Path) -> bool:
    """Tell whether the process whose `/proc/PID/stat` this is still runs; one that only waits to be reaped does not."""
    try:
        return stat.read_text().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@needs_libreoffice
def test_nothing_that_a_document_points_to_is_fetched(asked: tuple[str, list[str]]) -> None:
    """Neither pictures, templates, frames, objects nor fields that include something make LibreOffice ask for it."""
    address, requests = asked
    contents = {
        kind: hostile.pointing(kind, f"{address}/{kind}.png", True, how)
        for kind, how in (
            ("image", "link"), ("attachedTemplate", "link"), ("oleObject", "embed"), ("aFChunk", "embed"),
            ("subDocument", "embed"), ("frame", "embed"), ("header", "embed"), ("settings", "embed"),
        )
    }  # fmt: skip
    kinds = ("INCLUDEPICTURE", "INCLUDETEXT", "LINK", "DDEAUTO")
    fields = "".join(FIELD.format(kind, f"{address}/{kind}") for kind in kinds)
    contents["fields"] = docx(paragraph("tekst") + fields)
    made = convert_all(contents)
    assert all(isinstance(pdf, bytes) for pdf in made.values())
    assert requests == []


@needs_libreoffice
def test_an_agreement_comes_whole_with_its_signers_lines_where_the_other_engine_has_them(tmp_path: Path) -> None:
    """Every word, the places to sign on, a claim to PDF/A-2b that holds, and no person in the properties."""
    content = fill(load_template(shipped_folder("templates") / "alis" / "template.docx"), ALIS)
    content = hostile.with_parts(
        content,
        {"docProps/core.xml": hostile.parts_of(content)["docProps/core.xml"].replace(
            b"</cp:coreProperties>",
            b"<cp:lastModifiedBy>Hemmelig Person</cp:lastModifiedBy></cp:coreProperties>",
        )},
    )  # fmt: skip
    pdf = convert_with_libreoffice(content)
    ours, theirs = signature_places(convert(content).content), signature_places(pdf)
    assert missing_words(content, pdf) == []
    assert theirs.keys() == ours.keys() == {"kommune", "alis"}
    for role, place in ours.items():
        assert theirs[role].page == place.page
        assert (theirs[role].left, theirs[role].bottom) == pytest.approx((place.left, place.bottom), abs=3)
    assert "Hemmelig" not in str(PdfReader(BytesIO(pdf)).metadata)
    (tmp_path / "alis.pdf").write_bytes(pdf)
    assert [verdict.valid for verdict in verapdf([tmp_path / "alis.pdf"], "2b")] == [True]


def test_where_it_is_missing_the_line_that_installs_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ComponentMissing, match="apt-get install"):
        soffice()


def test_what_would_be_lost_is_refused_unless_asked_for(tmp_path: Path) -> None:
    """`convert` writes nothing where something would be lost; `--lossy` writes it all the same."""
    source, target = tmp_path / "a.docx", tmp_path / "a.pdf"
    source.write_bytes(docx("<w:p><w:r><w:t>ord</w:t><w:object><w:control/></w:object></w:r></w:p>"))
    refused = CliRunner().invoke(app, ["convert", str(source), "-o", str(target)])
    assert isinstance(refused.exception, DocumentRefused)
    assert not target.exists()
    made = CliRunner().invoke(app, ["convert", str(source), "-o", str(target), "--lossy"])
    assert made.exit_code == 0
    assert "viser ikke: " in made.stderr
    assert target.read_bytes().startswith(b"%PDF")
