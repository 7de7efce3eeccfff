"""Convert DOCX with LibreOffice, for templates that need Word's layout to the line, and as the peer of benchmarks.

One process converts many documents and is then replaced. It is a process group of its own with a profile of its own;
each document has its time, after which the whole group is ended and another goes on with the rest. Nothing that a
document links to is fetched: the profile forbids links, and sends what would go out to a port where nobody listens.

What comes is tagged PDF/A-2b with the signers' bookmarks. By veraPDF it is valid as that, and neither as PDF/A-2a nor
as PDF/UA-1.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from lxml import etree

from flows.errors import ComponentMissing, DocumentRefused
from flows.language import translate as _
from flows.typesetting import Package, limit_memory_of

#: Documents of one process before another takes its place: it grows with each.
DOCUMENTS = 50
#: Seconds for one document; the first also waits for the process to start.
LIMIT = 60.0
#: LibreOffice's library of spreadsheets, without which it opens no document that has a chart.
_CHARTS = "libsclo.so"
_LOOK = 0.05  # seconds between two looks at what has been written
_OPTIONS = {
    "SelectPdfVersion": ("long", "2"),
    "UseTaggedPDF": ("boolean", "true"),
    "ExportBookmarks": ("boolean", "true"),
    "ExportBookmarksToPDFDestination": ("boolean", "true"),
}
_FILTER = (
    "pdf:writer_pdf_Export:{"
    + ",".join(f'"{name}":{{"type":"{kind}","value":"{value}"}}' for name, (kind, value) in _OPTIONS.items())
    + "}"
)
_SETTINGS = (
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Inet/Settings", "ooInetProxyType", "1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("/org.openoffice.Inet/Settings", "ooInetNoProxy", ""),
)
_PERSONS = (
    "{http://purl.org/dc/elements/1.1/}creator",
    "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}lastModifiedBy",
)

MEMORY = 6144
"""Megabytes of address space that a LibreOffice process may take: it reserves two before it has read anything."""
_INSTALL = "apt-get install --no-install-recommends libreoffice-writer"


def soffice() -> str:
    """Return the path of LibreOffice; raises `ComponentMissing` with the line that installs it."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        raise ComponentMissing(_("LibreOffice is not installed; install it with: {line}").format(line=_INSTALL))
    return found


def convert_with_libreoffice(docx: bytes, limit: float = LIMIT) -> bytes:
    """Return a DOCX as tagged PDF/A-2b, in at most `limit` seconds; raises `DocumentRefused` if it cannot be done."""
    (made,) = convert_all({"document": docx}, limit).values()
    if isinstance(made, DocumentRefused):
        raise made
    return made


def convert_all(documents: Mapping[str, bytes], limit: float = LIMIT) -> dict[str, bytes | DocumentRefused]:
    """Return each document's PDF, or why there is none, by the same keys; one that fails stops none of the others.

    Raises `ComponentMissing` where LibreOffice is not installed.
    """
    soffice()
    made: dict[str, bytes | DocumentRefused] = {}
    with tempfile.TemporaryDirectory(prefix="avtaleflyt-") as name:
        sources: dict[str, Path] = {}
        for number, (key, content) in enumerate(documents.items()):
            try:
                sources[key] = _kept(Path(name) / f"{number}.docx", content)
            except DocumentRefused as refusal:
                made[key] = refusal
        unread: set[Path] = set()
        written = {pdf.stem: pdf for pdf in convert_files(list(sources.values()), Path(name), limit, unread)}
        for key, source in sources.items():
            if source.stem in written:
                made[key] = written[source.stem].read_bytes()
            else:
                made[key] = DocumentRefused(_reason(source, limit, ended=source in unread))
    return {key: made[key] for key in documents}


