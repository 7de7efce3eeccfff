"""Titles of requests: each agreement of one director has its own, and none names the doctor."""

from datetime import date
from typing import Any

import pytest

from flows.register import Agreement, Version
from flows.signing.request_title import LONGEST, request_title
from tests.agreements.cases import alis_case, tjenesteavtale6_case

NUMBER = "3f2a9c1b"


def title(kind: str, case: dict[str, Any], number: str = NUMBER) -> str:
    """Return the title of a request about a case."""
    agreement = Agreement(id=f"{number}-0000-4000-8000-000000000000", type=kind, valid_from=date(2027, 1, 1))
    return request_title(agreement, Version(case=case, public_title="ALIS-avtale – kommune 1804"))


def alis(**changes: Any) -> dict[str, Any]:
    """Return an ALIS case as the register keeps it."""
    return alis_case(**changes).model_dump(mode="json")


def test_the_title_says_which_agreement_it_is() -> None:
    """Type, number, municipality by name, and workplace or trust."""
    assert title("alis", alis(arbeidssted="Storgata legesenter")) == (
        "ALIS-avtale, nr. 3f2a9c1b, Bodø kommune, Storgata legesenter"
    )
    case = tjenesteavtale6_case().model_dump(mode="json")
    assert title("tjenesteavtale6", case).startswith("Tjenesteavtale 6, tilleggsavtale om ALIS, nr. 3f2a9c1b, Bodø")


@pytest.mark.parametrize("workplace", ["Hansens legekontor", "Legene Moe og HANSEN", "Kari-Anne Hansen AS"])
def test_a_workplace_that_names_the_doctor_is_left_out(workplace: str) -> None:
    """Whoever sees an e-mail on a screen reads no doctor's name in its subject."""
    case = alis(lege_navn="Kari Hansen", arbeidssted=workplace)
    assert title("alis", case) == "ALIS-avtale, nr. 3f2a9c1b, Bodø kommune"


def test_a_long_workplace_cuts_itself_and_nothing_else() -> None:
    """Posten takes 80 characters; number and municipality stand before what may be cut."""
    found = title("alis", alis(arbeidssted="Interkommunalt legesenter for " + "mange kommuner og " * 9))
    assert len(found) <= LONGEST
    assert found.startswith("ALIS-avtale, nr. 3f2a9c1b, Bodø kommune, Interkommunalt")
    assert found.endswith("…")


def test_a_case_of_another_time_keeps_its_title() -> None:
    """A case that the type does not take any more, and a type that is gone, still have a title with a number."""
    for kind in ("alis", "nedlagt"):
        assert title(kind, {"kommunenr": "1804"}) == "ALIS-avtale – kommune 1804, nr. 3f2a9c1b"
