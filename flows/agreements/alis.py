"""What the table of the ALIS-avtale cannot say: how long it lasts, and what outsiders may know of its parties.

Text: Helsedirektoratet's template, mandatory since 2023. The table is `templates/alis/type.toml`; fields in
`alis_case.py`, rules in `alis_rules/`, sections in `sections.py`.
"""

from datetime import date

from flows.agreements.alis_case import AlisCase
from flows.agreements.alis_rules.term import longest
from flows.agreements.case import municipality_of
from flows.agreements.person_names import name_parts


def valid_to(case: AlisCase) -> date:
    """Return the last day: the one that is stated, otherwise the last that the agreement can reach."""
    return case.avtale_gjelder_til or longest(case)


def parties_for_outsiders(case: AlisCase) -> tuple[str, ...]:
    """Return the municipality and the workplace; a workplace that bears a name of the doctor's own is left out."""
    municipality = municipality_of(case).name_in_agreement(case.kommune_navn)
    own = set(name_parts(case.lege_navn))
    named = any(word in own or word.removesuffix("s") in own for word in name_parts(case.arbeidssted))
    return (municipality,) if named else (municipality, case.arbeidssted)
