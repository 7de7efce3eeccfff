"""A hostile provider: whatever it does, the right state in the end, or `unknown` or `quarantined` with a reason."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from flows.application.collect import collect_signed_agreements
from flows.application.context import Context
from flows.archive import open_store
from flows.errors import NotSent
from flows.register import Register, State, open_register
from flows.register.agreements import GeneratedDocument, ReceivedCase, approve, get_agreement, receive, record_generated
from flows.register.record_digests import newest_seal, seal_of
from flows.register.records import get_record
from flows.settings import Settings
from flows.signing.providers import http_calls
from flows.signing.sending import send, settle
from tests.agreements.cases import alis_case
from tests.conftest import Clock
from tests.drills.scenes import DocumensoScene, DocuSealScene, PostenScene, open_adapter, scene
from tests.register.pending import waiting
from tests.signing.provider_seals import sealed
from tests.signing_desk.documents import BOTH, agreement
from tests.silences import pause_for_no_time, wait_briefly_where

pytest.importorskip("xmlsec", reason="install it with: pip install xmlsec")
PROVIDERS = ["posten", "documenso", "docuseal"]
HAPPENED = {"lost", "lost502", "half", "garbage", "silent", "drip"}
"""Faults after which the provider has done what was asked, though nobody could read the answer."""


@dataclass
class Stage:
    """A provider that misbehaves, and everything of ours that must stand it."""

    name: str
    scene: PostenScene | DocumensoScene | DocuSealScene
    context: Context
    clock: Clock
    agreement_id: str

    @property
    def register(self) -> Register:
        """The register."""
        return self.context.register

    def state(self) -> State:
        """Return the state of the agreement."""
        with self.register.read() as session:
            return State(get_agreement(session, self.agreement_id).state)

    def send(self) -> None:
        """Send once, as a task of the season does."""
        with suppress(NotSent):
            send(
                self.register, self.context.provider, self.agreement_id, BOTH, self.context.store.get, "ALIS-avtale", 30
            )

    def settle(self) -> None:
        """Settle what was cut off, three times, eleven minutes apart."""
        for _ in range(3):
            self.clock.forward(minutes=11)
            settle(self.register, self.context.provider)

    def sign(self) -> None:
        """Let both sign."""
        for provider_id in self.scene.reached(self.agreement_id):
            self.scene.sign(provider_id)

    def collect(self, rounds: int = 1) -> list[str]:
        """Collect some times, eleven minutes apart; return the problems that people are told."""
        problems = []
        for _ in range(rounds):
            self.clock.forward(minutes=11)
            collected = collect_signed_agreements(self.context)
            problems += [*collected.provider_errors, *(one.problem for one in collected.failures)]
        return problems


@pytest.fixture(params=PROVIDERS)
def stage(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Give a stage for each provider, where nobody waits for long for an answer that never comes."""
    clock = Clock(datetime(2026, 12, 1, 9, tzinfo=UTC))
    with scene(request.param, tmp_path, clock) as running, requests.Session() as session:
        assert isinstance(running, PostenScene | DocumensoScene | DocuSealScene)
        wait_briefly_where(running.server.will_be_silent, monkeypatch)
        pause_for_no_time(monkeypatch)
        monkeypatch.setattr(http_calls, "time", SimpleNamespace(monotonic=running.server.monotonic))
        register = open_register(f"sqlite:///{tmp_path / 'register.db'}", clock, actor="tester")
        provider = open_adapter(request.param, running.address, tmp_path, clock, session)
        store = open_store((tmp_path / "store").as_uri())
        settings = Settings(output=tmp_path, trust_anchors=tmp_path / "anchors")
        case = ReceivedCase(
            "alis", "1804", "1234567", date(2027, 1, 1), None, "ALIS-avtale", alis_case().model_dump(mode="json")
        )
        with register.write() as transaction:
            agreement_id = receive(transaction, case).agreement_id
            made = GeneratedDocument("a.docx", "1.0", "a" * 64, store.put(b"PK"), store.put(agreement()), 1)
            record_generated(transaction, agreement_id, 1, made)
            approve(transaction, agreement_id, "looked at")
        yield Stage(request.param, running, Context(settings, register, store, provider), clock, agreement_id)
        register.close()


