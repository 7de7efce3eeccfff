"""The intake endpoint as an HR system meets it."""

import hashlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import uvicorn
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from pydantic import SecretStr
from sqlalchemy import delete, insert, select

from flows.application.api_keys import make_key, revoke_key
from flows.application.context import Context
from flows.application.left_behind import cases_left_behind
from flows.application.status import status_overview
from flows.register import Register
from flows.register.actors import account_in
from flows.register.agreements import count_by_state
from flows.register.schema import Event, IntakeCall, SendingWish
from flows.register.sending_wishes import left_behind, wish_to_send
from flows.register.signature_requests import intend, newest_request, record_not_sent, record_stray
from flows.settings import Settings
from flows.web.app import create_app
from flows.web.intake import Announce
from tests.conftest import Clock
from tests.intake.workbooks import JSON_CASE
from tests.signing.paper_provider import approved_agreement

TOKEN = "t0ken"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
SECOND = {**JSON_CASE, "lege_hpr_nummer": "990050505", "lege_navn": "Ola Vik"}


class Told(list[tuple[str, bool]]):
    """The events that were told: agreement, and whether to send."""

    def __call__(self, agreement: str, send: bool) -> None:
        """Note an event."""
        self.append((agreement, send))


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Run the application on a port of this machine; give its address."""
    door = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        door.close()


@contextmanager
def calling(app: FastAPI) -> Iterator[httpx.Client]:
    """Run the application and give a caller that knows the token."""
    with serving(app) as address, httpx.Client(base_url=address, headers=HEADERS, timeout=120) as client:
        yield client


def application(register: Register, told: Announce, token: str = TOKEN) -> FastAPI:
    """Return the application under test."""
    settings = Settings(_env_file=None, intake_token=SecretStr(token))
    return create_app(Context(settings, register), told)


@pytest.fixture
def told() -> Told:
    """Give a place where events are told."""
    return Told()


@pytest.fixture
def client(register: Register, told: Told) -> Iterator[httpx.Client]:
    """Give a caller of the application."""
    with calling(application(register, told)) as caller:
        yield caller


def states(register: Register) -> dict[str, int]:
    """Return how many agreements there are, by state."""
    with register.read() as session:
        return count_by_state(session)


@pytest.mark.parametrize("body", [JSON_CASE, [JSON_CASE], {"cases": [JSON_CASE]}])
def test_a_new_hire_is_taken_in_and_told(client: httpx.Client, register: Register, told: Told, body: Any) -> None:
    """One good case gives 202, the agreement's id, and the event that starts the flow."""
    answer = client.post("/intake/cases?send=true", json=body)
    assert answer.status_code == 202
    (agreement,) = answer.json()["agreements"]
    assert (agreement["reception"], answer.json()["warnings"]) == ("new", [])
    assert told == [(agreement["id"], True)]
    assert states(register) == {"received": 1}


def test_every_problem_has_its_pointer_and_nothing_is_taken_in(
    client: httpx.Client, register: Register, told: Told
) -> None:
    """With one wrong case among good ones, none is taken in, and each wrong value is named."""
    wrong = {**SECOND, "lege_hpr_nummer": "12AB", "arbeidssted": None}
    answer = client.post("/intake/cases", json=[JSON_CASE, wrong])
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert {each["pointer"] for each in answer.json()["errors"]} == {"/1/lege_hpr_nummer", "/1/arbeidssted"}
    assert (states(register), told) == ({}, [])


def test_a_repeated_call_is_answered_alike(client: httpx.Client, register: Register) -> None:
    """The same key and body is one call, another body is refused, and without a key nothing is doubled either."""
    keyed = {"Idempotency-Key": "hire-1"}
    first = client.post("/intake/cases", json=JSON_CASE, headers=keyed)
    again = client.post("/intake/cases", json=JSON_CASE, headers=keyed)
    other = client.post("/intake/cases", json=SECOND, headers=keyed)
    bare = client.post("/intake/cases", json=JSON_CASE)
    assert (again.status_code, again.content) == (202, first.content)
    assert other.status_code == 422
    assert bare.json()["agreements"][0]["reception"] == "same"
    assert states(register) == {"received": 1}


def test_calls_at_the_same_time_are_one_call(client: httpx.Client, register: Register) -> None:
    """Eight calls at once with one key make one agreement, and hear the same."""

    def call(_number: int) -> bytes:
        return client.post("/intake/cases", json=JSON_CASE, headers={"Idempotency-Key": "at-once"}).content

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(call, range(8)))) == 1
    assert states(register) == {"received": 1}


