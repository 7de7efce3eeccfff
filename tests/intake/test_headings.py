"""Headings are never guessed: what may mean several fields is a problem that lists them."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from flows.agreements.alis_case import AlisCase
from flows.agreements.problems import Problem
from flows.agreements.types import types
from flows.intake import ValidatedSource, read
from flows.intake.headings import readings
from flows.intake.own_headings import with_own_fields
from flows.intake.shared_headings import ATTRIBUTES, SHARED_HEADINGS
from tests.conftest import PROJECT
from tests.intake.workbooks import ALIS, TJENESTEAVTALE6, TODAY, read_rows, table, write_workbook

CASES = PROJECT.parent / "shared" / "cases" / "intake"
LONG = "Forventet dato for avslutning av spesialiseringsløpet (MM/ÅÅÅÅ)"
START = "Dato for oppstart i ny ordning for spesialistutdanning"


def renamed(folder: Path, names: dict[str, str], more: dict[str, Any] | None = None) -> ValidatedSource:
    """Read one good case with some headings called otherwise, and further columns."""
    return read_rows(folder, {names.get(heading, heading): value for heading, value in ALIS.items()} | (more or {}))


def the_case(judged: ValidatedSource) -> AlisCase:
    """Return the only case, which has no problem."""
    assert judged.problems == ()
    (found,) = judged.cases
    assert isinstance(found.case, AlisCase)
    return found.case


def the_problem(judged: ValidatedSource) -> Problem:
    """Return the only problem."""
    (found,) = judged.problems
    return found


@pytest.mark.parametrize(
    "word", ["E-post", "E-POST:", "e\u00adpost", "Mail", "E-mail", "e\u00a0-\u00a0post ", "E-\npost"]
)
def test_an_address_of_nobody_lists_everybody(tmp_path: Path, word: str) -> None:
    """«E-post» beside the signatory is nobody's: it lists whose it may be, and no case is taken."""
    judged = renamed(tmp_path, {}, {word: "kd@eksempel.no"})
    found = the_problem(judged)
    assert (found.cell, found.rule, found.level, len(judged.cases)) == ("V1", "headings", "error", 0)
    for heading in ("Legens e-post", "Signatar for kommunen, e-post", "Ansvarlig koordinator, e-post"):
        assert f"«{heading}»" in found.message


@pytest.mark.skipif(not CASES.is_dir(), reason="the folder of cases is not beside the project")
def test_the_address_beside_the_signatory() -> None:
    """The workbook in which the link would have gone to the wrong person."""
    judged = read(CASES / "F7b-epost-of-signatory.xlsx", TODAY)
    assert not judged.cases
    assert ("G1", "error") in [(each.cell, each.level) for each in judged.problems]


@pytest.mark.parametrize(
    ("word", "meanings"),
    [
        ("Mobil", ("Legens mobil", "Signatar for kommunen, mobil")),
        ("Telefon", ("Legens mobil", "Signatar for kommunen, mobil")),
        ("Tlf.", ("Legens mobil", "Signatar for kommunen, mobil")),
        ("Phone", ("Legens mobil", "Signatar for kommunen, mobil")),
        ("Dato", ("Dato for signatur", "Avtalen gjelder til")),
        ("Adresse", ("Legens e-post", "Signatar for kommunen, e-post")),
        ("Slutt", ("Avtalen gjelder til",)),
        ("Beløp", ("Beløp til tilrettelegging", "Maksimal tilskuddsramme")),
        ("Fordeling", ("Fordeling av praksiskompensasjon", "Fordeling av kompensasjon for lavere produktivitet")),
        ("År", ("Kildeår for sentralitetsklasse", "Tilskuddsår")),
        ("E-post (signatar)", ("Signatar for kommunen, e-post", "Legens e-post")),
        ("Signatar, e-post", ("Signatar for kommunen, e-post", "Legens e-post")),
        ("Avtalen gjelder til (forrige)", ("Avtalen gjelder til",)),
        ("Legens mobil [privat]", ("Legens mobil",)),
        ("Avtalen gjelder til (MM/DD/ÅÅÅÅ)", ("Avtalen gjelder til",)),
        ("Avtalen gjelder til (mm-dd-yyyy)", ("Avtalen gjelder til",)),
        ("Beløp til tilrettelegging (mnd)", ("Beløp til tilrettelegging",)),
    ],
)
def test_a_shared_word_lists_what_it_may_mean(tmp_path: Path, word: str, meanings: tuple[str, ...]) -> None:
    """Whatever such a column holds, no case is taken until somebody says what it is."""
    judged = renamed(tmp_path, {}, {word: "12"})
    found = the_problem(judged)
    assert (found.cell, found.level, len(judged.cases)) == ("V1", "error", 0)
    assert all(f"«{meaning}»" in found.message for meaning in meanings)


