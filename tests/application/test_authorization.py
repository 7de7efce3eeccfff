"""Roles: one table ties them to the accounts of the machine, and a person has what their roles have."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from flows.application import export_archive, keep_archive, quarantine, record_decisions, records
from flows.application.authorization import Action, require_role
from flows.application.context import Context
from flows.errors import NotAllowed, WrongUse
from flows.register.database import account, open_register
from flows.settings import Settings

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
    with pytest.raises(NotAllowed, match=r"AVTALEFLYT_ARCHIVE_ROLES\): archivist\."):
        require_role(Action.DECIDE, "ola", table)


def test_without_a_table_the_owner_of_the_machine_may_do_everything(tmp_path: Path) -> None:
    """An embedded set-up has one owner."""
    for action in Action:
        require_role(action, "hvem som helst", None)
    empty = tmp_path / "roles.toml"
    empty.write_text("")
    with pytest.raises(NotAllowed, match="ingen rolle"):  # a table without persons is a table
        require_role(Action.DESTROY, "hvem som helst", empty)


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


USE_CASES: dict[str, Callable[[Context, Path], object]] = {
    "search": lambda context, _folder: records.search_records(context, records.SearchQuery()),
    "reindex": lambda context, _folder: records.rebuild_search(context),
    "get": lambda context, folder: records.write_files(context, "x", folder),
    "verify": lambda context, _folder: records.verify_records(context),
    "export": lambda context, folder: export_archive.export_year(context, 2027, folder),
    "export audit": lambda context, folder: export_archive.export_audit_package(context, 2027, folder, public=False),
    "export records": lambda context, folder: export_archive.export_records(
        context, ["x"], folder, export_archive.ExportForm.BAGIT
    ),
    "hold": lambda context, _folder: record_decisions.hold_record(context, "x", "why"),
    "hold release": lambda context, _folder: record_decisions.release_hold(context, "x", "why"),
    "destroy set": lambda context, _folder: record_decisions.set_disposal(
        context, "x", "basis", date(2030, 1, 1), "why"
    ),
    "destroy request": lambda context, _folder: record_decisions.request_destruction(context, "x", "why"),
    "destroy": lambda context, _folder: record_decisions.destroy_record(context, "x", "why"),
    "restrict": lambda context, _folder: record_decisions.restrict_access(context, "x", "", "", "why"),
    "decide accept": lambda context, _folder: quarantine.accept_quarantined(context, "x", "why"),
    "decide refuse": lambda context, _folder: quarantine.refuse_quarantined(context, "x", "why"),
    "renew": lambda context, _folder: keep_archive.renew_proof(context, "x"),
    "backup": lambda context, folder: keep_archive.back_up(context, folder),
    "restore": lambda context, folder: keep_archive.restore(context, folder, unsigned=False, with_damage=False),
}


@pytest.mark.parametrize("name", USE_CASES)
def test_a_use_case_asks_for_the_role_itself(tmp_path: Path, table: Path, name: str) -> None:
    """Whoever calls it, a person without a role gets nothing done: nothing is opened, nothing is written."""
    context = Context(Settings(_env_file=None, output=tmp_path / "output", archive_roles=table))
    with pytest.raises(NotAllowed, match=rf"har ikke lov til dette \({name.split()[0]}\)"):
        USE_CASES[name](context, tmp_path / "folder")
    assert not (tmp_path / "output").exists()
    assert not (tmp_path / "folder").exists()


def test_every_action_has_a_use_case_that_asks_for_it() -> None:
    """No action on records is without a use case here, but for the nightly round and deliveries, whose commands ask."""
    of_pages = {"see_agreements", "take_in", "hire", "approve", "send", "follow_up", "see_reviews", "review"}
    of_pages |= {"use_templates", "put_templates_in_force", "operate", "manage_accounts", "manage_keys", "read_log"}
    assert {name.split()[0] for name in USE_CASES} == {str(action) for action in Action} - {
        "keep",
        "deliver",
    } - of_pages
