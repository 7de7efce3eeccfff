"""The log of reads is kept for as long as the settings say; that older reads were removed stands in the history."""

from pathlib import Path

from sqlalchemy import select

from flows.application.context import Context
from flows.application.keep_archive import empty_read_log
from flows.register import Event, Register
from flows.register.account_schema import ReadEntry
from flows.register.read_log import Reading, note_read
from flows.settings import Settings
from tests.conftest import Clock


def test_old_reads_are_removed(register: Register, clock: Clock, tmp_path: Path) -> None:
    """What is older than the months that are set goes; the rest stays, and a second round has nothing to do."""
    context = Context(Settings(_env_file=None, output=tmp_path, read_log_months=12), register)
    for kind, days in (("old", 0), ("new", 300), ("newest", 65)):
        clock.forward(days=days)
        with register.write() as transaction:
            note_read(transaction, "1", "Kari", Reading(kind))
    clock.forward(days=2)
    assert [empty_read_log(context), empty_read_log(context)] == [1, 0]
    with register.read() as session:
        assert set(session.scalars(select(ReadEntry.kind))) == {"new", "newest"}
        told = [one.why for one in session.scalars(select(Event).where(Event.kind == "reads_removed"))]
    assert told == ["innslag i innsynsloggen fra før 03.12.2026 ble fjernet: 1"]
