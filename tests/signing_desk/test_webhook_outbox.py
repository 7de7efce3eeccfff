"""The desk tells by webhook: at least once, sealed, with patience, and never more than a hint."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
import requests
from fastapi import FastAPI

from flows.errors import WrongUse
from flows.register import Register
from flows.register.webhooks import hinted, refusals
from flows.signing.providers.desk import DeskProvider
from flows.signing_desk.schemas import IntentIn
from flows.signing_desk.sender_actions import cancel, create
from flows.signing_desk.service import Desk, open_desk
from flows.signing_desk.webhook_outbox import MOST_ATTEMPTS, Webhook, deliver_due, pause, webhook_at
from flows.signing_desk.webhook_signing import HEADER, sign_webhook
from flows.web.webhooks import webhook_routes
from tests.conftest import Clock
from tests.signing.provider_server import Call, ProviderServer, Reply
from tests.signing_desk.documents import agreement, intent_of
from tests.signing_desk.servers import desk_in_thread
from tests.web.server import web_in_thread

SECRET = "et-godt-ord"


class Ears(ProviderServer):
    """Whoever is told; `faults` say what goes wrong."""

    def operation(self, call: Call) -> str:
        """Return the one word."""
        return "told"

    def answer(self, call: Call) -> Reply:
        """Take it."""
        return Reply(204)

    @property
    def told(self) -> list[dict[str, object]]:
        """What was taken, in order."""
        return [json.loads(call.body) for call, _ in self.exchanged]


@dataclass
class Telling:
    """A desk, whoever it tells, and a way to let it try."""

    desk: Desk
    ears: Ears
    clock: Clock

    def request(self, reference: str) -> str:
        """Make a request; return its id."""
        intent = intent_of(agreement(), reference, self.clock() + timedelta(days=30))
        people = [
            {"order": one.order, "role": one.role, "name": one.name, "title": one.title} for one in intent.signers
        ]
        stated = {name: getattr(intent, name) for name in ("reference", "title", "public_title", "deadline", "sha256")}
        request, _ = create(self.desk, IntentIn.model_validate({**stated, "signers": people}), agreement())
        return request.id

    def tell(self, secret: str = SECRET) -> int:
        """Try once."""
        with requests.Session() as session:
            return deliver_due(self.desk, Webhook(self.ears.address, secret.encode()), session)


@pytest.fixture
def telling(tmp_path: Path, clock: Clock) -> Iterator[Telling]:
    """Give a desk that tells."""
    ears = Ears(clock)
    with ears.running():
        yield Telling(open_desk(tmp_path / "desk", clock, "http://desk.example", sends_webhooks=True), ears, clock)


def test_what_happens_is_told_once_it_is_taken(telling: Telling) -> None:
    """An id of its own, the event, and the request by id and reference; nobody's name, no link, no reason."""
    request = telling.request("ref-1")
    assert telling.tell() == 0, "a new request is no news to who made it"
    cancel(telling.desk, request, "Kari vil ikke")
    assert telling.tell() == 1
    assert telling.tell() == 0
    (told,) = telling.ears.told
    assert (told["event"], told["request"]) == ("cancelled", {"id": request, "reference": "ref-1"})
    assert set(told) == {"id", "event", "at", "request"}


@pytest.mark.parametrize("fault", ["reset", "lost", "500", "404", "html"])
def test_what_is_not_taken_is_told_again(telling: Telling, fault: str) -> None:
    """With the same id, sealed anew, after pauses that double; a page with 200 is an answer like any other."""
    cancel(telling.desk, telling.request("ref-1"), "")
    telling.ears.faults = {"told": [fault, fault]}
    assert telling.tell() == (1 if fault == "html" else 0)
    assert telling.tell() == 0, "not before its time"
    telling.clock.forward(seconds=10)
    telling.tell()
    telling.clock.forward(seconds=20)
    assert telling.tell() == (0 if fault == "html" else 1)
    assert len({told["id"] for told in telling.ears.told}) <= 1
    seals = [call.headers[HEADER] for call, _ in telling.ears.exchanged]
    assert len(set(seals)) == len(seals)


