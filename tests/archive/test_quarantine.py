"""Quarantine: a person decides with a reason, the decision is an event, and the file is kept whatever it is."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import language
from flows.application.collect import archive_signed
from flows.application.context import Context
from flows.archive import Store, check_archive
from flows.archive.access import restrict
from flows.archive.proof.quarantine_reasons import ReasonCode
from flows.archive.quarantine import accept, refuse
from flows.cli import app
from flows.errors import AvtaleflytError, NotAllowed
from flows.register import Record, Register, SignatureRequest, State
from flows.register.agreements import events_of, get_agreement
from flows.register.database import account
from flows.register.pending_decisions import ACTIONS
from flows.register.pending_schema import PendingKind
from flows.register.records import files_of, get_record
from flows.register.reviews import reviews_of
from flows.signing.port import RequestStatus, Update
from tests.archive.agreement_from_template import real_agreement
from tests.archive.signed_agreements import NAMES, archived, authority, document
from tests.catalogues import catalogue
from tests.conftest import Clock
from tests.register.pending import waiting
from tests.signing.paper_provider import PaperProvider

pytestmark = pytest.mark.usefixtures("english")


def quarantined(register: Register, store: Store, anchors: Path, **other: bytes) -> Record:
    """Bring an agreement into quarantine: the same person has signed twice."""
    once = authority().sign(document(), NAMES[0], "Signatur1")
    record = archived(
        register, store, anchors, signed_pdf=other.get("pdf") or authority().sign(once, NAMES[0], "Signatur2")
    )
    assert record.status == "quarantined"
    return record


def state_of(register: Register, record: Record) -> str:
    """Return the state of a record's agreement."""
    with register.read() as session:
        return get_agreement(session, record.agreement_id).state


def test_status_names_the_reason_and_what_to_do(register: Register, store: Store, anchors: Path) -> None:
    """The reason stays in the list, also after somebody has read the file."""
    record = quarantined(register, store, anchors)
    with register.write() as transaction:
        transaction.note("read", record.agreement_id, "looked at", {"record": record.id})
    (row,) = waiting(register)
    action = ACTIONS[PendingKind(row.kind)]
    assert row.why.startswith("wrong_signers")
    assert "archive accept ID" in action
    assert "archive refuse ID" in action


def page_of(register: Register, store: Store, record: Record) -> str:
    """Return the page of validation that lies with a record."""
    with register.read() as session:
        (page,) = (one for one in files_of(session, record.id) if one.name == "validering.html")
    return store.get(page.digest).decode()


def test_the_page_gives_the_reasons_in_norwegian(register: Register, store: Store, anchors: Path) -> None:
    """Each reason is a sentence in bokmål, with its place and the word that programs know it by."""
    language.use("nb")
    pdf = authority().sign(document(), NAMES[0], "Signatur1") + b"\n% mer"
    page = page_of(register, store, quarantined(register, store, anchors, pdf=pdf))
    assert "De som har signert, er ikke nøyaktig de som skulle signere. <code>wrong_signers</code>" in page
    assert "Etter den siste signaturen er det lagt til noe som ikke er bevis." in page
    assert "those who signed" not in page


def test_the_page_tells_what_the_metadata_lack(register: Register, store: Store, anchors: Path) -> None:
    """A file that every check of its signatures held for, and that waits for a title, is not said to be good."""
    language.use("nb")
    page = page_of(register, store, archived(register, store, anchors, title=""))
    assert "Avtalen mangler tittel. <code>metadata_incomplete</code>" in page
    assert "Alle kontroller er bestått" not in page


@pytest.mark.parametrize("why", ReasonCode)
def test_every_reason_has_its_bokmal(why: ReasonCode) -> None:
    """None is shown in English on a Norwegian page, and none loses its details in the translation."""
    said = catalogue("nb")[why.sentence]
    assert set(re.findall(r"{\w+}", said)) == set(re.findall(r"{\w+}", why.sentence))


def test_an_accepted_record_is_archived_with_its_faults(
    register: Register, store: Store, anchors: Path, clock: Clock
) -> None:
    """What was frozen stays, the faults and who accepted them are part of the record, and `verify` finds nothing."""
    record = quarantined(register, store, anchors)
    clock.forward(days=40)
    accept(register, store, record.id, "navnet er endret ved ekteskap")
    with register.read() as session:
        now = get_record(session, record.id)
        event = events_of(session, record.agreement_id)[-1]
    assert (now.status, state_of(register, record)) == ("archived", State.ARCHIVED)
    assert (now.archived_at, now.details["journal"]["year"]) == (clock(), 2027)
    assert now.details["accepted"]["faults"] == record.details["faults"]
    assert {**now.details, "journal": 0, "accepted": 0} == {**record.details, "journal": 0, "accepted": 0}
    assert (event.actor, event.why, event.state_after) == ("tester", "navnet er endret ved ekteskap", "archived")
    assert list(check_archive(register, store, anchors)) == []


def test_other_faults_than_those_accepted_are_still_found(register: Register, store: Store, anchors: Path) -> None:
    """Whoever accepts wrong signers has not accepted an authority that nobody trusts."""
    record = quarantined(register, store, anchors)
    accept(register, store, record.id, "avklart")
    (anchors / "ca.pem").unlink()
    kinds = {one.fault.partition(":")[0] for one in check_archive(register, store, anchors)}
    assert kinds == {"signature_untrusted"}


