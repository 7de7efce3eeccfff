"""The agreement types as the stages see them."""

from datetime import date

import pytest
from docxtpl import DocxTemplate
from pydantic import BaseModel

from flows.agreements.alis_rules import rulebook as alis_rulebook
from flows.agreements.tjenesteavtale6_rules import rulebook as tjenesteavtale6_rulebook
from flows.agreements.types import AgreementType, Identity, types
from flows.documents.template_tags import tag_environment
from tests.agreements.cases import alis_case, tjenesteavtale6_case
from tests.conftest import PROJECT

STAMPS = {"avtale_id", "avtale_versjon", "malversjon"}
"""Names that are given to every template, whatever the agreement."""
ALIS, TJENESTEAVTALE6 = types()["alis"], types()["tjenesteavtale6"]


def names_in_template(agreement: AgreementType) -> set[str]:
    """Return the names that the shipped template of an agreement asks for, as docxtpl reads them."""
    template = DocxTemplate(PROJECT / "templates" / agreement.template)
    names: set[str] = template.get_undeclared_template_variables(tag_environment(escape=True))
    return names


@pytest.mark.parametrize(("agreement", "case"), [(ALIS, alis_case()), (TJENESTEAVTALE6, tjenesteavtale6_case())])
def test_the_context_has_the_names_of_the_template(agreement: AgreementType, case: BaseModel) -> None:
    """A case gives every name that its template asks for, and no other; none of the values is empty."""
    context = agreement.context(case)
    assert set(context) == names_in_template(agreement) - STAMPS
    assert all(context.values())


def test_values_in_the_context_are_those_of_the_case() -> None:
    """Dates stay dates, for the template to write, and a trust is named by its number in the case."""
    assert date(2025, 3, 1) == ALIS.context(alis_case())["oppstart_ny_ordning"]
    assert TJENESTEAVTALE6.context(tjenesteavtale6_case())["helseforetak_navn"] == "Nordlandssykehuset HF"


@pytest.mark.parametrize(
    ("signed_on", "expected"),
    [(date(2026, 12, 1), "Bodø, 01.12.2026"), (None, "Bodø. Dato framgår av den elektroniske signaturen.")],
)
def test_place_and_date(signed_on: date | None, expected: str) -> None:
    """Without a date the electronic signature is referred to."""
    assert expected == ALIS.context(alis_case(signatur_dato=signed_on))["sted_og_dato"]


def test_identity_of_alis_pads_the_hpr_number() -> None:
    """An HPR number with and without leading zeros is the same doctor."""
    short, padded = alis_case(lege_hpr_nummer="9900102"), alis_case(lege_hpr_nummer="009900102")
    assert Identity("1804", "009900102", date(2027, 1, 1)) == ALIS.identity(short) == ALIS.identity(padded)


def test_identity_of_tjenesteavtale6_is_municipality_and_trust() -> None:
    """The trust's organisation number is the counterpart."""
    assert Identity("1804", "983974910", date(2027, 1, 1)) == TJENESTEAVTALE6.identity(tjenesteavtale6_case())


def test_municipality_signs_first() -> None:
    """The signing order is municipality, then doctor or trust, each with name and title."""
    assert [(each.role, each.name) for each in ALIS.signatories(alis_case())] == [
        ("kommune", "Geir Nystad"),
        ("alis", "Kari Fjordheim"),
    ]
    assert [(each.role, each.organisation) for each in TJENESTEAVTALE6.signatories(tjenesteavtale6_case())] == [
        ("kommune", "Bodø kommune"),
        ("hf", "Nordlandssykehuset HF"),
    ]


def test_validity() -> None:
    """An ALIS-avtale lasts five years at full time unless it says less; the other until it is terminated."""
    assert date(2031, 12, 31) == ALIS.valid_to(alis_case())
    assert date(2028, 6, 30) == ALIS.valid_to(alis_case(avtale_gjelder_til=date(2028, 6, 30)))
    assert TJENESTEAVTALE6.valid_to(tjenesteavtale6_case()) is None


def test_public_title_names_nobody() -> None:
    """A title that stands in journals and e-mails holds the municipality's number and nothing personal."""
    assert ALIS.public_title(alis_case()) == "ALIS-avtale – kommune 1804"
    assert TJENESTEAVTALE6.public_title(tjenesteavtale6_case()) == "Tjenesteavtale 6 om ALIS – kommune 1804"


def test_every_rule_has_a_name_of_its_own() -> None:
    """No rule hides another, and each has an id."""
    for book in (alis_rulebook, tjenesteavtale6_rulebook):
        names = [rule.name for rule in book.rules]
        assert len(names) == len(set(names))
        assert all(rule.id for rule in book.rules)
