"""How faithful documents are: `python -m benchmarks.fidelity FOLDER…` compares each Word file with LibreOffice's PDF.

Words kept are the words of LibreOffice's own PDF that ours holds too, each as often as there; page counts are how many
documents have as many pages. A refused or crashed document keeps no word, and its page count is wrong. A file that
LibreOffice cannot open either (encrypted, damaged) has nothing to be compared with: it counts only if it crashes us.

Capitals do not count, as either PDF may draw them from small letters. Figures count apart from letters, as a note's
figure may be read with its word or not. Scripts without spaces count sign by sign, and so does Arabic, which
LibreOffice stretches to fill its lines, so that its words are read in pieces; signs that show nothing part no words.
LibreOffice is told to show tracked changes as accepted, which is what a document to sign must be, and to leave dates
and file names as they were kept, as nobody signs another document each day. Its PDFs are kept in a cache by digest, so
that a second run is short. `--lost` lists every loss as well. Needs LibreOffice and poppler.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

from flows.documents import Loss, convert
from flows.documents.libreoffice import convert_files
from flows.errors import DocumentRefused

_CACHE = Path(__file__).parents[1] / ".cache" / "fidelity"
_KINDS = {".docx", ".docm", ".dotx", ".dotm"}
_BATCH = 25
_LIMIT = 120  # seconds for one document: of work for ours, of time for LibreOffice's
_LARGEST = 200_000_000  # bytes of a package that is looked into
_PROCESSES = min(os.cpu_count() or 1, 4)
#: Arabic, whose words are stretched; Thai, Lao, Burmese, Khmer, kana and Han, which are written without spaces.
_BY_SIGN = r"\u0600-\u06ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_BY_SIGN}]|\d+|[^\W\d{_BY_SIGN}]+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_CHANGES = re.compile(rb"<(\w+:)?(del|moveFrom)\b")
#: A field that is worked out anew each day: its beginning, up to what ends it.
_DATES = re.compile(
    rb"<w:(?:fldSimple\b(?![^>]*fldLock)(?=[^>]*w:instr=.\s*(?:DATE|TIME)\b)"
    rb"|fldChar\b(?![^>]*fldLock)"
    rb"(?=[^>]*w:fldCharType=.begin(?:(?!<w:fldChar\b).)*?<w:instrText\b[^>]*>\s*(?:DATE|TIME)\b))",
    re.DOTALL,
)
#: A field that LibreOffice answers with the name of the copy that it was given.
_NAMES = re.compile(rb"(<w:instrText\b[^>]*>\s*|\bw:instr=.\s*)FILENAME\b")
_SETTINGS = re.compile(rb"<((?:\w+:)?)settings\b[^>]*>")


@dataclass(frozen=True, slots=True)
class Compared:
    """One document: words of the peer, how many of them are ours too, pages of both; a note where it went wrong.

    `pages` is None where LibreOffice made no PDF. `missing` are the peer's words that ours lacks, `surplus` the
    reverse: a word that only reads differently is in both.
    """

    name: str
    words: int = 0
    kept: int = 0
    pages: int | None = None
    own_pages: int = 0
    seconds: float = 0.0
    note: str = ""
    missing: tuple[str, ...] = ()
    surplus: tuple[str, ...] = ()
    lost: tuple[Loss, ...] = ()


def main() -> None:
    """Compare every Word file below the folders, print the differences, and end with one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fidelity", description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--lost", action="store_true", help="list every loss that the converter itself reports")
    wanted = parser.parse_args()
    files = {
        path: str(path.relative_to(folder) if len(wanted.folders) == 1 else path)
        for folder in wanted.folders
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in _KINDS and path.is_file() and not path.name.startswith("~")
    }
    peers = _peers(list(files))
    found = _compared([(path, peers.get(path), name) for path, name in files.items()])
    for one in sorted(found, key=lambda one: (bool(one.note), one.words - one.kept, one.pages != one.own_pages)):
        _print(one, wanted.lost)
    judged = [one for one in found if one.pages is not None]
    if len(judged) < len(found):
        print(f"{len(found) - len(judged)} files LibreOffice itself could not convert; they are not compared.")
    words, same = sum(one.words for one in judged), sum(one.pages == one.own_pages for one in judged)
    print(
        json.dumps(
            {
                "words": round(sum(one.kept for one in judged) / words, 5) if words else None,
                "page_counts": round(same / len(judged), 4) if judged else None,
                "refused": sum(one.note.startswith("refused") for one in judged),
                "crashed": sum(one.note.startswith("crashed") for one in found),
                "documents": len(judged),
            }
        )
    )


def _print(one: Compared, losses: bool) -> None:
    """Print how a document differs, the worst word losses and page counts being what one looks for."""
    if one.pages is None:
        print(f"{one.name}: no PDF of LibreOffice; {one.note or f'ours has {one.own_pages} pages'}")
    elif one.note or one.kept < one.words or one.pages != one.own_pages:
        parts = [f"{one.name}: {one.kept}/{one.words} words, {one.own_pages} pages for {one.pages}", one.note]
        parts += [f"lacks {' '.join(one.missing[:12])}" if one.missing else ""]
        parts += [f"has {' '.join(one.surplus[:12])}" if one.surplus else ""]
        parts += [f"{one.seconds:.0f} s" if one.seconds > 5 else ""]
        print("; ".join(filter(None, parts)))
    if losses:
        for loss in one.lost:
            print(f"    {one.name}: {loss.what} ({loss.where})")