@pytest.mark.parametrize(
    ("slip", "label"),
    [
        ("Avtalen gjelder tll", "Avtalen gjelder til"),
        ("Legens e-psot", "Legens e-post"),
        ("Signatar for komunen, epost", "Signatar for kommunen, e-post"),
        ("4.3 Kommunale tillegg", "4.3 Elementer med kommunal finansiering"),
        ("§ 4.2 – ekstra", "4.2 Tilleggselementer"),
        ("Sentralitetklasse", "Sentralitetsklasse"),
        ("tilskudd_statuss", "Status for tilskudd"),
    ],
)
def test_a_slip_of_the_pen_is_not_passed_over(tmp_path: Path, slip: str, label: str) -> None:
    """A column that may be left out would be empty in every case: the heading is told, with what it nearly is."""
    judged = renamed(tmp_path, {}, {slip: "x"})
    found = the_problem(judged)
    assert (found.cell, found.level, len(judged.cases)) == ("V1", "error", 0)
    assert f"«{label}»" in found.message


@pytest.mark.parametrize("word", ["Kommentar", "Merknad", "Nr.", "Id", "Legens bosted", "Fastlegeliste", "2027"])
def test_other_columns_are_only_pointed_out(tmp_path: Path, word: str) -> None:
    """What is nothing like a field of the agreement is the coordinator's own."""
    judged = renamed(tmp_path, {}, {word: "x"})
    assert (the_problem(judged).level, len(judged.cases)) == ("warning", 1)


def test_a_list_of_names_and_addresses_is_no_table_of_cases(tmp_path: Path) -> None:
    """Shared words alone make no agreement of a sheet by another name."""
    people = [["Navn", "Tittel", "E-post", "Mobil"], ["Kari", "Rådgiver", "k@eksempel.no", "90123456"]]
    path = write_workbook(tmp_path / "people.xlsx", {"ALIS-avtale": table([ALIS]), "Kontakter": people})
    assert the_case(read(path, TODAY)).lege_navn == "Kari Fjordheim"


@pytest.mark.parametrize("name", sorted(types()))
def test_no_shared_word_is_certain_where_two_fields_have_it(name: str) -> None:
    """None of the words that several fields of an agreement share means one of them."""
    agreement = types()[name]
    fields = agreement.case.model_fields
    for words, names in SHARED_HEADINGS.items():
        for word in words:
            found = readings(word, agreement)
            labels = [each for each in with_own_fields(names, agreement) if each in fields]
            assert found.certain is (len(labels) < 2) or word == "Kontaktperson", word
    for attribute in ("navn", "epost", "mobil", "tittel"):
        assert not any(readings(word, agreement).certain for word in ATTRIBUTES[attribute]), attribute


