"""Cases that contradict what the register says of the same municipality or doctor."""

from pathlib import Path
from typing import Any

import pytest

from flows.application.check_cases import check_cases
from flows.application.context import current_context
from flows.application.intake_call import CallRefused, take_in_call
from flows.application.take_in import open_batch, take_in
from flows.intake import ValidatedSource
from flows.intake.register_comparison import as_received
from flows.intake.register_contradictions import without_contradictions
from flows.register import Register, State
from flows.register.agreements import get_agreement, receive
from tests.intake.workbooks import ALIS, JSON_CASE, TJENESTEAVTALE6, read_rows, table, write_workbook

BODY, HPR, MAIL = "Kommunens organisasjonsnummer", "HPR-nr.", "Legens e-post"
OLA = {**ALIS, HPR: "990050505", "Legens navn": "Ola Vik"}
FAUSKE = {"Kommunenummer": "1841", "Kommune": "Fauske", "Sted": "Fauske"}
OTHER_NUMBER = "300000010"


def take_in_as(register: Register, judged: ValidatedSource, state: State) -> None:
    """Take the good cases in, and let them stand in a state."""
    with register.write() as transaction:
        for case in judged.cases:
            one = receive(transaction, as_received(case))
            get_agreement(transaction.session, one.agreement_id).state = state


def compared(register: Register, judged: ValidatedSource) -> ValidatedSource:
    """Return a source without what contradicts the register."""
    with register.read() as session:
        return without_contradictions(session, judged)


CONTRADICTIONS: list[tuple[dict[str, Any], str, str]] = [
    # what is changed in Ola's row, field, part of the message
    ({BODY: OTHER_NUMBER}, "kommune_orgnr", "et annet organisasjonsnummer enn 300000010"),
    (FAUSKE, "kommune_orgnr", "en annen kommune i registeret"),
    ({HPR: ALIS[HPR], "Avtalen gjelder fra": "01.02.2027"}, "lege_hpr_nummer", "et annet navn"),
    ({MAIL: "Kari@x.no"}, "lege_epost", "en annen lege"),
]


@pytest.mark.parametrize(("changes", "field", "part"), CONTRADICTIONS)
@pytest.mark.parametrize(
    ("state", "level"),
    [(State.RECEIVED, "error"), (State.SENT, "error"), (State.ARCHIVED, "warning"), (State.CANCELLED, "")],
)
def test_a_contradiction_is_as_grave_as_it_can_be_put_right(
    tmp_path: Path, register: Register, changes: dict[str, Any], field: str, part: str, state: State, level: str
) -> None:
    """An agreement under way can be corrected; an archived one stands, and a cancelled one says nothing."""
    take_in_as(register, read_rows(tmp_path, {**ALIS, MAIL: "kari@x.no"}), state)
    judged = compared(register, read_rows(tmp_path, {**OLA, **changes}))
    assert [(each.column, each.level) for each in judged.problems] == ([(field, level)] if level else [])
    assert not level or part in judged.problems[0].message
    assert judged.rejected == (level == "error")


LATER = {"Avtalen gjelder fra": "01.02.2027"}
FAR_AWAY = {"Kommunenummer": "1806", "Kommune": "Narvik", "Sted": "Narvik", BODY: OTHER_NUMBER}


@pytest.mark.parametrize(
    ("state", "level"),
    [
        (State.RECEIVED, "warning"),
        (State.GENERATED, "warning"),
        (State.SENT, "error"),
        (State.ARCHIVED, "warning"),
        (State.CANCELLED, ""),
        (State.ENDED, ""),
    ],
)
@pytest.mark.parametrize(
    ("changes", "part"),
    [(LATER, "fra 01.01.2027; til sammen er de 200 %"), (FAR_AWAY, "en annen avtale i registeret for samme tid")],
)
def test_the_same_doctor_with_another_first_day_is_no_new_agreement_in_silence(
    tmp_path: Path, register: Register, changes: dict[str, Any], part: str, state: State, level: str
) -> None:
    """A corrected first day or municipality makes another agreement beside the one that was taken in before."""
    take_in_as(register, read_rows(tmp_path, ALIS), state)
    judged = compared(register, read_rows(tmp_path, {**ALIS, **changes}))
    assert [(each.column, each.level) for each in judged.problems] == ([("avtale_gjelder_fra", level)] if level else [])
    assert not level or part in judged.problems[0].message
    assert ("01.01.2027" in "".join(each.message for each in judged.problems)) == (changes is LATER and bool(level))
    assert judged.rejected == (level == "error")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"Avtalen gjelder fra": "01.01.2028"}, 0),  # the day after the other's last one
        ({**FAR_AWAY, HPR: "990070707", "Legens navn": "Liv Berg"}, 0),
        ({**LATER, "Hva som gjøres": "Fornyes"}, 0),
        ({**LATER, "Stillingsprosent": "40 %"}, 1),
    ],
)
def test_agreements_that_follow_each_other_are_right(
    tmp_path: Path, register: Register, changes: dict[str, Any], told: int
) -> None:
    """A renewal takes over from a signed agreement; what does not overlap has nothing to do with it."""
    take_in_as(register, read_rows(tmp_path, {**ALIS, "Avtalen gjelder til": "31.12.2027"}), State.ARCHIVED)
    judged = compared(register, read_rows(tmp_path, {**ALIS, **changes}))
    assert [each.level for each in judged.problems] == ["warning"] * told
    assert judged.rejected == 0