def _reason(source: Path, limit: float, *, ended: bool) -> str:
    """Return why there is no PDF; `ended` if LibreOffice itself gave up."""
    if not ended:
        return _("LibreOffice could not convert the document within {limit} seconds.").format(limit=round(limit))
    with ZipFile(source) as package:
        charted = any(name.startswith("word/charts/") for name in package.namelist())
    if charted and not (Path(soffice()).resolve().parent / _CHARTS).exists():
        return _(
            "The document has a chart, and LibreOffice lacks its spreadsheet program. Install it with: {line}"
        ).format(line=f"{_INSTALL.rpartition(' ')[0]} libreoffice-calc")
    return _("LibreOffice could not read the document. Save it anew in Word, or leave out --engine libreoffice.")


def convert_files(
    files: Sequence[Path], folder: Path, limit: float = LIMIT, unread: set[Path] | None = None
) -> list[Path]:
    """Convert files of different names; return the PDF files written into `folder`, in the order of `files`.

    A file that takes more than `limit` seconds, or ends the process, is left out, and the rest goes on in another.
    Files that LibreOffice itself gave up are added to `unread`.
    """
    waiting = list(files)
    while waiting:
        many = next((place for place, file in enumerate(waiting[:DOCUMENTS], 1) if _brings_fonts(file)), DOCUMENTS)
        batch, waiting = waiting[:many], waiting[many:]
        done, ended = _run(batch, folder, limit)
        if ended and unread is not None:
            unread |= {file for file in batch[:done] if not (folder / f"{file.stem}.pdf").exists()}
        waiting = batch[done:] + waiting
    return [pdf for file in files if _whole(pdf := folder / f"{file.stem}.pdf")]


def _brings_fonts(file: Path) -> bool:
    """Return whether a file holds fonts; LibreOffice would use them in all that its process converts later."""
    try:
        with ZipFile(file) as package:
            return any(name.lower().endswith((".odttf", ".ttf", ".otf", ".ttc")) for name in package.namelist())
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def _run(files: Sequence[Path], folder: Path, limit: float) -> tuple[int, bool]:
    """Convert files with one process; return how many need not be tried again, the last of which may have failed.

    The second value says whether the process ended by itself, and not for want of time.
    """
    pdfs = [folder / f"{file.stem}.pdf" for file in files]
    with _process(files, folder) as process:
        last, since = -1, time.monotonic()
        while process.poll() is None and time.monotonic() - since < limit:
            newest = max((place for place, pdf in enumerate(pdfs) if pdf.exists()), default=-1)
            if newest > last:
                last, since = newest, time.monotonic()
            time.sleep(_LOOK)
        ended = process.returncode is not None
        if process.returncode == 0:
            return len(files), ended
    if last >= 0 and not _whole(pdfs[last]):
        return last + 1, ended  # it was being written
    return min(last + 2, len(files)), ended  # the one after it was being read


@contextlib.contextmanager
def _process(files: Sequence[Path], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run LibreOffice over files in a profile of its own, and end it with all that it started."""
    with tempfile.TemporaryDirectory(prefix="avtaleflyt-profile-", ignore_cleanup_errors=True) as profile:
        (Path(profile) / "user").mkdir()
        (Path(profile) / "user" / "registrymodifications.xcu").write_text(_registry(), encoding="utf-8")
        command = [
            soffice(), f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore", "--nolockcheck",
            "--nodefault", "--convert-to", _FILTER, "--outdir", str(folder), *map(str, files),
        ]  # fmt: skip
        process = subprocess.Popen(  # noqa: S603 - a fixed program, files by path
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        limit_memory_of(process.pid, MEMORY)
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # also what it started itself
            process.wait()


def _whole(pdf: Path) -> bool:
    """Return whether a PDF is there to its end."""
    return pdf.exists() and b"%%EOF" in pdf.read_bytes()[-64:]


def _kept(path: Path, content: bytes) -> Path:
    """Write a DOCX that is sound, without the persons in its properties, which would come into the PDF."""
    package = Package(content)
    package.verify()
    properties = package.related("", "core-properties")
    with ZipFile(path, "w", ZIP_DEFLATED) as target:
        for name in sorted(package.names):
            data = package.read(name)
            if name == properties:
                root = package.xml(name)
                for person in root.iter(*_PERSONS):
                    person.text = ""
                data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            target.writestr(name, data)
    return path


def _registry() -> str:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>"
    )
