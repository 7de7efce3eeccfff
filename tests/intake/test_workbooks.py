"""From a workbook to cases: sheets, headings, rows and places."""

import random
from pathlib import Path
from typing import Any

import pytest

from flows.agreements.alis_case import AlisCase
from flows.agreements.fields import fields_of
from flows.agreements.tjenesteavtale6_case import Tjenesteavtale6Case
from flows.agreements.types import types
from flows.errors import CasesUnreadable
from flows.intake import read
from flows.intake.heading_words import OTHER_HEADINGS
from flows.intake.headings import field_of, key_of, readings
from flows.intake.shared_headings import SHARED_LABELS
from tests.intake.workbooks import ALIS, TJENESTEAVTALE6, TODAY, places, read_rows, table, write_workbook


def test_a_good_row_becomes_a_case(tmp_path: Path) -> None:
    """One good row gives one case, its place, and nothing to mend."""
    judged = read_rows(tmp_path, ALIS)
    (found,) = judged.cases
    assert (judged.count, judged.rejected, judged.problems) == (1, 0, ())
    assert (found.type, found.place.sheet, found.place.row, found.warnings) == ("alis", "ALIS-avtale", 2, ())
    assert isinstance(found.case, AlisCase)
    assert found.case.lege_navn == "Kari Fjordheim"


def test_one_sheet_for_each_agreement(tmp_path: Path) -> None:
    """Both agreements come out of one workbook, each from its sheet."""
    path = write_workbook(
        tmp_path / "both.xlsx", {"ALIS-avtale": table([ALIS]), "Tjenesteavtale 6": table([TJENESTEAVTALE6])}
    )
    judged = read(path, TODAY)
    assert [(each.type, type(each.case)) for each in judged.cases] == [
        ("alis", AlisCase),
        ("tjenesteavtale6", Tjenesteavtale6Case),
    ]
    assert judged.problems == ()


def test_good_rows_go_on_without_the_bad(tmp_path: Path) -> None:
    """A row with an error is rejected alone, and counted."""
    rows = [{**ALIS, "HPR-nr.": f"9900{number}022{number}"} for number in range(3)]
    rows[1]["Avtalen gjelder fra"] = "31.02.2027"
    judged = read_rows(tmp_path, *rows)
    assert [each.place.row for each in judged.cases] == [2, 4]
    assert (judged.count, judged.rejected) == (3, 1)
    assert places(judged.problems) == [("O3", "avtale_gjelder_fra", "A-C07", "error")]


def test_every_problem_of_a_row_at_once(tmp_path: Path) -> None:
    """Unreadable values, missing ones and broken rules of one row are told together, each at its cell."""
    row = {
        **ALIS,
        "Kommunenummer": "9999",
        "Kommunens organisasjonsnummer": "313018041",
        "Kontaktperson": None,
        "HPR-nr.": "12AB",
        "Driftsform": "Annen avtale",
        "Stillingsprosent": "120 %",
        "Navn på veileder i allmennmedisin": "Kari Fjordheim",
    }
    judged = read_rows(tmp_path, row)
    assert set(places(judged.problems)) == {
        ("A2", "kommunenr", "A-C01", "error"),
        ("C2", "kommune_orgnr", "A-C02", "error"),
        ("D2", "kommune_kontaktperson", "A-F02", "error"),
        ("F2", "lege_hpr_nummer", "A-F04", "error"),
        ("K2", "stillingsprosent", "A-C06", "error"),
        ("N2", "veileder_navn", "A-F09", "error"),
        ("A2", "fordeling_praksiskompensasjon", "R-A13", "error"),
        ("A2", "fordeling_produktivitet", "R-A16", "error"),
    }
    assert {each.value for each in judged.problems} >= {"9999", "12AB", "120 %", "Kari Fjordheim"}
    assert all(each.sheet == "ALIS-avtale" and each.row == 2 and each.message for each in judged.problems)


