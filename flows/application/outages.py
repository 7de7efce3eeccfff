"""Wait for what is away: provider, store or database.

What cannot succeed later either, such as a password that is refused, is not tried again.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from flows.errors import NotReached, ProviderUnreachable, RegisterUnreachable, StoreUnreachable

Result = TypeVar("Result")
OUTAGES = (RegisterUnreachable, StoreUnreachable, NotReached, ProviderUnreachable)
"""Failures that may be over by themselves. After each of them certainly nothing half is left."""
_FIRST, _LONGEST = 1.0, 30.0
_SPREAD = 0.3
"""By which share of itself a pause may be shorter, so that not everybody comes back at once; never longer."""


@dataclass
class Patience:
    """How long a run waits for what is away, in seconds from the first failure; whatever succeeds starts it anew.

    Threads may share it: once one has lost it, the others fail at once, and a run ends in time. `chance` gives numbers
    from 0 to 1 that shorten the pauses.
    """

    seconds: float
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    _away_since: float | None = field(default=None, repr=False)

    def through(self, work: Callable[[], Result]) -> Result:
        """Return what the work returns, repeated with growing pauses through an outage.

        The work must be safe to repeat. Raises what it raised last, once the patience is over.
        """
        pause = _FIRST
        while True:
            try:
                made = work()
            except OUTAGES:
                now = self.clock()
                self._away_since = now if self._away_since is None else self._away_since
                if now + pause > self._away_since + self.seconds:
                    raise
                self.sleep(pause * (1 - _SPREAD * self.chance()))
                pause = min(2 * pause, _LONGEST)
            else:
                self._away_since = None
                return made


NO_PATIENCE = Patience(0)
"""For callers with somebody waiting: what is away is told at once."""
