"""Sending: the event of the approval keeps the reason that the caller gives."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flows import new_alis
from flows.application import send as sending
from flows.application.context import Context
from flows.application.make_documents import make_documents
from flows.application.outcomes import AgreementOutcome
from flows.application.send import send_agreement
from flows.application.take_in import open_batch, take_in
from flows.archive import open_store
from flows.register import Register, State
from flows.register.agreements import approve, events_of
from flows.register.signature_requests import newest_request
from flows.settings import Settings, shipped_folder
from tests.signing.paper_provider import PaperProvider


def test_the_reason_of_an_approval_is_the_callers(register: Register, tmp_path: Path) -> None:
    """One case goes from file to provider, with the reason in its events and both signers in the request."""
    case = json.loads((shipped_folder("fixtures") / "new-alis.json").read_text())
    source = tmp_path / "case.json"
    source.write_text(json.dumps(case if isinstance(case, list) else [case]))
    provider = PaperProvider()
    settings = Settings(_env_file=None, output=tmp_path / "output", workers=1)
    context = Context(settings, register, open_store((tmp_path / "store").as_uri()), provider)
    (agreement_id,) = take_in(context, open_batch(context, str(source))).agreement_ids
    (made,) = make_documents(context, [agreement_id])
    assert made.ready_to_send
    assert send_agreement(context, agreement_id, "hired on Monday") == AgreementOutcome(agreement_id, State.SENT)
    with register.read() as session:
        (approval,) = [one for one in events_of(session, agreement_id) if one.state_after == State.APPROVED]
    assert approval.why == "hired on Monday"
    assert len(provider.created) == 1


def test_each_signer_is_sent_with_her_language(register: Register, tmp_path: Path) -> None:
    """The doctor's stands in the case; the municipality's signatory is written to as the municipality writes."""
    case = json.loads((shipped_folder("fixtures") / "new-alis.json").read_text())
    source = tmp_path / "case.json"
    source.write_text(json.dumps([case | {"lege_spraak": "Engelsk"}]))
    settings = Settings(_env_file=None, output=tmp_path / "output", workers=1)
    context = Context(settings, register, open_store((tmp_path / "store").as_uri()), PaperProvider())
    (agreement_id,) = take_in(context, open_batch(context, str(source))).agreement_ids
    make_documents(context, [agreement_id])
    send_agreement(context, agreement_id, "hired on Monday")
    with register.read() as session:
        request = newest_request(session, agreement_id)
    assert request is not None
    assert [one["language"] for one in request.signers] == ["nb", "en"]


def test_a_new_version_never_goes_out_with_the_signers_of_the_one_before(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case is corrected and approved while its turn is waited for: nothing is sent, and the next call sends it."""
    case = json.loads((shipped_folder("fixtures") / "new-alis.json").read_text())
    one = case[0] if isinstance(case, list) else case
    source, provider = tmp_path / "case.json", PaperProvider()
    settings = Settings(_env_file=None, output=tmp_path / "output", workers=1)
    context = Context(settings, register, open_store((tmp_path / "store").as_uri()), provider)

    def take(name: str) -> str:
        source.write_text(json.dumps([one | {"signatar_kommune_navn": name}]))
        (agreement_id,) = take_in(context, open_batch(context, str(source))).agreement_ids
        make_documents(context, [agreement_id])
        return agreement_id

    def meanwhile(*_limits: object) -> Callable[[], None]:
        monkeypatch.setattr(sending, "rate_limited", lambda *_limits: lambda: None)
        assert take("Randi Nordvik") == agreement_id
        with register.write() as transaction:
            approve(transaction, agreement_id, "corrected")
        return lambda: None

    agreement_id = take("Kari Sørensen")
    monkeypatch.setattr(sending, "rate_limited", meanwhile)
    assert send_agreement(context, agreement_id, "season").state == State.APPROVED
    assert provider.created == []
    assert send_agreement(context, agreement_id, "season").state == State.SENT
    with register.read() as session:
        request = newest_request(session, agreement_id)
    assert request is not None
    assert [request.version, request.signers[0]["name"]] == [2, "Randi Nordvik"]


@pytest.mark.parametrize("reason", [None, "sent anew after its request had ended"])
def test_a_new_hire_is_not_said_to_be_part_of_a_season(monkeypatch: pytest.MonkeyPatch, reason: str | None) -> None:
    """The flow gives a reason of its own, or that of the command that starts it."""
    given: list[str] = []

    def send(agreement_id: str, why: str) -> AgreementOutcome:
        given.append(why)
        return AgreementOutcome(agreement_id, State.SENT)

    made = AgreementOutcome("a", State.GENERATED, lost=("a control",))
    monkeypatch.setattr(new_alis, "make_document", lambda agreement_id, lossy: made)
    monkeypatch.setattr(new_alis, "send_agreement", send)
    for unused in ("require_templates", "require_provider"):
        monkeypatch.setattr(new_alis, unused, lambda context: None)
    monkeypatch.setattr(new_alis, "ended", lambda key, outcome, result: result)
    flow = new_alis.new_alis.fn
    outcome = flow("a", send=True) if reason is None else flow("a", send=True, reason=reason)
    assert (given, outcome.lost) == ([reason or "sent for a new hire"], ("a control",))
