"""Limit the rate of provider calls across all workers."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flows.register import Register
from flows.register.rate_limit import poll_after, record_poll_after, take_call

Pace = Callable[[], None]
"""Called before each call to a provider; returns when the call may be made."""


def no_pace() -> None:
    """Wait for nothing."""


def rate_limited(
    register: Register, bucket: str, per_second: float, sleep: Callable[[float], None] = time.sleep, burst: float = 1
) -> Pace:
    """Return a pace that holds over every process on the same register."""

    def wait() -> None:
        while True:
            with register.coordinate() as session:
                seconds = take_call(session, register.clock(), bucket, per_second, burst)
            if not seconds:
                return
            sleep(seconds)

    return wait


class PollTimes(Protocol):
    """Keeps when a provider's queue may be asked again."""

    def after(self) -> datetime | None:
        """Return the instant before which nobody asks, or None."""
        ...

    def keep(self, when: datetime) -> None:
        """Keep that instant."""
        ...


@dataclass
class OwnPollTimes:
    """Poll times of one process alone."""

    when: datetime | None = None

    def after(self) -> datetime | None:
        """Return the instant before which nobody asks, or None."""
        return self.when

    def keep(self, when: datetime) -> None:
        """Keep that instant."""
        self.when = when


@dataclass(frozen=True)
class SharedPollTimes:
    """Poll times of every process on a register; they outlive restarts."""

    register: Register
    bucket: str

    def after(self) -> datetime | None:
        """Return the instant before which nobody asks, or None."""
        with self.register.read() as session:
            return poll_after(session, self.bucket)

    def keep(self, when: datetime) -> None:
        """Keep that instant."""
        with self.register.write() as transaction:
            record_poll_after(transaction, self.bucket, when)
