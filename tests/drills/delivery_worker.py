"""What the killed process does: one round of deliveries, passing named points."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from flows.application.context import Context
from flows.application.deliver_records import deliver_records
from flows.archive import open_store
from flows.delivery.archive_settings import ArchiveSettings
from flows.delivery.fiks import open_fiks_archive
from flows.errors import AvtaleflytError
from flows.register import open_register
from flows.settings import Settings
from tests.conftest import Clock
from tests.delivery.fiks_server import PASSWORD, HttpMailbox
from tests.delivery.throw_away_keys import PASSWORD as PASSPHRASE
from tests.drills.breaking import BreakableRegister, BreakableSession, Points


@dataclass(frozen=True)
class RoundOrder:
    """Where a process delivers, at which instant, and the point at which it dies."""

    address: str
    folder: Path
    now: datetime
    settings: ArchiveSettings
    kill_at: str = ""
    log: Path | None = None


def deliver_round(order: RoundOrder) -> None:
    """Run one round, and die at a point if one is named."""
    with delivering_context(order) as (_context, deliver), suppress(AvtaleflytError):
        deliver()


@contextmanager
def delivering_context(order: RoundOrder) -> Iterator[tuple[Context, Callable[[], object]]]:
    """Give a context that delivers to the server of another process, and what runs a round in it."""
    clock, points = Clock(order.now), Points(order.kill_at, order.log)
    opened = open_register(f"sqlite:///{order.folder / 'register.db'}", clock, actor="drill")
    parts = (opened.engine, opened.clock, opened.actor, opened.signer, points)
    register = BreakableRegister(*parts)
    session = BreakableSession(points)
    archive = open_fiks_archive(
        order.settings,
        PASSWORD,
        PASSPHRASE,
        clock,
        session,
        lambda _token: HttpMailbox(order.address, lambda: BreakableSession(points)),
    )
    store = open_store((order.folder / "lager").as_uri())
    context = Context(Settings(output=order.folder), register, store, archive_system=replace(archive))
    context.archive_settings = order.settings

    def wait(seconds: float) -> None:
        clock.now += timedelta(seconds=max(seconds, 0.001))

    try:
        yield context, lambda: deliver_records(context, wait)
    finally:
        session.close()
        opened.close()
