import hashlib
import json
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from pypdf import PdfReader, PdfWriter

from flows.signing_desk.signature_requests import DeskRequest, DeskSigner
from tests.conftest import Clock
from tests.signing_desk.documents import agreement
from tests.signing_desk.servers import RunningDesk, desk_in_thread


def stated(desk: RunningDesk, pdf: bytes, **changes: Any) -> dict[str, Any]:
    """Return an intent as a sender states it, with changes."""
    return {
        "reference": "ref-1",
        "title": "Avtale",
        "public_title": "Avtale",
        "deadline": (desk.clock() + timedelta(days=30)).isoformat(),
        "sha256": hashlib.sha256(pdf).hexdigest(),
        "signers": [{"order": 1, "role": "kommune", "name": "Hemmelig Navn", "title": "direktør"}],
        **changes,
    }


def create(desk: RunningDesk, pdf: bytes, **changes: Any) -> requests.Response:
    """Ask the desk for a new request."""
    files = {"pdf": ("document.pdf", pdf, "application/pdf")}
    return desk.api("POST", "", data={"intent": json.dumps(stated(desk, pdf, **changes))}, files=files)


def test_a_new_request_answers_with_ids_and_links_by_order(desk: RunningDesk) -> None:
    """201, the request's id, and for each signer an id and a link that opens."""
    answer = create(desk, agreement())
    signer = answer.json()["signers"][0]
    assert answer.status_code == 201
    assert signer["order"] == 1
    assert desk.session.get(signer["link"], timeout=120).status_code == 200


def test_the_same_reference_is_taken_once(desk: RunningDesk) -> None:
    """The second time answers 409 with the request that is there, the same links included."""
    first, second = create(desk, agreement()), create(desk, agreement())
    assert second.status_code == 409
    assert second.json() == first.json()
    assert len(desk.api("GET", "?reference=ref-1").json()["requests"]) == 1


def test_nobody_without_the_token_comes_in(desk: RunningDesk) -> None:
    """Every call below /api needs the bearer token; the answer says nothing about what is there."""
    request = create(desk, agreement()).json()["id"]
    for path in ("", f"/{request}", f"/{request}/pdf", f"/{request}/evidence", "/none"):
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": desk.token}):
            answer = desk.session.get(f"{desk.address}/api/requests{path}", headers=headers, timeout=120)
            assert answer.status_code == 401
            assert answer.json()["code"] == "unauthorised"


def encrypted() -> bytes:
    """Return an encrypted PDF."""
    writer, output = PdfWriter(PdfReader(BytesIO(agreement()))), BytesIO()
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize(
    ("pdf", "changes", "code"),
    [
        (agreement(), {"sha256": "0" * 64}, "digest"),
        (b"<html>not a PDF</html>", {}, "not-a-pdf"),
        (b"%PDF-1.7\nbroken", {}, "unsuitable"),
        (agreement()[:4000], {}, "unsuitable"),
        (b"%PDF-" + bytes(10 * 1024 * 1024), {}, "too-large"),
        (agreement(), {"deadline": "2026-11-30T00:00:00Z"}, "deadline"),
        (agreement(), {"deadline": "2027-03-02T00:00:00Z"}, "deadline"),
        (agreement(), {"deadline": "2026-12-30T00:00:00"}, "invalid"),
        (agreement(), {"reference": "a_b"}, "invalid"),
        (agreement(), {"reference": "x" * 51}, "invalid"),
        (agreement(), {"signers": []}, "invalid"),
        (agreement(), {"title": "a\nb"}, "invalid"),
        (agreement(), {"unknown": 1}, "invalid"),
    ],
)
def test_what_cannot_be_signed_is_refused(desk: RunningDesk, pdf: bytes, changes: dict[str, Any], code: str) -> None:
    """A wrong digest, file, size, deadline or field is refused as a problem, and nothing is kept."""
    answer = create(desk, pdf, **changes)
    assert answer.status_code in {413, 422}
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == code
    assert desk.api("GET", "?reference=ref-1").json() == {"requests": []}


