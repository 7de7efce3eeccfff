"""The invented coordinator of the demonstration."""

from pathlib import Path

from flows.application.access import Role
from flows.application.accounts import list_accounts
from flows.application.context import Context
from flows.application.demo_account import demo_coordinator
from flows.application.sign_in import SignInFault, sign_in
from flows.register import Register
from flows.settings import Settings


def test_the_coordinator_opens_the_workplace(register: Register, tmp_path: Path) -> None:
    """Each demonstration gives a password that works; the one before works no longer, and it is one account."""
    context = Context(Settings(_env_file=None, output=tmp_path), register)
    first, second = demo_coordinator(context), demo_coordinator(context)
    assert first is not None
    assert second is not None
    assert not isinstance(sign_in(context, *second, "", "127.0.0.1"), SignInFault)
    assert sign_in(context, *first, "", "127.0.0.1") is SignInFault.WRONG
    assert [one.grants for one in list_accounts(context)] == [((Role.COORDINATOR, "*"),)]


def test_a_real_register_gets_no_invented_person(register: Register, tmp_path: Path) -> None:
    """Where the settings name a database, the demonstration adds nobody."""
    settings = Settings(_env_file=None, output=tmp_path, database_url="postgresql://somewhere/avtaleflyt")
    assert demo_coordinator(Context(settings, register)) is None
    assert list_accounts(Context(settings, register)) == []
