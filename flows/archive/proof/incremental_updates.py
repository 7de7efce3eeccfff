"""Judge incremental updates after a signature: only further signatures and proof are allowed (docs/protocols.md#c8).

pyHanko accounts for every changed object or refuses it. Two harmless habits of common producers are allowed: iText
frees the number of an object that it never wrote, and poppler dates the field that it signs.
"""

from typing import Any

from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    FormUpdatingRule,
    GenericFieldModificationRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
)
from pyhanko.sign.diff_analysis.constants import VALUE_UPDATE_KEYS
from pyhanko.sign.diff_analysis.policy_api import SuspiciousModification

_DATED = {"/M"}


class _FurtherSignatures(StandardDiffPolicy):
    """pyHanko's policy refuses every freed number, even of an object that never existed."""

    def apply(self, old: Any, new: Any, *limits: Any, **more: Any) -> Any:
        numbers = old.reader.xrefs
        freed = new.refs_freed_in_revision()
        if any(numbers.get_historical_ref(one, old.revision) is not None for one in freed):
            raise SuspiciousModification("objects that were signed are gone")
        return super().apply(old, new, *limits, **more)


FURTHER_SIGNATURES = _FurtherSignatures(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormUpdatingRule(
        field_rules=[
            SigFieldCreationRule(),  # type: ignore[no-untyped-call]
            SigFieldModificationRule(value_update_keys=VALUE_UPDATE_KEYS | _DATED),
            GenericFieldModificationRule(),
        ]
    ),
    reject_object_freeing=False,
)