def test_encrypted_and_signed_files_are_refused(desk: RunningDesk) -> None:
    """The desk takes no encrypted file, and none that somebody signed before."""
    sent = desk.send("ref-0")
    desk.act(sent.provider_id, 1, "sign")
    desk.act(sent.provider_id, 2, "sign")
    signed = desk.api("GET", f"/{sent.provider_id}/pdf").content
    assert [create(desk, pdf).json()["code"] for pdf in (encrypted(), signed)] == ["unsuitable"] * 2


@pytest.mark.parametrize("orders", [[1, 1], [2], [1, 3], list(range(1, 12))])
def test_orders_must_count_from_one_to_at_most_ten(desk: RunningDesk, orders: list[int]) -> None:
    """Orders that leave gaps, repeat, or name more than ten signers are refused."""
    signers = [{"order": order, "role": "", "name": "Ola", "title": ""} for order in orders]
    assert create(desk, agreement(), signers=signers).json()["code"] == "invalid"


def test_a_place_outside_the_document_is_refused(desk: RunningDesk) -> None:
    """A signature cannot be placed on a page that is not there, or where there is no room."""
    place = {"page": 2, "left": 60, "bottom": 60, "right": 200, "top": 100}
    for anchor, code in ((place, "unsuitable"), ({**place, "page": 1, "top": 61}, "invalid")):
        signers = [{"order": 1, "role": "", "name": "Ola", "title": "", "anchor": anchor}]
        assert create(desk, agreement(), signers=signers).json()["code"] == code


def test_refusals_repeat_nothing_personal(desk: RunningDesk) -> None:
    """What was wrong is named by field, never by what stood in it."""
    signers = [{"order": 1, "role": "", "name": "Hemmelig Navn\x07", "title": ["Hemmelig"]}]
    answer = create(desk, agreement(), signers=signers, deadline="Hemmelig")
    assert answer.json()["code"] == "invalid"
    assert "signers.0.name" in answer.text
    assert "Hemmelig" not in answer.text


def test_the_pdf_is_given_only_when_everybody_has_signed(desk: RunningDesk) -> None:
    """Until the last signature the senders' side gives no document."""
    sent = desk.send()
    assert desk.api("GET", f"/{sent.provider_id}/pdf").json()["code"] == "not-signed"
    desk.act(sent.provider_id, 1, "sign")
    assert desk.api("GET", f"/{sent.provider_id}/pdf").status_code == 409
    desk.act(sent.provider_id, 2, "sign")
    assert desk.api("GET", f"/{sent.provider_id}/pdf").content.startswith(agreement())


def test_cancelling_ends_a_request_once(desk: RunningDesk) -> None:
    """Cancelled, nobody can sign; cancelled again, or unknown, is refused."""
    sent = desk.send()
    links = desk.provider.signer_links(sent.provider_id)
    assert (
        desk.api("POST", f"/{sent.provider_id}/cancel", json={"reason": "Ny versjon"}).json()["reason"] == "Ny versjon"
    )
    assert desk.session.post(f"{links[1]}/sign", timeout=120).status_code == 409
    assert "trukket tilbake" in desk.session.get(links[1], timeout=120).text
    assert desk.api("POST", f"/{sent.provider_id}/cancel", json={"reason": ""}).json()["code"] == "cancelled"
    assert desk.api("POST", "/none/cancel", json={"reason": ""}).json()["code"] == "unknown-request"


def test_links_are_told_while_the_request_is_open_only(desk: RunningDesk) -> None:
    """A request that has ended tells no links any more."""
    sent = desk.send()
    desk.api("POST", f"/{sent.provider_id}/cancel", json={"reason": ""})
    assert [one["link"] for one in desk.api("GET", f"/{sent.provider_id}").json()["signers"]] == [None, None]


def test_acknowledging_is_for_ended_requests_and_repeatable(desk: RunningDesk) -> None:
    """An open request cannot be acknowledged; an ended one keeps the first time."""
    sent = desk.send()
    path = f"/{sent.provider_id}/acknowledge"
    assert desk.api("POST", path).json()["code"] == "still-open"
    desk.api("POST", f"/{sent.provider_id}/cancel", json={"reason": ""})
    assert desk.api("POST", path).json() == desk.api("POST", path).json()


