"""Encrypt what the register keeps for a while and must read back: TOTP secrets, id tokens, forms held through sign-in.

The key lies in a file beside the key that signs the register's history, never in the database. Hosts that share a
register share that folder.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from flows.errors import ComponentMissing
from flows.language import translate
from flows.language import translate as _

_NAME = "workplace.key"


@dataclass(frozen=True)
class Sealer:
    """Encrypts and decrypts texts with one key (Fernet: AES-128-CBC and HMAC-SHA-256)."""

    fernet: Fernet

    def seal(self, text: str) -> str:
        """Return a text encrypted."""
        return self.fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """Return the text that was encrypted, None if this key did not do it."""
        try:
            return self.fernet.decrypt(sealed.encode()).decode()
        except (InvalidToken, UnicodeError):
            return None


def sealer_in(folder: Path) -> Sealer:
    """Return the sealer of a folder's key, which is made on first use. Raises `ComponentMissing` if unreadable."""
    path = folder / _NAME
    try:
        if not path.exists():
            _make(path)
        return Sealer(Fernet(path.read_bytes().strip()))
    except (OSError, ValueError) as error:
        raise ComponentMissing(
            _("The key {path} of the workplace cannot be used by this account ({error}).").format(
                path=path, error=_why(error)
            )
        ) from error


def _why(error: OSError | ValueError) -> str:
    return translate(error.strerror or "") if isinstance(error, OSError) else _("it is not a key of the workplace")


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(Fernet.generate_key())
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # another process was first; its key counts
    finally:
        draft.unlink()
