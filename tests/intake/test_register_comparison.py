"""Cases against the register: new, the same again, changed, already sent."""

from pathlib import Path

from flows.intake import ValidatedSource
from flows.intake.register_comparison import as_received, compare
from flows.register import Register, State
from flows.register.agreements import get_agreement, receive
from tests.intake.workbooks import ALIS, places, read_rows

OTHER = {**ALIS, "HPR-nr.": "990050505", "Legens navn": "Ola Vik"}


def take_in(register: Register, judged: ValidatedSource) -> list[tuple[str, str]]:
    """Take the good cases in; return agreement and reception of each."""
    with register.write() as transaction:
        received = [receive(transaction, as_received(case)) for case in judged.cases]
    return [(one.agreement_id, one.reception.value) for one in received]


def counts(register: Register, judged: ValidatedSource) -> dict[str, int]:
    """Return what the register calls the cases, without changing it."""
    with register.read() as session:
        return dict(compare(session, judged.cases).counts)


def test_mended_and_sent_in_again_only_the_mended_rows_are_new(tmp_path: Path, register: Register) -> None:
    """Of a workbook with one wrong row, the good ones are the same agreements the second time."""
    take_in(register, read_rows(tmp_path, ALIS, {**OTHER, "HPR-nr.": "12AB"}))
    mended = read_rows(tmp_path, ALIS, OTHER)
    assert counts(register, mended) == {"same": 1, "new": 1}
    assert [reception for _id, reception in take_in(register, mended)] == ["same", "new"]


def test_a_changed_case_is_known_as_changed(tmp_path: Path, register: Register) -> None:
    """The same doctor, municipality and first day with another workplace is a change, not a new agreement."""
    take_in(register, read_rows(tmp_path, ALIS))
    assert counts(register, read_rows(tmp_path, {**ALIS, "Arbeidssted": "Nytt kontor"})) == {"changed": 1}


def test_a_changed_case_of_a_sent_agreement_is_a_warning_at_its_cell(tmp_path: Path, register: Register) -> None:
    """What is out for signature is not changed behind anyone's back: the row is named."""
    ((agreement, _new),) = take_in(register, read_rows(tmp_path, ALIS))
    with register.write() as transaction:
        get_agreement(transaction.session, agreement).state = State.SENT
    changed = read_rows(tmp_path, {**ALIS, "Arbeidssted": "Nytt kontor"})
    with register.read() as session:
        known = compare(session, changed.cases)
    assert places(known.problems) == [("A2", "kommunenr", "register", "warning")]
    assert "sendt til signering" in known.problems[0].message
    assert counts(register, read_rows(tmp_path, ALIS)) == {"same": 1}