def test_the_evidence_tells_who_did_what_when_and_every_digest(desk: RunningDesk) -> None:
    """Events come in order, revisions with the digest of the whole file so far, and no link or address is told."""
    sent = desk.send()
    link = desk.provider.signer_links(sent.provider_id)[1]
    desk.session.get(f"{link}/document.pdf", timeout=120)
    desk.session.get(f"{link}/document.pdf", timeout=120)
    desk.act(sent.provider_id, 1, "sign")
    desk.act(sent.provider_id, 2, "sign")
    signed = desk.api("GET", f"/{sent.provider_id}/pdf").content
    evidence = desk.api("GET", f"/{sent.provider_id}/evidence").json()
    happened = [(event["who"], event["what"]) for event in evidence["events"]]
    assert happened == [
        ("sender", "created"),
        ("signer 1", "fetched document"),
        ("signer 1", "signed"),
        ("signer 2", "signed"),
        ("desk", "completed"),
    ]
    for revision in evidence["revisions"]:
        assert hashlib.sha256(signed[: revision["length"]]).hexdigest() == revision["sha256"]
    assert [revision["number"] for revision in evidence["revisions"]] == [0, 1, 2]
    assert "/sign/" not in json.dumps(evidence)


class Postbag:
    """Keeps letters where they can be counted."""

    def __init__(self) -> None:
        self.links: list[str] = []
        self.invited: list[int] = []

    def invite(self, request: DeskRequest, signer: DeskSigner, link: str, until: date) -> None:
        """Keep who was invited."""
        self.invited.append(signer.order)

    def remind(self, request: DeskRequest, signer: DeskSigner, link: str, until: date) -> None:
        """Keep the link."""
        self.links.append(link)

    def give_copy(self, request: DeskRequest, signer: DeskSigner, link: str) -> None:
        """Keep nothing."""


def test_reminders_go_to_whose_turn_it_is_once_a_day(tmp_path: Path, clock: Clock) -> None:
    """A reminder needs e-mail, an address and the signer's turn, and comes at most once in 24 hours."""
    bag = Postbag()
    with desk_in_thread(tmp_path, clock, bag) as desk:
        signers = [
            {"order": 1, "role": "", "name": "Ola", "title": "", "email": "ola@example.org"},
            {"order": 2, "role": "", "name": "Kari", "title": ""},
        ]
        request = create(desk, agreement(), signers=signers).json()
        path = f"/{request['id']}/remind"
        assert desk.api("POST", path, json={"order": 2}).json()["code"] == "not-your-turn"
        assert desk.api("POST", path, json={"order": 1}).status_code == 200
        clock.forward(hours=23)
        assert desk.api("POST", path, json={"order": 1}).json()["code"] == "just-reminded"
        clock.forward(hours=1)
        assert desk.api("POST", path, json={"order": 1}).status_code == 200
        assert bag.links == [request["signers"][0]["link"]] * 2
        assert bag.invited == [1]
        desk.act(request["id"], 1, "sign")
        assert desk.api("POST", path, json={"order": 2}).json()["code"] == "no-address"


def test_a_desk_without_mail_says_so(desk: RunningDesk) -> None:
    """Nothing is noted as sent when there is nothing to send with."""
    sent = desk.send()
    assert desk.api("POST", f"/{sent.provider_id}/remind", json={"order": 1}).json()["code"] == "no-mail"


def test_an_endless_body_is_cut_off(desk: RunningDesk) -> None:
    """A body that grows past the limit without saying so beforehand is not read to its end."""

    def endless() -> Any:
        for _ in range(40):
            yield bytes(512 * 1024)

    headers = {"Authorization": f"Bearer {desk.token}", "Content-Type": "multipart/form-data; boundary=x"}
    try:
        answer = requests.post(f"{desk.address}/api/requests", data=endless(), headers=headers, timeout=120)
    except requests.ConnectionError:
        return
    assert answer.status_code >= 400
