"""A person's calendar address: shown once, of what they may see, and void when that changes."""

import asyncio
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import delete

from flows.application.access import Role
from flows.application.calendar_feeds import UNSEEN, narrow_feeds, read_feed
from flows.application.context import Context
from flows.register import Register
from flows.register.account_schema import RoleGrant
from flows.register.accounts import disable, give_role, take_role
from flows.register.database import Transaction
from flows.review import keep_dates
from flows.web.workplace.app import create_workplace
from tests.agreements.cases import alis_case
from tests.conftest import Clock
from tests.review.archived import archive
from tests.web.workplace.browser import OTHER, OWN, Browser, Person, person, signed_in, workplace_context


@pytest.fixture
def context(register: Register, tmp_path: Path) -> Context:
    """Give a context."""
    return workplace_context(register, tmp_path)


@pytest.fixture
def app(context: Context) -> FastAPI:
    """Give the workplace."""
    return create_workplace(context)


def token_for(app: FastAPI, who: Person) -> str:
    """Make the person's address on the account page; return its token."""

    async def make() -> str:
        browser: Browser = signed_in(app, who)
        assert "Kalender" in (await browser.get("/konto")).text
        page = (await browser.post("/konto/kalender")).text
        found = re.search(r"https://avtaler\.kommune\.example/calendar/([\w-]+)\.ics", page)
        assert found is not None
        assert found[1] not in (await browser.get("/konto")).text
        return found[1]

    return asyncio.run(make())


def places(context: Context, token: str) -> set[str] | None:
    """Return the municipalities of the feed's dates; None where the address leads nowhere."""
    content = read_feed(context, token)
    return None if content is None else set(re.findall(r"LOCATION:(\w+)", content.decode()))


def two_agreements(register: Register) -> None:
    """Archive an agreement of each of two municipalities, with their reviews."""
    archive(register, "alis", alis_case(), date(2026, 5, 17))
    archive(register, "alis", alis_case(kommunenr=OTHER, kommune_navn="Narvik"), date(2026, 5, 17))
    keep_dates(register)


def test_it_shows_what_its_person_may_see(context: Context, app: FastAPI, register: Register) -> None:
    """One municipality for one, both for another; a new address voids the old one."""
    two_agreements(register)
    kari = person(context, "kari", (Role.COORDINATOR, OWN))
    anna = person(context, "anna", (Role.AUDITOR, "*"))
    first = token_for(app, kari)
    assert places(context, first) == {"Bodø"}
    assert places(context, token_for(app, anna)) == {"Bodø", "Narvik"}
    second = token_for(app, kari)
    assert (places(context, first), places(context, second)) == (None, {"Bodø"})


def _taken(transaction: Transaction, who: Person) -> None:
    take_role(transaction, who.id, Role.COORDINATOR, OWN)


def _closed(transaction: Transaction, who: Person) -> None:
    disable(transaction, who.id, disabled=True)


@pytest.mark.parametrize("change", [_taken, _closed])
def test_it_ends_with_the_rights(context: Context, app: FastAPI, change: Callable[[Transaction, Person], None]) -> None:
    """A role that is taken and an account that is closed."""
    kari = person(context, "kari", (Role.COORDINATOR, OWN))
    token = token_for(app, kari)
    assert places(context, token) is not None
    with context.register.write() as transaction:
        change(transaction, kari)
    assert places(context, token) is None


def test_a_sign_in_narrows_it_and_a_long_absence_rests_it(
    context: Context, app: FastAPI, register: Register, clock: Clock
) -> None:
    """Claims of the provider count at each sign-in; sixty days without one and nothing is shown."""
    two_agreements(register)
    kari = person(context, "kari", (Role.AUDITOR, "*"))
    token = token_for(app, kari)
    with context.register.write() as transaction:
        give_role(transaction, kari.id, Role.HR, OWN)
        transaction.session.execute(delete(RoleGrant).where(RoleGrant.role == Role.AUDITOR))  # a claim that is gone
        narrow_feeds(transaction, kari.id, [])
    assert places(context, token) == {"Bodø"}
    clock.now += UNSEEN + timedelta(days=1)
    assert places(context, token) is None
