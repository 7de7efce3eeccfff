"""Who may give which role where, and whose name events carry."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from flows.application.access import ROLES, Action, Actor, Role, allowed, scope_for
from flows.application.accounts import (
    add_account,
    close_account,
    get_account,
    give_role,
    list_accounts,
    reset_password,
    take_role,
)
from flows.application.api_keys import caller_of, list_keys, make_key, revoke_key
from flows.application.context import Context
from flows.errors import NotAllowed, NotFound, WrongUse
from flows.register import Batch, Register
from flows.register.account_schema import Account
from flows.register.actors import account_in, actor_label, is_same_person, name_in
from flows.register.batch_schema import BatchJob, JobKind
from flows.register.batches import open_job
from flows.register.schema import Event
from flows.settings import Settings
from tests.conftest import Clock

EXPECTED = {
    "see_agreements": {"coordinator", "hr", "archivist", "auditor"},
    "take_in": {"coordinator"},
    "hire": {"coordinator", "hr"},
    "approve": {"coordinator", "hr"},
    "send": {"coordinator", "hr"},
    "follow_up": {"coordinator", "hr"},
    "see_reviews": {"coordinator", "hr", "archivist", "auditor"},
    "review": {"coordinator"},
    "use_templates": {"coordinator", "administrator"},
    "put_templates_in_force": {"coordinator", "administrator"},
    "search": {"coordinator", "archivist", "auditor"},
    "get": {"coordinator", "archivist", "auditor"},
    "verify": {"archivist", "auditor", "administrator"},
    "export": {"archivist"},
    "hold": {"archivist"},
    "destroy": {"archivist"},
    "renew": {"archivist"},
    "decide": {"archivist"},
    "restrict": {"archivist"},
    "deliver": {"archivist"},
    "keep": {"archivist", "administrator"},
    "reindex": {"archivist", "administrator"},
    "backup": {"administrator"},
    "restore": {"administrator"},
    "operate": {"administrator"},
    "manage_accounts": {"administrator"},
    "manage_keys": {"administrator"},
    "read_log": {"auditor", "administrator"},
}
"""Which roles may do what: a second copy, written by hand."""


@pytest.fixture
def context(register: Register, tmp_path: Path) -> Context:
    """Give the context of the server, which may do everything."""
    return Context(Settings(_env_file=None, output=tmp_path), register)


def acting(context: Context, user_name: str, *grants: tuple[Role, str]) -> Context:
    """Add an account and act for it."""
    made, _password = add_account(context, user_name, f"{user_name.title()} Nordmann", "", grants)
    scopes = {role: "all" if place == "*" else frozenset({place}) for role, place in grants}
    return context.acting_as(Actor(made.id, made.name, scopes))  # type: ignore[arg-type]


def test_the_table_of_actions_is_as_written() -> None:
    """Each action, by each role, in its own municipality, another one, and everywhere."""
    assert {str(action) for action in Action} == set(EXPECTED)
    for action in Action:
        for role in Role:
            may = str(role) in EXPECTED[str(action)]
            assert (action in ROLES[role]) == may
            scoped, every = Actor("1", "A", {role: frozenset({"1804"})}), Actor("2", "B", {role: "all"})
            assert [allowed(scoped, action, place) for place in ("1804", "1806", None)] == [may, False, False]
            assert [allowed(every, action, place) for place in ("1804", "1806", None)] == [may, may, may]


def test_a_role_counts_where_it_was_given() -> None:
    """Coordinator here and auditor there: neither role reaches over."""
    actor = Actor("1", "A", {Role.COORDINATOR: frozenset({"1804"}), Role.AUDITOR: frozenset({"1806"})})
    assert scope_for(actor, Action.SEND) == frozenset({"1804"})
    assert scope_for(actor, Action.SEE_AGREEMENTS) == frozenset({"1804", "1806"})
    assert not allowed(actor, Action.SEND, "1806")
    assert not scope_for(Actor("1", "A", {}), Action.SEE_AGREEMENTS)


def test_events_name_the_person_and_not_the_server(context: Context) -> None:
    """The account's id and the name of that day; another name later is the same person."""
    administrator = acting(context, "kari", (Role.ADMINISTRATOR, "*"))
    made, _password = add_account(administrator, "ola", "Ola Vik", "", [(Role.HR, "1804")])
    with context.register.read() as session:
        events = session.execute(select(Event).order_by(Event.number)).scalars().all()
    assert [one.kind for one in events[-2:]] == ["account", "role"]
    assert events[-1].details == {"account": made.id, "role": "hr", "municipality": "1804"}
    assert administrator.actor is not None
    assert (account_in(events[-1].actor), name_in(events[-1].actor)) == (
        administrator.actor.account_id,
        "Kari Nordmann",
    )
    later = actor_label(administrator.actor.account_id, "Kari Ny")
    with context.register.read() as session:
        assert is_same_person(session, events[-1].actor, later)
        assert not is_same_person(session, actor_label("1", "Kari"), actor_label("2", "Kari"))
    assert account_in(actor_label("1", "Kari <2>")) == "1"


ON_OTHERS: dict[str, Callable[[Context, str], object]] = {
    "give": lambda context, one: give_role(context, one, Role.HR, "1806"),
    "take": lambda context, one: take_role(context, one, Role.HR, "1806"),
    "close": lambda context, one: close_account(context, one),
    "password": lambda context, one: reset_password(context, one),
}


