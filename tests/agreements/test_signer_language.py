"""The language in which each signer is written to: what the case says, else the municipality's, else the program's."""

from pathlib import Path

import pytest

from flows.agreements.fields import fields_of
from flows.agreements.signer_language import SignerLanguage, signer_language
from flows.agreements.type_folder import build_type
from flows.agreements.types import types
from tests.agreements.cases import alis_case

NYNORSK, BOKMAAL, NEUTRAL = "1120", "1101", "0301"  # Klepp, Eigersund, Oslo


@pytest.mark.parametrize(
    ("stated", "municipality", "installation", "language"),
    [
        (None, NYNORSK, "nb", "nn"),
        (None, BOKMAAL, "nb", "nb"),
        (None, NEUTRAL, "nb", "nb"),
        (None, NYNORSK, "en", "en"),
        (None, "9999", "nb", "nb"),
        (SignerLanguage.ENGLISH, NYNORSK, "nb", "en"),
        (SignerLanguage.BOKMAAL, NYNORSK, "nb", "nb"),
        (SignerLanguage.NYNORSK, BOKMAAL, "en", "nn"),
    ],
)
def test_the_case_decides_and_then_the_municipality(
    stated: SignerLanguage | None, municipality: str, installation: str, language: str
) -> None:
    """A neutral municipality, or one that is not known, leaves it to the installation."""
    assert signer_language(stated, municipality, installation) == language


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("alis", {"signatar_kommune_spraak", "lege_spraak"}),
        ("tjenesteavtale6", {"signatar_kommune_spraak", "signatar_hf_spraak"}),
        ("veiledningsavtale", {"signatar_kommune_spraak"}),
    ],
)
def test_each_party_has_a_field_for_its_language(name: str, asked: set[str]) -> None:
    """Where the case has one, it is the party's; a signer without one is written to as the municipality writes."""
    kind = types()[name]
    assert {party.language for party in kind.parties} - {""} == asked
    assert asked <= fields_of(kind.case).keys()


def test_a_signatory_takes_the_language_of_the_case() -> None:
    """Each their own; none where nothing is said."""
    case = alis_case(lege_spraak="en")
    assert [one.language for one in types()["alis"].signatories(case)] == [None, SignerLanguage.ENGLISH]


def test_a_type_of_a_folder_can_ask_for_a_language(tmp_path: Path) -> None:
    """A field of the kind `language`, called as the e-mail's, is found by `[[party]]`."""
    shipped = types()["veiledningsavtale"].folder
    text = (shipped / "type.toml").read_text()
    field = '[[field]]\nname = "veileder_spraak"\nlabel = "Veileders språk"\nkind = "language"\noptional = true\n\n'
    folder = tmp_path / "rettleiing"
    folder.mkdir()
    (folder / "type.toml").write_text(text.replace("[made]", f"{field}[made]", 1))
    assert [party.language for party in build_type(folder).parties] == ["signatar_kommune_spraak", "veileder_spraak"]