def test_an_event_that_could_not_be_told_is_told_when_the_call_is_repeated(register: Register) -> None:
    """The case is safe although the event failed, and the caller's next try starts the flow."""
    told = Told()

    def fails_once(agreement: str, send: bool) -> None:
        told(agreement, send)
        if len(told) == 1:
            raise ConnectionError

    with calling(application(register, fails_once)) as client:
        # A server closes a connection after a fault of its own; the next call must not count on it.
        closing = {"Connection": "close"}
        assert client.post("/intake/cases", json=JSON_CASE, headers=closing).status_code == 202
        assert client.post("/intake/cases", json=JSON_CASE).status_code == 202
    assert len(told) == 2


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"json": JSON_CASE, "headers": {"Authorization": "Bearer wrong"}}, 401),
        ({"json": JSON_CASE, "headers": {"Authorization": "Basic dDp0"}}, 401),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ({"content": b"NaN", "headers": {"Content-Type": "application/json"}}, 400),
        ({"content": b"[" * 90_000, "headers": {"Content-Type": "application/json"}}, 400),
        ({"content": b"a=b", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 415),
        ({"content": b" " * 6_000_000, "headers": {"Content-Type": "application/json"}}, 413),
        ({"json": []}, 422),
        ({"json": 5}, 422),
        ({"json": [{"type": "leie"}]}, 422),
        ({"json": JSON_CASE, "headers": {"Idempotency-Key": "x" * 256}}, 400),
        ({"json": JSON_CASE, "params": {"send": "maybe"}}, 400),
    ],
)
def test_what_is_refused(client: httpx.Client, register: Register, request_: dict[str, Any], status: int) -> None:
    """Every refusal is a problem document with its status, and takes nothing in."""
    answer = client.post("/intake/cases", **request_)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert states(register) == {}


def test_without_a_token_the_door_is_shut(register: Register, told: Told) -> None:
    """An endpoint that nobody has given a token takes nothing, whatever the caller sends."""
    with calling(application(register, told, token="")) as client:
        assert client.post("/intake/cases", json=JSON_CASE, headers={"Authorization": "Bearer x"}).status_code == 503


def test_a_key_takes_cases_of_its_municipalities_alone(register: Register, told: Told, tmp_path: Path) -> None:
    """Another key is refused for them whatever it sends, and meets their agreements as if there were none."""
    context = Context(Settings(_env_file=None, output=tmp_path, intake_token=SecretStr(TOKEN)), register)
    made, own = make_key(context, "HR-systemet", "hr", ["1804"], None)  # where the case is
    _made, other = make_key(context, "Et annet system", "hr", ["1806"], None)
    with calling(application(register, told)) as client:

        def call(key: str, **options: Any) -> httpx.Response:
            headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "the-same"}
            return client.post("/intake/cases", headers=headers, **options)

        refused = call(other, json=[JSON_CASE])
        assert (refused.status_code, states(register)) == (403, {})
        taken = call(own, json=[JSON_CASE])
        assert taken.status_code == 202
        assert call(other, json=[JSON_CASE]).status_code == 403
        address = f"/intake/cases/{taken.json()['agreements'][0]['id']}"
        for key, status in ((own, 200), (TOKEN, 200), (other, 404)):
            assert client.get(address, headers={"Authorization": f"Bearer {key}"}).status_code == status
        revoke_key(context, made.id)
        assert client.get(address, headers={"Authorization": f"Bearer {own}"}).status_code == 401
    with register.read() as session:
        actors = session.execute(select(Event.actor).where(Event.agreement_id.is_not(None))).scalars().all()
    assert {account_in(one) for one in actors} == {made.id}


