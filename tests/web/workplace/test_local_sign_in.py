"""Local accounts at the door: passwords, codes, limits, and how sessions begin and end."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from fastapi import FastAPI
from sqlalchemy import select, text

from flows.application.access import Role
from flows.application.accounts import close_account
from flows.application.context import Context
from flows.application.sign_in import SignInFault
from flows.application.sign_in import sign_in as use_case
from flows.register import Register
from flows.register.account_schema import HeldForm
from flows.register.account_sessions import IDLE
from flows.web.workplace.app import create_workplace
from flows.web.workplace.sign_in_redirects import local_path
from tests.conftest import Clock
from tests.web.workplace.browser import OWN, PASSWORD, Browser, Person, person, signed_in, workplace_context


@pytest.fixture
def app(register: Register, tmp_path: Path) -> FastAPI:
    """Give the workplace."""
    return create_workplace(workplace_context(register, tmp_path))


@pytest.fixture
def kari(app: FastAPI) -> Person:
    """Give an administrator."""
    return person(app.state.context, "kari", (Role.ADMINISTRATOR, "*"))


async def sign_in(browser: Browser, user_name: str, password: str, code: str = "", til: str = "/brukere") -> int:
    """Fill in the sign-in page; return the status of the answer."""
    await browser.get("/logg-inn", params={"til": til})
    answer = await browser.post("/logg-inn", brukernavn=user_name, passord=password, kode=code, til=til)
    assert PASSWORD not in answer.text
    return answer.status_code


def test_the_right_password_opens_and_wrong_ones_look_alike(app: FastAPI, kari: Person) -> None:
    """A wrong password, an unknown user and a closed account get the same page."""
    other = person(app.state.context, "ola", (Role.HR, OWN))
    close_account(app.state.context, other.id)

    async def run() -> None:
        browser = Browser(app)
        pages = []
        for user_name, password in (("kari", "feil passord her"), ("ukjent", PASSWORD), ("ola", PASSWORD)):
            await browser.get("/logg-inn")
            answer = await browser.post("/logg-inn", brukernavn=user_name, passord=password, til="/")
            assert answer.status_code == 422
            pages.append(answer.text.replace(user_name, ""))
        assert len(set(pages)) == 1
        assert await sign_in(browser, " KARI ", PASSWORD) == 303
        assert (await browser.get("/brukere")).status_code == 200

    asyncio.run(run())


def test_guessing_is_slowed_down(app: FastAPI, kari: Person, clock: Clock) -> None:
    """After five wrong tries even the right password waits; after some minutes it works."""

    async def run() -> None:
        browser = Browser(app)
        statuses = [await sign_in(browser, "kari", f"feil passord {number}") for number in range(6)]
        assert statuses == [422] * 5 + [429]
        assert await sign_in(browser, "kari", PASSWORD) == 429
        clock.forward(minutes=4)
        assert await sign_in(browser, "kari", PASSWORD) == 303
        for number in range(25):  # from one address, whatever the name
            last = await sign_in(Browser(app), f"navn{number}", "feil passord her")
        assert last == 429

    asyncio.run(run())
    with app.state.context.register.read() as session:
        buckets = str(session.execute(text("SELECT bucket FROM provider_pace")).all())
    assert "navn" not in buckets


def test_an_office_behind_one_address_signs_in(app: FastAPI, kari: Person) -> None:
    """Right passwords are no tries: limits are for wrong ones."""

    async def run() -> None:
        assert [await sign_in(Browser(app), "kari", PASSWORD) for _number in range(30)] == [303] * 30

    asyncio.run(run())


def test_no_stranger_keeps_a_person_out(app: FastAPI, kari: Person) -> None:
    """Whoever knows a user name uses up what their own address may try, and no more."""
    context = app.state.context
    tries = {answer_of(context, "203.0.113.9") for _number in range(100)}
    assert tries == {SignInFault.WRONG, SignInFault.TOO_OFTEN}
    assert not isinstance(use_case(context, "kari", PASSWORD, "", "198.51.100.7"), SignInFault)
    many = [answer_of(context, f"203.0.113.{number}") for number in range(100)]
    assert many.count(SignInFault.WRONG) < 60  # many addresses together have a limit, too


def answer_of(context: Context, address: str) -> object:
    """Return what comes of a wrong password from an address."""
    return use_case(context, "kari", "feil passord her", "", address)


def test_a_one_time_code_is_asked_for_and_counts_once(app: FastAPI, kari: Person, clock: Clock) -> None:
    """Set up on the person's own page; afterwards the password alone does not do, nor the same code twice."""

    async def run() -> None:
        browser = signed_in(app, kari)
        page = await browser.get("/konto/engangskoder")
        secret = re.search(r'name="hemmelighet" value="(\w+)"', page.text)
        assert secret is not None

        def code() -> str:
            import base64

            totp = TOTP(base64.b32decode(secret[1]), 6, SHA1(), 30)
            return totp.generate(int(clock().timestamp())).decode()

        assert (await browser.post("/konto/engangskoder", hemmelighet=secret[1], kode="000000")).status_code == 422
        assert (await browser.post("/konto/engangskoder", hemmelighet=secret[1], kode=code())).status_code == 303
        assert await sign_in(Browser(app), "kari", PASSWORD) == 422
        assert await sign_in(Browser(app), "kari", PASSWORD, code()) == 422  # used already
        clock.forward(seconds=30)
        assert await sign_in(Browser(app), "kari", PASSWORD, code()) == 303
        with app.state.context.register.read() as session:
            stored = session.execute(text("SELECT totp_secret FROM account")).scalar_one()
        assert secret[1] not in stored

    asyncio.run(run())


