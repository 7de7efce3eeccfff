"""File names for people: safe everywhere, and no two alike."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.application.file_names import file_name, file_names

NAMES = [
    # wanted, what it becomes
    ("Kari Fjordheim – Bodø kommune", "Kari Fjordheim – Bodø kommune"),
    ("Hábmer - Hamarøy: a/b\\c*d?", "Hábmer - Hamarøy- a-b-c-d-"),
    ("Kari\tVik\u202e\u200b", "Kari Vik"),
    ("../../etc/passwd", "etc-passwd"),
    ("CON", "avtale CON"),
    ("nul.txt", "avtale nul.txt"),
    ("com¹", "avtale com¹"),
    ("Kari Vik. . ", "Kari Vik"),
    (".skjult", "skjult"),
    ("-rf", "rf"),
    ("", "avtale"),
    ("...", "avtale"),
    ("A\u030ase", "Åse"),
]


@pytest.mark.parametrize(("wanted", "name"), NAMES)
def test_a_name_is_one_that_every_system_takes(wanted: str, name: str) -> None:
    """Signs, words and ends that Windows keeps for itself are gone."""
    assert file_name(wanted) == name


def test_two_of_the_same_name_are_told_apart_by_their_rows() -> None:
    """Case and the form of accents make no difference between files on Windows and macOS."""
    wanted = ["Kari Vik", "kari vik", "Åse", "A\u030ase", "Ola"]
    rows = ["rad 2", "rad 3", "rad 4", "rad 5", "rad 6"]
    assert file_names(wanted, rows) == ["Kari Vik rad 2", "kari vik rad 3", "Åse rad 4", "Åse rad 5", "Ola"]
    assert file_names(["Kari"] * 3, ["rad 2"] * 3) == ["Kari rad 2", "Kari rad 2 (2)", "Kari rad 2 (3)"]


@given(wanted=st.lists(st.text(max_size=300) | st.sampled_from(["Kari", "KARI", "ka\u0301ri"]), max_size=8))
def test_names_are_always_safe_and_different(wanted: list[str]) -> None:
    """Whatever is wanted, each file has a name of its own that fits and stays in its folder."""
    found = file_names(wanted, [f"rad {number}" for number in range(len(wanted))])
    assert len({unicodedata.normalize("NFD", name).casefold() for name in found}) == len(wanted)
    for name in found:
        assert 0 < len(name.encode()) <= 130
        assert not set(name) & set('<>:"/\\|?*\0\n')
        assert name == name.strip(". ")