def test_half_letters_do_no_harm(client: httpx.Client) -> None:
    """A lone half of a letter, which JSON can write, is answered and not a fault of the program."""
    body = b'{"lege_navn": "\\ud800", "\\udfff": {"a": ["\\u0000"]}, "institusjonstjeneste_perioder": "\\ud83d"}'
    answer = client.post("/intake/cases", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


def test_its_description_is_true(register: Register, told: Told) -> None:
    """Schemathesis, which shares no code with us, finds no answer that the published OpenAPI does not describe."""
    # Most generated cases are well-formed and still wrong by the rules: 422 is the right answer to those.
    config = schemathesis.Config.from_dict(
        {"checks": {"positive_data_acceptance": {"expected-statuses": [200, 202, 404, 422]}}}
    )
    with serving(application(register, told)) as address:
        schema = schemathesis.openapi.from_url(f"{address}/openapi.json", config=config)
        operations = list(schema.get_all_operations())
        assert len(operations) == 2
        for operation in operations:
            for mode in schemathesis.GenerationMode:
                _check_all(operation.ok().as_strategy(generation_mode=mode))  # type: ignore[union-attr]


def _check_all(strategy: Any) -> None:
    @given(strategy)
    @settings(max_examples=120, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    def call_and_check(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(headers=HEADERS)

    call_and_check()


def test_equal_json_is_the_same_call(client: httpx.Client, register: Register) -> None:
    """Other spacing and another order of the keys say the same; another value does not."""
    keyed = {"Idempotency-Key": "spaced", "Content-Type": "application/json"}
    backwards = dict(reversed(JSON_CASE.items()))
    bodies = [json.dumps(JSON_CASE), json.dumps(backwards, indent=4), json.dumps(JSON_CASE, ensure_ascii=False)]
    answers = [client.post("/intake/cases", content=body.encode(), headers=keyed) for body in bodies]
    assert [one.status_code for one in answers] == [202] * 3
    assert len({one.text for one in answers}) == 1
    other = client.post("/intake/cases", content=json.dumps(SECOND).encode(), headers=keyed)
    assert other.status_code == 422


def test_a_call_that_was_answered_before_is_known_by_its_bytes(client: httpx.Client, register: Register) -> None:
    """Answers that were kept by the digest of the body alone are given again."""
    body = json.dumps(JSON_CASE, indent=3).encode()
    keyed = {"Idempotency-Key": "old", "Content-Type": "application/json"}
    first = client.post("/intake/cases", content=body, headers=keyed)
    with register.write() as transaction:
        (call,) = transaction.session.query(IntakeCall)
        call.body_sha256 = hashlib.sha256(body).hexdigest()
    assert client.post("/intake/cases", content=body, headers=keyed).text == first.text


def test_hr_sees_where_a_case_stands(client: httpx.Client, register: Register, clock: Clock) -> None:
    """State, since when, whether it is to be sent, and what waits; nobody's name, and nothing without the token."""
    call = client.post("/intake/cases?send=true", json=JSON_CASE)
    (agreement,) = call.json()["agreements"]
    address = f"/intake/cases/{agreement['id']}"
    found = client.get(address).json()
    assert (found["state"], found["to_be_sent"], found["waiting"], found["signers"]) == ("received", True, [], [])
    clock.forward(hours=2)
    answer = client.get(address)
    assert [one["kind"] for one in answer.json()["waiting"]] == ["not_made"]
    assert JSON_CASE["lege_navn"] not in answer.text
    assert client.get("/intake/cases/none").status_code == 404
    assert client.get(address, headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_what_nobody_heard_of_is_found_by_a_sweep(register: Register, clock: Clock) -> None:
    """Prefect is away: the cases are taken in all the same, and what is to be made and sent is known."""

    def away(_agreement: str, _send: bool) -> None:
        raise ConnectionError("Prefect is away.")

    with calling(application(register, away)) as client:
        sent = client.post("/intake/cases?send=true", json=JSON_CASE)
        clock.forward(seconds=1)  # the oldest comes first
        made = client.post("/intake/cases", json=SECOND)
    assert (sent.status_code, made.status_code) == (202, 202)
    ids = [one.json()["agreements"][0]["id"] for one in (sent, made)]
    with register.read() as session:
        assert left_behind(session, clock()) == []
        clock.forward(minutes=6)
        assert left_behind(session, clock()) == [(ids[0], True), (ids[1], False)]


def test_a_wish_that_was_put_into_the_database_sends_nothing(register: Register, clock: Clock, tmp_path: Path) -> None:
    """The agreement is left to a person, until the wish is gone; what was asked for at the endpoint is sent."""
    forged = approved_agreement(register, source="intake endpoint")
    row = {"agreement_id": forged, "version": 1, "wanted_at": clock(), "wanted_by": "intake"}
    with register.engine.begin() as connection:
        connection.execute(insert(SendingWish).values(**row))
    clock.forward(days=2)
    context = Context(Settings(output=tmp_path), register)
    assert cases_left_behind(context) == []
    assert [one.kind for one in status_overview(context).waiting if one.kind == "wish_altered"] == ["wish_altered"]
    with register.engine.begin() as connection:
        connection.execute(delete(SendingWish))
    assert cases_left_behind(context) == []
    with register.write() as transaction:
        wish_to_send(transaction, forged)
    assert cases_left_behind(context) == [(forged, True)]
    assert "wish_altered" not in [one.kind for one in status_overview(context).waiting]


def test_what_was_refused_is_tried_again_ever_more_seldom(register: Register, clock: Clock) -> None:
    """Refused by the provider it is to be sent still; where another request may be out, no sweep sends anything."""
    agreement_id = approved_agreement(register, source="intake endpoint")
    with register.write() as transaction:
        wish_to_send(transaction, agreement_id)
    seen = []
    for _hour in range(24 * 4):
        clock.forward(hours=1)
        with register.read() as session:
            due = left_behind(session, clock())
        if due:
            assert due == [(agreement_id, True)]
            seen.append(clock())
            with register.write() as transaction:
                request = intend(transaction, agreement_id, "paper", [], clock() + timedelta(days=30))
                assert request is not None
                record_not_sent(transaction, request.reference, "refused")
    assert 3 <= len(seen) <= 7
    with register.write() as transaction:
        record_stray(transaction, f"{agreement_id}-v1-a1", "7")
        newest = newest_request(transaction.session, agreement_id)
        assert newest is not None
        newest.status = "stray"
    clock.forward(days=3)
    with register.read() as session:
        assert left_behind(session, clock()) == []