@pytest.mark.parametrize(
    ("label", "word"),
    [
        ("Legens navn", "Navn"),
        ("Legens navn", "Namn"),
        ("Signatar for kommunen, navn", "Name"),
        ("Signatar for kommunen, tittel", "Tittel"),
        ("Stilling/arbeidstittel", "Stilling"),
        ("Avtalen gjelder fra", "Startdato"),
        (START, "Oppstart"),
        ("Sted", "Stad"),
    ],
)
def test_neighbours_decide_where_they_leave_one(tmp_path: Path, label: str, word: str) -> None:
    """Where every other meaning has a column of its own, and the table would be incomplete without the last."""
    assert the_case(renamed(tmp_path, {label: word})) == the_case(renamed(tmp_path, {}))


@pytest.mark.parametrize(
    "names",
    [
        {"Legens navn": "Navn", "Navn på veileder i allmennmedisin": "Namn"},
        {"Signatar for kommunen, tittel": "Tittel", "Stilling/arbeidstittel": "Stilling"},
        {"Avtalen gjelder fra": "Fra dato", START: "Oppstart"},
    ],
)
def test_neighbours_that_leave_two_decide_nothing(tmp_path: Path, names: dict[str, str]) -> None:
    """Two shared words for two fields are two problems, and nothing is called missing."""
    judged = renamed(tmp_path, names)
    assert not judged.cases
    assert [each.value for each in judged.problems] == [word for label, word in sorted_by_column(names)]


def sorted_by_column(names: dict[str, str]) -> list[tuple[str, str]]:
    """Return the pairs in the order of their columns."""
    return sorted(names.items(), key=lambda pair: list(ALIS).index(pair[0]))


@pytest.mark.parametrize("word", ["Navn (etternavn)", "Navn (initialer)", "Legens navn (kortform)", "Navn [tidligere]"])
def test_a_remark_that_is_not_understood_is_not_passed_over(tmp_path: Path, word: str) -> None:
    """A family name is not the name, though no other column can hold it."""
    judged = renamed(tmp_path, {"Legens navn": word})
    assert (the_problem(judged).cell, the_problem(judged).value, len(judged.cases)) == ("E1", word, 0)


def test_a_shared_word_beside_all_its_meanings_is_not_used(tmp_path: Path) -> None:
    """It is somebody else's, and a warning says that it is left out."""
    judged = renamed(tmp_path, {}, {"Navn": "En Annen"})
    assert (the_problem(judged).level, len(judged.cases)) == ("warning", 1)


@pytest.mark.parametrize("word", ["Veileders e-post", "Kontaktperson, mobil", "E-post veileder", "HPR-nr. (veileder)"])
def test_what_no_field_holds_is_not_used(tmp_path: Path, word: str) -> None:
    """The supervisor's address and number are nobody else's; the column is left out with a word."""
    judged = renamed(tmp_path, {}, {word: "990010999"})
    assert (the_problem(judged).level, len(judged.cases)) == ("warning", 1)
    assert the_case(renamed(tmp_path, {})).lege_hpr_nummer == "990010211"


@pytest.mark.parametrize(
    "names",
    [
        {"Legens navn": "LEGENS\u00a0NAVN :", "HPR-nr.": "hpr\u00adnr", "Sted": "sted."},
        {LONG: unicodedata.normalize("NFD", LONG).replace("ø", "o\u0338")},
        {"Legens navn": "Legens\nnavn", "HPR-nr.": "HPR-\r\nnr.", "Avtalen gjelder fra": "Avtalen\u2028gjelder fra"},
        {
            "Stillingsprosent": "Stillingsprosent (i %)",
            "HPR-nr.": "HPR-nr. (7–9 siffer)",
            "Sted": "Sted [obligatorisk]",
        },
        {
            "Legens navn": "Navn (lege)",
            "HPR-nr.": "HPR for legen",
            "Signatar for kommunen, tittel": "Tittel (signatar)",
        },
        {"Avtalen gjelder fra": "Avtalen gjeld frå", "Legens navn": "Legens namn", "Arbeidssted": "Arbeidsstad"},
        {"Navn på veileder i allmennmedisin": "Rettleiar", LONG: "Forventa avslutning", "Sted": "Stad for signatur"},
        {"Legens navn": "Doctor's name", "Arbeidssted": "Workplace", "Avtalen gjelder fra": "Valid from"},
        {"Navn på veileder i allmennmedisin": "Supervisor", "Kategori": "Category", "Sted": "Place of signature"},
    ],
)
def test_what_people_write_differently_means_the_same(tmp_path: Path, names: dict[str, str]) -> None:
    """Case, spaces, soft hyphens, line breaks, composed letters, remarks on form, nynorsk and English."""
    assert the_case(renamed(tmp_path, names)) == the_case(renamed(tmp_path, {}))


