"""Cases from a JSON file, with JSON pointers as places."""

import json
from pathlib import Path
from typing import Any

import pytest

from flows.agreements.alis_case import AlisCase
from flows.errors import CasesUnreadable
from flows.intake import ValidatedSource, read
from tests.intake.workbooks import JSON_CASE, TJENESTEAVTALE6, TODAY, places, read_json

SECOND = {**JSON_CASE, "lege_hpr_nummer": "990010222"}


@pytest.mark.parametrize(
    ("content", "pointers"),
    [
        (JSON_CASE, [""]),
        ({"type": "alis", **JSON_CASE}, [""]),
        ([JSON_CASE, SECOND], ["/0", "/1"]),
        ({"cases": [JSON_CASE, SECOND]}, ["/cases/0", "/cases/1"]),
        ([], []),
    ],
)
def test_one_case_or_a_list(tmp_path: Path, content: Any, pointers: list[str]) -> None:
    """One object, a list, and a list under `cases` are read; the type is alis where none is given."""
    judged = read_json(tmp_path, content)
    assert [(each.type, each.place.pointer) for each in judged.cases] == [("alis", pointer) for pointer in pointers]
    assert (judged.count, judged.problems) == (len(pointers), ())


def test_problems_have_pointers(tmp_path: Path) -> None:
    """A wrong, a missing and an unknown key are each told at their pointer."""
    case = {**JSON_CASE, "lege_hpr_nummer": "AB", "sykefravær/årsak": "nei"}
    del case["arbeidssted"]
    judged = read_json(tmp_path, [JSON_CASE, case])
    assert (judged.count, len(judged.cases)) == (2, 1)
    assert set(places(judged.problems)) == {
        ("/1/sykefravær~1årsak", "", "headings", "warning"),
        ("/1/lege_hpr_nummer", "lege_hpr_nummer", "A-F04", "error"),
        ("/1/arbeidssted", "arbeidssted", "A-F05", "error"),
    }
    assert judged.problems[0].as_json()["pointer"] == "/1/sykefravær~1årsak"


def test_periods_are_objects(tmp_path: Path) -> None:
    """Shares of full time and institution service may be lists of objects."""
    case = {
        **JSON_CASE,
        "stillingsprosent": [{"prosent": 100}, {"prosent": "50 %", "fra": "2029-01-01"}],
        "institusjonstjeneste_perioder": [{"fra": "2027-09-01", "til": "29.02.2028", "hf": "Nordlandssykehuset HF"}],
    }
    judged = read_json(tmp_path, case)
    assert judged.problems == ()
    found = judged.cases[0].case
    assert isinstance(found, AlisCase)
    assert [float(period.prosent) for period in found.stillingsprosent] == [100, 50]
    assert found.institusjonstjeneste_perioder[0].hf == "Nordlandssykehuset HF"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ([5], "/0"),
        ({"type": "leie"}, "/type"),
        ([{"type": ["alis"]}], "/0/type"),
        ({**JSON_CASE, "stillingsprosent": [{"prosent": 50, "til": "2029-01-01"}]}, "/stillingsprosent"),
        ({**JSON_CASE, "lege_navn": ["Kari"]}, "/lege_navn"),
    ],
)
def test_what_is_no_case_is_a_problem(tmp_path: Path, content: Any, place: str) -> None:
    """Something else than an object, an unknown type and a value of the wrong shape reject the case at their place."""
    judged = read_json(tmp_path, content)
    assert (judged.count, len(judged.cases)) == (1, 0)
    assert [each.pointer for each in judged.problems] == [place]


def test_a_stored_case_is_read_as_it_was(tmp_path: Path) -> None:
    """A case that was written out as JSON comes back equal."""
    first = read_json(tmp_path, {**JSON_CASE, "stillingsprosent": "100 %; 0,5 fra 01.01.2029"}).cases[0].case
    assert type(first).model_validate_json(first.model_dump_json()) == first


def read_text(folder: Path, text: str, encoding: str = "utf-8") -> ValidatedSource:
    """Read a file with this text."""
    path = folder / "cases.json"
    path.write_bytes(text.encode(encoding))
    return read(path, TODAY)


def with_more(*more: str) -> str:
    """Return the JSON of the case with further members at its end, as they are written."""
    return json.dumps(JSON_CASE)[:-1] + "".join(f", {each}" for each in more) + "}"


@pytest.mark.parametrize(
    ("member", "pointer"),
    [
        ('"lege_navn": "En Annen"', "/lege_navn"),
        ('"lege_navn": "Kari Fjordheim"', "/lege_navn"),
        ('"merknad": 1, "merknad": 2', "/merknad"),
        ('"a/b~": {"c": [{"d": 1, "d": 2}]}', "/a~1b~0/c/0/d"),
        ('"institusjonstjeneste_perioder": [{"fra": 1, "fra": 2}]', "/institusjonstjeneste_perioder/0/fra"),
        ('"type": "alis", "type": "alis"', "/type"),
        ('"type": "alis", "Type": "tjenesteavtale6"', "/type"),
    ],
)
def test_a_key_that_is_there_twice_rejects_the_case(tmp_path: Path, member: str, pointer: str) -> None:
    """In the case and in all that it holds: of two values nobody can know the right one, not even of equal ones."""
    judged = read_text(tmp_path, with_more(member))
    assert (judged.count, len(judged.cases)) == (1, 0)
    assert pointer in [each.pointer for each in judged.problems if each.level == "error"]


