"""Rows of one source that cannot all be right."""

from pathlib import Path
from typing import Any

import pytest

from flows.intake import read
from tests.intake.workbooks import (
    ALIS,
    JSON_CASE,
    TJENESTEAVTALE6,
    TODAY,
    places,
    read_json,
    read_rows,
    table,
    write_workbook,
)

OLA = {**ALIS, "HPR-nr.": "990050505", "Legens navn": "Ola Vik"}
LIV = {**ALIS, "HPR-nr.": "990060606", "Legens navn": "Liv Berg"}
FAUSKE = {"Kommunenummer": "1841", "Kommune": "Fauske", "Sted": "Fauske"}
OTHER_NUMBER = "300000010"
MAIL, MOBILE, BODY, HPR = "Legens e-post", "Legens mobil", "Kommunens organisasjonsnummer", "HPR-nr."
SIGNATORY = "Signatar for kommunen, e-post"


def test_a_municipality_with_two_numbers_makes_no_agreement(tmp_path: Path) -> None:
    """Every row of it is told at the number, and the rows of others go on."""
    other = {**ALIS, **FAUSKE, BODY: "300000029", HPR: "990070707", "Legens navn": "Siv Dal"}
    judged = read_rows(tmp_path, ALIS, OLA, {**LIV, BODY: OTHER_NUMBER}, other)
    assert places(judged.problems) == [(f"C{row}", "kommune_orgnr", "contradiction", "error") for row in (2, 3, 4)]
    assert "rad 4 i «ALIS-avtale»" in judged.problems[0].message
    assert "rad 2 i «ALIS-avtale»" in judged.problems[2].message
    assert [each.place.row for each in judged.cases] == [5]
    assert (judged.count, judged.rejected) == (4, 3)


def test_two_municipalities_with_one_number_make_no_agreement(tmp_path: Path) -> None:
    """The number is that of one of them at most."""
    judged = read_rows(tmp_path, ALIS, {**OLA, **FAUSKE})
    assert places(judged.problems) == [(f"C{row}", "kommune_orgnr", "contradiction", "error") for row in (2, 3)]
    assert "en annen kommune" in judged.problems[0].message
    assert not judged.cases


def test_agreements_of_other_types_are_compared_too(tmp_path: Path) -> None:
    """A municipality has one number in all sheets of a workbook."""
    sheets = {"ALIS-avtale": table([ALIS]), "Tjenesteavtale 6": table([{**TJENESTEAVTALE6, BODY: OTHER_NUMBER}])}
    judged = read(write_workbook(tmp_path / "cases.xlsx", sheets), TODAY)
    assert [(each.sheet, each.column) for each in judged.problems] == [
        ("ALIS-avtale", "kommune_orgnr"),
        ("Tjenesteavtale 6", "kommune_orgnr"),
    ]


def test_a_source_of_json_names_pointers(tmp_path: Path) -> None:
    """The place is the key, as it was written."""
    other = {**JSON_CASE, "lege_hpr_nummer": "990050505", "lege_navn": "Ola Vik", "kommune_orgnr": OTHER_NUMBER}
    judged = read_json(tmp_path, [JSON_CASE, other])
    assert [each.pointer for each in judged.problems] == ["/0/kommune_orgnr", "/1/kommune_orgnr"]
    assert not judged.cases


def test_one_hpr_number_of_two_persons_makes_no_agreement(tmp_path: Path) -> None:
    """A slip in a name is a remark (`test_twice`); another name is another person."""
    first = {**ALIS, "Avtalen gjelder til": "31.01.2027"}
    later = {**OLA, HPR: ALIS[HPR], "Avtalen gjelder fra": "01.02.2027"}
    judged = read_rows(tmp_path, first, later, LIV)
    assert places(judged.problems) == [(f"F{row}", "lege_hpr_nummer", "contradiction", "error") for row in (2, 3)]
    assert [each.place.row for each in judged.cases] == [4]


REMARKS: list[tuple[dict[str, Any], dict[str, Any], list[tuple[str, str]]]] = [
    # what is added to Kari's row, to Ola's, and field and level of what is told, row by row
    ({MAIL: "lege@x.no"}, {MAIL: "Lege@X.no"}, [("lege_epost", "error"), ("lege_epost", "error")]),
    ({MAIL: "kari@x.no"}, {MAIL: "ola@x.no"}, []),
    ({MOBILE: "90123456"}, {MOBILE: "+47 901 23 456"}, [("lege_mobil", "warning")]),
    ({SIGNATORY: "post@x.no"}, {SIGNATORY: "post@x.no"}, []),
    (
        {SIGNATORY: "post@x.no"},
        {SIGNATORY: "post@x.no", "Signatar for kommunen, navn": "Turid Moe"},
        [("signatar_kommune_epost", "warning")],
    ),
    ({MAIL: "kari@x.no"}, {SIGNATORY: "kari@x.no"}, [("signatar_kommune_epost", "warning")]),
    ({SIGNATORY: "geir@x.no", MAIL: "geir@x.no"}, {}, [("lege_epost", "error")]),
]