@pytest.mark.parametrize("twin", ["Legens navn", "LEGENS NAVN", "Legens\u00a0navn:", "Legens namn", "Navn på lege"])
def test_two_columns_of_one_field_are_both_left_alone(tmp_path: Path, twin: str) -> None:
    """The same heading again, or another for the same field: nobody can know which is right."""
    headings, cells = table([ALIS])
    path = write_workbook(tmp_path / "twice.xlsx", {"ALIS-avtale": [[*headings, twin], [*cells, "En Annen"]]})
    judged = read(path, TODAY)
    assert (the_problem(judged).cell, the_problem(judged).column, len(judged.cases)) == ("V1", "lege_navn", 0)


@pytest.mark.parametrize("number", [4.3, "4.3", "4.3.", "§ 4.3"])
def test_a_number_may_be_a_heading(tmp_path: Path, number: Any) -> None:
    """A spreadsheet makes «4.3» a number; «43» is none of the agreement's."""
    assert the_case(renamed(tmp_path, {}, {number: "Flytting."})).avtalt_kommunal_finansiering == "Flytting."
    assert the_problem(renamed(tmp_path, {}, {"43": "Flytting."})).level == "warning"


def test_values_without_a_heading_are_told_once(tmp_path: Path) -> None:
    """A column whose heading is gone is not silently left out."""
    headings, cells = table([ALIS])
    rows = [headings, [*cells, None, "Tillegg"], [*cells[:5], "990010222", *cells[6:], None, "Mer"]]
    judged = read(write_workbook(tmp_path / "bare.xlsx", {"ALIS-avtale": rows}), TODAY)
    assert (the_problem(judged).cell, the_problem(judged).level, len(judged.cases)) == ("W2", "warning", 2)


def two_rows(top: dict[str, str], below: dict[str, str], stacked: bool = False) -> list[list[Any]]:
    """Return a table whose headings take two rows: some stand below a group, the others beside it or above it."""
    headings, cells = table(
        [{**ALIS, "Legens e-post": "l@eksempel.no", "Signatar for kommunen, e-post": "k@eksempel.no"}]
    )
    upper = [top.get(heading, heading if stacked and heading not in below else None) for heading in headings]
    lower = [below.get(heading, None if stacked else heading) for heading in headings]
    return [["ALIS-avtaler 2027"], upper, lower, cells]


GROUPS = {
    "Legens navn": "Lege",
    "Legens e-post": "Lege",
    "Signatar for kommunen, navn": "Signatar for kommunen",
    "Signatar for kommunen, e-post": "Signatar for kommunen",
}
PARTS = {
    "Legens navn": "Navn",
    "Legens e-post": "E-post",
    "Signatar for kommunen, navn": "Navn",
    "Signatar for kommunen, tittel": "Tittel",
    "Signatar for kommunen, e-post": "E-post",
}


@pytest.mark.parametrize("stacked", [False, True])
def test_a_group_above_says_whose_it_is(tmp_path: Path, stacked: bool) -> None:
    """«Lege» over «Navn» and «E-post»: what stands above a column, and over the blank ones after it, decides."""
    rows = two_rows(GROUPS, PARTS, stacked)
    case = the_case(read(write_workbook(tmp_path / "groups.xlsx", {"ALIS-avtale": rows}), TODAY))
    assert (case.lege_navn, case.lege_epost) == ("Kari Fjordheim", "l@eksempel.no")
    assert (case.signatar_kommune_navn, case.signatar_kommune_epost) == ("Geir Nystad", "k@eksempel.no")


