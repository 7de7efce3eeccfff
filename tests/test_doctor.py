"""What `doctor` and the page of the operation ask of a machine: what an installation uses, and no more."""

import importlib.util
import shutil

import pytest

from flows.application import doctor

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
