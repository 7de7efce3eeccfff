"""A database server that is away when the register is opened: told as away, and waited for by runs."""

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from flows.application.context import Context
from flows.application.host_check import await_register
from flows.application.outages import Patience
from flows.errors import ComponentMissing, RegisterUnreachable
from flows.register import open_register
from flows.settings import Settings


def behind(door: Path, url: str) -> str:
    """Return the address of a database whose server's folder is known by a link that may be missing."""
    address = make_url(url)
    if not door.is_symlink():
        door.symlink_to(str(address.query["host"]))
    return address.set(query={"host": str(door)}).render_as_string(hide_password=False)


def test_a_server_that_is_away_is_told_as_away(tmp_path: Path, postgres_url: str) -> None:
    """Its sentence names the setting, too: the server may be another one."""
    url = behind(tmp_path / "door", postgres_url)
    (tmp_path / "door").unlink()
    with pytest.raises(RegisterUnreachable, match=r"svarer ikke.*AVTALEFLYT_DATABASE_URL"):
        open_register(url)


def test_a_server_that_answers_and_refuses_is_wrong_set_up(postgres_url: str) -> None:
    """To wait for it would not help."""
    nobody = make_url(postgres_url).set(username="nobody_at_all").render_as_string(hide_password=False)
    with pytest.raises(ComponentMissing, match="AVTALEFLYT_DATABASE_URL"):
        open_register(nobody)


def test_a_run_waits_for_a_server_that_starts_anew(tmp_path: Path, postgres_url: str) -> None:
    """A run that begins in these seconds is no failed run."""
    door = tmp_path / "door"
    url = behind(door, postgres_url)
    door.unlink()
    pauses = []

    def comes_back(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            behind(door, postgres_url)

    context = Context(Settings(_env_file=None, database_url=url))
    await_register(context, Patience(60, comes_back, clock=lambda: sum(pauses)))
    assert len(pauses) == 2
    with context.register.read() as session:
        assert session.connection().dialect.name == "postgresql"
    context.register.close()


def test_a_run_waits_no_longer_than_it_may(tmp_path: Path, postgres_url: str) -> None:
    """Then it fails, with the sentence of an outage."""
    url = behind(tmp_path / "door", postgres_url)
    (tmp_path / "door").unlink()
    pauses: list[float] = []
    context = Context(Settings(_env_file=None, database_url=url))
    with pytest.raises(RegisterUnreachable):
        await_register(context, Patience(60, pauses.append, clock=lambda: sum(pauses)))
    assert 30 < sum(pauses) <= 60
