"""LibreOffice as the other engine."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.documents import missing_words
from flows.documents.libreoffice import convert_with_libreoffice, soffice
from flows.errors import ComponentMissing, DocumentRefused
from tests.documents.building import docx, paragraph

needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="apt-get install --no-install-recommends libreoffice-writer"
)


@needs_libreoffice
def test_libreoffice_makes_the_pdf() -> None:
    """Every word is there."""
    content = docx(paragraph("satt av den andre"))
    assert missing_words(content, convert_with_libreoffice(content)) == []


@needs_libreoffice
def test_a_run_that_takes_too_long_is_ended() -> None:
    """The time limit holds, and nothing hangs."""
    with pytest.raises(DocumentRefused):
        convert_with_libreoffice(docx(paragraph("x")), limit=0.05)


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
    assert CliRunner().invoke(app, ["convert", str(source), "-o", str(target), "--lossy"]).exit_code == 0
    assert target.read_bytes().startswith(b"%PDF")
