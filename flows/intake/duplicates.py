"""The same agreement twice in one source."""

from collections.abc import Sequence
from dataclasses import replace

from flows.agreements.problems import Finding
from flows.agreements.types import Identity
from flows.intake.judging import Verdict
from flows.language import translate as _

DUPLICATE = "duplicate"
_PLACE = "kommunenr"
"""The field whose cell a duplicate is reported at: part of the identity of every agreement with a municipality."""


def reject_duplicates(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return the verdicts with duplicates rejected.

    Of rows that say the same, the first one stays. Where they differ nobody can know which is right, so all go.
    """
    groups: dict[tuple[str, Identity], list[int]] = {}
    for index, verdict in enumerate(verdicts):
        if verdict.case is not None and verdict.row.type is not None:
            key = (verdict.row.type.name, verdict.row.type.identity(verdict.case))
            groups.setdefault(key, []).append(index)
    judged = list(verdicts)
    for first, *others in groups.values():
        differ = any(verdicts[other].case != verdicts[first].case for other in others)
        for other in others:
            judged[other] = _rejected(verdicts[other], verdicts[first], differ)
        if differ:
            judged[first] = _rejected(verdicts[first], verdicts[others[0]], differ)
    return judged


def _rejected(verdict: Verdict, twin: Verdict, differ: bool) -> Verdict:
    place = _("row {row} in «{sheet}»").format(row=twin.row.row, sheet=twin.row.sheet) if twin.row.sheet else ""
    place = place or _("case {pointer}").format(pointer=twin.row.pointer)
    if differ:
        message = _("Same agreement as {place}, but with other contents. Keep the right one and delete the other.")
    else:
        message = _("Same agreement as {place}. Delete one of them.")
    finding = Finding(_PLACE if _PLACE in verdict.row.values else "", DUPLICATE, message.format(place=place))
    problem = verdict.row.problem(finding)
    return replace(verdict, case=None, problems=(*verdict.problems, problem))
