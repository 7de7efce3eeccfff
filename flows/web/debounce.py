"""Run the collecting flow soon after a webhook, once for a burst of them.

Webhooks come in crowds: after the first one a moment passes before the round begins, and what comes meanwhile is in it;
what comes during a round starts one more. A round that fails is no loss: the sweep finds everything.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flows.errors import AvtaleflytError

_log = logging.getLogger(__name__)
MOMENT = 2.0
"""Seconds that a round waits for more webhooks."""


@contextmanager
def debounced(collect: Callable[[], object], moment: float = MOMENT) -> Iterator[Callable[[], None]]:
    """Give what webhooks call to have `collect` run soon; one round at a time, until the block ends."""
    wanted, done = threading.Event(), threading.Event()

    def run() -> None:
        while True:
            wanted.wait()
            if done.wait(moment):
                return
            wanted.clear()
            try:
                collect()
            except AvtaleflytError as error:
                _log.warning("A round of collecting after a webhook did not succeed: %s", error)
            except Exception:  # noqa: BLE001 - whatever it was, webhooks must go on being taken
                _log.warning("A round of collecting after a webhook broke off; the sweep goes on.")

    thread = threading.Thread(target=run, name="hurry", daemon=True)
    thread.start()
    try:
        yield wanted.set
    finally:
        done.set()
        wanted.set()
        thread.join(30)
