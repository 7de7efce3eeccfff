"""Every route has its guard, and answers each role, method and municipality as the table here says."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import text

from flows.application.access import Role
from flows.register import Register
from flows.register.agreements import get_agreement
from flows.web.workplace.app import PUBLIC, create_workplace
from flows.web.workplace.guards import RoleGuard
from tests.signing.paper_provider import approved_agreement
from tests.web.workplace.browser import OTHER, OWN, Browser, Person, person, signed_in, workplace_context

COORDINATOR, HR, ARCHIVIST, AUDITOR, ADMINISTRATOR = "coordinator", "hr", "archivist", "auditor", "administrator"
EVERY = {COORDINATOR, HR, ARCHIVIST, AUDITOR, ADMINISTRATOR}
NOBODY: set[str] = set()
READERS = {COORDINATOR, HR, ARCHIVIST, AUDITOR}
SEARCHERS = {COORDINATOR, ARCHIVIST, AUDITOR}
SENDERS = {COORDINATOR, HR}

ROUTES: dict[tuple[str, str], set[str] | None] = {
    ("GET", "/static/{digest}/{name}"): None,
    ("GET", "/logg-inn"): None,
    ("POST", "/logg-inn"): None,
    ("GET", "/logg-inn/{provider}"): None,
    ("GET", "/logg-inn/{provider}/svar"): None,
    ("GET", "/logg-ut/frontkanal"): None,
    ("POST", "/logg-ut/bakkanal/{provider}"): None,
    ("GET", "/logget-ut"): None,
    ("GET", "/tilgjengelighet"): None,
    ("GET", "/personvern"): None,
    ("GET", "/om"): None,
    ("GET", "/hjelp"): None,
    ("GET", "/hjelp/{name}"): None,
    ("GET", "/hjelp/bilder/{name}"): None,
    ("GET", "/"): EVERY,
    ("POST", "/logg-ut"): EVERY,
    ("POST", "/forleng"): EVERY,
    ("GET", "/fortsett/{token}"): EVERY,
    ("GET", "/konto"): EVERY,
    ("POST", "/konto/sprak"): EVERY,
    ("POST", "/konto/passord"): EVERY,
    ("POST", "/konto/kalender"): READERS,
    ("POST", "/konto/kalender/trekk"): READERS,
    ("GET", "/konto/engangskoder"): EVERY,
    ("POST", "/konto/engangskoder"): EVERY,
    ("GET", "/brukere"): {ADMINISTRATOR},
    ("GET", "/brukere/ny"): {ADMINISTRATOR},
    ("POST", "/brukere/ny"): {ADMINISTRATOR},
    ("GET", "/brukere/{account_id}"): {ADMINISTRATOR},
    ("POST", "/brukere/{account_id}/roller"): {ADMINISTRATOR},
    ("POST", "/brukere/{account_id}/roller/ta"): {ADMINISTRATOR},
    ("POST", "/brukere/{account_id}/steng"): {ADMINISTRATOR},
    ("POST", "/brukere/{account_id}/apne"): {ADMINISTRATOR},
    ("POST", "/brukere/{account_id}/passord"): {ADMINISTRATOR},
    ("POST", "/brukere/{account_id}/skall"): {ADMINISTRATOR},
    ("GET", "/nokler"): {ADMINISTRATOR},
    ("GET", "/nokler/ny"): {ADMINISTRATOR},
    ("POST", "/nokler/ny"): {ADMINISTRATOR},
    ("POST", "/nokler/{key_id}/trekk"): {ADMINISTRATOR},
    ("GET", "/drift"): {ADMINISTRATOR},
    ("POST", "/drift/leverandor"): {ADMINISTRATOR},
    ("POST", "/drift/epost"): {ADMINISTRATOR},
    ("POST", "/drift/kjor"): {ADMINISTRATOR},
    ("GET", "/maler"): {COORDINATOR, ADMINISTRATOR},
    ("POST", "/maler"): {COORDINATOR, ADMINISTRATOR},
    ("GET", "/maler/gjeldende/{kind}.{form}"): {COORDINATOR, ADMINISTRATOR},
    ("GET", "/maler/{template_id}"): {COORDINATOR, ADMINISTRATOR},
    ("GET", "/maler/{template_id}/mal.{form}"): {COORDINATOR, ADMINISTRATOR},
    ("POST", "/maler/{template_id}/bruk"): {COORDINATOR, ADMINISTRATOR},
    ("POST", "/maler/{template_id}/trekk"): {COORDINATOR, ADMINISTRATOR},
    ("GET", "/logg"): {AUDITOR, ADMINISTRATOR},
    ("GET", "/avtaler"): READERS,
    ("POST", "/avtaler"): READERS,
    ("POST", "/avtaler/liste.csv"): READERS,
    ("GET", "/avtaler/mange"): SENDERS,
    ("POST", "/avtaler/mange"): SENDERS,
    ("GET", "/avtaler/{agreement_id}/lenker"): SENDERS,
    ("POST", "/avtaler/{agreement_id}/lenker"): SENDERS,
    ("GET", "/til-signering"): EVERY,
    ("POST", "/til-signering/{agreement_id}"): EVERY,
    ("GET", "/signering/tilbake"): EVERY,
    ("GET", "/avtaler/{agreement_id}"): READERS,
    ("GET", "/avtaler/{agreement_id}/dokument.{form}"): READERS,
    ("GET", "/avtaler/{agreement_id}/side1.png"): READERS,
    ("GET", "/avtaler/{agreement_id}/{action}"): SENDERS,
    ("POST", "/avtaler/{agreement_id}/{action}"): SENDERS,
    ("GET", "/saker/ny"): {COORDINATOR},
    ("POST", "/saker/ny"): {COORDINATOR},
    ("GET", "/saker/ark/{kind}.xlsx"): {COORDINATOR},
    ("GET", "/saker/{batch_id}"): {COORDINATOR},
    ("GET", "/saker/{batch_id}/merket.xlsx"): {COORDINATOR},
    ("POST", "/saker/{batch_id}/ta-inn"): {COORDINATOR},
    ("GET", "/saker/{batch_id}/dokumenter"): SENDERS,
    ("POST", "/saker/{batch_id}/dokumenter/lag"): SENDERS,
    ("POST", "/saker/{batch_id}/dokumenter/godkjenn"): SENDERS,
    ("GET", "/utsendinger/{batch_id}"): SENDERS,
    ("GET", "/utsendinger/{batch_id}/send"): SENDERS,
    ("POST", "/utsendinger/{batch_id}/send"): SENDERS,
    ("POST", "/utsendinger/{batch_id}/stopp"): SENDERS,
    ("GET", "/fremdrift/{work}/{work_id}"): {COORDINATOR, HR, ARCHIVIST},
    ("GET", "/arkiv"): SEARCHERS,
    ("POST", "/arkiv"): SEARCHERS,
    ("GET", "/arkiv/karantene"): SEARCHERS,
    ("GET", "/arkiv/karantene/{record_id}"): SEARCHERS,
    ("GET", "/arkiv/kassasjon"): SEARCHERS,
    ("GET", "/arkiv/uttrekk"): {ARCHIVIST},
    ("POST", "/arkiv/uttrekk"): {ARCHIVIST},
    ("GET", "/arkiv/uttrekk/{export_id}"): {ARCHIVIST},
    ("POST", "/arkiv/uttrekk/{export_id}/stopp"): {ARCHIVIST},
    ("POST", "/arkiv/uttrekk/{export_id}/fil"): {ARCHIVIST},
    ("GET", "/arkiv/{record_id}"): SEARCHERS,
    ("POST", "/arkiv/{record_id}/kontroller"): {ARCHIVIST, AUDITOR},
    ("POST", "/arkiv/{record_id}/fil/{role}/{number}"): SEARCHERS,
    ("GET", "/arkiv/{record_id}/{action}"): {ARCHIVIST},
    ("POST", "/arkiv/{record_id}/kasser"): {ARCHIVIST},
    ("POST", "/arkiv/{record_id}/{action}"): {ARCHIVIST},
    ("GET", "/ansettelser/ny"): SENDERS,
    ("POST", "/ansettelser/ny"): SENDERS,
    ("GET", "/gjennomganger"): READERS,
    ("POST", "/gjennomganger/liste.csv"): READERS,
    ("POST", "/gjennomganger/utfall"): {COORDINATOR},
    ("POST", "/gjennomganger/registrer"): {COORDINATOR},
    ("GET", "/gjennomganger/ar/{year}"): READERS,
}
"""Who gets past the guard of each route; None: everybody, also signed out. Written by hand: a second copy."""

CSRF_FREE = {("POST", "/logg-ut/bakkanal/{provider}")}
"""Forms of other servers, which prove themselves by a signature."""


@pytest.fixture
def app(register: Register, tmp_path: Path) -> FastAPI:
    """Give the workplace."""
    return create_workplace(workplace_context(register, tmp_path))


@pytest.fixture
def people(app: FastAPI) -> dict[str, Person]:
    """Give one person for each role, in one municipality, one without a role, and whom pages are about."""
    context = app.state.context
    made = {str(role): person(context, f"{role}-her", (role, OWN)) for role in Role}
    made["nobody"] = person(context, "uten-rolle")
    made["subject"] = person(context, "bodo-hr", (Role.HR, OWN))
    made["elsewhere"] = person(context, "rana-hr", (Role.HR, OTHER))
    return made


def routes(app: FastAPI) -> dict[tuple[str, str], Any]:
    """Return every route by method and path; a loop over `app.routes` would see no included one."""
    return {
        (method, str(one.path)): one
        for one in iter_route_contexts(app.routes)
        for method in sorted(one.methods or ())
        if method != "HEAD"
    }


def guards_of(route: Any) -> list[RoleGuard]:
    """Return the guards among what a route depends on."""
    return [one.call for one in route.dependant.dependencies if isinstance(one.call, RoleGuard)]


def path_for(path: str, account_id: str) -> str:
    """Return a path with something in its places."""
    for name, value in (("account_id", account_id), ("key_id", "none"), ("token", "none"), ("provider", "none")):
        path = path.replace(f"{{{name}}}", value)
    in_places = {"digest": "0", "name": "x", "form": "pdf", "kind": "alis", "action": "purr", "role": "signed"}
    in_places |= {
        "agreement_id": account_id,
        "record_id": account_id,
        "batch_id": "none",
        "export_id": "none",
        "work": "dokumenter",
        "work_id": "none",
        "template_id": "none",
        "number": "1",
        "year": "2027",
    }
    for name, value in in_places.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def test_every_route_stands_in_the_table(app: FastAPI) -> None:
    """A new route without a row fails, and so does a row without a route."""
    found = routes(app)
    assert found.keys() == ROUTES.keys()
    assert len(found) > 30  # the loop sees something


def test_every_route_has_exactly_one_guard_or_is_public(app: FastAPI) -> None:
    """The guard's roles are those of the table."""
    for key, route in routes(app).items():
        guards = guards_of(route)
        wanted = ROUTES[key]
        if wanted is None:
            assert (guards, key[1] in PUBLIC) == ([], True), key
        else:
            assert (len(guards), key[1] in PUBLIC) == (1, False), key
            assert {str(role) for role in guards[0].roles} == (NOBODY if wanted == EVERY else wanted), key


