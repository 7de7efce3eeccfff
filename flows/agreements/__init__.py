"""What can be agreed: the agreement types, their fields and their rules.

In comes a case: the values of one row or one API object, typed by the model of its agreement type. Out come findings
(what the rules say is wrong with it), and for a good case its identity, its signatories, the texts that the template
prints, and the last day it is valid. What can go wrong is data, so nothing here raises: findings are values.

Where to look: `alis.py` and `tjenesteavtale6.py` hold one agreement each, with its fields in `…_case.py` and its rules
in `…_rules`. `sections.py` tells which section of the ALIS-avtale applies to whom, `duration.py` how long it lasts,
`field_types.py` what a valid value of each kind is; `municipalities`, `trusts` and `rates` hold the facts. `types.py`
finds the types: an agreement of a new kind is one module with `AGREEMENT` here, and one template.
"""

__all__ = [
    "alis_case",
    "case",
    "case_place",
    "field_types",
    "fields",
    "municipalities",
    "parties",
    "person_names",
    "problems",
    "public_copy",
    "rates",
    "rulebook",
    "signature_column",
    "trusts",
    "types",
    "wording_versions",
]
