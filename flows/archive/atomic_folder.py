"""Write a folder atomically: under a temporary name beside its target, renamed when it is complete."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.errors import WrongUse
from flows.language import translate as _


@contextmanager
def draft_of(folder: Path) -> Iterator[Path]:
    """Give a new folder `<folder>.unfinished` to write to; it becomes `folder` at the end, and is gone after a failure.

    What a run that was killed left there is removed by the next. Raises `WrongUse` where `folder` is there already.
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
