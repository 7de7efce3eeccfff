"""The public face of the typesetting library: cheap to import, complete, and the only way in."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import flows.typesetting
from flows.typesetting import acceleration_install_line
from flows.typesetting.weasyprint_patches import replacements

FLOWS = Path(flows.typesetting.__file__).parents[1]
_ALLOWED = ("flows.typesetting", "flows.errors", "flows.language")


def _imported(file: Path) -> Iterator[str]:
    """Yield the modules of the project that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("flows."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flows"):
            yield node.module or ""


def test_every_public_name_is_there() -> None:
    """`__all__` is true, and sorted as people look things up."""
    names = flows.typesetting.__all__
    assert [name for name in names if not hasattr(flows.typesetting, name)] == []
    assert sorted(names) == list(names)


def test_importing_it_does_not_load_weasyprint() -> None:
    """A command that typesets nothing does not wait for it, nor does it need Pango."""
    asked = "import sys, flows.typesetting; print('weasyprint' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=FLOWS.parent)
    assert done.stdout.strip() == "False"


def test_it_imports_nothing_of_the_project_but_errors_and_language() -> None:
    """It is a library that knows no agreement and no register."""
    strays = {
        (str(file.relative_to(FLOWS)), name)
        for file in (FLOWS / "typesetting").rglob("*.py")
        for name in _imported(file)
        if not any(name == allowed or name.startswith(allowed + ".") for allowed in _ALLOWED)
    }
    assert strays == set()


def test_other_rooms_import_from_its_face_alone() -> None:
    """No other module reaches for a submodule."""
    strays = {
        (str(file.relative_to(FLOWS)), name)
        for file in FLOWS.rglob("*.py")
        if not file.is_relative_to(FLOWS / "typesetting")
        for name in _imported(file)
        if name.startswith("flows.typesetting.")
    }
    assert strays == set()


def test_doctor_is_given_the_line_that_installs_the_accelerated_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty while that release is installed."""
    assert acceleration_install_line() == ""
    monkeypatch.setattr(replacements, "KNOWN", {})
    assert acceleration_install_line() == "pip install weasyprint==70.0"