@pytest.mark.parametrize(
    "fault", ["silent", "reset", "lost", "lost502", "half", "garbage", "html", "500", "502", "429", "400", "drip"]
)
def test_a_broken_create_is_settled_or_unknown(stage: Stage, fault: str) -> None:
    """Nothing is created twice; what was created is found, or is unknown where nobody can be asked."""
    stage.scene.server.faults = {"create": [fault]}
    stage.send()
    stage.settle()
    reached = stage.scene.reached(stage.agreement_id)
    if fault in {"429", "400"}:
        assert (stage.state(), reached) == (State.APPROVED, [])
    elif stage.name == "posten":
        understood = fault == "drip" and stage.state() == State.SENT
        assert stage.state() == State.UNKNOWN or understood
        assert len(reached) == (1 if fault in HAPPENED else 0)
    elif fault in HAPPENED:
        assert stage.state() == State.SENT
        assert len(reached) == 1
    else:
        assert (stage.state(), reached) == (State.APPROVED, [])
    if stage.state() == State.APPROVED:
        stage.send()
    stage.sign()
    stage.collect(3)
    expected = State.UNKNOWN if stage.name == "posten" and fault not in {*HAPPENED, "429", "400"} else State.ARCHIVED
    assert stage.state() == expected
    assert len(stage.scene.reached(stage.agreement_id)) <= 1


@pytest.mark.parametrize("fault", ["silent", "reset", "lost", "half", "garbage", "html", "500", "502", "429", "drip"])
def test_a_broken_poll_is_made_good_by_the_next(stage: Stage, fault: str) -> None:
    """Whatever a round cannot read, a later one does."""
    stage.send()
    stage.sign()
    operation = "poll" if stage.name == "posten" else "read"
    stage.scene.server.faults = {operation: [fault] * (1 if fault == "drip" else 4)}
    stage.collect(5)
    assert stage.state() == State.ARCHIVED


@pytest.mark.parametrize("fault", ["silent", "reset", "html", "half", "garbage", "notpdf", "500", "502", "429", "drip"])
def test_a_broken_download_is_tried_again(stage: Stage, fault: str) -> None:
    """Half a file, a page in place of a PDF, an error: nothing is archived until the file has come whole."""
    stage.send()
    stage.sign()
    stage.scene.server.faults = {"download": [fault] * (1 if fault == "drip" else 4)}
    problems = stage.collect()
    assert problems or stage.state() == State.ARCHIVED  # what is away for a moment is tried again within the round
    stage.collect(5)
    assert stage.state() == State.ARCHIVED


@pytest.mark.parametrize("fault", ["cutpdf", "otherpdf"])
def test_a_wrong_file_is_quarantined(stage: Stage, fault: str) -> None:
    """A PDF cut in two, or another agreement's, well signed: kept, with the reason, and not acknowledged."""
    other = agreement("En annen avtale")
    names = ["Signert av Kari Čáhppe", "Signert av Ola Prøve &amp; Sønn"]
    holder = "Posten Bring AS" if stage.name == "posten" else "Documenso i prøvekommunen"
    stage.scene.server.another_pdf = sealed(other, names, holder, stage.clock(), first=stage.name == "posten")
    stage.send()
    stage.sign()
    stage.scene.server.faults = {"download": [fault]}
    stage.collect()
    if stage.state() == State.SENT:  # a file without a seal in it is fetched again before anybody judges it
        stage.collect()
        assert stage.state() == State.ARCHIVED
        return
    assert stage.state() == State.QUARANTINED
    with stage.register.read() as session:
        faults = get_record(session, stage.agreement_id).details["faults"]
    wanted = ("not_our_document",) if fault == "otherpdf" else ("incomplete", "signature_invalid")
    assert any(one.startswith(wanted) for one in faults)
    stage.collect(2)
    assert stage.state() == State.QUARANTINED


