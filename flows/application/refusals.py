"""Say of a document that was not made which cells of its case are the reason."""

from collections.abc import Sequence

from pydantic import BaseModel

from flows.agreements.case_place import CasePlace
from flows.agreements.fields import fields_of
from flows.agreements.problems import Finding, Problem
from flows.agreements.types import AgreementType
from flows.documents import RefusedDocument
from flows.language import translate as _

DOCUMENT = "document"
"""The rule of problems that a case showed when its document was made."""
_NAMED = 5
_LONGEST_SHOWN = 80


def refusal_problems(
    refused: RefusedDocument, kind: AgreementType, case: BaseModel, place: CasePlace
) -> tuple[Problem, ...]:
    """Return an error at the place of each field that is the reason; none where the template alone is."""
    names = [name for value in refused.values for name in kind.fields_of_name(value)]
    filled = [name for name in dict.fromkeys(names) if getattr(case, name) not in (None, "", ())]
    found = filled or list(dict.fromkeys(names))
    return tuple(place.problem(Finding(name, DOCUMENT, refused.sentence), _shown(case, name)) for name in found)


def _shown(case: BaseModel, name: str) -> str:
    """Return a text of a case on one line, not longer than a table can show; nothing for other values."""
    value = getattr(case, name)
    return " ".join(value.split())[:_LONGEST_SHOWN] if isinstance(value, str) else ""


def sentence_with_places(
    refused: RefusedDocument, kind: AgreementType, place: CasePlace, problems: Sequence[Problem]
) -> str:
    """Return why a document was not made, and the sheet and cell, or JSON pointer, of each field that is the reason."""
    if not problems:
        return refused.sentence
    fields = fields_of(kind.case)
    named = [f"«{fields[one.column].column.label}» ({place.in_words(one.column)})" for one in problems[:_NAMED]]
    if len(problems) > _NAMED:
        named.append("…")
    return _("{sentence} See {fields}.").format(sentence=refused.sentence, fields=", ".join(named))