def _peers(files: Sequence[Path]) -> dict[Path, Path]:
    """Return LibreOffice's PDF of each file that it can convert."""
    _CACHE.mkdir(parents=True, exist_ok=True)
    kept = {path: _CACHE / f"{hashlib.sha256(_settled(path.read_bytes())).hexdigest()}.pdf" for path in files}
    todo = [(path, pdf) for pdf, path in {pdf: path for path, pdf in kept.items()}.items() if not pdf.exists()]
    batches = [todo[start : start + _BATCH] for start in range(0, len(todo), _BATCH)]
    with ThreadPoolExecutor(_PROCESSES) as threads:
        list(threads.map(_convert_batch, batches))
    return {path: pdf for path, pdf in kept.items() if pdf.exists()}


def _convert_batch(batch: Iterable[tuple[Path, Path]]) -> None:
    """Put LibreOffice's PDF of each file into the cache."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copies = [(folder / f"{pdf.stem}{path.suffix.lower()}", pdf) for path, pdf in batch]
        for (path, _), (copy, _) in zip(batch, copies, strict=True):
            copy.write_bytes(_settled(path.read_bytes()))
        convert_files([copy for copy, _ in copies], folder, 30.0 + 6 * len(copies))
        for copy, pdf in copies:  # one that ends the process takes the rest of its batch with it
            made = folder / pdf.name
            if made.exists() or convert_files([copy], folder, float(_LIMIT)):
                shutil.move(made, pdf)


def _settled(content: bytes) -> bytes:
    """Return a Word file that asks for tracked changes to be shown as accepted, and whose dates and name stay."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            if sum(item.file_size for item in package.infolist()) > _LARGEST:
                return content
            parts = {name: package.read(name) for name in package.namelist()}
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError):
        return content
    told = dict(parts)
    stories = [name for name in parts if name.startswith("word/") and name.endswith(".xml")]
    for name in stories:
        told[name] = _NAMES.sub(rb"\1KEPT", _DATES.sub(rb'\g<0> w:fldLock="1"', parts[name]))
    settings = parts.get("word/settings.xml", b"")
    found = _SETTINGS.search(settings)
    if found and not found[0].endswith(b"/>") and any(_CHANGES.search(parts[name]) for name in stories):
        said = b'<%srevisionView %smarkup="0" %sinsDel="0"/>' % ((found[1],) * 3)
        told["word/settings.xml"] = settings[: found.end()] + said + settings[found.end() :]
    if told == parts:
        return content
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in told.items():  # without the time of day, which would give it another digest each time
            package.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _compared(work: Sequence[tuple[Path, Path | None, str]]) -> list[Compared]:
    """Compare in processes of our own; a file that ends one is a crash, and the others are begun again."""
    found: dict[str, Compared] = {}
    for processes in (_PROCESSES, 1):
        rest = [item for item in work if item[2] not in found]
        with ProcessPoolExecutor(processes) as pool:
            for future, (_, _, name) in [(pool.submit(_compare, *item), item) for item in rest]:
                try:
                    found[name] = future.result()
                except BrokenProcessPool:
                    continue
    for path, peer, name in work:
        if name not in found:
            with ProcessPoolExecutor(1) as pool:
                try:
                    found[name] = pool.submit(_compare, path, peer, name).result()
                except BrokenProcessPool:
                    found[name] = _against(Compared(name, note="crashed: the process ended"), peer)
    return list(found.values())


def _compare(path: Path, peer: Path | None, name: str) -> Compared:
    """Convert one file and lay its words beside the peer's."""
    started = time.perf_counter()
    result = partial(Compared, name)
    signal.signal(signal.SIGPROF, _give_up)
    signal.setitimer(signal.ITIMER_PROF, _LIMIT)
    try:
        pdf = convert(path.read_bytes())
    except DocumentRefused as refusal:
        return _against(result(note=f"refused: {refusal}"), peer)
    except Exception as error:  # noqa: BLE001 - to count crashes is what this is for
        return _against(result(note=f"crashed: {type(error).__name__}: {error}"), peer)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    seconds = time.perf_counter() - started
    with tempfile.NamedTemporaryFile(suffix=".pdf") as own:
        own.write(pdf.content)
        own.flush()
        ours, own_pages = _read(Path(own.name))
    made = result(own_pages=own_pages, seconds=seconds, lost=pdf.lost)
    return _against(made, peer, ours)


def _give_up(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"no PDF after {_LIMIT} seconds of work")


def _against(made: Compared, peer: Path | None, ours: Counter[str] | None = None) -> Compared:
    """Return a document with what LibreOffice's PDF says of it."""
    if peer is None:
        return made
    theirs, pages = _read(peer)
    ours = Counter() if ours is None else ours
    missing, surplus = theirs - ours, ours - theirs
    return Compared(
        made.name, theirs.total(), theirs.total() - missing.total(), pages, made.own_pages, made.seconds, made.note,
        tuple(missing.elements()), tuple(surplus.elements()), made.lost,
    )  # fmt: skip


def _read(pdf: Path) -> tuple[Counter[str], int]:
    """Return the words of a PDF, as poppler reads them, and its number of pages."""
    text = subprocess.run(["pdftotext", "-enc", "UTF-8", str(pdf), "-"], capture_output=True, check=True, timeout=120)
    pages = text.stdout.count(b"\f")
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", text.stdout.decode("utf-8", "replace")))
    return Counter(_WORD.findall(folded.casefold())), pages


if __name__ == "__main__":
    main()
