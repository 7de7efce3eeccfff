"""Sign-in at an OpenID Connect provider: the right person in, everything else out."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jwt
from sqlalchemy import select

from flows.register import Register
from flows.register.account_schema import Account, AccountSession, SignInAttempt
from flows.web.workplace.app import create_workplace
from tests.conftest import Clock
from tests.web.server import web_in_thread
from tests.web.workplace.browser import ADDRESS, Browser, workplace_context
from tests.web.workplace.oidc_provider import (
    CLIENT,
    CLIENT_ID,
    KEY,
    NATIONAL_ID,
    OTHER,
    TENANT,
    TestProvider,
    changed_claims,
)

SETTINGS = """
[test]
title = "Testkommunen"
issuer = "{issuer}"
client_id = "{client}"
private_key = "{key}"
key_id = "client"
tenant = "{tenant}"
acr = ["substantial", "high"]

[[test.roles]]
claim = "roles"
value = "Avtaleflyt.Koordinator"
role = "coordinator"
municipalities = ["1804"]
"""

OF_TOKENS = [*changed_claims(0), "alg_none", "alg_hs256", "other_key", "changed", "garbage", "no_id_token"]
OF_ANSWERS = ["denied", "state", "response_iss", "token_500", "token_html", "metadata_issuer"]


@dataclass
class Setup:
    """The workplace, and the provider that it uses."""

    app: FastAPI
    provider: TestProvider
    register: Register


@pytest.fixture(scope="module")
def provider() -> Iterator[TestProvider]:
    """Give a provider that runs, for all tests here."""
    made = TestProvider(Clock())
    with web_in_thread(made.app()) as address:
        made.issuer = address.replace("127.0.0.1", "localhost")
        yield made


@pytest.fixture
def setup(register: Register, clock: Clock, provider: TestProvider, tmp_path: Path) -> Setup:
    """Give the workplace, with the provider as it is when nothing is wrong."""
    provider.clock, provider.fault, provider.claims, provider.key = clock, "", {}, KEY
    key = tmp_path / "client.pem"
    key.write_bytes(CLIENT.as_pem(private=True))
    settings = tmp_path / "sign_in.toml"
    settings.write_text(SETTINGS.format(issuer=provider.issuer, client=CLIENT_ID, key=key, tenant=TENANT))
    context = workplace_context(register, tmp_path, sign_in=settings)
    return Setup(create_workplace(context), provider, register)


async def answer_of_provider(address: str) -> str:
    """Go to the provider's sign-in page; return where it sends the browser back to."""
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(verify=False)) as client:
        back: str = (await client.get(address)).headers["location"]
    return back


async def leave(browser: Browser, til: str = "/konto", confirm: str = "") -> str:
    """Go to the provider and come to where it sends the browser; return that path."""
    away = await browser.get("/logg-inn/test", params={"til": til, "bekreft": confirm or "0"})
    assert away.status_code == 303, away.text
    back = await answer_of_provider(away.headers["location"])
    assert back.startswith(f"{ADDRESS}/logg-inn/test/svar?")  # the address of the settings, whatever `Host` says
    return back.removeprefix(ADDRESS)


def sessions(register: Register) -> int:
    """Return how many sessions there are."""
    with register.read() as session:
        return len(session.execute(select(AccountSession.id_sha256)).all())


def test_the_right_person_comes_in(setup: Setup) -> None:
    """One sign-in: asked as the standard says, one account, its roles, and back to the page that was wanted."""

    async def run() -> None:
        browser = Browser(setup.app)
        away = await browser.get("/logg-inn/test", params={"til": "/konto"})
        asked = {name: value[0] for name, value in parse_qs(urlsplit(away.headers["location"]).query).items()}
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        assert (asked["acr_values"], asked["redirect_uri"]) == ("substantial high", f"{ADDRESS}/logg-inn/test/svar")
        answer = await browser.get(await leave(browser))
        assert (answer.status_code, answer.headers["location"]) == (303, "/konto")
        page = await browser.get("/konto")
        assert "Kari Koordinator" in page.text
        assert "Koordinator: Bodø" in page.text
        assertion = setup.provider.assertions[-1]
        assert assertion["aud"] == setup.provider.issuer
        assert assertion["exp"] - assertion["iat"] == 60
        again = await Browser(setup.app).get("/konto")
        assert again.status_code == 303

    asyncio.run(run())
    with setup.register.read() as session:
        account = session.execute(select(Account)).scalar_one()
    assert account.subject == f"{TENANT}/person-1"