def test_each_role_meets_what_the_table_says(app: FastAPI, people: dict[str, Person]) -> None:
    """A role that a page is not for gets 403 and nothing else; nobody signed in is sent to sign in."""

    async def look() -> None:
        browsers = {role: signed_in(app, people[role]) for role in (*EVERY, "nobody")}
        for browser in browsers.values():
            await browser.get("/konto")  # its token is good for every form of the session
        for (method, path), allowed in ROUTES.items():
            address = path_for(path, people["subject"].id)
            if allowed is None:
                continue
            stranger = await Browser(app)._ask(method, address)
            assert (stranger.status_code, stranger.headers["location"][:9]) == (303, "/logg-inn"), (method, path)
            if path == "/logg-ut":
                continue
            for role, browser in browsers.items():
                answer = await (browser.get(address) if method == "GET" else browser.post(address))
                kept_out = allowed != EVERY and role not in allowed
                assert (answer.status_code == 403) == (kept_out or _is_own_limit(answer)), (method, path, role)
                assert answer.status_code < 500, (method, path, role)

    asyncio.run(look())


def _is_own_limit(answer: Any) -> bool:
    return answer.status_code == 403 and "Dette er ikke tillatt" in answer.text


def test_a_person_without_a_role_is_told_whom_to_ask(app: FastAPI, people: dict[str, Person]) -> None:
    """The front page says why nothing is there, not to choose in a menu that holds nothing."""

    async def look() -> None:
        page = (await signed_in(app, people["nobody"]).get("/")).text
        assert ("Du har ingen rolle her ennå" in page, "administratoren for Avtaleflyt" in page) == (True, True)
        assert ("0 kommuner" in page, "Ingen rolle ennå" in page) == (False, True)

    asyncio.run(look())


