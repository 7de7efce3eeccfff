"""Cases from a JSON file, with JSON pointers as places."""

from pathlib import Path
from typing import Any

import pytest

from flows.agreements.alis_case import AlisCase
from tests.intake.workbooks import JSON_CASE, places, read_json

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
    assert [(each.type, each.pointer) for each in judged.cases] == [("alis", pointer) for pointer in pointers]
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