@pytest.mark.parametrize(("kari", "ola", "told"), REMARKS)
def test_one_address_belongs_to_one_person(
    tmp_path: Path, kari: dict[str, Any], ola: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    """Where a link to sign would go to another doctor nothing is made; a mailbox that others share is a remark."""
    judged = read_rows(tmp_path, {**ALIS, **kari}, {**OLA, **ola})
    assert [(each.column, each.level) for each in judged.problems] == told
    assert len(judged.cases) == 2 - [level for _field, level in told].count("error")


def test_a_document_that_is_only_looked_at_goes_to_nobody(tmp_path: Path) -> None:
    """Two doctors with one address are both made for looking at; the contradiction is told all the same."""
    write_workbook(tmp_path / "cases.xlsx", {"ALIS": table([{**ALIS, MAIL: "lege@x.no"}, {**OLA, MAIL: "lege@x.no"}])})
    judged = read(tmp_path / "cases.xlsx", TODAY, to_send=False)
    assert [(each.column, each.level) for each in judged.problems] == [("lege_epost", "warning")]
    assert len(judged.cases) == 2


OVERLAPS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    # first agreement of one doctor, second, level of what is told
    ({}, {"Avtalen gjelder fra": "01.02.2027"}, "error"),
    ({"Avtalen gjelder til": "31.01.2027"}, {"Avtalen gjelder fra": "01.02.2027"}, ""),
    ({"Avtalen gjelder til": "01.02.2027"}, {"Avtalen gjelder fra": "01.02.2027"}, "error"),
    ({"Stillingsprosent": "50 %"}, {"Stillingsprosent": "50 %", **FAUSKE, BODY: OTHER_NUMBER}, "warning"),
    ({"Stillingsprosent": "60 %"}, {"Stillingsprosent": "50 %", **FAUSKE, BODY: OTHER_NUMBER}, "error"),
    (
        {"Stillingsprosent": "100 %; 50 % fra 01.01.2028"},
        {"Stillingsprosent": "50 %", "Avtalen gjelder fra": "01.02.2028", **FAUSKE, BODY: OTHER_NUMBER},
        "warning",
    ),
]


@pytest.mark.parametrize(("first", "second", "level"), OVERLAPS)
def test_one_doctor_has_one_agreement_at_a_time(
    tmp_path: Path, first: dict[str, Any], second: dict[str, Any], level: str
) -> None:
    """More than full time in all is impossible; less is asked about."""
    judged = read_rows(tmp_path, {**ALIS, **first}, {**ALIS, **second})
    assert {each.level for each in judged.problems} == ({level} if level else set())
    assert len(judged.problems) == {"": 0, "warning": 1, "error": 2}[level]
    assert len(judged.cases) == (0 if level == "error" else 2)


OTHER_DOCTOR = {**ALIS, "Legens navn": "Ola Berg Vik", "HPR-nr.": "990050505"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Kommunen dekker kurs for Ola Berg Vik.", True),
        ("OLA BERG VIK får fri.", True),
        ("Kommunen dekker kurs for Kari Fjordheim.", False),
        ("Bjørn Skogvoll veileder.", False),
        ("Ola Berg Viken er ikke lege her.", False),
        ("Helse Nord og Ola Berg.", False),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_text_that_names_the_doctor_of_another_row_is_pointed_out(
    tmp_path: Path, text: str, told: bool, first: bool
) -> None:
    """A copied row of which only the name was changed still speaks of the other doctor."""
    row = {**ALIS, "4.3 Kommunal finansiering": text}
    judged = read_rows(tmp_path, *((row, OTHER_DOCTOR) if first else (OTHER_DOCTOR, row)))
    found = [(each.level, each.row, each.column) for each in judged.problems]
    assert found == ([("warning", 2 if first else 3, "avtalt_kommunal_finansiering")] if told else [])
    assert len(judged.cases) == 2


def test_two_agreements_of_a_municipality_with_its_trust_make_none(tmp_path: Path) -> None:
    """Both would hold until they are terminated."""
    rows = [TJENESTEAVTALE6, {**TJENESTEAVTALE6, "Avtalen gjelder fra": "01.02.2027"}]
    judged = read(write_workbook(tmp_path / "cases.xlsx", {"Tjenesteavtale 6": table(rows)}), TODAY)
    assert [(each.row, each.column, each.level) for each in judged.problems] == [
        (2, "avtale_gjelder_fra", "error"),
        (3, "avtale_gjelder_fra", "error"),
    ]
    assert not judged.cases
