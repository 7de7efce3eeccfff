"""A person with an account and a shell on the server is one person, wherever two are wanted."""

from dataclasses import replace
from pathlib import Path

import pytest

from flows.application.access import Actor, Role
from flows.application.accounts import add_account, name_shell_user
from flows.application.context import Context
from flows.application.record_decisions import destroy_record, request_destruction, set_disposal
from flows.archive import open_store
from flows.archive.destruction import WAITING_TIME
from flows.errors import NotAllowed, WrongUse
from flows.register import Register
from flows.settings import Settings
from tests.archive.signed_agreements import archived
from tests.conftest import Clock


@pytest.fixture
def context(register: Register, tmp_path: Path) -> Context:
    """Give the context of somebody's commands on the server."""
    settings = Settings(_env_file=None, output=tmp_path / "output", trust_anchors=tmp_path / "anchors")
    return Context(settings, replace(register, actor="kari"), open_store((tmp_path / "store").as_uri()))


def archivist(context: Context, user_name: str, shell_user: str = "") -> Context:
    """Return a context that acts for the account of an archivist."""
    made, _password = add_account(context, user_name, user_name.title(), "", [(Role.ARCHIVIST, "*")])
    if shell_user:
        name_shell_user(context, made.id, shell_user)
    return context.acting_as(Actor(made.id, made.name, {Role.ARCHIVIST: "all"}))


def test_who_asked_on_the_server_cannot_release_at_the_workplace(context: Context, clock: Clock) -> None:
    """Nor the other way round, nor with a second account of the same person; somebody else can."""
    record = archived(context.register, context.store, context.anchors)
    set_disposal(context, record.id, "Kassasjonsreglene", context.today, "regler")
    own, second, other = (
        archivist(context, name, shell) for name, shell in (("kari.n", "kari"), ("kari.2", "kari"), ("ola.v", ""))
    )
    request_destruction(context, record.id, "ryddes")
    clock.forward(seconds=int(WAITING_TIME.total_seconds()))
    for same in (context, own, second):
        with pytest.raises(NotAllowed, match="av en annen"):
            destroy_record(same, record.id, "ryddes")
    assert destroy_record(other, record.id, "ryddes")


def test_who_may_say_so(context: Context) -> None:
    """Names of users alone; and nobody undoes it for themselves."""
    made, _password = add_account(context, "kari.n", "Kari N", "", [(Role.ADMINISTRATOR, "*")])
    with pytest.raises(WrongUse):
        name_shell_user(context, made.id, "kari <script>")
    own = context.acting_as(Actor(made.id, made.name, {Role.ADMINISTRATOR: "all"}))
    with pytest.raises(NotAllowed):
        name_shell_user(own, made.id, "noen")
    name_shell_user(context, made.id, "kari")
    with pytest.raises(NotAllowed):
        name_shell_user(context, made.id, "")
