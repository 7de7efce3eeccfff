"""Pacing: no worker calls a provider faster than all of them together may."""

import time
from collections.abc import Callable

from flows.register import Register
from flows.register.pace import take_call

Pace = Callable[[], None]
"""Called before each call to a provider; returns when the call may be made."""


def no_pace() -> None:
    """Wait for nothing."""


def paced(
    register: Register, bucket: str, per_second: float, sleep: Callable[[float], None] = time.sleep, burst: float = 1
) -> Pace:
    """Return a pace that holds over every process on the same register."""

    def wait() -> None:
        while True:
            with register.write() as transaction:
                seconds = take_call(transaction, bucket, per_second, burst)
            if not seconds:
                return
            sleep(seconds)

    return wait
