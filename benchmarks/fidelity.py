"""How faithful documents are: `python -m benchmarks.fidelity FOLDER` compares each DOCX of a folder with LibreOffice.

Words kept are the words of LibreOffice's own PDF that ours holds too, each as often as there; page counts are how many
documents have as many pages. A refused or crashed document keeps no word. LibreOffice's PDFs are kept in a cache by
digest, so that a second run is short. Needs LibreOffice and poppler.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.documents import convert
from flows.documents.libreoffice import convert_files
from flows.errors import DocumentRefused

_CACHE = Path(__file__).parents[1] / ".cache" / "fidelity"
_BATCH = 25
_LIMIT = 60.0  # seconds for one document


@dataclass(frozen=True, slots=True)
class Compared:
    """One document: words of the peer, how many of them are ours too, pages of both; a note where it went wrong."""

    name: str
    words: int
    kept: int
    pages: int
    own_pages: int
    lost: int = 0
    note: str = ""
    missing: tuple[str, ...] = ()


def main(folder: Path) -> None:
    """Compare every DOCX below a folder, print the differences, and end with one JSON line."""
    files = sorted(path for path in folder.rglob("*.docx") if path.is_file() and not path.name.startswith("~"))
    peers = _peers(files)
    found = [_compare(path, peers[path], str(path.relative_to(folder))) for path in files if path in peers]
    for one in found:
        if one.kept < one.words or one.pages != one.own_pages or one.note or one.lost:
            print(
                f"{one.name}: {one.kept}/{one.words} words, {one.own_pages} pages for {one.pages}, {one.lost} losses"
                f" {one.note} {' '.join(one.missing[:8])}".rstrip()
            )
    unreadable = len(files) - len(found)
    if unreadable:
        print(f"{unreadable} files LibreOffice itself could not convert; they are not counted.")
    whole, same = sum(one.words for one in found), sum(one.pages == one.own_pages for one in found)
    print(
        json.dumps(
            {
                "words": round(sum(one.kept for one in found) / whole, 5) if whole else None,
                "page_counts": round(same / len(found), 4) if found else None,
                "refused": sum(one.note.startswith("refused") for one in found),
                "crashed": sum(one.note.startswith("crashed") for one in found),
                "documents": len(found),
            }
        )
    )


def _peers(files: Sequence[Path]) -> dict[Path, Path]:
    """Return LibreOffice's PDF of each file that it can convert."""
    _CACHE.mkdir(parents=True, exist_ok=True)
    digests = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    todo = [path for path in files if not (_CACHE / f"{digests[path]}.pdf").exists()]
    with tempfile.TemporaryDirectory() as name:
        for start in range(0, len(todo), _BATCH):
            batch = []
            for path in todo[start : start + _BATCH]:
                copy = Path(name) / f"{digests[path]}.docx"
                shutil.copyfile(path, copy)
                batch.append(copy)
            made = {pdf.stem for pdf in convert_files(batch, Path(name), 30 + 6 * len(batch))}
            for copy in batch:  # one that ends the process takes the rest of its batch with it
                if copy.stem not in made:
                    made.update(pdf.stem for pdf in convert_files([copy], Path(name), _LIMIT))
                if copy.stem in made:
                    shutil.move(Path(name) / f"{copy.stem}.pdf", _CACHE / f"{copy.stem}.pdf")
    return {path: _CACHE / f"{digests[path]}.pdf" for path in files if (_CACHE / f"{digests[path]}.pdf").exists()}


def _compare(path: Path, peer: Path, name: str) -> Compared:
    theirs, pages = _read(peer)
    whole = sum(theirs.values())
    started = time.perf_counter()
    try:
        pdf = convert(path.read_bytes())
    except DocumentRefused as refusal:
        return Compared(name, whole, 0, pages, 0, note=f"refused: {refusal}")
    except Exception as error:  # noqa: BLE001 - to count crashes is what this is for
        return Compared(name, whole, 0, pages, 0, note=f"crashed: {type(error).__name__}: {error}")
    seconds = time.perf_counter() - started
    with tempfile.NamedTemporaryFile(suffix=".pdf") as own:
        own.write(pdf.content)
        own.flush()
        ours, own_pages = _read(Path(own.name))
    missing = tuple((theirs - ours).elements())
    note = f"{seconds:.0f} s" if seconds > 5 else ""
    return Compared(name, whole, whole - len(missing), pages, own_pages, len(pdf.lost), note, missing)


def _read(pdf: Path) -> tuple[Counter[str], int]:
    """Return the words of a PDF, as poppler reads them, and its number of pages."""
    text = subprocess.run(["pdftotext", "-enc", "UTF-8", str(pdf), "-"], capture_output=True, check=True, timeout=120)
    pages = text.stdout.count(b"\f")
    folded = unicodedata.normalize("NFKC", text.stdout.decode("utf-8", "replace"))
    return Counter(re.findall(r"\w+", folded)), pages


if __name__ == "__main__":
    main(Path(sys.argv[1]))
