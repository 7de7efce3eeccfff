"""The other engine: LibreOffice, for templates that need Word's layout to the line, and as the peer of benchmarks.

Every run is a process group of its own with a profile of its own, has a time limit, and fetches nothing that a document
links to.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from flows.errors import ComponentMissing, DocumentRefused
from flows.language import translate as _

#: Tagged PDF/A-2b with its bookmarks; LibreOffice has no PDF/A-2a.
_FILTER = (
    'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"},'
    '"UseTaggedPDF":{"type":"boolean","value":"true"},"ExportBookmarks":{"type":"boolean","value":"true"}}'
)
_SETTINGS = (
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
)


_INSTALL = "apt-get install --no-install-recommends libreoffice-writer"


class Engine(StrEnum):
    """What makes the PDF."""

    WEASYPRINT = "weasyprint"
    LIBREOFFICE = "libreoffice"


def soffice() -> str:
    """Return the path of LibreOffice; raises `ComponentMissing` with the line that installs it."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        raise ComponentMissing(_("LibreOffice is not installed; install it with: {line}").format(line=_INSTALL))
    return found


def convert_with_libreoffice(docx: bytes, limit: float = 60.0) -> bytes:
    """Return a DOCX as tagged PDF/A-2b, in at most `limit` seconds; raises `DocumentRefused` if it cannot be done."""
    with tempfile.TemporaryDirectory(prefix="avtaleflyt-") as name:
        source = Path(name) / "document.docx"
        source.write_bytes(docx)
        made = convert_files([source], Path(name), limit)
        if not made:
            raise DocumentRefused(
                _("LibreOffice could not convert the document within {limit} seconds.").format(limit=round(limit))
            )
        return made[0].read_bytes()


def convert_files(files: Sequence[Path], folder: Path, limit: float) -> list[Path]:
    """Convert files with one process; return the PDF files that it wrote into `folder`, in the order of `files`.

    After `limit` seconds the whole process group is ended; what was written by then counts.
    """
    program = soffice()
    with tempfile.TemporaryDirectory(prefix="avtaleflyt-profile-") as profile:
        (Path(profile) / "user").mkdir()
        (Path(profile) / "user" / "registrymodifications.xcu").write_text(_registry(), encoding="utf-8")
        command = [
            program, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore", "--nolockcheck",
            "--nodefault", "--convert-to", _FILTER, "--outdir", str(folder), *map(str, files),
        ]  # fmt: skip
        process = subprocess.Popen(  # noqa: S603 - a fixed program, files by path
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(limit)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # also what it started itself
        process.wait()
    return [pdf for file in files if (pdf := folder / f"{file.stem}.pdf").exists()]


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
