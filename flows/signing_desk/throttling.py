"""Rate limits in memory: who does something too often must wait."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MISSES = 20
"""Unknown links that one address may try in ten minutes."""
OPENINGS = 60
"""Times that one link may be opened in a minute."""
_REMEMBERED = 10_000


@dataclass
class AttemptLimiter:
    """Counts attempts by key, in memory: at most `most` in any period of `within`. A restart clears the counts."""

    clock: Callable[[], datetime]
    most: int = MISSES
    within: timedelta = timedelta(minutes=10)
    counted: "OrderedDict[str, list[datetime]]" = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_exceeded(self, key: str) -> bool:
        """Return whether the limit of a key is reached."""
        with self.lock:
            return len(self._recent(key)) >= self.most

    def count(self, key: str) -> None:
        """Count one attempt."""
        with self.lock:
            self.counted[key] = [*self._recent(key), self.clock()][-self.most :]
            self.counted.move_to_end(key)
            while len(self.counted) > _REMEMBERED:
                self.counted.popitem(last=False)

    def _recent(self, key: str) -> list[datetime]:
        since = self.clock() - self.within
        return [at for at in self.counted.get(key, []) if at > since]
