import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from flows.signing.port import Signer
from tests.conftest import Clock
from tests.signing_desk.documents import KARI, OLA, agreement
from tests.signing_desk.servers import RunningDesk


@pytest.fixture
def links(desk: RunningDesk) -> dict[int, str]:
    """Give the links of Kari, who signs first, and Ola."""
    return desk.provider.signer_links(desk.send().provider_id)


def states(desk: RunningDesk) -> tuple[str, list[str]]:
    """Return the state of the request and of its signers."""
    request = desk.api("GET", "?reference=ref-1").json()["requests"][0]
    return request["status"], [signer["status"] for signer in request["signers"]]


def revisions(desk: RunningDesk) -> int:
    """Return how many times the document has grown."""
    request = desk.api("GET", "?reference=ref-1").json()["requests"][0]
    return len(desk.api("GET", f"/{request['id']}/evidence").json()["revisions"]) - 1


def test_signers_sign_in_order(desk: RunningDesk, links: dict[int, str]) -> None:
    """The second waits for the first; out of turn the page names who is waited for and nothing is signed."""
    assert states(desk) == ("open", ["ready", "waiting"])
    assert "Venter på Kari Čáhppe" in requests.get(links[2], timeout=120).text
    assert requests.post(f"{links[2]}/sign", timeout=120).status_code == 409
    assert revisions(desk) == 0
    answer = requests.post(f"{links[1]}/sign", timeout=120)
    assert "Du har signert" in answer.text
    assert states(desk) == ("open", ["signed", "ready"])
    assert "Alle har signert" in requests.post(f"{links[2]}/sign", timeout=120).text
    assert states(desk) == ("signed", ["signed", "signed"])


def test_clicking_many_times_at_once_signs_once(desk: RunningDesk, links: dict[int, str]) -> None:
    """Eight clicks at the same moment give one signature, and every click sees that it is done."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: requests.post(f"{links[1]}/sign", timeout=120), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert all("Du har signert" in answer.text for answer in answers)
    assert revisions(desk) == 1


def test_signing_and_declining_at_once_has_one_outcome(desk: RunningDesk, links: dict[int, str]) -> None:
    """Of a signature and a refusal in the same moment one wins, and the other is told so."""
    with ThreadPoolExecutor(2) as pool:
        signing = pool.submit(requests.post, f"{links[1]}/sign", timeout=120)
        declining = pool.submit(requests.post, f"{links[1]}/decline", data={"reason": "Nei"}, timeout=120)
    outcome = {signing.result().status_code, declining.result().status_code}
    assert outcome == {200, 409}
    assert states(desk)[1][0] == ("signed" if signing.result().ok else "declined")


def test_a_refusal_ends_it_for_everybody(desk: RunningDesk, links: dict[int, str]) -> None:
    """The reason reaches the sender, not the other signers, and nobody can sign any more."""
    answer = requests.post(f"{links[1]}/decline", data={"reason": "Feil <beløp>"}, timeout=120)
    assert "Du har avslått å signere" in answer.text
    request = desk.api("GET", "?reference=ref-1").json()["requests"][0]
    assert (request["status"], request["reason"]) == ("declined", "Feil <beløp>")
    assert requests.post(f"{links[2]}/sign", timeout=120).status_code == 409
    page = requests.get(links[2], timeout=120).text
    assert "En av signatarene har avslått" in page
    assert "Feil" not in page
    assert revisions(desk) == 0


def test_a_refusal_needs_a_reason(desk: RunningDesk, links: dict[int, str]) -> None:
    """Without one, or with a novel, the page asks for it and nothing has happened."""
    for reason in ("", "  \n", "x" * 1001):
        answer = requests.post(f"{links[1]}/decline", data={"reason": reason}, timeout=120)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert states(desk) == ("open", ["ready", "waiting"])


def test_a_reason_is_kept_without_what_is_no_text(desk: RunningDesk, links: dict[int, str]) -> None:
    """NUL and what terminals obey are taken out; a reason of these alone is none."""
    assert desk.session.post(f"{links[1]}/decline", data={"reason": "\0\x1b"}, timeout=300).status_code == 422
    desk.session.post(f"{links[1]}/decline", data={"reason": "nei\0\x1b[31m"}, timeout=300)
    (found,) = desk.api("GET", "").json()["requests"]
    assert desk.api("GET", f"/{found['id']}").json()["reason"] == "nei  [31m"


def test_a_link_with_a_slash_too_many_is_named_to_nobody(desk: RunningDesk, links: dict[int, str]) -> None:
    """A redirect would name the secret link at a host that the request chose, and without TLS."""
    headers = {"Host": "other.example"}
    answer = desk.session.get(f"{links[1]}/", headers=headers, allow_redirects=False, timeout=300)
    assert (answer.status_code, "location" in answer.headers) == (404, False)


def test_who_has_signed_cannot_decline(desk: RunningDesk, links: dict[int, str]) -> None:
    """A signature stays."""
    requests.post(f"{links[1]}/sign", timeout=120)
    assert requests.post(f"{links[1]}/decline", data={"reason": "Nei"}, timeout=120).status_code == 409
    assert states(desk) == ("open", ["signed", "ready"])


def test_links_expire_at_the_deadline(desk: RunningDesk, links: dict[int, str], clock: Clock) -> None:
    """Until the last second all works; from the deadline on nothing does, and the request is expired."""
    clock.forward(days=20)
    fresh = desk.provider.new_link(desk.api("GET", "?reference=ref-1").json()["requests"][0]["id"], 1)
    clock.forward(days=10, seconds=-1)
    assert requests.get(fresh, timeout=120).status_code == 200
    clock.forward(seconds=1)
    for method, path in (("GET", ""), ("GET", "/document.pdf"), ("POST", "/sign"), ("POST", "/decline")):
        answer = requests.request(method, fresh + path, data={"reason": "Nei"}, timeout=120)
        assert answer.status_code == 410
        assert "Fristen er ute" in answer.text
    assert states(desk) == ("expired", ["closed", "closed"])
    assert revisions(desk) == 0


def test_a_made_up_link_leads_nowhere(desk: RunningDesk, links: dict[int, str]) -> None:
    """A wrong token, even by one letter, is a plain 404 that tells nothing."""
    other = links[1][:-1] + ("A" if links[1][-1] != "A" else "B")
    for link in (other, f"{desk.address}/sign/x", f"{desk.address}/sign/{'%00' * 5}", f"{desk.address}/nothing"):
        answer = requests.get(link, timeout=120)
        assert answer.status_code == 404
        assert "Lenken fører ingen steder" in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({}, 200),
    ],
)
def test_forms_from_other_pages_are_refused(
    desk: RunningDesk, links: dict[int, str], headers: dict[str, str], status: int
) -> None:
    """A browser that says the form comes from elsewhere signs nothing."""
    assert requests.post(f"{links[1]}/sign", headers=headers, timeout=120).status_code == status
    assert revisions(desk) == (1 if status == 200 else 0)


def test_looking_signs_nothing(desk: RunningDesk, links: dict[int, str]) -> None:
    """Mail programs that open links change nothing: only a form does."""
    assert requests.get(links[1], timeout=120).status_code == 200
    assert requests.head(links[1], timeout=120).status_code == 405
    assert requests.get(f"{links[1]}/sign", timeout=120).status_code == 405
    assert states(desk) == ("open", ["ready", "waiting"])


def test_every_page_says_what_the_desk_is_not(desk: RunningDesk, links: dict[int, str]) -> None:
    """Trying out, internal use, no eID: on the signer's page, the errors and the front page alike."""
    pages = [links[1], links[2], f"{desk.address}/", f"{desk.address}/sign/none"]
    for page in pages:
        text = requests.get(page, timeout=120).text
        assert '<html lang="nb"' in text
        assert "For utprøving og intern bruk." in text
        assert "kontrollerer ikke hvem du er" in text


