"""Links that are used once, expire, and are void when a newer one is made; and copies for those who signed."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from flows.signing_desk.throttling import OPENINGS
from tests.conftest import Clock
from tests.signing_desk.documents import agreement
from tests.signing_desk.servers import RunningDesk, desk_in_thread
from tests.signing_desk.test_emails import Postbox, postbox, posting_desk

__all__ = ["postbox", "posting_desk"]


@pytest.fixture
def sent(desk: RunningDesk) -> str:
    """Give the id of a request to Kari, who signs first, and Ola."""
    return desk.send().provider_id


def get(link: str, path: str = "") -> requests.Response:
    """Open a link."""
    return requests.get(link + path, timeout=120)


def test_a_link_that_was_used_leads_to_a_receipt_alone(desk: RunningDesk, sent: str) -> None:
    """After signing: name, time, reference and fingerprint; no document, no form, and nothing signed again."""
    link = desk.provider.signer_links(sent)[1]
    assert get(link, "/document.pdf").ok
    signed = requests.post(f"{link}/sign", timeout=120)
    for page in (signed, get(link)):
        assert page.status_code == 200
        assert "Kvittering" in page.text
        assert "Kari Čáhppe" in page.text
        assert "ref-1" in page.text
        assert "<form" not in page.text
        assert "document.pdf" not in page.text
    (digest,) = re.findall(r"\b[0-9a-f]{64}\b", signed.text)
    revisions = desk.api("GET", f"/{sent}/evidence").json()["revisions"]
    assert digest == revisions[1]["sha256"]
    assert get(link, "/document.pdf").status_code == 410
    requests.post(f"{link}/sign", timeout=120)
    assert len(desk.api("GET", f"/{sent}/evidence").json()["revisions"]) == 2


def test_declining_uses_the_link_up_too(desk: RunningDesk, sent: str) -> None:
    """The receipt says so, and the document is shown no longer."""
    link = desk.provider.signer_links(sent)[1]
    declined = requests.post(f"{link}/decline", data={"reason": "Feil"}, timeout=120)
    assert "Du har avslått å signere" in declined.text
    assert "Kvittering" in declined.text
    assert get(link, "/document.pdf").status_code == 410


def test_looking_uses_nothing_up(desk: RunningDesk, sent: str) -> None:
    """Mail scanners and a second device may open the link as often as a person would."""
    link = desk.provider.signer_links(sent)[1]
    assert [get(link).status_code for _ in range(5)] == [200] * 5
    assert "Signer" in get(link).text


def test_a_new_link_makes_the_old_one_void(desk: RunningDesk, sent: str) -> None:
    """Asked for by the sender: the old one leads to a page that says so, and signs nothing."""
    old = desk.provider.signer_links(sent)[1]
    new = desk.provider.new_link(sent, 1)
    assert new != old
    assert desk.provider.signer_links(sent)[1] == new
    assert get(old).status_code == 410
    assert "nyere lenke" in get(old).text
    assert requests.post(f"{old}/sign", timeout=120).status_code == 410
    assert get(old, "/document.pdf").status_code == 410
    assert "Du har signert" in requests.post(f"{new}/sign", timeout=120).text


def test_no_new_link_for_whoever_has_signed(desk: RunningDesk, sent: str) -> None:
    """Nor for somebody who is no signer, nor once the request has ended."""
    desk.act(sent, 1, "sign")
    assert desk.api("POST", f"/{sent}/links", json={"order": 1}).status_code == 409
    assert desk.api("POST", f"/{sent}/links", json={"order": 3}).status_code == 409
    desk.provider._calls.tell(f"/api/requests/{sent}/cancel", {"reason": "x"})
    assert desk.api("POST", f"/{sent}/links", json={"order": 2}).status_code == 409


def test_a_link_expires_fourteen_days_after_it_is_your_turn(desk: RunningDesk, sent: str, clock: Clock) -> None:
    """The second signer's time begins with the first one's signature, and lasts to the end of the fourteenth day."""
    links = desk.provider.signer_links(sent)
    clock.forward(days=13)
    assert "Venter på Kari" in get(links[2]).text
    assert requests.post(f"{links[1]}/sign", timeout=120).ok
    clock.forward(days=14, hours=13, minutes=59)  # 23:59 in Norway
    assert get(links[2]).status_code == 200
    clock.forward(minutes=1)
    expired = get(links[2])
    assert expired.status_code == 410
    assert "Lenken virker ikke lenger" in expired.text
    assert "Send meg en ny lenke" not in expired.text, "this desk has no e-mail"
    assert get(links[2], "/document.pdf").status_code == 410
    assert requests.post(f"{links[2]}/sign", timeout=120).status_code == 410


def test_a_signer_asks_for_a_new_link(posting_desk: RunningDesk, postbox: tuple[Postbox, int], clock: Clock) -> None:
    """It goes to the address that the sender gave, is the only one that works, and comes once in ten minutes."""
    box, _ = postbox
    sent = posting_desk.send().provider_id
    old = posting_desk.provider.signer_links(sent)[1]
    clock.forward(days=15)
    assert "Send meg en ny lenke" in get(old).text
    answer = requests.post(f"{old}/new-link", timeout=120)
    assert "En ny lenke er på vei" in answer.text
    assert "kari@" not in answer.text
    assert requests.post(f"{old}/new-link", timeout=120).status_code == 429
    (fresh,) = re.findall(r"http\S+/sign/\S+", box.letters[-1].get_content())
    assert box.letters[-1]["To"] == "kari@kommune.example"
    assert len(box.letters) == 2
    assert get(old).status_code == 410
    assert "Du har signert" in requests.post(f"{fresh}/sign", timeout=120).text


def test_a_reminder_renews_a_link_that_works_no_longer(
    posting_desk: RunningDesk, postbox: tuple[Postbox, int], clock: Clock
) -> None:
    """One that still works is sent again as it is."""
    sent = posting_desk.send().provider_id
    first = posting_desk.provider.signer_links(sent)[1]
    for days, same in ((2, True), (13, False)):
        clock.forward(days=days)
        assert posting_desk.api("POST", f"/{sent}/remind", json={"order": 1}).ok
        (link,) = re.findall(r"http\S+/sign/\S+", postbox[0].letters[-1].get_content())
        assert (link == first) is same
        assert get(link).status_code == 200


def test_everybody_gets_a_copy_by_a_link_of_its_own(
    posting_desk: RunningDesk, postbox: tuple[Postbox, int], clock: Clock
) -> None:
    """Once all have signed: the whole document, for thirty days; no signing with it, nor a copy with a link to sign."""
    sent = posting_desk.send().provider_id
    for order in (1, 2):
        posting_desk.act(sent, order, "sign")
    links = [re.findall(r"http\S+/copy/\S+", letter.get_content())[0] for letter in postbox[0].letters[2:]]
    assert len(set(links)) == 2
    assert "Last ned kopien din" in get(links[0]).text
    copy = get(links[0], "/document.pdf").content
    assert copy == posting_desk.api("GET", f"/{sent}/pdf").content
    assert copy.startswith(agreement())
    as_signing = links[0].replace("/copy/", "/sign/")
    assert get(as_signing).status_code == 404
    clock.forward(days=30)
    assert get(links[0]).status_code == 410
    assert get(links[0], "/document.pdf").status_code == 410


def test_a_link_opened_too_often_is_made_to_wait(desk: RunningDesk, sent: str, clock: Clock) -> None:
    """Sixty times in a minute; other links are not held up, and a minute later all is well."""
    links = desk.provider.signer_links(sent)
    with requests.Session() as session:
        for _ in range(OPENINGS):
            assert session.get(links[1], timeout=120).status_code == 200
    told = get(links[1])
    assert (told.status_code, told.headers["Retry-After"]) == (429, "60")
    assert get(links[2]).status_code == 200
    clock.forward(minutes=1)
    assert get(links[1]).status_code == 200


@pytest.fixture
def older_desk(tmp_path: Path, clock: Clock) -> Iterator[RunningDesk]:
    """Give a desk whose database was made before links had a table of their own."""
    folder = tmp_path / "older"
    with desk_in_thread(folder, clock) as desk:
        desk.send()
    with sqlite3.connect(folder / "desk.db") as connection:
        connection.execute("DROP TABLE alembic_version")
        connection.execute("DROP TABLE links")
        connection.execute("ALTER TABLE signers DROP COLUMN language")
        connection.execute("ALTER TABLE signers ADD COLUMN link_digest TEXT NOT NULL DEFAULT ''")
    connection.close()
    with desk_in_thread(folder, clock) as desk:
        yield desk


def test_a_desk_from_before_is_opened_as_it_is(older_desk: RunningDesk) -> None:
    """Its requests stay, with links that work, and new ones are taken."""
    known = older_desk.api("GET", "?reference=ref-1").json()["requests"][0]["id"]
    assert older_desk.act(known, 1, "sign").ok
    assert older_desk.act(older_desk.send("ref-2").provider_id, 1, "sign").ok


def test_links_that_work_no_longer_say_so_in_the_requests_language(desk: RunningDesk, clock: Clock) -> None:
    """An English request: the pages of an expired and of a replaced link, and of a passed deadline, are English."""
    request = desk.send("ref-en", language="en").provider_id
    first = desk.provider.signer_links(request)[1]
    desk.provider.new_link(request, 1)
    second = desk.provider.signer_links(request)[1]
    assert "There is a newer link" in get(first).text
    clock.forward(days=15)
    assert "The link works no longer" in get(second).text
    assert 'lang="en"' in get(second).text
    clock.forward(days=15)
    assert "The deadline has passed" in get(second).text
    other = desk.provider.signer_links(desk.send().provider_id)[1]
    clock.forward(days=15)
    assert "Lenken virker ikke lenger" in get(other).text
