"""What signers write reaches the register as text, whatever they write: nobody stops a round by it."""

import hashlib
from collections.abc import Iterator

import pytest

from flows.legible_text import legible
from flows.register import Register, open_register
from flows.register.signature_requests import newest_request
from flows.register.states import RequestState
from flows.signing.polling import signed_updates
from flows.signing.port import RequestStatus, SignerStatus, Update
from flows.signing.sending import send
from tests.conftest import Clock
from tests.signing.paper_provider import PaperProvider, approved_agreement
from tests.signing_desk.documents import BOTH, agreement

AGREEMENT = hashlib.sha256(agreement()).hexdigest()


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Register]:
    """Give a register on each database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("register")
        return
    opened = open_register(request.getfixturevalue("postgres_url"), clock, actor="tester")
    yield opened
    opened.close()


def test_a_reason_that_no_database_takes_stops_no_round(either: Register) -> None:
    """The reason is kept without NUL and what terminals obey; what comes after it in the round is read."""
    provider = PaperProvider()
    ids = [approved_agreement(either, AGREEMENT, number) for number in ("990050505", "990040402")]
    for agreement_id in ids:
        send(either, provider, agreement_id, BOTH, lambda _digest: agreement(), "Avtale", 30)
    provider.says = [
        Update(str(number), f"{one}-v1-a1", RequestStatus.DECLINED, [SignerStatus(1, "n\0ei")], "nei\0\x1b[31m\ntakk")
        for number, one in enumerate(ids, start=1)
    ]
    list(signed_updates(either, provider))
    with either.read() as session:
        requests = [newest_request(session, one) for one in ids]
    found = [(one.status, one.reason, one.signers[0]["status"]) for one in requests if one]
    assert found == [(RequestState.DECLINED, "nei  [31m\ntakk", "n ei")] * 2


def test_letters_of_every_script_stay() -> None:
    """Only control characters and halves of letters go."""
    kept = "Ánne-Márjá Čáhppe 🙂 (e\u0301)\n\t«…» \u200d"
    assert legible(kept) == kept
    assert legible("a\ud800b\x85\x7f") == "a b  "
