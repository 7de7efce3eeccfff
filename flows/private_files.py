"""Files that their owner alone may read: every program of the project asks for it before it writes anything."""

import os
from pathlib import Path

_OTHERS = 0o077


def keep_files_private() -> None:
    """Let this process and its children make files and folders that nobody but their owner may read or write.

    Databases, documents, logs, backups and workbooks hold names and links for signing. Called at every entrance: the
    command line, the signing desk, the Prefect server's process, and flow modules, which Prefect's workers import.
    """
    os.umask(_OTHERS)


def open_to_others(path: Path) -> bool:
    """Return whether somebody beside a file's owner may read, write or enter it; False if there is no such file."""
    try:
        return bool(path.stat().st_mode & _OTHERS)
    except OSError:
        return False
