"""What `doctor` and the page of the operation ask of a machine: what an installation uses, and no more."""

import importlib.util
import shutil
from pathlib import Path

import pytest

from flows.application import doctor
from flows.delivery.archive_settings import load_archive_settings
from flows.errors import WrongUse
from flows.identity.provider_settings import load_providers
from flows.review.grant_calendar import grant_deadlines
from tests.command_line import run_here

TESTS_ALONE = {"pdfsig", "qpdf", "Java", "Maven"}


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Hide every program of this machine."""
    monkeypatch.setattr(shutil, "which", lambda *_words: None)
    return monkeypatch


def test_an_installation_is_asked_for_nothing_that_tests_alone_use(bare: pytest.MonkeyPatch) -> None:
    """An operator would install Maven on a server otherwise; the other engine is asked for where it is chosen."""
    found = importlib.util.find_spec
    bare.setattr(doctor, "find_spec", lambda name: None if name == "pytest" else found(name))
    names = {one.name for one in doctor.examine_machine("weasyprint")}
    assert {"Pango", "WeasyPrint", "Carlito"} <= names
    assert names & {*TESTS_ALONE, "LibreOffice"} == set()
    chosen = {one.name: one.required for one in doctor.examine_machine("libreoffice")}
    assert chosen["LibreOffice"]
    assert not chosen.keys() & TESTS_ALONE


def test_whoever_has_the_tests_reads_what_they_use(bare: pytest.MonkeyPatch) -> None:
    """None of it is required."""
    told = {one.name: one.required for one in doctor.examine_machine("weasyprint")}
    assert told.keys() >= TESTS_ALONE
    assert not any(told[name] for name in {*TESTS_ALONE, "LibreOffice"})


@pytest.mark.parametrize(
    ("text", "told"), [(None, "finnes ikke"), ("[entra]\ntitle = Eksempel\n", "linje 2 er ikke skrevet som TOML")]
)
def test_a_table_that_cannot_be_read_is_told_as_people_say_it(text: str | None, told: str, tmp_path: Path) -> None:
    """By every reader of such tables; no word is of the program's own."""
    path = tmp_path / "table.toml"
    if text is not None:
        path.write_text(text)
    for read in (load_archive_settings, load_providers, grant_deadlines):
        with pytest.raises(WrongUse) as refused:
            read(path)
        assert told in refused.value.message
        assert "Error" not in refused.value.message


def test_it_says_that_nobody_can_sign_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before somebody meets it on the page: a table of sign-in providers that is not there."""
    settings = {"OUTPUT": tmp_path / "output", "SIGN_IN": tmp_path / "innlogging.toml"}
    told = run_here(["doctor"], settings, capsys)
    assert told.code == 2
    assert "Innlogging" in told.out
    (tmp_path / "innlogging.toml").touch()
    assert run_here(["doctor"], settings, capsys).code == 0
