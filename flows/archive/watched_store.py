"""A store that reports how many blobs have been gone through, for those who watch long work on the whole archive."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from flows.archive.store import Store

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class WatchedStore(Store):
    """An open store; `report` is called with how many different blobs were read or put, and how many there are."""

    report: Report = lambda _done, _total: None
    total: int = 0
    _seen: set[str] = field(default_factory=set)

    def put(self, content: bytes) -> str:
        """Keep bytes, as `Store.put` does."""
        digest = Store.put(self, content)
        self._count(digest)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes of a blob, as `Store.get` does."""
        self._count(digest)
        return Store.get(self, digest)

    def stream(self, digest: str) -> Iterator[bytes]:
        """Yield a blob's bytes, as `Store.stream` does."""
        self._count(digest)
        return Store.stream(self, digest)

    def fault_in(self, copy: str, digest: str) -> str:
        """Recompute a blob's digest, as `Store.fault_in` does."""
        self._count(digest)
        return Store.fault_in(self, copy, digest)

    def _count(self, digest: str) -> None:
        self._seen.add(digest)
        self.report(min(len(self._seen), self.total), self.total)


def watched(store: Store, report: Report, total: int) -> Store:
    """Return the same store, which reports from here on."""
    return WatchedStore(store.primary, store.second, store.reading, report, total)
