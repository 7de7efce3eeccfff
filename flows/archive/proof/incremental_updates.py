"""Judge incremental updates after a signature: only further signatures and proof are allowed (docs/protocols.md#c8).

pyHanko explains every changed object or refuses it. Two habits of common makers change nothing that anybody sees: iText
gives back the number of an object that it never wrote, and poppler dates the field that it signs.
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
    """pyHanko's own policy, which refuses every freed number, also of what had never been there."""

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