def test_the_order_is_kept_and_one_failure_stops_the_round(telling: Telling) -> None:
    """Whoever does not answer one would not answer the others: they wait, none is lost."""
    for number in (1, 2, 3):
        cancel(telling.desk, telling.request(f"ref-{number}"), "")
    telling.ears.faults = {"told": ["500"]}
    assert telling.tell() == 0
    assert len(telling.ears.asked) == 1
    telling.clock.forward(hours=1)
    assert telling.tell() == 3
    references = [str(told["request"]["reference"]) for told in telling.ears.told]  # type: ignore[index]
    assert references == ["ref-1", "ref-2", "ref-3"]


def test_pauses_double_up_to_an_hour_and_end(telling: Telling) -> None:
    """After a day the desk gives up: whoever asks still finds out."""
    assert [pause(number).total_seconds() for number in (1, 2, 3, 9, 10, 32)] == [10, 20, 40, 2560, 3600, 3600]
    cancel(telling.desk, telling.request("ref-1"), "")
    telling.ears.faults = {"told": ["500"] * 100}
    for _ in range(MOST_ATTEMPTS + 5):
        telling.tell()
        telling.clock.forward(hours=1)
    assert len(telling.ears.asked) == MOST_ATTEMPTS


def test_a_redirect_is_not_followed(telling: Telling) -> None:
    """Whoever answers for the address does not send the desk elsewhere."""
    cancel(telling.desk, telling.request("ref-1"), "")
    telling.ears.faults = {"told": ["307"]}
    assert telling.tell() == 0
    assert len(telling.ears.asked) == 1


def test_a_wrong_setting_is_a_sentence() -> None:
    """No secret, or no web address; no address at all means that nobody is told."""
    assert webhook_at("", "") is None
    found = webhook_at("https://x.example/webhooks/desk", "ny gammel")
    assert found == Webhook("https://x.example/webhooks/desk", b"ny")
    assert "ny" not in repr(found).replace("Webhook", "")
    for url, secrets in (("https://x.example", " "), ("ftp://x.example", "a")):
        with pytest.raises(WrongUse, match="AVTALEFLYT_DESK_WEBHOOK"):
            webhook_at(url, secrets)


def test_from_the_signature_to_the_hint(tmp_path: Path, register: Register, clock: Clock) -> None:
    """A signer signs; seconds later the register holds a hint about that request; a forged one is counted."""
    routes = FastAPI()
    listener = DeskProvider("http://desk.example", "x", requests.Session(), secrets=["ny", SECRET], clock=clock)
    routes.include_router(webhook_routes(register, {"desk": listener}))
    with web_in_thread(routes) as address:
        webhook = Webhook(f"{address}/webhooks/desk", SECRET.encode())
        with desk_in_thread(tmp_path / "desk", clock, webhook=webhook) as desk:
            request = desk.send().provider_id
            desk.act(request, 1, "sign")
            until = monotonic() + 200
            found: set[str] = set()
            while not found and monotonic() < until:
                sleep(0.1)
                with register.read() as session:
                    found = hinted(session, "desk")
            assert found == {request}
        body = b'{"id": "1", "event": "signed", "request": {"id": "other"}}'
        for header in (sign_webhook(body, int(clock().timestamp()), b"feil"), "", "1.2"):
            answer = requests.post(f"{address}/webhooks/desk", body, headers={HEADER: header}, timeout=120)
            assert answer.status_code == 401
        old = sign_webhook(body, int(clock().timestamp()) - 301, SECRET.encode())
        assert requests.post(f"{address}/webhooks/desk", body, headers={HEADER: old}, timeout=120).status_code == 401
    with register.read() as session:
        assert hinted(session, "desk") == {request}
        assert refusals(session, "desk") == {"forged": 4}
