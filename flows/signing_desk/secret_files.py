"""Small files that the desk keeps for itself: keys and tokens, written once and readable by their owner alone."""

import os
from pathlib import Path


def keep_secret(path: Path, content: bytes) -> bytes:
    """Return what the file holds; where there is no file yet, write it whole with mode 0600 first."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = _draft(path, content)
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # another process was first; its content counts
        finally:
            draft.unlink()
    return path.read_bytes()


def replace_secret(path: Path, content: bytes) -> None:
    """Put other content into a file, whole or not at all."""
    _draft(path, content).replace(path)


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft
