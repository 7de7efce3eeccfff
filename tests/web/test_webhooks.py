"""Webhooks: believed when authentic, hints and nothing more, and counted when not."""

import hashlib
import hmac
import json
import random
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import requests
from fastapi import FastAPI
from sqlalchemy import select

from flows.errors import ProviderError
from flows.register import Event, Register, State
from flows.register.agreements import get_agreement
from flows.register.signature_requests import newest_request
from flows.register.webhooks import hinted, refusals
from flows.signing.polling import signed_updates
from flows.signing.port import OpenRequest, Provider, RequestStatus, Update
from flows.signing.providers.documenso import DocumensoProvider
from flows.signing.providers.docuseal import DocuSealProvider
from flows.signing.sending import send
from flows.web.debounce import debounced
from flows.web.webhooks import MAX_BYTES, webhook_routes
from tests.conftest import Clock
from tests.signing.paper_provider import PaperProvider, approved_agreement
from tests.signing_desk.documents import BOTH
from tests.web.server import web_in_thread

SECRET = "whsec_hemmelig"
wakes: list[str] = []


@dataclass
class Web:
    """The web, called by a stranger."""

    address: str
    session: requests.Session

    def post(self, path: str, content: bytes, headers: Mapping[str, str | bytes] | None = None) -> requests.Response:
        """Send bytes."""
        return self.session.post(self.address + path, data=content, headers=headers, timeout=120)


@pytest.fixture
def web(register: Register, clock: Clock) -> Iterator[Web]:
    """Give the web with both providers that tell by webhook."""
    wakes.clear()
    session = requests.Session()
    providers: dict[str, Provider] = {
        "docuseal": DocuSealProvider("https://docuseal.example", "x", session, clock, secrets=[SECRET]),
        "documenso": DocumensoProvider("https://documenso.example", "x", session, clock, secrets=[SECRET]),
    }
    app = FastAPI()
    app.include_router(webhook_routes(register, providers, lambda: wakes.append("woken")))
    with web_in_thread(app) as address, requests.Session() as caller:
        yield Web(address, caller)


def body_about(number: int, event: str = "submission.completed", at: str = "2026-12-01T09:00:00Z") -> bytes:
    """Return what DocuSeal says about a submission."""
    return json.dumps({"event_type": event, "timestamp": at, "data": {"id": number}}).encode()


def signature(body: bytes, at: datetime, secret: str = SECRET) -> dict[str, str]:
    """Return DocuSeal's header."""
    unix = str(int(at.timestamp()))
    seal = hmac.new(secret.encode(), unix.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Docuseal-Signature": f"{unix}.{seal}"}


def test_an_authentic_webhook_is_a_hint(web: Web, register: Register, clock: Clock) -> None:
    """Answered with 204 and nothing, kept as an id to read again; whoever collects is woken."""
    answer = web.post("/webhooks/docuseal", content=body_about(815), headers=signature(body_about(815), clock()))
    assert (answer.status_code, answer.content) == (204, b"")
    with register.read() as session:
        assert hinted(session, "docuseal") == {"815"}
    assert wakes == ["woken"]


def test_the_same_event_again_changes_nothing(web: Web, register: Register, clock: Clock) -> None:
    """A retry is signed anew and answered with 204 all the same; it is counted and wakes nobody."""
    body = body_about(815)
    for _ in range(3):
        clock.forward(seconds=30)
        assert web.post("/webhooks/docuseal", content=body, headers=signature(body, clock())).status_code == 204
    with register.read() as session:
        assert refusals(session, "docuseal") == {"replayed": 2}
    assert wakes == ["woken"]


def test_a_thousand_forged_or_replayed_ones_change_nothing(web: Web, register: Register, clock: Clock) -> None:
    """Wrong secrets, changed bytes, old signatures, other headers, the same again: none accepted, each counted."""
    chance = random.Random(5)
    good = body_about(815)
    first = signature(good, clock())
    assert web.post("/webhooks/docuseal", content=good, headers=first).status_code == 204
    wakes.clear()
    with register.read() as session:
        before = len(list(session.execute(select(Event)).scalars()))
    statuses = {401: 0, 204: 0}
    for number in range(1_000):
        body = body_about(number)
        forged = [
            (body, signature(body, clock(), f"whsec_{chance.random()}")),
            (good[:-3] + b"6}}", first),
            (body, signature(body, clock() - timedelta(minutes=6))),
            (body, signature(body, clock() + timedelta(minutes=6))),
            (body, {}),
            (body, {"X-Docuseal-Signature": "0." + "0" * 64}),
            (body, {"X-Docuseal-Signature": f"{int(clock().timestamp())}.{chance.randbytes(32).hex()}"}),
            (chance.randbytes(40), {"X-Docuseal-Signature": "æøå".encode().decode("latin-1")}),
            (good, first),
        ]
        content, headers = forged[number % len(forged)]
        sent = {name: value.encode("latin-1") for name, value in headers.items()}
        statuses[web.post("/webhooks/docuseal", content=content, headers=sent).status_code] += 1
    replayed = len(range(8, 1_000, 9))
    assert statuses == {401: 1_000 - replayed, 204: replayed}
    with register.read() as session:
        assert refusals(session, "docuseal") == {"forged": 1_000 - replayed, "replayed": replayed}
        assert hinted(session, "docuseal") == {"815"}
        assert len(list(session.execute(select(Event)).scalars())) == before
    assert wakes == []


@pytest.mark.parametrize("secret", ["", "feil", SECRET + " x", SECRET[:-1]])
def test_documenso_without_its_secret_is_refused(web: Web, register: Register, secret: str) -> None:
    """Its header is the secret itself; 401 with an empty body otherwise."""
    answer = web.post("/webhooks/documenso", content=b"{}", headers={"X-Documenso-Secret": secret})
    assert (answer.status_code, answer.content) == (401, b"")
    with register.read() as session:
        assert refusals(session, "documenso") == {"forged": 1}


def test_documenso_replayed_is_counted(web: Web, register: Register) -> None:
    """No timestamp protects it; the same bytes again cost nothing."""
    body = json.dumps(
        {"event": "DOCUMENT_COMPLETED", "payload": {"envelopeId": "envelope_1"}, "createdAt": "t"}
    ).encode()
    for _ in range(2):
        answer = web.post("/webhooks/documenso", content=body, headers={"X-Documenso-Secret": SECRET})
        assert answer.status_code == 204
    with register.read() as session:
        assert refusals(session, "documenso") == {"replayed": 1}
        assert hinted(session, "documenso") == {"envelope_1"}


def test_a_large_body_is_refused_unread(web: Web, register: Register) -> None:
    """More than 1 MiB is not looked at."""
    assert web.post("/webhooks/docuseal", content=b" " * (MAX_BYTES + 1)).status_code == 413
    with register.read() as session:
        assert refusals(session, "docuseal") == {"too_large": 1}


def test_nobody_else_has_webhooks(web: Web) -> None:
    """An unknown provider, or another method, leads nowhere."""
    assert web.post("/webhooks/posten", content=b"{}").status_code == 404
    assert web.session.get(f"{web.address}/webhooks/docuseal", timeout=120).status_code == 405


def test_a_hint_decides_nothing_and_hurries(register: Register) -> None:
    """What a webhook claims is read again at the provider: the hinted request comes first, as it truly stands."""

    class Asked(PaperProvider):
        asked: list[str] = []  # noqa: RUF012 - one for the test

        def poll(self, requests):  # type: ignore[no-untyped-def]
            self.asked.extend(one.provider_id for one in requests)
            return (Update(one.provider_id, one.reference, RequestStatus.OPEN) for one in requests)

    provider = Asked()
    ids = [approved_agreement(register, counterpart=f"{n:07d}") for n in range(3)]
    for agreement_id in ids:
        send(register, provider, agreement_id, BOTH, lambda _digest: b"%PDF-", "ALIS-avtale", 30)
    from flows.register.webhooks import record_hint

    with register.write() as transaction:
        assert record_hint(transaction, "paper", "event 1", "3")
        assert record_hint(transaction, "paper", "event 2", "nobody's")
    assert list(signed_updates(register, provider)) == []
    assert (provider.asked[0], sorted(provider.asked)) == ("3", ["1", "2", "3"])
    with register.read() as session:
        assert hinted(session, "paper") == set()
        assert all(get_agreement(session, one).state == State.SENT for one in ids)
        request = newest_request(session, ids[0])
    assert request is not None
    assert OpenRequest(request.provider_id or "", request.reference).provider_id == "1"
    provider.asked.clear()
    assert list(signed_updates(register, provider, hinted_only=True)) == []
    assert provider.asked == [], "nothing is hinted any more"
    with register.write() as transaction:
        assert record_hint(transaction, "paper", "event 3", "2")
    assert list(signed_updates(register, provider, hinted_only=True)) == []
    assert provider.asked == ["2"]


def test_a_crowd_of_webhooks_is_one_round() -> None:
    """A round begins a moment after the first; one that fails is no loss, and what comes during one starts another."""
    rounds: list[float] = []
    begun, go_on = threading.Event(), threading.Event()

    def collect() -> None:
        rounds.append(0)
        begun.set()
        go_on.wait(120)
        if len(rounds) == 1:
            raise ProviderError("The provider is away.")

    with debounced(collect, moment=0.2) as wake:
        for _ in range(100):
            wake()
        assert begun.wait(120)
        begun.clear()
        assert len(rounds) == 1
        wake()
        wake()
        go_on.set()
        assert begun.wait(120)
    assert len(rounds) == 2