@pytest.mark.parametrize("fault", [*OF_TOKENS, *OF_ANSWERS])
def test_what_is_not_exactly_right_stays_out(setup: Setup, fault: str) -> None:
    """One fault of the provider's answer, and nobody is signed in; the page says so without how."""

    async def run() -> None:
        browser = Browser(setup.app)
        setup.provider.fault = fault
        away = await browser.get("/logg-inn/test")
        if away.status_code == 303:
            back = await answer_of_provider(away.headers["location"])
            away = await browser.get(back.removeprefix(ADDRESS))
        assert away.status_code in (403, 503)
        assert "Innlogging" in away.text or "innlogging" in away.text
        assert "Traceback" not in away.text
        assert (await browser.get("/konto")).status_code == 303

    asyncio.run(run())
    assert sessions(setup.register) == 0


def test_an_answer_counts_once_in_its_browser(setup: Setup, clock: Clock) -> None:
    """A replayed answer, one from another browser, and one that comes too late stay out; two tabs both come in."""

    async def run() -> None:
        browser, thief = Browser(setup.app), Browser(setup.app)
        first, second = await leave(browser), await leave(browser)
        assert (await thief.get(first)).status_code == 403
        await thief.get("/logg-inn")
        assert (await thief.get(first)).status_code == 403
        for back in (first, second):  # two tabs
            assert (await browser.get(back)).status_code == 303
        assert (await browser.get(first)).status_code == 403
        late = await leave(browser)
        clock.forward(minutes=11)
        assert (await browser.get(late)).status_code == 403

    asyncio.run(run())
    assert sessions(setup.register) == 1  # the second tab's session took the place of the first one's


@pytest.mark.parametrize(
    "til",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil",
        "javascript:alert(1)",
        "/\t/evil",
        "",
        "x",
    ],
)
def test_the_way_back_is_local(setup: Setup, til: str) -> None:
    """No address of elsewhere is gone to after sign-in."""

    async def run() -> None:
        browser = Browser(setup.app)
        answer = await browser.get(await leave(browser, til))
        assert (answer.status_code, answer.headers["location"]) == (303, "/")

    asyncio.run(run())


def test_a_session_that_somebody_set_beforehand_is_not_used(setup: Setup) -> None:
    """The id changes at sign-in, so that a fixed one is worth nothing."""

    async def run() -> None:
        browser = Browser(setup.app, {"__Host-avtaleflyt": "fixed"})
        await browser.get(await leave(browser))
        assert browser.cookies["__Host-avtaleflyt"] != "fixed"
        assert (await Browser(setup.app, {"__Host-avtaleflyt": "fixed"}).get("/konto")).status_code == 303

    asyncio.run(run())


def test_a_fresh_sign_in_is_one(setup: Setup, clock: Clock) -> None:
    """Where a fresh one is asked for, a person who proved who they are long ago stays out."""

    async def run() -> None:
        browser = Browser(setup.app)
        back = await leave(browser, confirm="1")
        setup.provider.claims = {"auth_time": int(clock().timestamp()) - 3600}
        assert (await browser.get(back)).status_code == 403
        setup.provider.claims = {}
        assert (await browser.get(await leave(browser, confirm="1"))).status_code == 303

    asyncio.run(run())


def test_a_new_key_of_the_provider_is_read(setup: Setup) -> None:
    """Between two sign-ins the provider changes its key: the second comes in, too."""

    async def run() -> None:
        for key in (KEY, OTHER):
            setup.provider.key = key
            browser = Browser(setup.app)
            assert (await browser.get(await leave(browser))).status_code == 303

    asyncio.run(run())


def test_without_a_role_nothing_is_seen(setup: Setup) -> None:
    """A person whom the provider knows and the program gives no role gets their own page, and 403 elsewhere."""

    async def run() -> None:
        setup.provider.claims = {"roles": ["Something.Else"], "groups": ["x"] * 300}
        browser = Browser(setup.app)
        await browser.get(await leave(browser))
        assert (await browser.get("/konto")).status_code == 200
        refused = await browser.get("/brukere")
        assert (refused.status_code, "Kari Koordinator" in refused.text) == (403, True)

    asyncio.run(run())