@pytest.mark.parametrize("seed", range(5))
def test_headings_in_any_order_case_and_spacing(tmp_path: Path, seed: int) -> None:
    """Neither order nor case, spaces and punctuation of headings matter."""
    shuffled = list(ALIS)
    random.Random(seed).shuffle(shuffled)
    row = {heading.upper().replace(" ", "  ").replace("-", "–") + " :": ALIS[heading] for heading in shuffled}
    judged = read_rows(tmp_path, row)
    assert (len(judged.cases), judged.problems) == (1, ())


def test_identifiers_are_headings(tmp_path: Path) -> None:
    """The identifiers in docs/domain.md are understood as headings."""
    row = {name: _value_of(name) for name in fields_of(AlisCase) if _value_of(name) is not None}
    judged = read_rows(tmp_path, row)
    assert (len(judged.cases), judged.problems) == (1, ())


def _value_of(name: str) -> Any:
    return next(
        (value for heading, value in ALIS.items() if name in readings(heading, types()["alis"]).fields[:1]), None
    )


def test_no_heading_means_two_fields() -> None:
    """Within one agreement, every known heading leads to one field; and every field with other headings exists."""
    for agreement in types().values():
        known: dict[str, str] = {}
        for name, field in fields_of(agreement.case).items():
            for heading in (name, field.column.label, *OTHER_HEADINGS.get(name, ())):
                assert known.setdefault(key_of(heading), name) == name, heading
                assert field_of(heading, agreement) == name or heading in SHARED_LABELS
    fields = {name for agreement in types().values() for name in fields_of(agreement.case)}
    assert OTHER_HEADINGS.keys() <= fields


def test_title_rows_and_blank_rows_are_passed_over(tmp_path: Path) -> None:
    """A title above the headings and blank rows between cases are no cases, and row numbers stay those on screen."""
    headings, first = table([ALIS])
    second = ["", *first[1:]]
    second[0], second[5] = "1804", "990010222"
    rows = [["ALIS-avtaler 2027"], [], headings, first, [], [" ", "-"], second]
    judged = read(write_workbook(tmp_path / "titled.xlsx", {"ALIS-avtale": rows}), TODAY)
    assert [each.place.row for each in judged.cases] == [4, 7]
    assert (judged.count, judged.problems) == (2, ())


def test_a_table_away_from_the_corner_keeps_its_addresses(tmp_path: Path) -> None:
    """Cells are named as the spreadsheet names them, wherever the table begins."""
    headings, cells = table([{**ALIS, "Kommunenummer": "9999"}])
    rows = [[], [], [None, None, *headings], [None, None, *cells]]
    judged = read(write_workbook(tmp_path / "moved.xlsx", {"ALIS-avtale": rows}), TODAY)
    assert ("C4", "kommunenr", "A-C01", "error") in places(judged.problems)


def test_a_sheet_by_another_name_is_known_by_its_headings(tmp_path: Path) -> None:
    """«Ark1» with the headings of an agreement holds cases of it; a sheet of notes holds none."""
    path = write_workbook(
        tmp_path / "named.xlsx",
        {"Merknader": [["Husk frist 31. august"]], "Ark1": table([TJENESTEAVTALE6]), "Ark2": table([ALIS])},
    )
    judged = read(path, TODAY)
    assert [(each.type, each.place.sheet) for each in judged.cases] == [("tjenesteavtale6", "Ark1"), ("alis", "Ark2")]
    assert judged.problems == ()


def test_a_missing_column_is_told_once(tmp_path: Path) -> None:
    """A required column that is not there rejects its rows with one problem at the headings."""
    rows = [{key: value for key, value in ALIS.items() if key != "Kategori"} for _ in range(3)]
    for number, row in enumerate(rows):
        row["HPR-nr."] = f"99001022{number}"
    judged = read_rows(tmp_path, *rows)
    assert (judged.count, len(judged.cases)) == (3, 0)
    assert [(each.rule, each.column, each.row) for each in judged.problems] == [("headings", "kategori", 1)]
    assert judged.problems[0].message == "Kolonnen «Kategori» mangler. Legg den til i overskriftene."


