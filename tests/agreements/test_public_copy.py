"""What a public copy is filled with: names are masked in every form that people write them in, and nothing else is."""

import unicodedata
from dataclasses import replace

import pytest

from flows.agreements.public_copy import MASK, public_context
from flows.agreements.types import types

CONTEXT = {
    "lege_navn": "Bo Ánde-Čáhppe",
    "kommune_navn": "Bo kommune",
    "arbeidssted": "Bo legekontor",
    "malversjon": "1.0",
}
KIND = replace(types()["alis"], masked=frozenset({"lege_navn"}), bodies=frozenset({"kommune_navn"}))


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Avtalt med Bo Ánde-Čáhppe.", f"Avtalt med {MASK}."),
        ("avtalt med bo ánde-čáhppe", f"avtalt med {MASK}"),
        ("Bos timer, BO og Čáhppes kontor", f"{MASK} timer, {MASK} og {MASK} kontor"),
        (unicodedata.normalize("NFD", "Čáhppe har fri"), f"{MASK} har fri"),
        ("Ingen særskilt avtale om bolig", "Ingen særskilt avtale om bolig"),
    ],
)
def test_names_are_masked_however_they_are_written(written: str, printed: str) -> None:
    """In full or in part, in the genitive, in capitals, in either form of Unicode; words that only look alike stay."""
    context = public_context(KIND, {**CONTEXT, "avtalt_tilrettelegging": written}, "id", 2)
    assert context["avtalt_tilrettelegging"] == printed


def test_public_bodies_and_the_version_are_told() -> None:
    """The municipality keeps its name though a doctor shares it, and the foot of the page says what the copy is."""
    context = public_context(KIND, CONTEXT, "id", 2)
    assert context["kommune_navn"] == "Bo kommune"
    assert context["arbeidssted"] == f"{MASK} legekontor"
    assert (context["avtale_id"], context["avtale_versjon"]) == ("id", "2, offentlig versjon")