def test_a_refused_record_is_kept_and_its_agreement_is_made_anew(
    register: Register, store: Store, anchors: Path
) -> None:
    """The agreement becomes a new version of the same case; the refused file lies where it lay."""
    record = quarantined(register, store, anchors)
    refuse(register, store, record.id, "signert av feil person")
    with register.read() as session:
        assert get_record(session, record.id).status == "refused"
        assert get_agreement(session, record.agreement_id).version == 2
        for file in files_of(session, record.id):
            assert store.get(file.digest)
    assert state_of(register, record) == State.RECEIVED
    assert list(check_archive(register, store, anchors)) == []


def test_a_refused_file_that_is_told_again_touches_nothing(tmp_path: Path) -> None:
    """The provider tells of it until it is acknowledged; a new request that is out by then stays out."""
    made = real_agreement(tmp_path, signed_by=("En Annen", "Enda Annen"))
    register, record = made.register, made.record
    with register.read() as session:
        reference = session.get_one(SignatureRequest, record.request_id).reference
    refuse(register, made.store, record.id, "signert av feil personer")
    with register.write() as transaction:
        get_agreement(transaction.session, record.agreement_id).state = State.SENT  # the second version is out
    provider = PaperProvider()
    outcome = archive_signed(
        Context(made.settings, register, made.store, provider), Update("job", reference, RequestStatus.SIGNED)
    )
    assert outcome.state == State.SENT
    assert "refused" in outcome.problem
    assert provider.acknowledged == [f"{reference} signed"]
    register.close()


@pytest.mark.parametrize("decide", [accept, refuse])
def test_a_decision_is_made_once_and_with_a_reason(
    register: Register, store: Store, anchors: Path, decide: object
) -> None:
    """Without a reason nothing happens, and what is decided is not decided again."""
    assert callable(decide)
    record = quarantined(register, store, anchors)
    with pytest.raises(NotAllowed, match="reason"):
        decide(register, store, record.id, " ")
    decide(register, store, record.id, "avklart")
    with pytest.raises(NotAllowed, match="nothing to decide"):
        decide(register, store, record.id, "avklart")


def test_what_cannot_be_read_is_never_archived(register: Register, store: Store, anchors: Path) -> None:
    """A file that did not arrive whole can only be refused."""
    record = quarantined(register, store, anchors, pdf=b"%PDF-1.7 avbrutt")
    with pytest.raises(NotAllowed, match="only be refused"):
        accept(register, store, record.id, "avklart")


def test_access_is_restricted_as_an_event(register: Register, store: Store, anchors: Path) -> None:
    """Level and basis change, nothing that was frozen does, and what stood before is in the event."""
    record = archived(register, store, anchors)
    restrict(register, store, record.id, "Unntatt offentlighet", "Offl. § 13", "vurdert")
    with register.read() as session:
        now, event = get_record(session, record.id), events_of(session, record.agreement_id)[-1]
    assert now.details == {**record.details, "access": {"level": "Unntatt offentlighet", "basis": "Offl. § 13"}}
    assert event.details["before"] == {"level": "", "basis": ""}
    assert list(check_archive(register, store, anchors)) == []
    for level, basis in (("Hemmelig", "Offl. § 13"), ("Unntatt offentlighet", " ")):
        with pytest.raises(NotAllowed):
            restrict(register, store, record.id, level, basis, "vurdert")


def test_the_commands_decide_as_the_roles_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An auditor may not decide; an archivist may, and the review of the agreement is planned."""
    made = real_agreement(tmp_path, signed_by=("En Annen", "Enda Annen"))
    register, record, table = made.register, made.record, tmp_path / "roles.toml"
    assert record.status == "quarantined"
    monkeypatch.setenv("AVTALEFLYT_DATABASE_URL", f"sqlite:///{tmp_path / 'register.db'}")
    monkeypatch.setenv("AVTALEFLYT_STORE_URL", (tmp_path / "store").as_uri())
    monkeypatch.setenv("AVTALEFLYT_ARCHIVE_ROLES", str(table))
    table.write_text(f"auditor = {json.dumps([account()])}")
    asked = ["archive", "accept", record.id, "--why", "avklart"]
    with pytest.raises(AvtaleflytError, match="archivist"):
        CliRunner().invoke(app, asked, catch_exceptions=False)
    table.write_text(f"archivist = {json.dumps([account()])}")
    assert CliRunner().invoke(app, asked, catch_exceptions=False).exit_code == 0
    given = ["archive", "access", record.id, "--why", "v", "--level", "Personalsaker", "--basis", "Offl. § 13"]
    assert CliRunner().invoke(app, given, catch_exceptions=False).exit_code == 0
    assert CliRunner().invoke(app, ["archive", "access", record.id, "--why", "v", "--lift"]).exit_code == 0
    with register.read() as session:
        assert len(reviews_of(session, record.agreement_id)) == 1
        assert get_record(session, record.id).details["access"] == {"level": "", "basis": ""}
    register.close()
