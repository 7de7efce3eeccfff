"""A store that reports how many blobs have been gone through, for those who watch long work on the whole archive."""

from collections.abc import Callable
from dataclasses import replace

from flows.archive.store import Store

Report = Callable[[int, int], None]


def watched(store: Store, report: Report, total: int) -> Store:
    """Return the same store; `report` is called with how many different blobs were used, at most `total`, and `total`.

    Whoever watched it before still does.
    """
    seen: set[str] = set()

    def count(digest: str) -> None:
        store.using(digest)
        seen.add(digest)
        report(min(len(seen), total), total)

    return replace(store, using=count)
