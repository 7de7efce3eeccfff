"""Write files that users name: whole or not at all, and never over a file that this run did not make."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from flows.errors import WrongUse
from flows.language import translate
from flows.language import translate as _


def check_target(target: Path, force: bool = False) -> None:
    """Raise `WrongUse` where `new_file` would: for a taken name, and a folder that is missing or cannot be written.

    A folder is not made: a misspelt one would hide the file.
    """
    if not target.parent.is_dir():
        raise WrongUse(
            _("There is no folder {folder}; make it first, or choose another place.").format(folder=target.parent)
        )
    check_free(target, force)
    check_writable(target)


def check_writable(target: Path) -> None:
    """Raise `WrongUse` where no file can be made in the folder of a name, or in the nearest one that there is."""
    folder = target.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        with TemporaryDirectory(dir=folder, prefix=".avtaleflyt-"):
            pass
    except OSError as error:
        raise _not_written(target, error) from error


def check_free(target: Path, force: bool = False) -> None:
    """Raise `WrongUse` for a taken name, unless `force`, and for a folder or device.

    Called before long work, so that nobody waits for a document that cannot be written.
    """
    try:
        mode = target.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        mode = stat.S_IFREG
    except OSError as error:  # a name that is too long, a link that leads to itself
        raise _not_written(target, error) from error
    if not stat.S_ISREG(mode):
        raise WrongUse(_("{path} is no file that can be written; choose another name.").format(path=target))
    if os.path.lexists(target) and not force:
        raise WrongUse(
            _("{path} is there already, and nothing is written over it. Choose another name, or add --force.").format(
                path=target
            )
        )


@contextmanager
def new_file(target: Path, force: bool = False) -> Iterator[Path]:
    """Give a draft beside a file to write to; it becomes the file at the end, and is gone after a failure.

    With `force`, it takes the place of what bears the name: of a link itself, never of what the link leads to. Raises
    `WrongUse` where a file is there already, also one that came while the draft was written, where its folder does not
    exist, and where nothing can be written.
    """
    check_target(target, force)
    try:
        with NamedTemporaryFile(
            dir=target.parent, prefix=".", suffix=f".unfinished{target.suffix}", delete=False
        ) as file:
            draft = Path(file.name)
    except OSError as error:
        raise _not_written(target, error) from error
    try:
        yield draft
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        _publish(draft, target, force)
    except OSError as error:
        raise _not_written(target, error) from error
    finally:
        draft.unlink(missing_ok=True)


def write_new(target: Path, content: bytes, force: bool = False) -> None:
    """Write bytes as `new_file` does."""
    with new_file(target, force) as draft:
        draft.write_bytes(content)


def same_file(one: Path, other: Path) -> bool:
    """Return whether two paths lead to the same file."""
    return one.exists() and other.exists() and one.samefile(other)


def _publish(draft: Path, target: Path, force: bool) -> None:
    if force:
        draft.replace(target)
        return
    try:
        os.link(draft, target)  # fails where the name is taken, which a rename does not
    except FileExistsError:
        check_free(target)
        raise
    except OSError:  # a drive without hard links, such as a memory stick or a share
        target.touch(exist_ok=False)
        draft.replace(target)


def _not_written(target: Path, error: OSError) -> WrongUse:
    return WrongUse(
        _("«{file}» could not be written: {reason}. Close it if it is open, or choose another place.").format(
            file=target, reason=translate(error.strerror or str(error))
        )
    )