def test_a_list_of_cases_that_is_there_twice(tmp_path: Path) -> None:
    """Half of the cases would be gone."""
    case = json.dumps(JSON_CASE)
    judged = read_text(tmp_path, f'{{"cases": [{case}], "cases": []}}')
    assert (len(judged.cases), [each.pointer for each in judged.problems]) == (0, ["/cases"])


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"Legens navn": "En Annen"}, "/Legens navn"),
        ({"LEGE_NAVN": "Kari Fjordheim"}, "/LEGE_NAVN"),
        ({"Navn på lege": None}, "/Navn på lege"),
        ({"e-post": "kd@eksempel.no"}, "/e-post"),
        ({"email": "kd@eksempel.no"}, "/email"),
        ({"phone": "90123456"}, "/phone"),
        ({"dato": "2027-01-01"}, "/dato"),
        (
            {"stillingsprosent (2026)": 50, "avtale_gjelder_til (forrige)": "2026-12-31"},
            "/avtale_gjelder_til (forrige)",
        ),
    ],
)
def test_keys_are_guessed_as_little_as_headings(tmp_path: Path, more: dict[str, Any], pointer: str) -> None:
    """Two keys for one field, and a key that may mean several: the case is not taken."""
    judged = read_json(tmp_path, {**JSON_CASE, **more})
    assert (judged.count, len(judged.cases)) == (1, 0)
    assert [each.pointer for each in judged.problems if each.level == "error"] == [pointer]


@pytest.mark.parametrize("key", ["Navn", "name", "legeNavn", "Legens navn", "Doctor's name"])
def test_keys_that_the_others_leave_one_meaning(tmp_path: Path, key: str) -> None:
    """The neighbours decide, as they do in a sheet."""
    case = {key if name == "lege_navn" else name: value for name, value in JSON_CASE.items()}
    assert (len(read_json(tmp_path, case).cases), read_json(tmp_path, case).problems) == (1, ())


def test_the_type_beside_the_cases_is_that_of_all(tmp_path: Path) -> None:
    """It is not silently passed over; other keys there are told."""
    cases = [{key: str(value) for key, value in TJENESTEAVTALE6.items()}]
    judged = read_json(tmp_path, {"type": "tjenesteavtale6", "cases": cases, "kommentar": "x"})
    assert ([each.type for each in judged.cases], places(judged.problems)) == (
        ["tjenesteavtale6"],
        [("/kommentar", "", "headings", "warning")],
    )


def test_one_case_under_cases(tmp_path: Path) -> None:
    """An object in place of the list is one case."""
    judged = read_json(tmp_path, {"cases": JSON_CASE})
    assert ([each.place.pointer for each in judged.cases], judged.problems) == (["/cases"], ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_json_in_every_encoding_that_json_may_have(tmp_path: Path, encoding: str) -> None:
    """With and without a mark."""
    judged = read_text(tmp_path, json.dumps(JSON_CASE, ensure_ascii=False), encoding)
    assert (len(judged.cases), judged.problems) == (1, ())


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", '[{"a": NaN}]'])
@pytest.mark.parametrize("key", ["maks_tilskuddsramme", "merknad", "lege_mobil"])
def test_what_is_no_number_is_told_at_its_place(tmp_path: Path, number: str, key: str) -> None:
    """NaN is no JSON, but programs write it for an empty cell: nobody can know whether that was meant."""
    judged = read_text(tmp_path, with_more(f'"{key}": {number}'))
    assert not judged.cases
    (error,) = [each.pointer for each in judged.problems if each.level == "error"]
    assert error.startswith(f"/{key}")


def test_a_number_without_end_is_one_sentence(tmp_path: Path) -> None:
    """No case has a number of thousands of digits."""
    with pytest.raises(CasesUnreadable, match="tall som er for langt"):
        read_text(tmp_path, with_more(f'"maks_tilskuddsramme": {"9" * 5000}'))


@pytest.mark.parametrize(
    "name", ["BjÃ¸rn Ås", f"Bj{chr(0xFFFD)}rn", "Bj\x91rn", "Bj\x00rn", f"Bj{chr(0xD800)}rn", "Bj?rn Ås"]
)
def test_damaged_letters_are_told(tmp_path: Path, name: str) -> None:
    """Half a character, a control character, letters that were encoded twice: at their pointer, and printable."""
    judged = read_text(tmp_path, with_more(f'"veileder": {json.dumps(name)}').replace('"veileder_navn"', '"merknad"'))
    errors = [each for each in judged.problems if each.level == "error"]
    assert [(each.pointer, each.column) for each in errors] == [("/veileder", "veileder_navn")]
    assert errors[0].value.encode()


def test_numbers_as_text_and_text_as_numbers(tmp_path: Path) -> None:
    """Neither changes what is meant."""
    case = {**JSON_CASE, "kommunenr": 1804, "lege_hpr_nummer": 990010211, "stillingsprosent": "100 %"}
    assert read_json(tmp_path, case).cases[0].case == read_json(tmp_path, JSON_CASE).cases[0].case
