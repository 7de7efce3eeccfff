"""Tjenesteavtale 6, tilleggsavtale om ALIS: an agreement between a municipality and Nordlandssykehuset HF.

Here is what the template prints and who signs; fields in `tjenesteavtale6_case.py`, rules in
`tjenesteavtale6_rules.py`, the trusts in `trusts.py`.
"""

from flows.agreements import trusts
from flows.agreements.case import municipality_of, place_and_date
from flows.agreements.parties import Signatory
from flows.agreements.tjenesteavtale6_case import Tjenesteavtale6Case
from flows.agreements.tjenesteavtale6_rules import rulebook
from flows.agreements.types import AgreementType, Identity


def _trust_of(case: Tjenesteavtale6Case) -> trusts.Trust:
    found = trusts.by_organisation_number(case.hf_orgnr)
    if found is None:
        raise LookupError("no such trust")
    return found


def _municipality_name(case: Tjenesteavtale6Case) -> str:
    return municipality_of(case).name_in_agreement(case.kommune_visningsnavn)


def _context(case: Tjenesteavtale6Case) -> dict[str, object]:
    return {
        "kommune_visningsnavn": _municipality_name(case),
        "helseforetak_navn": _trust_of(case).name,
        "sted_og_dato": place_and_date(case.signatur_sted, case.signatur_dato),
        "signatar_kommune_navn": case.signatar_kommune_navn,
        "signatar_kommune_tittel": case.signatar_kommune_tittel,
        "signatar_hf_navn": case.signatar_hf_navn,
        "signatar_hf_tittel": case.signatar_hf_tittel,
    }


def _signatories(case: Tjenesteavtale6Case) -> tuple[Signatory, ...]:
    # The order is not regulated; it follows the paper, where the municipality's line stands first.
    return (
        Signatory(
            role="kommune",
            name=case.signatar_kommune_navn,
            title=case.signatar_kommune_tittel,
            email=case.signatar_kommune_epost,
            mobile=case.signatar_kommune_mobil,
            organisation=_municipality_name(case),
        ),
        Signatory(
            role="hf",
            name=case.signatar_hf_navn,
            title=case.signatar_hf_tittel,
            email=case.signatar_hf_epost,
            mobile=case.signatar_hf_mobil,
            organisation=_trust_of(case).name,
        ),
    )


AGREEMENT = AgreementType(
    name="tjenesteavtale6",
    title="Tjenesteavtale 6, tilleggsavtale om ALIS",
    template="tjenesteavtale6-alis.docx",
    sheet="Tjenesteavtale 6",
    case=Tjenesteavtale6Case,
    judge=rulebook.judge,
    identity=lambda case: Identity(case.kommunenr, case.hf_orgnr, case.avtale_gjelder_fra),
    context=_context,
    signatories=_signatories,
    valid_to=lambda _case: None,
    public_title=lambda case: f"Tjenesteavtale 6 om ALIS – kommune {case.kommunenr}",
    parties_for_outsiders=lambda case: (_municipality_name(case), _trust_of(case).name),
    masked=frozenset({"signatar_kommune_navn", "signatar_hf_navn"}),
    bodies=frozenset({"kommune_visningsnavn", "helseforetak_navn", "sted_og_dato"}),
    made_of={
        "kommune_visningsnavn": ("kommunenr", "kommune_visningsnavn"),
        "helseforetak_navn": ("hf_orgnr",),
        "sted_og_dato": ("signatur_sted", "signatur_dato"),
    },
)
