"""Share the open requests between collectors that work at the same time: each asks about portions of its own.

A collector that falls silent loses its portion after a minute. What it had done is done; the rest is looked after in
the next round. Nothing is collected twice for that: archiving the same file again makes no second record.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flows.errors import AvtaleflytError
from flows.register import Register
from flows.register.open_requests import open_requests, unconfirmed_ends
from flows.register.request_leases import LEASE, claim, release, renew, round_start
from flows.register.schema import new_id
from flows.register.webhooks import hinted
from flows.signing.port import Provider

_SMALLEST, _LARGEST, _PORTIONS = 5, 40, 8

Portion = Sequence[str]
"""References of requests."""


def portions(register: Register, provider: Provider, hinted_only: bool = False) -> Iterator[Portion | None]:
    """Yield portions of the open requests until none is left that nobody has looked after in this round.

    None stands for all that a provider has to tell: of a queue, or where nothing is open. With `hinted_only`, only
    requests that a webhook has named are shared out; others are at work on the rest.
    """
    holder = new_id()
    with _kept(register, holder):
        if provider.capabilities.queue_polling:
            yield from _queue(register, provider, holder)
            return
        wanted = _wanted(register, provider, hinted_only)
        if not wanted:
            yield None
            return
        size = min(max(len(wanted) // _PORTIONS, _SMALLEST), _LARGEST)
        with register.coordinate() as session:
            began = register.clock() if hinted_only else round_start(session, register.clock())
        mine: list[str] = []
        try:
            while wanted:
                with register.coordinate() as session:
                    release(session, register.clock(), holder, mine)
                    mine = claim(session, register.clock(), holder, began, wanted, size)
                if not mine:
                    return
                wanted = wanted[wanted.index(mine[-1]) + 1 :]  # those before were taken now, or are another's
                yield mine
        finally:
            with register.coordinate() as session:
                release(session, register.clock(), holder, mine)


def _queue(register: Register, provider: Provider, holder: str) -> Iterator[None]:
    """Let one collector at a time read a queue."""
    subject = f"queue:{provider.name}"
    with register.coordinate() as session:
        mine = claim(session, register.clock(), holder, register.clock(), [subject], 1)
    if not mine:
        return
    try:
        yield None
    finally:
        with register.coordinate() as session:
            release(session, register.clock(), holder, mine)


def _wanted(register: Register, provider: Provider, hinted_only: bool) -> list[str]:
    with register.read() as session:
        requests = [*open_requests(session, provider.name), *unconfirmed_ends(session, provider.name, register.clock())]
        first = hinted(session, provider.name)
    if hinted_only:
        requests = [one for one in requests if one.provider_id in first]
    requests.sort(key=lambda one: one.provider_id not in first)
    return [one.reference for one in requests]


@contextmanager
def _kept(register: Register, holder: str) -> Iterator[None]:
    """Keep a collector's leases while the block lasts."""
    over = threading.Event()

    def extend() -> None:
        while not over.wait(LEASE.total_seconds() / 4):
            try:
                with register.coordinate() as session:
                    renew(session, register.clock(), holder)
            except AvtaleflytError:
                continue  # the database is away: the next time may be better

    keeper = threading.Thread(target=extend, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
