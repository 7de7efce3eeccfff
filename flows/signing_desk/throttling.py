"""Patience: whoever does something too often is made to wait."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MISSES = 20
"""Links that lead nowhere, from one address in ten minutes."""
OPENINGS = 60
"""Times that one link is opened in a minute."""
_REMEMBERED = 10_000


@dataclass
class Patience:
    """Counts by key, in memory: at most `most` in any `within`. A desk that starts anew has forgotten them."""

    clock: Callable[[], datetime]
    most: int = MISSES
    within: timedelta = timedelta(minutes=10)
    counted: "OrderedDict[str, list[datetime]]" = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_over(self, key: str) -> bool:
        """Say whether that one must wait."""
        with self.lock:
            return len(self._recent(key)) >= self.most

    def count(self, key: str) -> None:
        """Count once more."""
        with self.lock:
            self.counted[key] = [*self._recent(key), self.clock()][-self.most :]
            self.counted.move_to_end(key)
            while len(self.counted) > _REMEMBERED:
                self.counted.popitem(last=False)

    def _recent(self, key: str) -> list[datetime]:
        since = self.clock() - self.within
        return [at for at in self.counted.get(key, []) if at > since]
