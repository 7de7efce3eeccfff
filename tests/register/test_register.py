"""The register as the stages use it, on SQLite and on PostgreSQL."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from flows.documents import convert
from flows.errors import NotFound
from flows.register import Register, State
from flows.register.agreements import (
    GeneratedDocument,
    ReceivedCase,
    Reception,
    approve,
    count_by_state,
    current_version,
    events_of,
    get_agreement,
    losses_of,
    receive,
    record_generated,
)
from flows.register.signature_requests import (
    ProviderAnswer,
    by_reference,
    intend,
    record_ended,
    record_not_sent,
    record_sent,
)
from flows.register.unique_keys import faults_of_unique_keys
from tests.register.proving import chain_faults
from tests.typesetting.docx_builder import docx

CASE = ReceivedCase(
    type="alis",
    municipality_number="1804",
    counterpart="1234567",
    valid_from=date(2027, 1, 1),
    valid_to=date(2031, 12, 31),
    public_title="ALIS-avtale – kommune 1804",
    case={"lege_navn": "Áŋŋa Šuopptjaš", "stillingsprosent": 80},
)
CHANGED = replace(CASE, case={**CASE.case, "stillingsprosent": 60})
MADE = GeneratedDocument("alis/template.docx", "1.0", "a" * 64, "b" * 64, "c" * 64, 5)


def received(register: Register, case: ReceivedCase = CASE) -> str:
    """Take a case in and return its agreement's id."""
    with register.write() as transaction:
        return receive(transaction, case).agreement_id


def approved(register: Register) -> str:
    """Bring a case to approved and return its agreement's id."""
    agreement_id = received(register)
    with register.write() as transaction:
        assert record_generated(transaction, agreement_id, 1, MADE)
        assert approve(transaction, agreement_id, "looked at")
    return agreement_id


def test_the_same_case_twice_is_one_agreement(any_register: Register) -> None:
    """A case that comes again is the agreement that is there already, and nothing changes."""
    first = received(any_register)
    with any_register.write() as transaction:
        again = receive(transaction, CASE)
    assert (again.agreement_id, again.reception) == (first, Reception.SAME)
    with any_register.read() as session:
        assert count_by_state(session) == {"received": 1}
        assert len(events_of(session, first)) == 1


def test_a_field_that_a_release_adds_changes_no_case(register: Register) -> None:
    """A case that leaves the new field empty is the same case again; one that fills it in is a changed one."""
    received(register)
    empty: dict[str, object] = {"legens_sprak": None, "merknad": "", "perioder": []}
    with register.write() as transaction:
        assert receive(transaction, replace(CASE, case={**CASE.case, **empty})).reception == Reception.SAME
        filled = receive(transaction, replace(CASE, case={**CASE.case, **empty, "legens_sprak": "nn"}))
    assert filled.reception == Reception.CHANGED


def test_a_changed_case_replaces_one_that_is_not_sent(any_register: Register) -> None:
    """A changed case of the same identity is a new version, and its document must be made again."""
    agreement_id = approved(any_register)
    with any_register.write() as transaction:
        again = receive(transaction, CHANGED)
    assert (again.agreement_id, again.reception) == (agreement_id, Reception.CHANGED)
    with any_register.read() as session:
        agreement = get_agreement(session, agreement_id)
        assert (agreement.state, agreement.version) == (State.RECEIVED, 2)
        assert current_version(session, agreement).case["stillingsprosent"] == 60


def test_a_changed_case_of_one_that_is_out_changes_nothing(any_register: Register) -> None:
    """While an agreement is out for signature, a changed case is only reported."""
    agreement_id = approved(any_register)
    with any_register.write() as transaction:
        intend(transaction, agreement_id, "desk", [], transaction.now + timedelta(days=30))
    with any_register.write() as transaction:
        assert receive(transaction, CHANGED).reception == Reception.OUT_FOR_SIGNATURE
    with any_register.read() as session:
        assert get_agreement(session, agreement_id).version == 1


def test_a_document_of_an_older_version_is_not_kept(any_register: Register) -> None:
    """A document that was made while a newer version came in belongs to nobody."""
    agreement_id = received(any_register)
    received(any_register, CHANGED)
    with any_register.write() as transaction:
        assert not record_generated(transaction, agreement_id, 1, MADE)


def test_an_intent_is_given_once(any_register: Register) -> None:
    """Of many workers that want to send one agreement at the same time, exactly one gets the intent."""
    agreement_id = approved(any_register)
    references: list[str] = []

    def work() -> None:
        with any_register.write() as transaction:
            request = intend(transaction, agreement_id, "desk", [], transaction.now + timedelta(days=30))
            if request is not None:
                references.append(request.reference)

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert references == [f"{agreement_id}-v1-a1"]


def test_a_reference_names_nobody_and_fits_every_provider(any_register: Register) -> None:
    """The reference is short ASCII, and each attempt has its own."""
    agreement_id = approved(any_register)
    deadline = any_register.clock() + timedelta(days=30)
    with any_register.write() as transaction:
        first = intend(transaction, agreement_id, "desk", [], deadline)
        assert first is not None
        record_not_sent(transaction, first.reference, "refused")
        second = intend(transaction, agreement_id, "desk", [], deadline)
        assert second is not None
    assert [first.reference[-6:], second.reference[-6:]] == ["-v1-a1", "-v1-a2"]
    assert len(first.reference) <= 50
    assert first.reference.isascii()
    assert CASE.counterpart not in first.reference


