"""What stands between the desk and its callers: proxies, headers on every answer, PDFs that cannot be signed."""

import re
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import requests
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, NameObject, NumberObject, PdfObject

from flows.errors import NotSent
from flows.signing_desk.middleware import SECURITY_HEADERS
from tests.conftest import Clock
from tests.signing_desk.documents import agreement, intent_of
from tests.signing_desk.servers import RunningDesk, desk_process


def test_every_answer_carries_the_headers(desk: RunningDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page, a refusal, what there is not, too many attempts and a fault of the desk itself."""
    bearer = {"Authorization": f"Bearer {desk.token}"}

    def get(path: str, headers: Mapping[str, str] | None = None) -> requests.Response:
        return requests.get(f"{desk.address}{path}", headers=headers, timeout=120)

    def broken(*_values: object) -> object:
        raise RuntimeError("broken")

    answers = [get(path) for path in ("/", "/sign/none", "/nothing", "/desk.css", "/api/requests")]
    answers += [get(path, bearer) for path in ("/api/requests/none", "/api/nothing")]
    elsewhere = {"Origin": "https://elsewhere.example"}
    answers.append(requests.post(f"{desk.address}/sign/none/sign", headers=elsewhere, timeout=120))
    monkeypatch.setattr("flows.signing_desk.sender_actions.find", broken)
    answers.append(get("/api/requests?reference=x", bearer))
    monkeypatch.setattr("flows.signing_desk.signer_actions.visit", broken)
    answers.append(get("/sign/none"))
    answers += [get("/sign/same") for _ in range(61)][-1:]
    assert [one.status_code for one in answers] == [200, 404, 404, 200, 401, 404, 404, 403, 500, 500, 429]
    for answer in answers:
        assert [name for name in SECURITY_HEADERS if name not in answer.headers] == [], answer.url
        assert "broken" not in answer.text


def test_the_receipt_leads_to_the_copy(desk: RunningDesk, clock: Clock) -> None:
    """Once everybody has signed, each receipt has a link to the copy, the same every time, for thirty days."""
    sent = desk.send()
    links = desk.provider.signer_links(sent.provider_id)
    assert desk.act(sent.provider_id, 1, "sign").ok
    assert "/copy/" not in requests.get(links[1], timeout=120).text
    assert desk.act(sent.provider_id, 2, "sign").ok
    found = {re.findall(r'href="(/copy/[^"]+)"', requests.get(links[1], timeout=120).text)[0] for _ in range(2)}
    assert len(found) == 1
    copy = requests.get(f"{desk.address}{found.pop()}/document.pdf", timeout=120)
    assert copy.content.startswith(agreement())
    clock.forward(days=31)
    assert "/copy/" not in requests.get(links[1], timeout=120).text


def with_annotations(pdf: bytes, annotations: PdfObject) -> bytes:
    """Return a PDF whose first page has these annotations."""
    writer = PdfWriter(BytesIO(pdf))
    writer.pages[0][NameObject("/Annots")] = annotations
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def test_a_pdf_is_tried_before_it_is_taken(desk: RunningDesk, clock: Clock) -> None:
    """A file that is read well enough and breaks what signs it is refused with 422 when it is sent, and is not kept."""
    good, broken = (with_annotations(agreement(), one) for one in (ArrayObject(), NumberObject(7)))
    deadline = clock() + timedelta(days=5)
    with pytest.raises(NotSent, match="422"):
        desk.provider.send(intent_of(broken, "ref-9", deadline), broken)
    assert desk.api("GET", "?reference=ref-9").json() == {"requests": []}
    sent = desk.provider.send(intent_of(good, "ref-9", deadline), good)
    assert desk.act(sent.provider_id, 1, "sign").ok


def test_a_word_on_the_caller_is_believed_from_a_configured_proxy_alone(tmp_path: Path) -> None:
    """`X-Forwarded-For` stands in the evidence where the proxy is named in the settings, and nowhere else."""
    for proxies, found in (("", "127.0.0.1"), ("127.0.0.1", "203.0.113.9"), ("192.0.2.1", "127.0.0.1")):
        with desk_process(tmp_path / f"desk-{proxies}", environment={"AVTALEFLYT_TRUSTED_PROXIES": proxies}) as desk:
            sent = desk.send()
            link = desk.provider.signer_links(sent.provider_id)[1]
            told = {"X-Forwarded-For": "203.0.113.9"}
            assert requests.post(f"{link}/sign", headers=told, timeout=300).ok
            evidence = desk.api("GET", f"/{sent.provider_id}/evidence").text
            assert (found in evidence, "203.0.113.9" in evidence) == (True, found == "203.0.113.9")