def test_a_national_identity_number_is_kept_nowhere(
    setup: Setup, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What the provider sends as `pid` is in no table, file or log."""

    async def run() -> None:
        setup.provider.claims = {"pid": NATIONAL_ID}
        browser = Browser(setup.app)
        with caplog.at_level(logging.DEBUG):
            assert (await browser.get(await leave(browser))).status_code == 303

    asyncio.run(run())
    with setup.register.read() as session:
        assert session.execute(select(AccountSession.id_token)).scalar_one() is None
    assert NATIONAL_ID not in caplog.text
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in files)
    assert [path for path in files if NATIONAL_ID.encode() in path.read_bytes()] == []


def test_signing_out_ends_both_sessions(setup: Setup) -> None:
    """The session goes here, and the browser is sent to the provider's own sign-out with the id token as a hint."""

    async def run() -> None:
        browser = Browser(setup.app)
        await browser.get(await leave(browser))
        session = browser.cookies["__Host-avtaleflyt"]
        await browser.get("/konto")
        left = await browser.post("/logg-ut")
        assert f"{setup.provider.issuer}/logout?client_id={CLIENT_ID}" in left.text.replace("&amp;", "&")
        assert "id_token_hint=" in left.text
        assert (await Browser(setup.app, {"__Host-avtaleflyt": session}).get("/konto")).status_code == 303

    asyncio.run(run())


def logout_token(setup: Setup, **changes: object) -> str:
    """Return a logout token, with changes."""
    now = int(setup.provider.clock().timestamp())
    events: dict[str, object] = {"http://schemas.openid.net/event/backchannel-logout": {}}
    claims = {"iss": setup.provider.issuer, "aud": CLIENT_ID, "iat": now, "jti": "1", "sid": "s1", "events": events}
    said = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": "op1"}, said, KEY)


def test_the_provider_ends_sessions_here(setup: Setup) -> None:
    """Front channel and back channel end the sessions of a `sid`, without a cookie; forged ones end nothing."""

    async def run() -> None:
        async def signed_in() -> Browser:
            browser = Browser(setup.app)
            await browser.get(await leave(browser))
            return browser

        server, browser = Browser(setup.app), await signed_in()
        wrong: list[dict[str, object]] = [{"iss": "x"}, {"aud": "x"}, {"nonce": "x"}, {"events": {}}, {"sid": None}]
        wrong += [{"iat": 1}, {"jti": None}]
        for changes in wrong:
            refused = await server.post("/logg-ut/bakkanal/test", logout_token=logout_token(setup, **changes))
            assert refused.status_code == 400, changes
        await server.get("/logg-ut/frontkanal", params={"iss": "https://evil.example", "sid": "s1"})
        assert (await browser.get("/konto")).status_code == 200
        await server.get("/logg-ut/frontkanal", params={"iss": setup.provider.issuer, "sid": "s1"})
        assert (await browser.get("/konto")).status_code == 303
        browser = await signed_in()
        ended = await server.post("/logg-ut/bakkanal/test", logout_token=logout_token(setup))
        assert (ended.status_code, (await browser.get("/konto")).status_code) == (204, 303)
        browser = await signed_in()
        again = await server.post("/logg-ut/bakkanal/test", logout_token=logout_token(setup, exp=9_999_999_999))
        assert (again.status_code, (await browser.get("/konto")).status_code) == (400, 200)
        other = await server.post("/logg-ut/bakkanal/test", logout_token=logout_token(setup, jti="2"))
        assert (other.status_code, (await browser.get("/konto")).status_code) == (204, 303)

    asyncio.run(run())


def test_attempts_that_came_to_nothing_are_removed(setup: Setup, clock: Clock) -> None:
    """What was begun and left is gone after the next sign-in."""

    async def run() -> None:
        browser = Browser(setup.app)
        for _number in range(3):
            await leave(browser)
        clock.forward(minutes=20)
        await browser.get(await leave(browser))

    asyncio.run(run())
    with setup.register.read() as session:
        assert session.execute(select(SignInAttempt.provider)).all() == []
