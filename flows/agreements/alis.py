"""The ALIS-avtale: between a municipality and one doctor in training to be a specialist in general practice.

Text: Helsedirektoratet's template, mandatory since 2023. Here is what the template prints and who signs; fields in
`alis_case.py`, rules in `alis_rules/`, sections in `sections.py`.
"""

from datetime import date

from flows.agreements.alis_case import AlisCase
from flows.agreements.alis_rules import rulebook
from flows.agreements.alis_rules.term import longest
from flows.agreements.case import municipality_of, place_and_date
from flows.agreements.parties import Signatory
from flows.agreements.person_names import name_parts
from flows.agreements.sections import SECTIONS, boxes
from flows.agreements.types import AgreementType, Identity

_TITLE = "ALIS-avtale"


def _identity(case: AlisCase) -> Identity:
    # HPR numbers are held as written and compared padded to nine digits.
    return Identity(case.kommunenr, case.lege_hpr_nummer.zfill(9), case.avtale_gjelder_fra)


def _context(case: AlisCase) -> dict[str, object]:
    municipality = municipality_of(case)
    return {
        "kommune_navn": municipality.name_in_agreement(case.kommune_navn),
        "kommune_kontaktperson": case.kommune_kontaktperson,
        "lege_navn": case.lege_navn,
        "lege_hpr_nummer": case.lege_hpr_nummer,
        "arbeidssted": case.arbeidssted,
        "stilling_tittel": case.stilling_tittel,
        "oppstart_ny_ordning": case.oppstart_ny_ordning,
        "forventet_avslutning": case.forventet_avslutning,
        "veileder_navn": case.veileder_navn,
        **boxes(case),
        "sted_og_dato": place_and_date(case.signatur_sted, case.signatur_dato),
        "signatar_kommune_navn": case.signatar_kommune_navn,
        "signatar_kommune_tittel": case.signatar_kommune_tittel,
        "signatar_alis_navn": case.lege_navn,
        "signatar_alis_tittel": case.stilling_tittel,
    }


def _signatories(case: AlisCase) -> tuple[Signatory, ...]:
    # The order is not regulated. The municipality signs first: it offers the terms and bears the cost, so the doctor
    # is asked to accept an offer that already binds, and the doctor's signature makes the agreement.
    municipality = municipality_of(case)
    return (
        Signatory(
            role="kommune",
            name=case.signatar_kommune_navn,
            title=case.signatar_kommune_tittel,
            email=case.signatar_kommune_epost,
            mobile=case.signatar_kommune_mobil,
            organisation=municipality.name_in_agreement(case.kommune_navn),
        ),
        Signatory(
            role="alis",
            name=case.lege_navn,
            title=case.stilling_tittel,
            email=case.lege_epost,
            mobile=case.lege_mobil,
        ),
    )


def _parties_for_outsiders(case: AlisCase) -> tuple[str, ...]:
    """Return the municipality and the workplace; a workplace that bears a name of the doctor's own is left out."""
    municipality = municipality_of(case).name_in_agreement(case.kommune_navn)
    own = set(name_parts(case.lege_navn))
    named = any(word in own or word.removesuffix("s") in own for word in name_parts(case.arbeidssted))
    return (municipality,) if named else (municipality, case.arbeidssted)


def _valid_to(case: AlisCase) -> date | None:
    return case.avtale_gjelder_til or longest(case)


AGREEMENT = AgreementType(
    name="alis",
    title=_TITLE,
    template="alis-avtale.docx",
    sheet="ALIS-avtale",
    case=AlisCase,
    judge=rulebook.judge,
    identity=_identity,
    context=_context,
    signatories=_signatories,
    valid_to=_valid_to,
    public_title=lambda case: f"{_TITLE} – kommune {case.kommunenr}",
    parties_for_outsiders=_parties_for_outsiders,
    masked=frozenset(
        {
            *("lege_navn", "lege_hpr_nummer", "veileder_navn", "kommune_kontaktperson"),
            *("signatar_kommune_navn", "signatar_alis_navn"),
        }
    ),
    bodies=frozenset({"kommune_navn", "sted_og_dato"}),
    made_of={
        "kommune_navn": ("kommunenr", "kommune_navn"),
        **{one.box: (one.box, one.split) for one in SECTIONS if one.split},
        "sted_og_dato": ("signatur_sted", "signatur_dato"),
        "signatar_alis_navn": ("lege_navn",),
        "signatar_alis_tittel": ("stilling_tittel",),
    },
)
