"""Pages that follow long work: by a stream of the server with script, by themselves without, and never for ever."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from flows.application.batch_work import run_waiting_jobs
from flows.application.context import Context
from flows.register import Register
from flows.register.accounts import take_role
from flows.web.workplace import progress_stream, static_files
from tests.application.test_season_steps import cases, taking_everything
from tests.chromium import needs_chromium, visiting
from tests.conftest import Clock
from tests.web.test_season_pages import upload
from tests.web.workplace_visits import Browser, Workplace, running

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

ASSETS = "install it with: make assets"


@pytest.fixture
def context(register: Register, tmp_path: Path, clock: Clock) -> Context:
    """Give a context with a provider that takes everything."""
    return taking_everything(register, tmp_path, clock)


@pytest.fixture
def site(context: Context, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workplace]:
    """Give the workplace, whose streams look often."""
    monkeypatch.setattr(progress_stream, "_SECONDS", 0.05)
    with running(context) as site:
        yield site


@pytest.fixture
def kari(site: Workplace) -> Browser:
    """Give the browser of a coordinator of Bodø."""
    return site.signed_in("Kari Koordinator", ("coordinator", "1804"))


def batch_of(kari: Browser, number: int = 1) -> str:
    """Have documents asked for; return the batch's id."""
    batch = upload(kari, cases(*({} for _case in range(number))))
    kari.post(f"{batch}/ta-inn")
    return batch.removeprefix("/saker/")