def test_an_account_of_another_municipality_is_not_there(app: FastAPI, people: dict[str, Person]) -> None:
    """An administrator of one municipality meets the same page for an account elsewhere as for none at all."""

    async def look() -> None:
        browser = signed_in(app, people[ADMINISTRATOR])
        own = await browser.get(f"/brukere/{people['subject'].id}")
        assert own.status_code == 200
        listed = (await browser.get("/brukere")).text
        assert ("Bodo-Hr" in listed, "Rana-Hr" in listed) == (True, False)
        for (method, path), allowed in ROUTES.items():
            if "{account_id}" not in path or allowed is None:
                continue
            answers = []
            for account_id in (people["elsewhere"].id, "00000000-0000-0000-0000-000000000000"):
                address = path_for(path, account_id)
                fields = {"rolle": "hr", "kommune": OWN}
                answers.append(await (browser.get(address) if method == "GET" else browser.post(address, **fields)))
            assert [one.status_code for one in answers] == [404, 404], (method, path)
            assert answers[0].text == answers[1].text, (method, path)

    asyncio.run(look())


def test_an_agreement_of_another_municipality_is_not_there(
    app: FastAPI, people: dict[str, Person], register: Register
) -> None:
    """Whoever has every role elsewhere meets the same page for an agreement here as for none, and it is in no list."""
    agreement_id = approved_agreement(register)
    with register.read() as session:
        here = get_agreement(session, agreement_id).municipality_number
    elsewhere = next(number for number in (OWN, OTHER) if number != here)
    grants = [(role, elsewhere) for role in Role if role is not Role.ADMINISTRATOR]
    stranger = person(app.state.context, "fremmed", *grants)
    unknown = "00000000-0000-0000-0000-000000000000"

    async def look() -> None:
        browser = signed_in(app, stranger)
        await browser.get("/konto")
        for method, path in ROUTES:
            if "{agreement_id}" not in path and "{record_id}" not in path:
                continue
            answers = []
            for one in (agreement_id, unknown):
                address = path_for(path, one)
                answers.append(await (browser.get(address) if method == "GET" else browser.post(address, hvorfor="x")))
            assert [one.status_code for one in answers] == [404, 404], (method, path)
            assert answers[0].text.replace(agreement_id, unknown) == answers[1].text, (method, path)
        for path in ("/", "/avtaler", "/gjennomganger", "/arkiv", "/arkiv/karantene", "/arkiv/kassasjon"):
            assert agreement_id not in (await browser.get(path)).text, path
        seen = signed_in(app, person(app.state.context, "lokal", (Role.COORDINATOR, here)))
        assert agreement_id in (await seen.get("/avtaler")).text  # the list has something to hide

    asyncio.run(look())


