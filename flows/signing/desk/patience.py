"""Patience with strangers: whoever tries many links that lead nowhere is made to wait."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MISSES = 20
"""Links that lead nowhere, from one address, within the time below."""
WITHIN = timedelta(minutes=10)
_REMEMBERED = 10_000


@dataclass
class Patience:
    """Counts misses by address, in memory: a desk that starts anew has forgotten them."""

    clock: Callable[[], datetime]
    misses: "OrderedDict[str, list[datetime]]" = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_over(self, address: str) -> bool:
        """Say whether that address must wait."""
        with self.lock:
            return len(self._recent(address)) >= MISSES

    def missed(self, address: str) -> None:
        """Count one link that led nowhere."""
        with self.lock:
            self.misses[address] = [*self._recent(address), self.clock()][-MISSES:]
            self.misses.move_to_end(address)
            while len(self.misses) > _REMEMBERED:
                self.misses.popitem(last=False)

    def _recent(self, address: str) -> list[datetime]:
        since = self.clock() - WITHIN
        return [at for at in self.misses.get(address, []) if at > since]