def test_pages_load_nothing_from_elsewhere_and_leave_no_trace(desk: RunningDesk, links: dict[int, str]) -> None:
    """Strict policy, no referrer, no cache; every address on the page is the desk's own."""
    answer = requests.get(links[1], timeout=120)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "img-src 'self' data:" in answer.headers["Content-Security-Policy"]  # the icons of the style sheet
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text
    addresses = re.findall(r'(?:src|href|action)="([^"]*)"', answer.text)
    assert all(address.startswith(("/", "#", "data:")) for address in addresses)
    assert requests.get(f"{desk.address}/desk.css", timeout=120).headers["Content-Type"].startswith("text/css")


def test_the_document_can_be_read_before_and_after(desk: RunningDesk, links: dict[int, str]) -> None:
    """Everybody with a link reads the document as it is now, in the page's frame or as a copy."""
    before = requests.get(f"{links[2]}/document.pdf", timeout=120)
    assert before.content == agreement()
    assert before.headers["Content-Type"] == "application/pdf"
    assert before.headers["Cache-Control"] == "no-store"
    requests.post(f"{links[1]}/sign", timeout=120)
    after = requests.get(f"{links[2]}/document.pdf", timeout=120).content
    assert after.startswith(agreement())
    assert len(after) > len(agreement())


def test_what_people_wrote_is_shown_as_they_wrote_it(desk: RunningDesk) -> None:
    """Names and titles with signs of HTML in them are text, nothing else."""
    signer = Signer(1, "", "<script>alert(1)</script> & Sønn", "lege <b>", on_behalf_of='"Čáhppe"')
    link = desk.provider.signer_links(desk.send(signers=[signer]).provider_id)[1]
    text = requests.get(link, timeout=120).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Sønn" in text
    assert "<script" not in text
    assert "lege &lt;b&gt;" in text


def test_a_request_in_english_has_english_pages(desk: RunningDesk) -> None:
    """The request's language is the page's, also where something is refused."""
    links = desk.provider.signer_links(desk.send(language="en", signers=[KARI, OLA]).provider_id)
    text = requests.get(links[1], timeout=120).text
    assert '<html lang="en"' in text
    assert "Who signs, in this order" in text
    assert "It is not your turn yet" in requests.post(f"{links[2]}/sign", timeout=120).text


def test_no_token_lies_on_the_disk(desk: RunningDesk, links: dict[int, str]) -> None:
    """Whoever copies the database cannot open a single link with it."""
    requests.get(links[1], timeout=120)
    tokens = [link.rpartition("/")[2].encode() for link in links.values()]
    kept = [path.read_bytes() for path in Path(desk.folder).rglob("*") if path.is_file()]
    assert not any(token in content for token in tokens for content in kept)