def test_what_the_provider_answered_is_kept(any_register: Register) -> None:
    """Id and addresses of the provider are committed together with the state."""
    agreement_id = approved(any_register)
    with any_register.write() as transaction:
        request = intend(transaction, agreement_id, "desk", [], transaction.now + timedelta(days=30))
        assert request is not None
        record_sent(transaction, request.reference, ProviderAnswer("p-1", {"cancel": "https://x/1"}), "sent")
    with any_register.read() as session:
        kept = by_reference(session, request.reference)
        assert (kept.provider_id, kept.urls, kept.status) == ("p-1", {"cancel": "https://x/1"}, "open")
        assert get_agreement(session, agreement_id).state == State.SENT


def requested(register: Register) -> str:
    """Bring a case to a request that is about to be sent; return the request's reference."""
    agreement_id = approved(register)
    with register.write() as transaction:
        request = intend(transaction, agreement_id, "desk", [], transaction.now + timedelta(days=30))
    assert request is not None
    return request.reference


def test_an_answer_that_comes_again_changes_nothing(register: Register) -> None:
    """An update told of the request, and that it was declined, before the answer to the call itself came."""
    reference = requested(register)
    answer = ProviderAnswer("p-1", {})
    with register.write() as transaction:
        record_sent(transaction, reference, answer, "an update told of it")
        record_ended(transaction, reference, State.DECLINED, "")
    with register.write() as transaction:
        record_sent(transaction, reference, answer, "sent")
    with register.read() as session:
        request = by_reference(session, reference)
        assert (request.status, get_agreement(session, request.agreement_id).state) == ("declined", State.DECLINED)
        assert events_of(session, request.agreement_id)[-1].why == "leverandøren melder: avslått"


def test_a_late_answer_to_what_was_settled_as_not_sent_waits_for_a_person(register: Register) -> None:
    """Each other request that the provider tells of is kept; the attempt that is under way meanwhile is not touched."""
    reference = requested(register)
    with register.write() as transaction:
        record_not_sent(transaction, reference, "a person has seen that there is none")
        agreement_id = by_reference(transaction.session, reference).agreement_id
        assert intend(transaction, agreement_id, "desk", [], transaction.now + timedelta(days=30)) is not None
        for provider_id in ("p-1", "p-2"):
            record_sent(transaction, reference, ProviderAnswer(provider_id, {}), "sent")
    with register.read() as session:
        assert by_reference(session, reference).status == "stray"
        assert get_agreement(session, agreement_id).state == State.SENDING
        told = [one.details["provider_id"] for one in events_of(session, agreement_id) if one.kind == "stray"]
    assert told == ["p-1", "p-2"]


def test_a_transaction_that_fails_leaves_nothing(any_register: Register) -> None:
    """What a failed transaction did is gone, its events included."""

    def fail() -> None:
        with any_register.write() as transaction:
            receive(transaction, CASE)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with any_register.read() as session:
        assert count_by_state(session) == {}
        assert chain_faults(session) == []


def test_events_cannot_be_changed_or_deleted(any_register: Register) -> None:
    """The database itself refuses to change or delete an event."""
    received(any_register)
    for statement in ("UPDATE event SET why = 'else'", "DELETE FROM event"):
        with pytest.raises(DatabaseError, match="events are never"), any_register.write() as transaction:
            transaction.session.execute(text(statement))


def test_an_edited_event_shows_in_the_chain(register: Register) -> None:
    """Whoever gets round the guard and edits or removes an event is found by the chain."""
    approved(register)
    with register.read() as session:
        assert chain_faults(session) == []
    with register.write() as transaction:
        transaction.session.execute(text("DROP TRIGGER event_never_changes"))
        transaction.session.execute(text("DROP TRIGGER event_never_goes"))
        transaction.session.execute(text("UPDATE event SET actor = 'somebody else' WHERE number = 2"))
        transaction.session.execute(text("DELETE FROM event WHERE number = 1"))
    with register.read() as session:
        faults = [(one.number, one.fault) for one in chain_faults(session)]
    assert (2, "hendelsene 1 til 1 mangler") in faults
    assert (2, "er endret etter at den ble skrevet") in faults


def test_an_unknown_id_is_said_in_one_sentence(register: Register) -> None:
    """An id that there is not gives a sentence that says where to look."""
    with register.read() as session, pytest.raises(NotFound, match="status"):
        get_agreement(session, "nothing")


@pytest.mark.usefixtures("english")
def test_what_a_pdf_does_not_show_is_kept_in_bokmaal(register: Register) -> None:
    """The event is the same whatever language the run was in."""
    lost = str(convert(docx("<w:p><w:r><w:drawing/></w:r></w:p>")).lost[0])
    assert lost == "drawing without content (document, paragraph 1)"
    agreement_id = received(register)
    with register.write() as transaction:
        record_generated(transaction, agreement_id, 1, replace(MADE, lost=(lost,)))
    with register.read() as session:
        assert losses_of(session, agreement_id, 1) == ("tegning uten innhold (document, avsnitt 1)",)


def test_every_unique_key_is_there_and_missed_when_it_is_gone(any_register: Register) -> None:
    """Nothing is told of a register as the migrations make it, and each key that was dropped is told."""
    with any_register.read() as session:
        assert list(faults_of_unique_keys(session)) == []
    with any_register.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_pending_decision_open"))
    with any_register.read() as session:
        (fault,) = faults_of_unique_keys(session)
    assert "pending_decision" in fault
