"""Numbers without bound, digits of other scripts and NUL are answered with a page, on both databases."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from flows.application.access import Role
from flows.register import Register
from flows.web.workplace.app import create_workplace
from flows.web.workplace.field_types import HIGHEST, whole_number
from tests.drills.hostile_answers import ask
from tests.web.workplace.browser import OWN, person, signed_in, workplace_context

LONG = "9" * 30
ANY_ID = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def app(any_register: Register, tmp_path: Path) -> FastAPI:
    """Give the workplace on either database."""
    return create_workplace(workplace_context(any_register, tmp_path))


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("17", 17), ("0000017", 17), ("²", None), ("١٢", None), ("-1", None), ("", None), ("9" * 5000, None)],
)
def test_a_number_is_plain_digits(text: str, number: int | None) -> None:
    """Nothing else is one, and nothing raises."""
    assert whole_number(text) == number


def test_nothing_hostile_breaks_a_page(app: FastAPI) -> None:
    """Each is 200, a redirect, or a page that says what is wrong; none is a fault of the program."""
    browser = signed_in(app, person(app.state.context, "alle", *((role, OWN) for role in Role)))
    asked = [
        ("GET", f"/avtaler?side={LONG}", {}),
        ("GET", f"/avtaler?side=-{LONG}", {}),
        ("GET", "/avtaler?kommune=%00&sak=%00", {}),
        ("GET", "/avtaler/%00", {}),
        ("GET", "/logg?gjelder=x%00", {}),
        ("GET", "/logg-inn/%00?til=%00", {}),
        ("GET", "/logg-ut/frontkanal?iss=%00&sid=%00", {}),
        ("POST", f"/arkiv?side={LONG}", {"innhold": "x"}),
        ("POST", "/arkiv", {"innhold": "a\0b"}),
        ("POST", "/avtaler", {"navn": "\0"}),
        ("POST", f"/arkiv/{ANY_ID}/fil/signed/{LONG}", {}),
        ("POST", f"/avtaler/{ANY_ID}/godkjenn", {"nummer": "²"}),
        ("POST", f"/saker/{ANY_ID}/dokumenter/godkjenn", {"valgt": f"{ANY_ID}:{'9' * 5000}"}),
        ("POST", f"/saker/{ANY_ID}/dokumenter/godkjenn", {"valgt": f"{ANY_ID}:{LONG}"}),
        ("POST", "/gjennomganger/utfall", {"valgt": "\0"}),
        ("POST", "/brukere/ny", {"brukernavn": "ola\0", "navn": "x"}),
        ("POST", "/ansettelser/ny", {"lege_navn": "\0"}),
    ]

    async def look() -> None:
        await browser.get("/konto")
        for method, path, fields in asked:
            answer = await (browser.get(path) if method == "GET" else browser.post(path, **fields))
            assert answer.status_code in (200, 204, 303, 404, 422), (method, path[:80], answer.status_code)
        await browser.get("/logg-inn?bekreft=1")
        answer = await browser.post("/logg-inn", brukernavn="kari\0", passord="x")
        assert answer.status_code == 422

    asyncio.run(look())


def test_every_number_has_bounds(app: FastAPI) -> None:
    """A page whose address or form takes a number says how high it may be: databases break on others."""

    def unbound(parameter: Any) -> bool:
        info = parameter.field_info
        limits = [getattr(one, "le", None) or getattr(one, "lt", None) for one in info.metadata]
        return info.annotation is int and not any(limits)

    found = []
    for route in iter_route_contexts(app.routes):
        of = route.dependant
        places = [of, *of.dependencies]
        every = [one for each in places for one in (*each.query_params, *each.path_params, *each.body_params)]
        found += [f"{route.path}: {one.alias}" for one in every if unbound(one)]
    assert found == []
    assert HIGHEST < 2**31  # an INTEGER of PostgreSQL


def test_what_the_drill_asks_arrives_as_from_a_server(app: FastAPI) -> None:
    """Bytes that are no UTF-8 reach the application as a server's replacement of them, and find nothing."""
    answer = asyncio.run(ask(app, "GET", b"/avtaler/%ED%A0%80%FF", b"x=%FF", [], b""))
    assert (answer.status, answer.headers["location"][:9]) == (303, "/logg-inn")