def test_a_form_without_the_token_changes_nothing(app: FastAPI, people: dict[str, Person], register: Register) -> None:
    """Every POST without the session's token, or from another site, is 403, and the history's head stays."""

    async def look() -> None:
        before = head(register)
        browser = signed_in(app, people[ADMINISTRATOR])
        await browser.get("/konto")
        for method, path in ROUTES:
            if method != "POST" or (method, path) in CSRF_FREE:
                continue
            address = path_for(path, people["subject"].id)
            for data in ({}, {"csrf": "x" * 43}, {"csrf": ""}):
                assert (await browser._ask("POST", address, data=data)).status_code == 403, path
            if path != "/logg-inn":
                cross = {"sec-fetch-site": "cross-site"}
                answer = await browser._ask("POST", address, data={"csrf": browser.token}, headers=cross)
                assert answer.status_code == 403, path
        assert head(register) == before

    asyncio.run(look())


def test_reading_changes_nothing(app: FastAPI, people: dict[str, Person], register: Register) -> None:
    """Every GET leaves the history's head, and the accounts, roles and keys, as they were."""

    async def look() -> None:
        browser = signed_in(app, people[ADMINISTRATOR])
        before = head(register)
        for method, path in ROUTES:
            if method == "GET":
                assert (await browser.get(path_for(path, people["subject"].id))).status_code < 500, path
        assert head(register) == before

    asyncio.run(look())


def head(register: Register) -> str:
    """Return a digest of the newest head, and of every account, role and key."""
    statements = (
        "SELECT max(number) FROM signed_head",
        "SELECT id, name, password_hash, totp_secret, disabled_at FROM account ORDER BY id",
        "SELECT * FROM role_grant ORDER BY 1, 2, 3",
        "SELECT id, revoked_at FROM api_key ORDER BY id",
    )
    with register.read() as session:
        said = [str(session.execute(text(one)).all()) for one in statements]
    return hashlib.sha256("".join(said).encode()).hexdigest()


def test_every_answer_has_the_headers(app: FastAPI, people: dict[str, Person]) -> None:
    """Policy, no-store and nosniff stand on pages, redirects, refusals and faults alike."""

    @app.get("/feil-hos-oss")
    def broken() -> None:
        raise RuntimeError("hemmelig-verdi")

    async def look() -> None:
        browser = signed_in(app, people[HR])
        for path, status in (("/konto", 200), ("/brukere", 403), ("/ingenting", 404), ("/feil-hos-oss", 500)):
            answer = await browser.get(path)
            assert answer.status_code == status
            assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
            assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == (
                "no-store",
                "nosniff",
            )
            assert "hemmelig-verdi" not in answer.text
        assert (await Browser(app).get("/konto")).headers["referrer-policy"] == "no-referrer"

    asyncio.run(look())
