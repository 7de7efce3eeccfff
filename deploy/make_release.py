"""Make a release of what is committed, into `dist/`: source archive, wheel, SBOM and checksums. Run `make release`.

The source archive is what an installation begins with: container files, units and locks are in it. It holds the files
that git keeps, and the style sheets of the workplace that `make assets` has fetched. The same commit gives the same
bytes: times are `SOURCE_DATE_EPOCH`, otherwise those of the commit. The SBOM (CycloneDX) lists what `requirements.txt`
installs, with the hashes that the lock allows and the licences that the packages declare.
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

_PROJECT = Path(__file__).resolve().parents[1]
_ASSETS = "flows/web/workplace/assets/installed"
_SUMS = "SHA256SUMS"


class ReleaseRefused(Exception):
    """Why no release is made, in one sentence."""


@dataclass(frozen=True)
class Source:
    """The files of a commit: path and (content, executable, target of a link), the version, and the time in seconds."""

    files: dict[str, tuple[bytes, bool, str]]
    version: str
    time: int


def make_release(target: Path, revision: str = "HEAD", validate: bool = True) -> list[Path]:
    """Write a release of a commit to a folder; return its files, checksums last. Raises `ReleaseRefused`."""
    source = read_source(revision)
    target.mkdir(parents=True, exist_ok=True)
    archive = source_archive(source, target)
    made = [archive, wheel(archive, source, target), bill_of_materials(source, target, validate)]
    lines = [f"{hashlib.sha256(one.read_bytes()).hexdigest()}  {one.name}\n" for one in made]
    (target / _SUMS).write_text("".join(lines))
    return [*made, target / _SUMS]


def read_source(revision: str) -> Source:
    """Return the files of a commit, and the fetched style sheets if they are those of its lock."""
    packed = _git("archive", "--format=tar", revision)
    files = {}
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for one in archive:
            content = archive.extractfile(one) if one.isfile() else None
            if not one.isdir():
                files[one.name] = (content.read() if content else b"", bool(one.mode & 0o100), one.linkname)
    version = re.search(r'^version = "(.+)"$', files["pyproject.toml"][0].decode(), re.MULTILINE)
    if version is None:
        raise ReleaseRefused("pyproject.toml names no version.")
    check_changelog(version[1], files["CHANGELOG.md"][0].decode())
    time = int(os.environ.get("SOURCE_DATE_EPOCH") or _git("log", "-1", "--format=%ct", revision))
    return Source(files | _assets(files), version[1], time)


def check_changelog(version: str, changelog: str) -> None:
    """Raise `ReleaseRefused` if nobody has written what a version changes, and of which day it is."""
    if not re.search(rf"^## {re.escape(version)} – \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
        raise ReleaseRefused(f"CHANGELOG.md has no dated section «## {version} – YYYY-MM-DD».")


def _assets(files: dict[str, tuple[bytes, bool, str]]) -> dict[str, tuple[bytes, bool, str]]:
    """Return what `make assets` fetched for the lock of the commit; nothing if it did not."""
    stamp = _PROJECT / _ASSETS / "stamp"
    lock = files[f"{Path(_ASSETS).parent}/package-lock.json"][0]
    if not stamp.exists() or stamp.read_text().strip() != hashlib.sha256(lock).hexdigest():
        return {}
    return {f"{_ASSETS}/{path.name}": (path.read_bytes(), False, "") for path in stamp.parent.iterdir()}


def source_archive(source: Source, target: Path) -> Path:
    """Write the source archive, which is an sdist, too."""
    name = f"avtaleflyt-{source.version}"
    about = f"Metadata-Version: 2.4\nName: avtaleflyt\nVersion: {source.version}\n".encode()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, (content, executable, link) in sorted((source.files | {"PKG-INFO": (about, False, "")}).items()):
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.mtime, entry.mode = source.time, 0o755 if executable else 0o644
            entry.type, entry.linkname = (tarfile.SYMTYPE, link) if link else (tarfile.REGTYPE, "")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    written = target / f"{name}.tar.gz"
    with written.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=source.time) as zipped:
        zipped.write(packed.getvalue())
    return written


def wheel(archive: Path, source: Source, target: Path) -> Path:
    """Build the wheel from the unpacked source archive, with what is installed and no network."""
    with tempfile.TemporaryDirectory(prefix="avtaleflyt-release-") as made:
        subprocess.run(["tar", "-xzf", str(archive), "-C", made], check=True)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
        command += ["--wheel-dir", str(target), f"{made}/avtaleflyt-{source.version}"]
        told = {**os.environ, "SOURCE_DATE_EPOCH": str(source.time), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        subprocess.run(command, env=told, check=True, umask=0o022)
    return target / f"avtaleflyt-{source.version}-py3-none-any.whl"


def bill_of_materials(source: Source, target: Path, validate: bool) -> Path:
    """Write the SBOM: versions and hashes of the lock, and the licences that installed packages declare."""
    path = target / f"avtaleflyt-{source.version}.cdx.json"
    with tempfile.TemporaryDirectory(prefix="avtaleflyt-release-") as made:
        for name in ("requirements.txt", "pyproject.toml"):
            (Path(made) / name).write_bytes(source.files[name][0])
        command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", "--output-reproducible"]
        command += ["--no-validate", "--pyproject", f"{made}/pyproject.toml", f"{made}/requirements.txt"]
        listed = subprocess.run(command, check=True, capture_output=True).stdout
    bill = json.loads(listed)
    for component in bill["components"]:
        component["bom-ref"] = component["purl"]
        component.pop("description", None)  # the line of the lock once more
        if declared := licences(component["name"]):
            component["licenses"] = declared
    bill["dependencies"] = [
        {"ref": "root-component", "dependsOn": sorted(one["bom-ref"] for one in bill["components"])},
        *({"ref": one["bom-ref"]} for one in bill["components"]),
    ]
    text = json.dumps(bill, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if validate:
        _validate(text)
    path.write_text(text)
    return path


def licences(package: str) -> list[dict[str, Any]]:
    """Return the licences that an installed package declares, as CycloneDX has them; none if it is not installed here.

    Packages of other systems and Python versions are in the lock, too.
    """
    try:
        about = metadata(package)
    except PackageNotFoundError:
        return []
    if "License-Expression" in about:
        return [{"expression": about["License-Expression"], "acknowledgement": "declared"}]
    named = [one.rpartition(" :: ")[2] for one in about.get_all("Classifier") or () if one.startswith("License :: ")]
    if not named and "License" in about:
        named = [line for line in about["License"].splitlines()[:1] if line]
    return [{"license": {"name": one, "acknowledgement": "declared"}} for one in sorted(set(named))]


def _validate(text: str) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    version = SchemaVersion.from_version(json.loads(text)["specVersion"])
    if fault := JsonStrictValidator(version).validate_str(text):
        raise ReleaseRefused(f"The SBOM is not as CycloneDX has it: {fault}")


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=_PROJECT, check=True, capture_output=True).stdout


def main() -> int:
    """Make the release; return the exit code."""
    parser = argparse.ArgumentParser(description="Make a release of what is committed.")
    parser.add_argument("target", nargs="?", type=Path, default=_PROJECT / "dist")
    target = parser.parse_args().target
    try:
        if _git("status", "--porcelain"):
            raise ReleaseRefused("A release is made of what is committed; something here is not. See git status.")
        if not (_PROJECT / _ASSETS / "stamp").exists():
            raise ReleaseRefused("The style sheets of the workplace are missing; run make assets.")
        made = make_release(target)
    except ReleaseRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    sys.stdout.write((made[-1]).read_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
