"""What an installed program reads and writes where, besides what `end_to_end/test_demo.py` shows of the wheel."""

from pathlib import Path

import pytest

from flows.settings import Settings, shipped_folder
from tests.conftest import PROJECT


def test_a_checkout_reads_the_folders_that_people_edit() -> None:
    """Whoever changes a template at the top level changes the one that is filled."""
    assert shipped_folder("templates") == PROJECT / "templates"
    assert shipped_folder("fixtures") == PROJECT / "fixtures"


def test_runs_write_below_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`output/` and `.env` belong to the directory that a command runs in; a setting puts `output/` elsewhere."""
    monkeypatch.delenv("AVTALEFLYT_OUTPUT", raising=False)
    monkeypatch.delenv("AVTALEFLYT_MAIL_FROM", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("AVTALEFLYT_MAIL_FROM=avtaler@example.org\n")
    assert Settings().output == tmp_path / "output"
    assert Settings().mail_from == "avtaler@example.org"
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "elsewhere"))
    assert Settings().output == tmp_path / "elsewhere"