def test_a_wrong_signer_is_quarantined(stage: Stage) -> None:
    """Somebody else's name in the document, or in the provider's word on who signed."""
    stage.scene.server.names = ["Kari Čáhppe", "En Annen"]
    stage.send()
    if isinstance(stage.scene, DocumensoScene):
        for envelope in stage.scene.server.envelopes.values():
            envelope["recipients"][1]["name"] = "En Annen"
    if isinstance(stage.scene, DocuSealScene):
        for submission in stage.scene.server.submissions.values():
            submission["submitters"][1]["name"] = "En Annen"
    stage.sign()
    stage.collect()
    assert stage.state() == State.QUARANTINED
    with stage.register.read() as session:
        assert any("wrong_signers" in one for one in get_record(session, stage.agreement_id).details["faults"])


@pytest.mark.parametrize("fault", ["silent", "reset", "lost", "lost502", "500", "502"])
def test_a_broken_confirmation_is_made_good(stage: Stage, fault: str) -> None:
    """The update comes again, is known, and is acknowledged without a second record; what is sealed stays as it is."""
    stage.send()
    stage.sign()
    stage.scene.server.faults = {"acknowledge": [fault]}
    stage.collect()
    assert stage.state() == State.ARCHIVED
    with stage.register.read() as session:
        record = get_record(session, stage.agreement_id)
        sealed_as = newest_seal(session, record.id, stage.agreement_id)
    stage.collect(8)
    with stage.register.read() as session:
        assert seal_of(session, record.id) == sealed_as
    if stage.name == "posten":
        assert isinstance(stage.scene, PostenScene)
        assert stage.scene.server.jobs == {}


def test_a_late_signature_is_kept_for_a_person(stage: Stage) -> None:
    """Declined here, signed there: the bytes are kept, nothing is archived, and a person is told."""
    stage.send()
    from flows.register.signature_requests import by_reference, record_ended

    with stage.register.write() as transaction:
        record_ended(transaction, f"{stage.agreement_id}-v1-a1", State.DECLINED, "")
        by_reference(transaction.session, f"{stage.agreement_id}-v1-a1")
    stage.sign()
    stage.collect(2)
    assert stage.state() == State.DECLINED
    if stage.name == "posten":  # the others are no longer asked about what has ended
        assert [one.kind for one in waiting(stage.register)] == ["declined", "signed_late"]


def test_nothing_secret_is_written_anywhere(
    stage: Stage, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Through refusals, breaks and success: no name, address, token or link in logs, output or what people are told."""
    caplog.set_level("DEBUG")
    told = []
    for fault in ("400", "garbage", ""):
        stage.scene.server.faults = {"create": [fault]} if fault else {}
        try:
            send(stage.register, stage.context.provider, stage.agreement_id, BOTH, stage.context.store.get, "ALIS", 30)
        except NotSent as error:
            told.append(f"{error!r} {error.__cause__!r}")
    stage.settle()
    stage.sign()
    stage.scene.server.faults = {"download": ["500"]}
    told += stage.collect(3)
    out, err = capfd.readouterr()
    with stage.register.read() as session:
        from flows.register.agreements import events_of

        told += [f"{one.why} {one.details}" for one in events_of(session, stage.agreement_id)]
    said = "\n".join(
        [*told, out, err, repr(stage.context.provider), *(f"{one.name} {one.getMessage()}" for one in caplog.records)]
    )
    for secret in ("Kari", "Ola", "example", "hemmelig", "api_", "nokkel", "/sign/", "secret-", "token-"):
        assert secret not in said, secret
