"""The signer's pages in a real Chromium: on a phone, by keyboard, read aloud, and without anything from elsewhere."""

import shutil
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from flows.signing.port import OpenRequest, RequestStatus
from tests.chromium import PATIENCE
from tests.conftest import Clock
from tests.signing_desk.servers import RunningDesk

if TYPE_CHECKING:
    from playwright import sync_api as api
else:
    api = pytest.importorskip("playwright.sync_api", reason="install it with: make test")
CHROMIUM = shutil.which("chromium")
if CHROMIUM is None:
    pytest.skip("install it with: apt-get install chromium", allow_module_level=True)
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

_CONTRAST = """() => {
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map(v => v / 255)
      .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
      if (!c.endsWith(', 0)')) return c } return 'rgb(255, 255, 255)' };
  return [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && [...e.childNodes]
      .some(n => n.nodeType === 3 && n.textContent.trim())).map(e => {
    const a = light(getComputedStyle(e).color), b = light(ground(e));
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.textContent.trim().slice(0, 40)] })
    .filter(([ratio]) => ratio < 4.5) }"""


@pytest.fixture(scope="module")
def chromium() -> Iterator["api.Browser"]:
    """Give a browser."""
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: "api.Browser") -> Iterator["api.Page"]:
    """Give a page on a phone."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, has_touch=True, locale="nb-NO")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def link_of(desk: RunningDesk, order: int) -> tuple[str, str]:
    """Return the provider's id of a new request, and a signer's link."""
    sent = desk.send()
    return sent.provider_id, desk.provider.signer_links(sent.provider_id)[order]


def test_signing_with_the_keyboard_alone(desk: RunningDesk, phone: "api.Page") -> None:
    """Tab to the button *Signer*, press Enter, and be told that one has signed."""
    request, link = link_of(desk, 1)
    phone.goto(link)
    assert phone.locator("html").get_attribute("lang") == "nb"
    for _ in range(12):
        phone.keyboard.press("Tab")
        if phone.evaluate("document.activeElement.textContent.trim()") == "Signer":
            break
    outline = phone.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "who uses the keyboard sees where they are"
    phone.keyboard.press("Enter")
    api.expect(phone.get_by_role("status")).to_contain_text("Du har signert")
    (update,) = desk.provider.poll([OpenRequest(request, "ref-1")])
    assert [signer.status for signer in update.signers] == ["signed", "ready"]


def test_declining_with_a_reason(desk: RunningDesk, phone: "api.Page") -> None:
    """The reason has a label; without one the form is not sent, with one the request ends."""
    request, link = link_of(desk, 1)
    phone.goto(link)
    phone.get_by_text("Jeg vil ikke signere").click()
    phone.get_by_role("button", name="Avslå").click()
    assert phone.get_by_label("Hvorfor avslår du?").is_visible(), "nothing was sent without a reason"
    phone.get_by_label("Hvorfor avslår du?").fill("Feil arbeidssted")
    phone.get_by_role("button", name="Avslå").click()
    api.expect(phone.get_by_role("status")).to_contain_text("avslått")
    (update,) = desk.provider.poll([OpenRequest(request, "ref-1")])
    assert (update.status, update.reason) == (RequestStatus.DECLINED, "Feil arbeidssted")


def test_the_page_fits_a_phone(desk: RunningDesk, phone: "api.Page") -> None:
    """Nothing scrolls sideways at 320 points (WCAG 1.4.10), and what is pressed is large enough (2.5.8).

    The link past the navigation is measured as it is shown, to whoever has come to it by keyboard.
    """
    _, link = link_of(desk, 1)
    phone.set_viewport_size({"width": 320, "height": 640})
    phone.goto(link)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
    for box in phone.evaluate(
        "[...document.querySelectorAll('a, button, summary')].map(e => (e.focus(), e.getBoundingClientRect().height))"
    ):
        assert box >= 24


def test_text_has_contrast(desk: RunningDesk, phone: "api.Page") -> None:
    """Every text stands out from its ground by 4.5 to 1 (WCAG 1.4.3), before signing and after."""
    _, link = link_of(desk, 1)
    phone.goto(link)
    phone.get_by_text("Jeg vil ikke signere").click()
    assert phone.evaluate(_CONTRAST) == []
    phone.get_by_role("button", name="Signer").click()
    assert phone.evaluate(_CONTRAST) == []


def test_headings_and_names_are_read_in_order(desk: RunningDesk, phone: "api.Page") -> None:
    """One first heading, no level skipped, every control has a name, every frame a title."""
    _, link = link_of(desk, 1)
    phone.goto(link)
    levels = phone.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(e => Number(e.tagName[1]))")
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for role in ("button", "link"):
        for control in phone.get_by_role(role).all():
            assert control.inner_text().strip()
    assert all(phone.evaluate("[...document.querySelectorAll('iframe')].map(e => e.title)"))
    assert phone.title().startswith("Avtale om utdanning")


def test_nothing_comes_from_elsewhere(desk: RunningDesk, phone: "api.Page") -> None:
    """No call leaves for another host, no script runs, and the address with the token is told to nobody."""
    asked: list[tuple[str, str]] = []
    phone.on("request", lambda request: asked.append((request.url, request.headers.get("referer", ""))))
    _, link = link_of(desk, 1)
    phone.goto(link)
    assert asked
    assert all(url.startswith(desk.address) and not referer for url, referer in asked)
    assert phone.locator("script").count() == 0


def test_the_second_signer_waits(desk: RunningDesk, phone: "api.Page") -> None:
    """Out of turn there is the document to read and no button."""
    _, link = link_of(desk, 2)
    phone.goto(link)
    api.expect(phone.get_by_role("status")).to_contain_text("Venter på Kari")
    assert phone.get_by_role("button", name="Signer").count() == 0
    api.expect(phone.get_by_role("link", name="Last ned en kopi")).to_be_visible()


@pytest.mark.parametrize("which", ["receipt", "old", "newer", "unknown"])
def test_the_other_pages_are_made_for_people_too(
    desk: RunningDesk, phone: "api.Page", clock: Clock, which: str
) -> None:
    """The receipt and the pages of links that work no longer: they fit, stand out, and begin with one heading."""
    request, link = link_of(desk, 1)
    if which == "receipt":
        desk.act(request, 1, "sign")
    elif which == "old":
        clock.forward(days=14)
    elif which == "newer":
        desk.provider.new_link(request, 1)
    phone.set_viewport_size({"width": 320, "height": 640})
    phone.goto(link if which != "unknown" else f"{link}x")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
    assert phone.evaluate(_CONTRAST) == []
    assert phone.locator("h1").count() == 1
    assert phone.title()
    assert phone.locator("html").get_attribute("lang") == "nb"


def test_the_receipt_offers_nothing_to_press(desk: RunningDesk, phone: "api.Page") -> None:
    """After signing on the page itself: no document, no form, and going back does not sign again."""
    request, link = link_of(desk, 1)
    phone.goto(link)
    phone.get_by_role("button", name="Signer").click()
    api.expect(phone.get_by_role("heading", name="Dette er registrert")).to_be_visible()
    content = phone.get_by_role("main")
    assert content.get_by_role("button").count() == content.get_by_role("link").count() == 0
    phone.go_back()
    phone.reload()
    api.expect(phone.get_by_role("heading", name="Dette er registrert")).to_be_visible()
    assert len(desk.api("GET", f"/{request}/evidence").json()["revisions"]) == 2