@pytest.mark.parametrize(
    ("state", "level"),
    [(State.RECEIVED, "warning"), (State.SENT, "error"), (State.ARCHIVED, "warning"), (State.ENDED, "")],
)
def test_a_municipality_has_one_agreement_with_its_trust(
    tmp_path: Path, register: Register, state: State, level: str
) -> None:
    """It lasts until it is terminated, so another first day makes a second one beside it."""

    def of(**changes: Any) -> ValidatedSource:
        return read_rows(tmp_path, {**TJENESTEAVTALE6, **changes}, sheet="Tjenesteavtale 6")

    take_in_as(register, of(), state)
    later = {"Avtalen gjelder fra": "01.06.2027"}
    judged = compared(register, of(**later))
    assert [(each.column, each.level) for each in judged.problems] == ([("avtale_gjelder_fra", level)] if level else [])
    assert not level or "fra 01.01.2027" in judged.problems[0].message
    fauske = {**FAUSKE, "Kommune": "Fauske kommune", BODY: OTHER_NUMBER}
    assert compared(register, of(**{**later, **fauske})).problems == ()
    renewed = compared(register, of(**later, **{"Hva som gjøres": "Fornyes"}))
    assert bool(renewed.problems) == (state in (State.RECEIVED, State.SENT))


def test_an_amended_share_is_the_one_that_counts(tmp_path: Path, register: Register) -> None:
    """Half a post elsewhere beside half a post is one, whatever was agreed at first."""
    take_in_as(register, read_rows(tmp_path, ALIS), State.ARCHIVED)
    halved = {"Hva som gjøres": "Endres", "Endres fra": "01.06.2027", "Stillingsprosent": "100 %; 50 % fra 01.06.2027"}
    take_in_as(register, read_rows(tmp_path, {**ALIS, **halved}), State.ARCHIVED)
    elsewhere = {**FAR_AWAY, "Avtalen gjelder fra": "01.08.2027", "Stillingsprosent": "50 %"}
    judged = compared(register, read_rows(tmp_path, {**ALIS, **elsewhere}))
    assert ["til sammen er de 100 %" in each.message for each in judged.problems] == [True]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({HPR: "987654321"}, "lege_hpr_nummer"),
        ({HPR: "987654321", "Kommunenummer": "1806", "Kommune": "Narvik", BODY: OTHER_NUMBER}, ""),
        ({HPR: "987654321", "Legens navn": "Ola Vik", "Legens mobil": "90 12 34 56"}, "lege_mobil"),
        (
            {HPR: "987654321", "Legens navn": "Ola Vik", "4.1.2 Læringsaktiviteter": "Kari Fjordheim får kurs."},
            "avtalt_laeringsaktiviteter",
        ),
    ],
)
def test_what_is_left_of_another_doctor_is_told(
    tmp_path: Path, register: Register, changes: dict[str, Any], field: str
) -> None:
    """As where a form is filled in again for the next doctor, or a number has a slip in it."""
    take_in_as(register, read_rows(tmp_path, {**ALIS, "Legens mobil": "90123456"}), State.SENT)
    judged = compared(register, read_rows(tmp_path, {**ALIS, **changes}))
    assert [(each.column, each.level) for each in judged.problems] == ([(field, "warning")] if field else [])
    assert judged.rejected == 0


def test_what_a_source_corrects_is_not_compared_with(tmp_path: Path, register: Register) -> None:
    """The rows that were wrong can be sent in again with the right number."""
    take_in_as(register, read_rows(tmp_path, {**ALIS, BODY: OTHER_NUMBER}, {**OLA, BODY: OTHER_NUMBER}), State.RECEIVED)
    assert compared(register, read_rows(tmp_path, ALIS, OLA)).problems == ()
    assert compared(register, read_rows(tmp_path, ALIS)).rejected == 1


def test_no_door_lets_a_contradiction_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check`, the renewal's taking in, and the endpoint say the same; nothing new is registered."""
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "output"))
    context = current_context()

    def workbook(*rows: dict[str, Any]) -> str:
        return str(write_workbook(tmp_path / "cases.xlsx", {"ALIS-avtale": table(rows)}))

    first = take_in(context, open_batch(context, workbook(ALIS)))
    assert (len(first.received), first.rejected) == (1, 0)
    wrong = workbook(
        {**OLA, BODY: OTHER_NUMBER}, {**OLA, HPR: "990060606", "Legens navn": "Liv Berg", BODY: OTHER_NUMBER}
    )
    checked = check_cases(context, wrong)
    assert (checked.cases, checked.good, dict(checked.in_register)) == (2, 0, {})
    second = take_in(context, open_batch(context, wrong))
    assert (len(second.received), second.rejected) == (0, 2)
    assert second.report is not None
    call = {**JSON_CASE, "lege_hpr_nummer": "990050505", "lege_navn": "Ola Vik", "kommune_orgnr": OTHER_NUMBER}
    with pytest.raises(CallRefused) as refused:
        take_in_call(context, call, "key")
    assert [each.pointer for each in refused.value.problems] == ["/kommune_orgnr"]
