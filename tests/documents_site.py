"""The documents as a site, built as `make docs` does."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs.prepare_site import prepare_site
from tests.conftest import PROJECT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site; a warning ends it. Return its folder."""
    root = tmp_path_factory.mktemp("site")
    prepare_site(root)
    shutil.copy(PROJECT / ".mkdocs.yml", root)
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean", "-f", ".mkdocs.yml"]
    built = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "warning" not in (built.stdout + built.stderr).lower()
    return root / ".cache" / "docs"