@contextmanager
def stream(browser: Browser, path: str) -> Iterator[Iterator[str]]:
    """Open a stream; give its events, each as it stands."""
    with browser.session.get(browser.address + path, stream=True, timeout=60) as answer:
        assert (answer.status_code, answer.headers["content-type"][:17]) == (200, "text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        yield _events(answer)


def _events(answer: requests.Response) -> Iterator[str]:
    event: list[str] = []
    for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
        if line:
            event.append(line)
        elif event:
            yield "\n".join(event)
            event = []


def test_a_stream_tells_what_changes_and_closes(context: Context, kari: Browser) -> None:
    """It begins with how far the work has come, and ends with the event on which the browser closes it."""
    batch = batch_of(kari)
    with stream(kari, f"/fremdrift/dokumenter/{batch}") as events:
        assert "0 av 1" in next(events)
        run_waiting_jobs(context)
        *_others, last, closing = events
    assert f'hx-get="/saker/{batch}/dokumenter"' in last
    assert closing == "event: ferdig\ndata: ferdig"
    with stream(kari, f"/fremdrift/utsending/{batch}") as events:  # nothing is under way there any more
        assert [one.partition("\n")[0] for one in events][-1] == "event: ferdig"


def test_too_many_streams_of_a_session_are_told_the_state_once(kari: Browser) -> None:
    """The page then says that it does not renew itself; a stream that is closed makes room."""
    batch = batch_of(kari)
    path = f"/fremdrift/dokumenter/{batch}"
    with ExitStack() as opened:
        others = [opened.enter_context(stream(kari, path)) for _number in range(progress_stream.MOST_OF_SESSION)]
        assert ["0 av 1" in next(events) for events in others] == [True] * len(others)
        with stream(kari, path) as events:
            state, closing = events
    assert ("0 av 1" in state, "fornyes ikke lenger" in state) == (True, True)
    assert closing.startswith("event: ferdig")


def test_a_stream_ends_with_the_session_and_with_the_role(context: Context, kari: Browser) -> None:
    """What it shows is what the person may see at that moment; the page itself then says what is the matter."""
    batch = batch_of(kari)
    with stream(kari, f"/fremdrift/dokumenter/{batch}") as events:
        next(events)
        kari.post("/logg-ut")
        last, closing = events
    assert ("0 av 1" in last, f'hx-get="/saker/{batch}/dokumenter"' in last) == (False, True)
    assert closing.startswith("event: ferdig")


def test_a_stream_ends_when_a_role_is_taken(context: Context, site: Workplace, kari: Browser) -> None:
    """Roles are looked at each time, not only when the stream is opened."""
    batch = batch_of(kari)
    with stream(kari, f"/fremdrift/dokumenter/{batch}") as events:
        next(events)
        with context.register.write() as transaction:
            account_id = transaction.session.connection().exec_driver_sql("SELECT id FROM account").scalar_one()
            take_role(transaction, account_id, "coordinator", "1804")
        assert [one.partition("\n")[0] for one in events][-1] == "event: ferdig"


def test_what_is_not_there_has_no_stream(site: Workplace, kari: Browser) -> None:
    """Of another municipality, unknown, or no work at all: the same answer."""
    batch = batch_of(kari)
    other = site.signed_in("Ola Fauske", ("coordinator", "1841"))
    unknown = "00000000-0000-4000-8000-000000000000"
    for path in (f"dokumenter/{batch}", f"utsending/{batch}", f"dokumenter/{unknown}", f"vask/{batch}"):
        assert other.get(f"/fremdrift/{path}").status_code == 404, path
    assert site.signed_in("Arne Arkiv", ("archivist", "*")).get(f"/fremdrift/uttrekk/{unknown}").status_code == 404


def test_a_stream_holds_up_no_stop_of_the_server(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends by itself, without the closing event: the browser opens it again once the server is back."""
    monkeypatch.setattr(progress_stream, "_SECONDS", 0.05)
    stopping = threading.Event()
    with running(context) as site:
        kari = site.signed_in("Kari Koordinator", ("coordinator", "1804"))
        batch = batch_of(kari)
        site.app.state.is_stopping = stopping.is_set
        with stream(kari, f"/fremdrift/dokumenter/{batch}") as events:
            next(events)
            stopping.set()
            assert list(events) == []


@pytest.mark.browser
@needs_chromium
@pytest.mark.skipif(not static_files.assets_are_installed(), reason=ASSETS)
@pytest.mark.parametrize("script", [True, False])
def test_a_page_follows_in_chromium(context: Context, site: Workplace, kari: Browser, *, script: bool) -> None:
    """With script the page becomes the finished one by itself, without it by its refresh; no message, focus stays."""
    batch = batch_of(kari, 2)
    session, phone = kari.session.cookies["avtaleflyt"], {"width": 320, "height": 800}
    with visiting(site.address, session, java_script_enabled=script, viewport=phone) as visit:
        page, told, asked = visit.new_page(), [], []
        page.on("console", lambda message: told.append(message.text))
        page.on("request", lambda request: asked.append(re.sub(r"https?://[^/]+", "", request.url)))
        page.goto(f"{site.address}/saker/{batch}/dokumenter")
        assert page.get_by_text("0 av 2").last.is_visible()
        page.get_by_role("link", name="Stopp oppdatering").focus()
        _work_while_followed(context, page, asked, script=script)
        page.get_by_role("button", name="Godkjenn de valgte").first.wait_for()
        assert page.locator("#fremdrift").count() == 0
        opened = [one for one in asked if one.startswith("/fremdrift")]
        assert len(opened) == (1 if script else 0)
        if script:
            page.wait_for_timeout(1500)  # longer than the half second after which a stream is opened again
            assert [one for one in asked if one.startswith("/fremdrift")] == opened
            assert page.locator("#status").inner_text() == "Det er ferdig."
    assert told == []


@pytest.mark.browser
@needs_chromium
@pytest.mark.skipif(not static_files.assets_are_installed(), reason=ASSETS)
def test_a_page_follows_where_a_script_comes_late(site: Workplace, kari: Browser) -> None:
    """On a slow line htmx is there before the part of it that follows streams."""
    batch = batch_of(kari)
    with visiting(site.address, kari.session.cookies["avtaleflyt"]) as visit:
        page = visit.new_page()

        def come_late(route: "Route") -> None:
            time.sleep(1)
            route.continue_()

        page.route("**/sse.js", come_late)
        page.goto(f"{site.address}/saker/{batch}/dokumenter")
        status = page.locator("#status", has_text="0 av 1")
        status.wait_for(state="attached")
        assert status.count() == 1


def _work_while_followed(context: Context, page: "Page", asked: list[str], *, script: bool) -> None:
    """Do the work once the page follows it."""
    if script:
        page.locator("#status", has_text="0 av 2").wait_for(state="attached")
        assert page.evaluate("document.activeElement.id") == "stopp-fornyelse"
    run_waiting_jobs(context)
