"""What holds for whatever a machine or a stranger asks of the application, on both databases."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from starlette.types import Message

from flows.application.context import Context
from flows.archive import open_store
from flows.register import Register, open_register
from flows.settings import Settings
from flows.web.app import create_app
from tests.conftest import Clock
from tests.web.test_intake import HEADERS, TOKEN, serving


@pytest.fixture(params=["sqlite", "postgresql"])
def caller(request: pytest.FixtureRequest, clock: Clock, tmp_path: Path) -> Iterator[httpx.Client]:
    """Give a caller with the token, of an application on each database."""
    on_sqlite = request.param == "sqlite"
    register: Register = (
        request.getfixturevalue("register")
        if on_sqlite
        else open_register(request.getfixturevalue("postgres_url"), clock, actor="tester")
    )
    settings = Settings(_env_file=None, output=tmp_path / "output", intake_token=SecretStr(TOKEN))
    app = create_app(
        Context(settings, register, open_store((tmp_path / "store").as_uri())), lambda _agreement, _send: None
    )
    with serving(app) as address, httpx.Client(base_url=address, headers=HEADERS, timeout=120) as client:
        yield client
    if not on_sqlite:
        register.close()


PLACES = (
    "/intake/cases/{}",
    "/calendar/{}.ics",
    "/webhooks/{}",
    "/avtaler/{}",
    "/{}",
)


@pytest.mark.parametrize("said", ["%00", "a%00b", "%FF", "%ED%A0%80", "a" * 5000, "..%2f..%2fetc%2fpasswd"])
def test_no_id_breaks_anything(caller: httpx.Client, said: str) -> None:
    """NUL, halves of letters, very long ids and ways to other folders are ids of nothing."""
    for place in PLACES:
        answer = caller.get(place.format(said))
        assert answer.status_code in (303, 404, 405), place


@pytest.mark.parametrize("path", ["/intake/cases/", "/healthz/", "/webhooks/x/", "/calendar/x.ics/", "/avtaler/"])
def test_nobody_is_sent_to_a_host_that_the_request_names(caller: httpx.Client, path: str) -> None:
    """A path with a slash too many is no path: no redirect is made of the Host header."""
    answer = caller.get(path, headers={"Host": "other.example"})
    assert (answer.status_code, "location" in answer.headers) == (404, False)


@pytest.mark.parametrize("path", ["/intake/cases/x", "/openapi.json", "/healthz", "/calendar/x.ics", "/webhooks/x"])
def test_answers_to_machines_are_kept_by_nobody(caller: httpx.Client, path: str) -> None:
    """Neither a proxy nor a browser keeps or guesses at them."""
    headers = caller.get(path).headers
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_a_caller_who_breaks_off_is_no_fault(register: Register) -> None:
    """Nothing is raised, and so nothing is logged as a fault of the program."""

    async def breaks_off() -> dict[str, str]:
        return {"type": "http.disconnect"}

    answered: list[Message] = []

    async def answer(message: Message) -> None:
        answered.append(message)

    headers = [(b"authorization", f"Bearer {TOKEN}".encode()), (b"content-type", b"application/json")]
    asked = {"type": "http", "method": "POST", "path": "/intake/cases", "query_string": b"", "headers": headers}
    context = Context(Settings(_env_file=None, intake_token=SecretStr(TOKEN)), register)
    asyncio.run(create_app(context, lambda _agreement, _send: None)(asked, breaks_off, answer))
    assert answered == []
