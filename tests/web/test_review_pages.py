"""The calendar feed and the year page over HTTP."""

import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
import requests
import uvicorn
from fastapi import FastAPI
from icalendar import Calendar

from flows.application.calendar_feeds import feed_address
from flows.application.context import Context
from flows.register import Register
from flows.register.calendar_feeds import feeds, make_feed, revoke_feed
from flows.review import due_dates, keep_dates
from flows.review.outcomes import ReviewOutcome, record_outcomes
from flows.settings import Settings
from flows.web.calendar import calendar_router
from flows.web.year import year_router
from tests.agreements.cases import alis_case
from tests.conftest import Clock
from tests.mail.mail_server import free_port
from tests.review.archived import archive

SIGNED = date(2026, 5, 17)


@dataclass
class Browser:
    """Fetches from a server at `address`."""

    address: str

    def get(self, path: str, **headers: str) -> requests.Response:
        """Fetch an address, or a path of the server."""
        url = path if path.startswith("http") else self.address + path
        return requests.get(url, headers=headers, timeout=120)


@pytest.fixture
def browser(register: Register) -> Iterator[Browser]:
    """Serve the two routers over a register with two municipalities."""
    archive(register, "alis", alis_case(), SIGNED)
    archive(register, "alis", alis_case(kommunenr="1806", kommune_navn="Narvik"), SIGNED)
    keep_dates(register)
    app = FastAPI()
    context = Context(Settings(_env_file=None), register)
    app.include_router(calendar_router(context))
    app.include_router(year_router(context))
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Browser(f"http://127.0.0.1:{port}")
    server.should_exit = True
    thread.join()


def new_feed(register: Register, browser: Browser, municipality: str = "1804") -> tuple[str, str]:
    """Make a feed; return its id and address."""
    with register.write() as transaction:
        feed, token = make_feed(transaction, municipality)
    return feed.id, feed_address(browser.address + "/", token)


def test_a_feed_shows_its_municipality_alone(register: Register, browser: Browser) -> None:
    """The secret address gives a calendar of one municipality, not to be kept by anybody in between."""
    _, address = new_feed(register, browser)
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"].startswith("private")
    found = {str(event["UID"]) for event in Calendar.from_ical(answer.content).walk("VEVENT")}
    expected = {
        f"{one.id.replace(':', '-')}@avtaleflyt" for one in due_dates(register) if one.municipality_number == "1804"
    }
    assert found == expected
    assert "Bodø" in answer.text


def test_an_unchanged_calendar_is_not_sent_again(register: Register, browser: Browser) -> None:
    """A client that has the newest calendar is told so; once a review is done it gets the new one."""
    _, address = new_feed(register, browser)
    first = browser.get(address)
    again = browser.get(address, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    (deadline,) = [one.id for one in due_dates(register) if one.id == "1804:auditor_report:2027"]
    record_outcomes(register, [deadline], ReviewOutcome.CONTINUES, "a")
    changed = browser.get(address, **{"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    events = {str(event["UID"]): event for event in Calendar.from_ical(changed.content).walk("VEVENT")}
    settled = events["1804-auditor_report-2027@avtaleflyt"]
    assert (settled["STATUS"], settled["SEQUENCE"]) == ("CANCELLED", 1)


def test_a_revoked_address_leads_nowhere(register: Register, browser: Browser) -> None:
    """A revoked address answers as one that never was; another feed of the same municipality goes on."""
    first, address = new_feed(register, browser)
    _, other = new_feed(register, browser)
    with register.write() as transaction:
        revoke_feed(transaction, first)
    revoked, unknown = browser.get(address), browser.get("/calendar/never-was.ics")
    assert revoked.status_code == unknown.status_code == 404
    assert revoked.text == unknown.text
    assert browser.get(other).status_code == 200


def test_the_secret_is_kept_nowhere(register: Register, browser: Browser) -> None:
    """Addresses have 256 bits of chance; the register keeps digests, from which none can be made."""
    _, address = new_feed(register, browser)
    token = address.rpartition("/")[2].removesuffix(".ics")
    assert len(token) == 43
    with register.read() as session:
        assert all(token not in str(vars(feed)) for feed in feeds(session))


def test_the_year_is_a_picture_and_a_page(register: Register, browser: Browser, clock: Clock) -> None:
    """The picture is well-formed SVG with a row for each municipality; the page says the same as a table."""
    picture = browser.get("/reviews/2027.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    root = ET.fromstring(picture.text)
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Bodø kommune" in texts
    titles = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
    assert len(titles) == 24
    assert "Bodø kommune, mai: 1 åpne gjennomganger, 0 utført, 0 frister" in titles
    page = browser.get("/reviews/2027")
    assert page.text.count("<tr>") == 3
    assert "Gjennomganger og frister i 2027" in page.text
    assert "Kari Fjordheim" not in page.text + picture.text


def test_a_year_without_anything_says_so(browser: Browser) -> None:
    """An empty year is a picture that says so; what is no year is refused."""
    assert "Ingenting har frist dette året." in browser.get("/reviews/2100.svg").text
    assert browser.get("/reviews/1066").status_code == 422