def test_a_session_ends_when_idle_and_at_its_latest(app: FastAPI, kari: Person, clock: Clock) -> None:
    """Half an hour without a request ends it; two hours end it whatever is done."""

    async def run() -> None:
        browser = signed_in(app, kari)
        for _number in range(5):
            clock.now += IDLE - timedelta(minutes=7)
            assert (await browser.get("/konto")).status_code == 200
        clock.now += timedelta(minutes=6)
        assert (await browser.get("/konto")).status_code == 303  # 121 minutes
        again = signed_in(app, person(app.state.context, "per"))
        clock.now += IDLE
        assert (await again.get("/konto")).status_code == 303

    asyncio.run(run())


def test_a_form_after_the_end_is_held_and_not_sent(app: FastAPI, kari: Person, clock: Clock) -> None:
    """What was filled in comes back after sign-in, in that browser and for that account; nothing was done meanwhile."""
    subject = person(app.state.context, "bodo", (Role.HR, OWN))
    address = f"/brukere/{subject.id}/roller"

    async def run() -> None:
        browser = signed_in(app, kari)
        await browser.get(f"/brukere/{subject.id}")
        clock.forward(minutes=31)
        answer = await browser.post(address, rolle="auditor", kommune="1806", passord="hemmelig-verdi")
        assert answer.status_code == 303
        til = re.search(r"til=([^&]+)", answer.headers["location"])
        assert til is not None
        path = til[1].replace("%2F", "/")
        assert path.startswith("/fortsett/")
        assert (await signed_in(app, person(app.state.context, "tyv")).get(path)).status_code == 404
        assert await sign_in(browser, "kari", PASSWORD, til=path) == 303
        page = await browser.get(path)
        assert (page.status_code, "1806" in page.text, "hemmelig-verdi" in page.text) == (200, True, False)
        assert "Revisor (" not in (await browser.get("/brukere")).text
        await browser.get(path)
        assert (await browser.post(address, rolle="auditor", kommune="1806")).status_code == 303
        assert "Revisor (Narvik)" in (await browser.get("/brukere")).text
        clock.forward(minutes=16)
        assert (await browser.get(path)).status_code == 404

    asyncio.run(run())
    with app.state.context.register.read() as session:
        assert "1806" not in session.execute(select(HeldForm.content)).scalar_one()


def test_roles_need_a_fresh_sign_in(app: FastAPI, kari: Person, clock: Clock) -> None:
    """A quarter of an hour after sign-in, giving a role asks for the password again and keeps what was filled in."""
    subject = person(app.state.context, "bodo", (Role.HR, OWN))

    async def run() -> None:
        browser = signed_in(app, kari)
        clock.forward(minutes=15)
        await browser.get(f"/brukere/{subject.id}")
        answer = await browser.post(f"/brukere/{subject.id}/roller", rolle="auditor", kommune=OWN)
        assert (answer.status_code, "bekreft=1" in answer.headers["location"]) == (303, True)
        page = await browser.get(answer.headers["location"])
        assert "Bekreft at det er deg" in page.text

    asyncio.run(run())


def test_htmx_is_told_to_go_to_the_sign_in_page(app: FastAPI) -> None:
    """A part of a page is never filled with the sign-in page."""

    async def run() -> None:
        answer = await Browser(app).get("/konto", headers={"HX-Request": "true"})
        assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/logg-inn?til=%2Fkonto")

    asyncio.run(run())


def test_signing_out_takes_the_session(app: FastAPI, kari: Person) -> None:
    """The same cookie opens nothing afterwards."""

    async def run() -> None:
        browser = signed_in(app, kari)
        await browser.get("/konto")
        assert (await browser.post("/logg-ut")).status_code == 303
        assert (await signed_in(app, kari).get("/konto")).status_code == 303

    asyncio.run(run())


def test_the_cookie_is_for_this_host_and_out_of_reach_of_scripts(app: FastAPI, kari: Person) -> None:
    """`__Host-`, Secure, HttpOnly, Lax, and a new id at every sign-in."""

    async def run() -> list[str]:
        given = []
        for _number in range(2):
            browser = Browser(app)
            await browser.get("/logg-inn")
            answer = await browser.post("/logg-inn", brukernavn="kari", passord=PASSWORD, til="/")
            given.append(next(one for one in answer.headers.get_list("set-cookie") if "innlogging" not in one))
        return given

    one, other = asyncio.run(run())
    assert re.fullmatch(r"__Host-avtaleflyt=[\w-]{43}; HttpOnly; Path=/; SameSite=lax; Secure", one)
    assert one != other


@pytest.mark.parametrize("given", ["//x", "/\\x", "https://x", "", "x", "/a\\b", "/a\r\nSet-Cookie: x", "/logg-inn"])
def test_what_leads_elsewhere_leads_to_the_overview(given: str) -> None:
    """The way back is a path of this site."""
    assert local_path(given) == "/"


def test_a_local_path_is_kept() -> None:
    """With its query."""
    assert local_path("/avtaler?side=2&sorter=-frist") == "/avtaler?side=2&sorter=-frist"