def test_a_column_that_is_there_twice_is_told_once(tmp_path: Path) -> None:
    """Nobody can know which of two columns is right, so neither is used."""
    judged = read_rows(tmp_path, {**ALIS, "HPR-nummer": "990010222"})
    assert (judged.count, len(judged.cases)) == (1, 0)
    assert places(judged.problems) == [("V1", "lege_hpr_nummer", "headings", "error")]


def test_an_unknown_heading_is_a_warning(tmp_path: Path) -> None:
    """A column that nobody knows is pointed out, and the rows go on."""
    judged = read_rows(tmp_path, {**ALIS, "Kommentar": "ring i mai"})
    assert len(judged.cases) == 1
    assert places(judged.problems) == [("V1", "", "headings", "warning")]
    assert judged.problems[0].value == "Kommentar"


def test_a_sheet_of_an_agreement_without_headings_is_told(tmp_path: Path) -> None:
    """A sheet named after an agreement that has cells but no headings is a problem, not silence."""
    judged = read(write_workbook(tmp_path / "bare.xlsx", {"ALIS-avtale": [["1804", "Bodø"]]}), TODAY)
    assert (judged.count, [(each.rule, each.sheet) for each in judged.problems]) == (0, [("headings", "ALIS-avtale")])


def test_headings_alone_are_no_cases(tmp_path: Path) -> None:
    """An empty table is read as no cases and no problems."""
    judged = read(write_workbook(tmp_path / "empty.xlsx", {"ALIS-avtale": [list(ALIS)]}), TODAY)
    assert (judged.count, len(judged.cases), judged.problems) == (0, 0, ())


def test_hidden_sheets_are_left_alone(tmp_path: Path) -> None:
    """What the coordinator cannot see is not sent."""
    path = write_workbook(tmp_path / "hidden.xlsx", {"ALIS-avtale": table([ALIS]), "Gammel": table([ALIS])})
    from openpyxl import load_workbook

    workbook = load_workbook(path)
    workbook["Gammel"].sheet_state = "hidden"
    workbook.save(path)
    assert read(path, TODAY).count == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("text.xlsx", b"kommunenr;navn", "er ikke en arbeidsbok, eller den er skadet"),
        ("empty.xlsx", b"", "er ikke en arbeidsbok, eller den er skadet"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "eller den er skadet"),
        ("cases.pdf", b"%PDF-1.7", "filtype som ikke kan leses her"),
        ("broken.json", b'{"type": ', "ikke gyldig JSON: Feilen er på linje 1"),
        ("latin.json", '{"lege_navn": "Bjørn"}'.encode("cp1252"), "er ikke JSON i UTF-8"),
        ("number.json", b"5", "inneholder ingen sak"),
        ("long.json", b'{"kommunenr": ' + b"9" * 5000 + b"}", "inneholder et tall som er for langt"),
        ("deep.json", b"[" * 100_000, "er ikke JSON i UTF-8"),
    ],
)
def test_an_unreadable_file_is_one_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    """A file that is no list of cases raises one sentence, whatever it is."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CasesUnreadable, match=sentence):
        read(path, TODAY)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A wrong path is one sentence, too."""
    with pytest.raises(CasesUnreadable, match="finnes ikke"):
        read(tmp_path / "nowhere.xlsx", TODAY)


def test_a_document_by_the_name_of_a_workbook(tmp_path: Path) -> None:
    """A Word document that was renamed is recognised."""
    import zipfile

    path = tmp_path / "renamed.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    with pytest.raises(CasesUnreadable, match="er ikke en arbeidsbok"):
        read(path, TODAY)


def test_a_workbook_without_cases(tmp_path: Path) -> None:
    """A workbook where no sheet has known headings says what the sheets are called."""
    path = write_workbook(tmp_path / "other.xlsx", {"Budsjett": [["Post", "Sum"], ["Lønn", 5]]})
    with pytest.raises(CasesUnreadable, match="«ALIS-avtale», «Tjenesteavtale 6»"):
        read(path, TODAY)
