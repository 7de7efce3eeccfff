"""LibreOffice's PDF of each Word file, kept in a cache by digest, for what is compared with it.

LibreOffice is told to show tracked changes as accepted, which is what a document to sign must be, and to leave dates,
file names and conditions as they were kept, as nobody signs another document each day. A document with fonts of its own
ends the process that converts it, since LibreOffice would set whatever comes after it in these fonts.
"""

import hashlib
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

from benchmarks.conversions import LIMIT, PROCESSES
from flows.documents.libreoffice import convert_files

_CACHE = Path(__file__).parents[1] / ".cache" / "fidelity"
_KINDS = {".docx", ".docm", ".dotx", ".dotm"}
_BATCH = 25
_LARGEST = 200_000_000  # bytes of a package that is looked into
_CHANGES = re.compile(rb"<(\w+:)?(del|moveFrom)\b")
#: A field that is worked out anew each day: its beginning, up to what ends it.
_DATES = re.compile(
    rb"<w:(?:fldSimple\b(?![^>]*fldLock)(?=[^>]*w:instr=.\s*(?:DATE|TIME)\b)"
    rb"|fldChar\b(?![^>]*fldLock)"
    rb"(?=[^>]*w:fldCharType=.begin(?:(?!<w:fldChar\b).)*?<w:instrText\b[^>]*>\s*(?:DATE|TIME)\b))",
    re.DOTALL,
)
#: A field whose kept result LibreOffice replaces: the name of the copy that it was given, or nothing for a condition.
_ANEW = re.compile(rb"(<w:instrText\b[^>]*>\s*|\bw:instr=.\s*)(?:FILENAME|IF)\b")
_SETTINGS = re.compile(rb"<((?:\w+:)?)settings\b[^>]*>")


def word_files(folders: Sequence[Path]) -> dict[Path, str]:
    """Return every Word file below the folders, with the name that it is shown by."""
    return {
        path: str(path.relative_to(folder) if len(folders) == 1 else path)
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in _KINDS and path.is_file() and not path.name.startswith("~")
    }


def libreoffice_pdfs(files: Iterable[Path]) -> Mapping[Path, Path]:
    """Return LibreOffice's PDF of each file that it can convert."""
    _CACHE.mkdir(parents=True, exist_ok=True)
    kept = {path: _CACHE / f"{hashlib.sha256(_settled(path.read_bytes())).hexdigest()}.pdf" for path in files}
    todo = [(path, pdf) for pdf, path in {pdf: path for path, pdf in kept.items()}.items() if not pdf.exists()]
    batches = [todo[start : start + _BATCH] for start in range(0, len(todo), _BATCH)]
    with ThreadPoolExecutor(PROCESSES) as threads:
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
            if made.exists() or convert_files([copy], folder, float(LIMIT)):
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
        told[name] = _ANEW.sub(rb"\1KEPT", _DATES.sub(rb'\g<0> w:fldLock="1"', parts[name]))
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
