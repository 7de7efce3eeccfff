"""Tables, states and what to do are printed in the language in use; what people wrote stands as it is."""

import ast
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

import flows
from flows import language
from flows.application.outcomes import AgreementOutcome
from flows.commands import console
from flows.register.states import State
from tests.catalogues import catalogue

FLOWS = Path(flows.__file__).parent


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """Give what is printed on standard output, on a wide screen; put the language back afterwards."""
    text, here = StringIO(), language.current()
    monkeypatch.setattr(console, "out", Console(file=text, width=200, highlight=False))
    yield text
    language.use(here)


def _titles_and_headings() -> set[str]:
    found = set()
    for path in FLOWS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"console.print_table", "print_table"}:
                title, headings = node.args[:2]
                listed = [title, *(headings.elts if isinstance(headings, ast.Tuple) else [])]
                found |= {one.value for one in listed if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found - {""}


def test_every_title_and_heading_has_its_bokmaal() -> None:
    """No table is printed with English words above it."""
    norwegian = {"Arkiverte avtaler", "Arkivnummer", "Sign.", "Gjennomgang"}  # of the demo, which is Norwegian already
    code = {"SHA-256"}
    assert _titles_and_headings() - catalogue("nb").keys() - norwegian - code == set()


def test_every_state_has_its_bokmaal() -> None:
    """A coordinator never meets a state by its name in the code."""
    assert {str(state) for state in State} - catalogue("nb").keys() == set()


def test_a_table_is_printed_in_bokmaal(printed: StringIO) -> None:
    """Title, headings and states are translated; a name that is also one of our words is not."""
    console.print_table("Agreements by state", ("State", "Name"), [(State.QUARANTINED, "archived")])
    said = printed.getvalue()
    assert "Avtaler etter status" in said
    assert "i karantene" in said
    assert "archived" in said
    assert "quarantined" not in said


def test_a_table_is_printed_in_english_where_that_is_set(printed: StringIO) -> None:
    """English is a setting away."""
    language.use("en")
    console.print_table("Agreements by state", ("State", "Name"), [(State.QUARANTINED, "Kari")])
    assert "Agreements by state" in printed.getvalue()
    assert "quarantined" in printed.getvalue()


def test_outcomes_are_printed_in_bokmaal(printed: StringIO) -> None:
    """Where agreements stand, and what a document does not show."""
    console.print_outcomes([AgreementOutcome("an-id", State.SENT, "", ("en figur",))], [])
    said = printed.getvalue()
    assert "til signering" in said
    assert "laget, men PDF-en viser ikke: en figur" in said


def test_a_hint_names_the_program_as_it_was_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By its name where the shell finds it, else by the path that was typed, and as a module where it is run as one."""
    program = tmp_path / "avtaleflyt"
    program.touch(mode=0o755)
    for folder, typed, named in (
        (tmp_path, str(program), "avtaleflyt"),
        (tmp_path / "elsewhere", str(program), str(program)),
        (tmp_path, "/somewhere/flows/cli.py", "python -m flows.cli"),
    ):
        monkeypatch.setenv("PATH", str(folder))
        monkeypatch.setattr(sys, "argv", [typed, "demo"])
        assert console.program() == named
