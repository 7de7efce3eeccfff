"""Convert many documents in processes of our own, where none that fails, hangs or ends its process stops the others."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from flows.documents import Loss, convert
from flows.errors import DocumentRefused

PROCESSES = min(os.cpu_count() or 1, 4)
LIMIT = 120  # seconds for one document: of work for ours, of time for LibreOffice's
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Converted:
    """One document as we set it; `content` is empty and `note` says why where there is none."""

    name: str
    content: bytes = b""
    pages: int = 0
    lost: tuple[Loss, ...] = ()
    seconds: float = 0.0
    note: str = ""  # begins with "refused" or "crashed"


#: A Word file, LibreOffice's PDF of it or None, and the name that it is shown by.
Work = tuple[Path, Path | None, str]
#: Lays a converted document beside LibreOffice's PDF.
Compare = Callable[[Converted, Path | None], _Result]


def compare_all(work: Sequence[Work], compare: Compare[_Result]) -> list[_Result]:
    """Convert and compare each file; one that ends its process is a crash, and the others are begun again."""
    found: dict[str, _Result] = {}
    for processes in (PROCESSES, 1):
        rest = [item for item in work if item[2] not in found]
        with ProcessPoolExecutor(processes) as pool:
            for future, (_, _, name) in [(pool.submit(_compared, item, compare), item) for item in rest]:
                try:
                    found[name] = future.result()
                except BrokenProcessPool:
                    continue
    for item in work:
        _, peer, name = item
        if name not in found:
            with ProcessPoolExecutor(1) as pool:
                try:
                    found[name] = pool.submit(_compared, item, compare).result()
                except BrokenProcessPool:
                    found[name] = compare(Converted(name, note="crashed: the process ended"), peer)
    return list(found.values())


def _compared(item: Work, compare: Compare[_Result]) -> _Result:
    path, peer, name = item
    return compare(converted(path, name), peer)


def converted(path: Path, name: str) -> Converted:
    """Convert one file in at most `LIMIT` seconds of work; never raises."""
    started = time.perf_counter()
    signal.signal(signal.SIGPROF, _give_up)
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        pdf = convert(path.read_bytes())
    except DocumentRefused as refusal:
        return Converted(name, note=f"refused: {refusal}")
    except Exception as error:  # noqa: BLE001 - to count crashes is what this is for
        return Converted(name, note=f"crashed: {type(error).__name__}: {error}")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return Converted(name, pdf.content, pdf.pages, pdf.lost, time.perf_counter() - started)


def _give_up(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"no PDF after {LIMIT} seconds of work")
