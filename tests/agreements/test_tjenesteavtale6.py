"""The rules of Tjenesteavtale 6 (docs/domain.md#tjenesteavtale-6-rules): each one broken once."""

from datetime import date
from typing import Any

import pytest

from flows.agreements.types import types
from tests.agreements.cases import TODAY, tjenesteavtale6_case

AGREEMENT = types()["tjenesteavtale6"]

BROKEN: list[tuple[str, str, str, dict[str, Any]]] = [
    # rule, level, field, what is changed in a good case
    ("A-C01", "error", "kommunenr", {"kommunenr": "9999"}),
    ("B-F01", "error", "kommune_visningsnavn", {"kommune_visningsnavn": "Hamarøy kommune"}),
    ("B-F02", "error", "helseforetak_navn", {"helseforetak_navn": "Finnmarkssykehuset HF"}),
    ("R-B01", "error", "hf_orgnr", {"hf_orgnr": "313018040", "helseforetak_navn": ""}),
    ("R-B01", "error", "kommunenr", {"kommunenr": "1833", "kommune_visningsnavn": "Rana kommune"}),
    ("R-B01", "error", "kommunenr", {"kommunenr": "0301", "kommune_visningsnavn": "Oslo kommune"}),
    ("R-B02", "error", "overordnet_avtale_dato", {"overordnet_avtale_dato": date(2027, 1, 2)}),
    ("R-B04", "error", "registrert_utdanningsvirksomhet", {"registrert_utdanningsvirksomhet": False}),
    (
        "R-B04",
        "error",
        "registrert_utdanningsvirksomhet_dato",
        {"registrert_utdanningsvirksomhet_dato": date(2027, 1, 2)},
    ),
    ("R-B22", "error", "siste_gjennomgang_dato", {"siste_gjennomgang_dato": date(2026, 11, 23)}),
    ("B-F05", "error", "signatar_hf_navn", {"signatar_hf_navn": "Avklares"}),
    ("B-F05", "error", "signatar_hf_navn", {"signatar_hf_navn": "geir  nystad"}),
    (
        "B-F05",
        "warning",
        "signatar_hf_navn",
        {"signatar_hf_navn": "Geir NYSTAD", "felles_mottaker_godkjent_av": "Kari Leder"},
    ),
    ("B-F05", "error", "signatar_hf_epost", {"signatar_hf_epost": "a@x.no", "signatar_kommune_epost": "A@x.no"}),
    ("A-C07", "warning", "avtale_gjelder_fra", {"avtale_gjelder_fra": date(2025, 11, 21)}),
    ("A-C07", "error", "avtale_gjelder_fra", {"avtale_gjelder_fra": date(2031, 11, 23)}),
    ("R-B14", "warning", "alis_kontakt_hf", {"alis_kontakt_hf": ""}),
    ("R-B22", "warning", "siste_gjennomgang_dato", {"siste_gjennomgang_dato": date(2025, 12, 31)}),
]


@pytest.mark.parametrize(("rule", "level", "field", "changes"), BROKEN)
def test_a_broken_rule_is_found(rule: str, level: str, field: str, changes: dict[str, Any]) -> None:
    """One change breaks one rule, at one field, at its level, and nothing else."""
    findings = AGREEMENT.judge(tjenesteavtale6_case(**changes), TODAY)
    assert [(rule, level, field)] == [(each.rule, each.level, each.field) for each in findings]


@pytest.mark.parametrize(
    "changes",
    [{}, {"helseforetak_navn": "NLSH"}, {"helseforetak_navn": ""}, {"siste_gjennomgang_dato": date(2026, 1, 1)}],
)
def test_a_good_case_has_nothing_wrong(changes: dict[str, Any]) -> None:
    """What the agreement allows is not remarked on."""
    assert AGREEMENT.judge(tjenesteavtale6_case(**changes), TODAY) == []


def test_the_other_trust_is_named() -> None:
    """A municipality outside the area is told whose area it lies in."""
    (finding,) = AGREEMENT.judge(tjenesteavtale6_case(kommunenr="1833", kommune_visningsnavn="Rana"), TODAY)
    assert "Rana hører til Helgelandssykehuset HF, ikke Nordlandssykehuset HF." in finding.message
