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

    The rest of a killed run is removed by the next. Raises `WrongUse` if `folder` exists.
    """
    if folder.exists():
        raise WrongUse(_("{folder} is there already: an export is never written over another.").format(folder=folder))
    draft = folder.with_name(folder.name + ".unfinished")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        yield draft
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
