"""The id of a web request: given by a proxy or made, in the answer, in the log and on the page of a fault."""

import asyncio
import json
import logging
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from flows.logging_setup import logging_to_file
from flows.register import Register
from flows.request_id_middleware import RequestIds
from flows.request_ids import request_id
from flows.web.app import create_app
from tests.web.workplace.browser import workplace_context

GIVEN = "3f2a9c1e-1234-4567-8901-0123456789ab"
MADE = "00000000-0000-4000-8000-000000000001"


def ask(app: RequestIds, path: str, given: str | None = None) -> httpx.Response:
    """Open an address, perhaps through a proxy that gives an id."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="https://avtaleflyt.example") as client:
            return await client.get(path, headers={} if given is None else {"X-Request-Id": given})

    return asyncio.run(asked())


@pytest.fixture
def served(register: Register, tmp_path: Path) -> RequestIds:
    """Give the whole web application as it is served, with a page that breaks off and a machine's address that does."""
    web = create_app(workplace_context(register, tmp_path), lambda *_about: None)
    pages: FastAPI = web.state.workplace

    @pages.get("/om/feil")
    def broken_page() -> None:
        raise RuntimeError("hemmelig-verdi")

    @web.get("/maskin/feil")
    def broken_address() -> None:
        raise RuntimeError("hemmelig-verdi")

    return RequestIds(web, lambda: MADE)


@pytest.mark.parametrize(
    ("given", "answered"),
    [
        (GIVEN, GIVEN),
        (GIVEN.replace("-", ""), GIVEN.replace("-", "")),
        (None, MADE),
        ("", MADE),
        ("01019012345", MADE),
        ("Kari Nordmann", MADE),
        (GIVEN.upper(), MADE),
        (f"{GIVEN} ; Kari", MADE),
    ],
)
@pytest.mark.parametrize("path", ["/healthz", "/logg-inn", "/ingenting", "/intake/cases/x", "/maskin/feil"])
def test_every_answer_carries_an_id_that_is_one(
    served: RequestIds, path: str, given: str | None, answered: str
) -> None:
    """A proxy's id is taken over where it is a UUID; words that a caller chose come into no log and no answer."""
    assert ask(served, path, given).headers["x-request-id"] == answered


def test_the_log_and_the_page_of_a_fault_tell_the_same_id(served: RequestIds, tmp_path: Path) -> None:
    """Whoever meets a fault can say which line of the log it is; after the request, lines have no id."""
    log = tmp_path / "log"
    with logging_to_file(log, "INFO"):
        answer = ask(served, "/om/feil", GIVEN)
        logging.getLogger("flows.web").info("of no request")
    assert answer.status_code == 500
    assert f"under {GIVEN}" in answer.text
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert [one.get("request") for one in lines] == [GIVEN, None]
    assert "hemmelig-verdi" not in answer.text
    assert request_id() == ""


def test_two_requests_at_once_keep_their_own() -> None:
    """Each sees its id, also in the thread that answers it."""
    app = FastAPI()

    @app.get("/")
    def tell() -> str:
        return request_id()

    async def both() -> list[str]:
        transport = httpx.ASGITransport(app=RequestIds(app))
        async with httpx.AsyncClient(transport=transport, base_url="https://avtaleflyt.example") as client:
            ids = [f"{number:032x}" for number in range(1, 21)]
            answers = await asyncio.gather(*(client.get("/", headers={"X-Request-Id": one}) for one in ids))
        return [f"{answer.headers['x-request-id']} {answer.json()}" for answer in answers]

    assert asyncio.run(both()) == [f"{number:032x} {number:032x}" for number in range(1, 21)]
