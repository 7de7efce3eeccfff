"""What stops a command is told in the language in use: no message of ours is English for whoever chose bokmål."""

import ast
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import flows
from tests.catalogues import catalogue

FLOWS = Path(flows.__file__).parent
DONE = ("agreements", "archive", "documents", "intake", "register", "review", "signing")
"""The rooms whose errors go through gettext, all of them."""


@cache
def _trees(room: str) -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted((FLOWS / room).rglob("*.py"))]


@cache
def _our_errors() -> set[str]:
    """Return the names of `AvtaleflytError` and every class below it, wherever it stands."""
    bases: dict[str, set[str]] = {}
    for _, tree in _trees("."):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                bases.setdefault(node.name, set()).update(ast.unparse(base) for base in node.bases)
    ours = {"AvtaleflytError"}
    while below := {name for name, above in bases.items() if above & ours} - ours:
        ours |= below
    return ours


def _is_translated(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "translate_plural"}


def _english(message: ast.AST) -> Iterator[str]:
    """Yield texts of a sentence's length in an error's message that no call of gettext stands around."""
    if _is_translated(message):
        return
    if isinstance(message, ast.Constant) and isinstance(message.value, str) and " " in message.value.strip():
        yield message.value
    for inner in ast.iter_child_nodes(message):
        yield from _english(inner)


@pytest.mark.parametrize("room", DONE)
def test_no_error_is_raised_with_an_untranslated_text(room: str) -> None:
    """Every sentence in a raise of ours stands in `_("…")`."""
    ours = _our_errors()
    found = [
        (path.name, node.lineno, text)
        for path, tree in _trees(room)
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        if ast.unparse(node.exc.func).rpartition(".")[2] in ours
        for argument in node.exc.args
        for text in _english(argument)
    ]
    assert found == []


@pytest.mark.parametrize("room", DONE)
def test_every_sentence_of_a_room_has_its_bokmaal_with_the_same_values(room: str) -> None:
    """No sentence falls back to English, and none loses a value or asks for one that is not given."""
    norwegian = catalogue("nb")
    sources = {
        str(node.args[0].value)
        for _, tree in _trees(room)
        for node in ast.walk(tree)
        if _is_translated(node) and isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant)
    }
    assert sources - norwegian.keys() == set()
    assert [source for source in sources if _values(source) != _values(norwegian[source])] == []


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
