"""Roles: one table ties them to the accounts of the machine, and a person has what their roles have."""

from pathlib import Path

import pytest

from flows.application.authorization import Action, require_role
from flows.errors import NotAllowed, WrongUse
from flows.register.database import account, open_register

TABLE = """
archivist = ["kari", "per"]
auditor = ["ola", "per"]
administrator = ["drift"]
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Give a table of roles."""
    path = tmp_path / "roles.toml"
    path.write_text(TABLE)
    return path


def test_a_person_may_do_what_their_roles_may(table: Path) -> None:
    """An auditor reads and changes nothing; an administrator reads no agreement; a stranger does nothing."""
    for verb, person in (("get", "ola"), ("destroy", "kari"), ("decide", "per"), ("backup", "drift")):
        require_role(Action(verb), person, table)
    forbidden = (("destroy", "ola"), ("get", "drift"), ("search", "drift"), ("backup", "kari"), ("search", "ukjent"))
    for verb, person in forbidden:
        with pytest.raises(NotAllowed, match=person):
            require_role(Action(verb), person, table)
    with pytest.raises(NotAllowed, match="takes archivist"):
        require_role(Action.DECIDE, "ola", table)


def test_without_a_table_the_owner_of_the_machine_may_do_everything() -> None:
    """An embedded set-up has one owner."""
    require_role(Action.DESTROY, "hvem som helst", None)


@pytest.mark.parametrize("content", ["archivist = kari", 'arkivar = ["kari"]', 'archivist = "kari"', None])
def test_a_table_that_cannot_be_read_lets_nobody_in(tmp_path: Path, content: str | None) -> None:
    """A mistake in the table is one sentence, and never a way in."""
    path = tmp_path / "roles.toml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(WrongUse):
        require_role(Action.SEARCH, "kari", path)


def test_an_account_is_what_the_system_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another name in the environment makes nobody another person: two people stay two."""
    before = account()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "en-annen")
    assert account() == before
    register = open_register(f"sqlite:///{tmp_path / 'register.db'}")
    assert register.actor == before
    register.close()