def test_a_group_of_somebody_else_takes_the_heading_along(tmp_path: Path) -> None:
    """«HPR-nr.» below «Veileder» is not the doctor's number."""
    rows = two_rows({"Legens navn": "Lege", "HPR-nr.": "Veileder", "Arbeidssted": "Avtalen"}, {"Legens navn": "Navn"})
    judged = read(write_workbook(tmp_path / "groups.xlsx", {"ALIS-avtale": rows}), TODAY)
    assert (the_problem(judged).cell, len(judged.cases)) == ("F3", 0)
    assert "«Veileder: HPR-nr.»" in the_problem(judged).message


def test_the_last_group_reaches_no_further_than_its_column(tmp_path: Path) -> None:
    """«E-post» after the signatory's columns, with nothing above it, may be the coordinator's."""
    headings, cells = table([{**ALIS, "E-post": "k@eksempel.no"}])
    upper: list[Any] = [None] * len(headings)
    upper[headings.index("Legens navn")] = "Lege"
    upper[headings.index("Signatar for kommunen, navn")] = "Signatar for kommunen"
    lower = ["Navn" if heading in ("Legens navn", "Signatar for kommunen, navn") else heading for heading in headings]
    judged = read(write_workbook(tmp_path / "g.xlsx", {"ALIS-avtale": [upper, lower, cells]}), TODAY)
    assert (the_problem(judged).cell, len(judged.cases)) == ("V2", 0)
    assert "Legens e-post" in the_problem(judged).message


def test_the_place_is_in_doubt_without_the_workplace(tmp_path: Path) -> None:
    """«Sted» is where it is signed beside «Arbeidssted», and may be either without it."""
    judged = read_rows(tmp_path, {heading: value for heading, value in ALIS.items() if heading != "Arbeidssted"})
    assert (the_problem(judged).value, len(judged.cases)) == ("Sted", 0)
    assert "«Sted for signatur», «Legens arbeidssted»" in the_problem(judged).message


def test_a_lone_title_above_says_nothing_of_the_columns_beside_it(tmp_path: Path) -> None:
    """«Lege» over the first column may be a title: «E-post» far to the right stays unclear."""
    headings, cells = table([{**ALIS, "E-post": "k@eksempel.no"}])
    judged = read(write_workbook(tmp_path / "t.xlsx", {"ALIS-avtale": [["Lege"], headings, cells]}), TODAY)
    assert (the_problem(judged).cell, len(judged.cases)) == ("V2", 0)


def test_shared_words_of_the_other_agreement(tmp_path: Path) -> None:
    """«Orgnr» is the municipality's where the trust has its own column, and unclear where both are called so."""
    label, trust = "Kommunens organisasjonsnummer", "Helseforetakets organisasjonsnummer"
    row = {("Orgnr" if heading == label else heading): value for heading, value in TJENESTEAVTALE6.items()}
    assert len(read_rows(tmp_path, row, sheet="Tjenesteavtale 6").cases) == 1
    both = {("Org.nr." if heading == trust else heading): value for heading, value in row.items()}
    judged = read_rows(tmp_path, both, sheet="Tjenesteavtale 6")
    assert ([each.value for each in judged.problems], len(judged.cases)) == (["Orgnr", "Org.nr."], 0)


@pytest.mark.parametrize("heading", ["Stilling %", "Stilling (%)", "Stillings-%", "Stillingsprosent %"])
def test_a_sign_for_per_cent_is_read(heading: str) -> None:
    """«Stilling %» is how much a doctor works; «Stilling» alone is a title."""
    agreement = types()["alis"]
    assert "stillingsprosent" in readings(heading, agreement).fields
    assert "stillingsprosent" not in readings("Stilling", agreement).fields
