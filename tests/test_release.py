"""A release holds what an installation needs and nothing else, is the same bytes twice, and lists its parts."""

import hashlib
import json
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from deploy.make_release import ReleaseRefused, check_changelog, make_release
from tests.conftest import PROJECT

pytest.importorskip("cyclonedx_py", reason="install it with: make test")
pytestmark = pytest.mark.skipif(not (PROJECT / ".git").exists(), reason="needs the repository: git clone")
_ASSETS = "flows/web/workplace/assets/installed/"
_COPIED = {"flows/templates": "templates", "flows/fixtures": "fixtures", "flows/guides": "docs/guides"}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a release of what is committed; return its folder."""
    folder = tmp_path_factory.mktemp("release")
    make_release(folder, validate=False)
    return folder


@pytest.fixture(scope="module")
def committed() -> set[str]:
    """Return the files of the commit."""
    command = ["git", "ls-tree", "-r", "-z", "--name-only", "HEAD"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    return set(listed.stdout.strip("\0").split("\0"))


def only(folder: Path, pattern: str) -> Path:
    """Return the one file of a folder with such a name."""
    (found,) = folder.glob(pattern)
    return found


def test_the_source_archive_is_what_is_committed(release: Path, committed: set[str]) -> None:
    """Nothing that git does not keep goes out: no settings, nothing that runs have written."""
    with tarfile.open(only(release, "*.tar.gz")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {name for name in names - committed if not name.startswith(_ASSETS)} == {"PKG-INFO"}
    assert committed - names == set()
    needed = {"deploy/containers/Dockerfile", "deploy/systemd/install.sh", "requirements.txt", ".setup/python.sh"}
    assert needed <= names


def test_the_wheel_is_the_program(release: Path, committed: set[str]) -> None:
    """Its modules, pages, catalogues and migrations, with templates, fixtures and guides; no tests, no other pages."""
    links = {*_COPIED, "docs/guides/maler.md"}
    wanted = {name for name in committed - links if name.startswith("flows/")} - {_readme(name) for name in committed}
    for folder, source in _COPIED.items():
        wanted |= {name.replace(source, folder, 1) for name in committed if name.startswith(f"{source}/")}
    with zipfile.ZipFile(only(release, "*.whl")) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name and not name.startswith(_ASSETS)}
    assert names - wanted == set()
    left_out = {name for name in wanted - names if Path(name).suffix not in {".json", ".md"}}
    assert {Path(name).name for name in left_out} <= {".npmrc", "requirements-assets.txt"}
    assert {"flows/guides/maler.md", "flows/templates/alis/template.docx", "flows/fixtures/new-alis.json"} <= names


def _readme(name: str) -> str:
    return name if name.endswith("README.md") else ""


def test_the_same_commit_gives_the_same_bytes(release: Path, tmp_path: Path) -> None:
    """By the checksums of all files; they are those of the files."""
    make_release(tmp_path, validate=False)
    sums = (release / "SHA256SUMS").read_text()
    assert (tmp_path / "SHA256SUMS").read_text() == sums
    told = {name: digest for digest, name in (line.split("  ") for line in sums.splitlines())}
    files = {path.name: path for path in release.iterdir() if path.name != "SHA256SUMS"}
    assert told == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    assert len(told) == 3


def test_the_bill_of_materials_is_the_lock(release: Path) -> None:
    """Each package with its version, the hashes that the lock allows, and nearly all with the licence they declare."""
    bill: Any = json.loads(only(release, "*.cdx.json").read_text())
    lock = (PROJECT / "requirements.txt").read_text()
    pinned = dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", lock, re.MULTILINE | re.IGNORECASE))
    listed = {one["name"]: one for one in bill["components"]}
    assert {name: one["version"] for name, one in listed.items()} == pinned
    blocks = {name: lock.split(f"\n{name}==")[-1].split("\n\n")[0] for name in ("jinja2", "lxml")}
    for name, block in blocks.items():
        hashes = {each["content"] for each in listed[name]["externalReferences"][0]["hashes"]}
        assert hashes
        assert hashes <= set(re.findall(r"sha256:([0-9a-f]{64})", block))
    with_licence = [one for one in listed.values() if one.get("licenses")]
    assert len(with_licence) > 0.9 * len(listed)
    assert bill["metadata"]["component"]["name"] == "avtaleflyt"
    assert bill["bomFormat"] == "CycloneDX"


def test_a_version_has_a_dated_section_in_the_changelog() -> None:
    """No release goes out of which nobody has said what it changes."""
    check_changelog("1.2.0", "## 1.2.0 – 2027-01-31\n")
    for text in ("## Unreleased\n", "## 1.2.0\n", "## 11.2.0 – 2027-01-31\n", "## 1.2.01 – 2027-01-31\n"):
        with pytest.raises(ReleaseRefused, match="no dated section"):
            check_changelog("1.2.0", text)
