"""Rooms of the house import from each other's public faces alone.

The face of a room is the `__all__` of its `__init__.py`: names, and modules that other rooms may use as such. The face
of a module is every name without an underscore.
"""

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from tests.conftest import PROJECT

ROOMS = sorted(path.parent for path in (PROJECT / "flows").glob("*/__init__.py"))


@cache
def face(package: Path) -> list[str]:
    """Return the `__all__` of a package; empty where it has none."""
    for node in ast.parse((package / "__init__.py").read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    return []


@cache
def imported(path: Path) -> list[list[str]]:
    """Return what a file imports of the project, wherever in it: `["register", "records", "get_record"]`."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [one.name.split(".")[1:] for one in node.names if one.name.startswith("flows.")]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "flows":
            found += [[*str(node.module).split(".")[1:], one.name] for one in node.names]
    return found


def is_public(path: list[str]) -> bool:
    """Return whether each step of an import is in the face of the package before it; nothing private is."""
    package = PROJECT / "flows" / path[0]
    for step in path[1:]:
        if step not in face(package):
            return False
        package /= step
        if not package.is_dir():
            break
    return not any(step.startswith("_") for step in path)


def imports_of_room(room: str) -> Iterator[tuple[str, list[str]]]:
    """Yield file and import of everything that other rooms, and modules beside the rooms, take from a room."""
    for path in sorted((PROJECT / "flows").rglob("*.py")):
        if not path.is_relative_to(PROJECT / "flows" / room):
            yield from ((str(path.relative_to(PROJECT)), one) for one in imported(path) if one[0] == room)


@pytest.mark.parametrize("room", [room.name for room in ROOMS])
def test_other_rooms_import_from_the_face_alone(room: str) -> None:
    """Nobody reaches past a room's `__all__`."""
    strays = [f"{file}: {'.'.join(taken)}" for file, taken in imports_of_room(room) if not is_public(taken)]
    assert strays == [], f"import what is in __all__ of flows/{room}/__init__.py, or add to it"


@pytest.mark.parametrize("room", [room.name for room in ROOMS])
def test_a_face_has_no_module_that_nobody_asks_for(room: str) -> None:
    """Modules are in a face only while another room uses them, and are there."""
    folder = PROJECT / "flows" / room
    modules = {name for name in face(folder) if (folder / f"{name}.py").exists() or (folder / name).is_dir()}
    assert modules <= {taken[1] for _file, taken in imports_of_room(room) if len(taken) > 1}


@pytest.mark.parametrize("room", [room.name for room in ROOMS])
def test_a_face_is_sorted_and_true(room: str) -> None:
    """Each name of `__all__` stands there once, and is one that the room has."""
    folder = PROJECT / "flows" / room
    names = face(folder)
    bound = {
        one.asname or one.name
        for node in ast.walk(ast.parse((folder / "__init__.py").read_text()))
        if isinstance(node, ast.ImportFrom)
        for one in node.names
    }
    assert names == sorted(set(names))
    assert [name for name in names if name not in bound and not list(folder.glob(f"{name}*"))] == []


@pytest.mark.parametrize("name", ["archive", "documents"])
def test_names_that_are_imported_when_they_are_used_are_there(name: str) -> None:
    """Some faces import nothing ahead, and each of their names leads to what type checkers see."""
    room = import_module(f"flows.{name}")
    tree = ast.parse((PROJECT / "flows" / name / "__init__.py").read_text())
    taken = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    for node in (one for one in taken if str(one.module).startswith("flows.")):
        for one in node.names:
            said = getattr(import_module(str(node.module)), one.name)
            assert getattr(room, one.asname or one.name) is said
