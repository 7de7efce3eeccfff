"""The file of an export: a folder as one ZIP file, written, digested and read a piece at a time."""

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

_PIECE = 1 << 20
_PACKED = frozenset({".pdf", ".xlsx", ".docx", ".zip"})
"""Endings of files that hold compressed data already."""


def zip_file(folder: Path, export_id: str) -> Path:
    """Return where the file of an export lies."""
    return folder / f"{Path(export_id).name}.zip"


def write_zip(folder: Path, target: Path) -> tuple[str, int]:
    """Write a folder, under its own name, to a ZIP file; return SHA-256 and size of that file."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            packing = zipfile.ZIP_STORED if path.suffix in _PACKED else zipfile.ZIP_DEFLATED
            if path.is_file():
                archive.write(path, path.relative_to(folder.parent), packing)
    return digest_of(target), target.stat().st_size


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pieces_of(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
