"""What can be agreed: the agreement types, their fields and their rules.

In comes a case: the values of one row or one API object, typed by the model of its agreement type. Out come findings
(what the rules say is wrong with it), and for a good case its identity, its signatories, the texts that the template
prints, and the last day it is valid. What can go wrong is data, so nothing here raises: findings are values.

Where to look: an agreement is a folder of `templates/` with a `type.toml`; `type_table.py` says what it may hold, and
`type_folder.py` makes an agreement type of it, which `types.py` describes. The fields and rules of the two agreements
with rules in Python stand in `…_case.py` and `…_rules`. `sections.py` tells which section of the ALIS-avtale applies to
whom, `duration.py` how long it lasts, `field_types.py` what a valid value of each kind is; `municipalities`, `trusts`
and `rates` hold the facts.
"""

__all__ = [
    "alis_case",
    "amendments",
    "case",
    "case_place",
    "duration",
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
    "signer_language",
    "trusts",
    "type_folder",
    "types",
    "wording_versions",
]
