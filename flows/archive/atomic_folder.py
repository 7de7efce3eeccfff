"""Write a folder atomically: under a temporary name beside its target, renamed when it is complete."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.errors import WrongUse
from flows.language import translate as _


@contextmanager
def draft_of(folder: Path) -> Iterator[Path]:
    """Yield a new folder `<folder>.unfinished`; it is renamed to `folder` at the end, and removed after a failure.

    Raises `WrongUse` as `new_draft` does.
    """
    draft = new_draft(folder)
    try:
        yield draft
        check_absent(folder)  # another export may have finished meanwhile
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def new_draft(folder: Path) -> Path:
    """Make the folder `<folder>.unfinished`, and the folders above it, and return it.

    Raises `WrongUse` if `folder` exists. Raises it, too, if the draft exists: it may be written by another export at
    this moment, or hold what a person has put there, so it is never deleted.
    """
    check_absent(folder)
    draft = folder.with_name(folder.name + ".unfinished")
    try:
        draft.mkdir(parents=True)
    except FileExistsError:
        raise WrongUse(
            _(
                "{draft} is there already: another export is writing it, or one was stopped before it was finished."
                " Delete it if no export is running, or choose another name."
            ).format(draft=draft)
        ) from None
    return draft


def check_absent(folder: Path) -> None:
    """Raise `WrongUse` if the folder exists."""
    if folder.exists():
        raise WrongUse(_("{folder} is there already: an export is never written over another.").format(folder=folder))