@pytest.mark.parametrize("name", ON_OTHERS)
def test_an_administrator_of_one_municipality_reaches_no_further(context: Context, name: str) -> None:
    """An account that has a role elsewhere is closed by nobody from here, and its password stays."""
    here = acting(context, "lokal", (Role.ADMINISTRATOR, "1804"))
    both, _password = add_account(context, "begge", "Begge Steder", "", [(Role.HR, "1804"), (Role.HR, "1806")])
    with pytest.raises(NotAllowed):
        ON_OTHERS[name](here, both.id)
    elsewhere, _password = add_account(context, "borte", "Borte Vekk", "", [(Role.HR, "1806")])
    with pytest.raises(NotFound):
        ON_OTHERS[name](here, elsewhere.id)
    for place in ("1806", "*"):
        with pytest.raises(NotAllowed):
            add_account(here, "ny", "Ny Person", "", [(Role.HR, place)])
    with pytest.raises(NotAllowed):
        make_key(here, "HR-systemet", "hr", ["1804", "1806"], None)
    assert {one.user_name for one in list_accounts(here)} == {"lokal", "begge"}


def test_nobody_changes_their_own_roles_and_one_administrator_is_left(context: Context) -> None:
    """Not even two administrators in turn can leave none."""
    kari, ola = (acting(context, name, (Role.ADMINISTRATOR, "*")) for name in ("kari", "ola"))
    assert kari.actor is not None
    assert ola.actor is not None
    for change in (
        lambda: give_role(kari, kari.actor.account_id, Role.ARCHIVIST, "*"),
        lambda: take_role(kari, kari.actor.account_id, Role.ADMINISTRATOR, "*"),
        lambda: close_account(kari, kari.actor.account_id),
    ):
        with pytest.raises(NotAllowed):
            change()
    assert take_role(kari, ola.actor.account_id, Role.ADMINISTRATOR, "*")
    for server in (
        lambda one: take_role(context, one, Role.ADMINISTRATOR, "*"),
        lambda one: close_account(context, one),
    ):
        with pytest.raises(NotAllowed, match="siste administratoren"):
            server(kari.actor.account_id)
    assert get_account(context, kari.actor.account_id).grants == ((Role.ADMINISTRATOR, "*"),)


@pytest.mark.parametrize("user_name", ["", "x", "Å", "kari nordmann", "kari<script>", "k" * 62, "../kari", "ka\nri"])
def test_a_user_name_is_plain(context: Context, user_name: str) -> None:
    """Anything else is refused and leaves nothing."""
    with pytest.raises(WrongUse):
        add_account(context, user_name, "Kari Nordmann")
    assert list_accounts(context) == []


def test_roles_are_taken_with_the_account(context: Context, register: Register) -> None:
    """The same user name is taken once, and an unknown municipality never."""
    add_account(context, "kari", "Kari Nordmann", "", [(Role.HR, "1804")])
    with pytest.raises(WrongUse):
        add_account(context, "KARI", "En Annen")
    with pytest.raises(WrongUse, match="0000"):
        add_account(context, "ola", "Ola Vik", "", [(Role.HR, "0000")])
    with register.read() as session:
        assert len(session.execute(select(Account)).all()) == 1


def test_a_key_works_until_its_end_and_in_its_municipalities(context: Context, clock: Clock) -> None:
    """It is stored as a digest, notes when it was used, and stops when it is revoked or its last day is over."""
    made, key = make_key(context, "HR-systemet", "hr", ["1804"], date(2026, 12, 2))
    caller = caller_of(context, key)
    assert caller is not None
    assert (caller.account_id, scope_for(caller, Action.HIRE)) == (made.id, frozenset({"1804"}))
    assert not scope_for(caller, Action.MANAGE_KEYS)
    assert list_keys(context)[0].used_at == clock()
    assert caller_of(context, key + "x") is None
    clock.forward(days=2)
    assert caller_of(context, key) is None
    _other, second = make_key(context, "HR-systemet", "coordinator", ["*"], None)
    revoke_key(context, next(one.id for one in list_keys(context) if one.municipalities == ("*",)))
    assert caller_of(context, second) is None
    for wrong in (("x", "hr", ["1804"]), ("HR-systemet", "archivist", ["1804"]), ("HR-systemet", "hr", [])):
        with pytest.raises(WrongUse):
            make_key(context, *wrong, None)


@pytest.mark.parametrize(
    ("end", "stops"),
    [
        (lambda context, one: close_account(context, one), True),
        (lambda context, one: take_role(context, one, Role.COORDINATOR, "1804"), True),
        (lambda context, one: take_role(context, one, Role.ARCHIVIST, "1804"), False),
    ],
)
def test_work_that_somebody_asked_for_stops_with_their_role(
    context: Context, end: Callable[[Context, str], object], stops: bool
) -> None:
    """What is not sent yet stays approved, and anybody else can send it."""
    acting(context, "ada", (Role.ADMINISTRATOR, "*"))
    kari = acting(context, "kari", (Role.COORDINATOR, "1804"), (Role.ARCHIVIST, "1804"))
    assert kari.actor is not None
    with kari.register.write() as transaction:
        batch = Batch(source="workplace:upload", received_at=transaction.now)
        transaction.session.add(batch)
        transaction.session.flush()
        job, _new = open_job(transaction, batch.id, JobKind.SENDING, [])
    end(context, kari.actor.account_id)
    with context.register.read() as session:
        assert (session.get_one(BatchJob, job.id).stop_asked_at is not None) == stops
