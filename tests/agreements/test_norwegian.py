"""What people read about cases is Norwegian, whole and with every value in place."""

import ast
import string
from pathlib import Path

import pytest

import flows
from tests.catalogues import catalogue

ROOT = Path(flows.__file__).parent


def _sources(room: str) -> list[str]:
    calls = (
        node
        for path in sorted((ROOT / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
    )
    return [str(call.args[0].value) for call in calls if isinstance(call.args[0], ast.Constant)]


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("room", ["agreements", "intake"])
def test_every_sentence_has_a_translation_with_the_same_values(room: str) -> None:
    """No sentence falls back to English, and none loses a value."""
    norwegian = catalogue("nb")
    sources = _sources(room)
    assert sources
    assert [source for source in sources if source not in norwegian] == []
    assert [source for source in sources if _placeholders(source) != _placeholders(norwegian[source])] == []
