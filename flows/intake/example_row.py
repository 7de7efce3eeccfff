"""The example row of the input workbook: invented, valid in every cell, and never a case.

It is known again by the values that only it has: its numbers, its reference and everybody called «Eksempel». A row that
still holds one of its numbers is a case that nobody has finished writing.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from dateutil.relativedelta import relativedelta

from flows.agreements import municipalities
from flows.agreements.fields import fields_of
from flows.agreements.problems import Finding, Problem
from flows.agreements.type_folder import example_value
from flows.agreements.types import AgreementType
from flows.intake.case_rows import CaseRow
from flows.intake.text_normalization import as_text
from flows.language import translate as _

EXAMPLE = "example"
_SHARED_ONLY = frozenset({"kommune_orgnr"})
"""Fields that every type has whose example, beside what begins with «Eksempel», no case has."""


def example_of(agreement: AgreementType, today: date) -> dict[str, Any]:
    """Return an example case by field, valid from the beginning of the next month but one."""
    begins = (today + relativedelta(months=2)).replace(day=1)
    municipality = municipalities.by_number("1804")
    number = f"{municipality.number} {municipality.official_name}" if municipality else "1804"
    signs = {
        "kommunenr": number,
        "kommune_orgnr": "300000002",
        "avtale_gjelder_fra": begins,
        "signatur_sted": "Bodø",
        "signatar_kommune_navn": "Eksempel Kommunedirektør",
        "signatar_kommune_tittel": "Kommunedirektør",
    }
    fields = fields_of(agreement.case)
    own = {name: example_value(value, fields[name].kind, begins) for name, value in agreement.example.items()}
    return signs | own


def is_example(row: CaseRow) -> bool:
    """Return whether a row of a workbook is the example as `sheet` wrote it, in all that only the example has."""
    if not row.place.sheet or row.type is None:
        return False
    own = _own_values(row.type)
    return bool(own) and all(_same(row.values.get(name), value) for name, value in own.items())


def example_left_out(row: CaseRow) -> Problem:
    """Return the remark that the example row is no case."""
    message = _("The row is the example of the workbook, and no case. Delete it, or write over it.")
    return row.problem(Finding(_left_of_example(row)[0], EXAMPLE, message, "warning"))


def rests_of_example(row: CaseRow) -> Sequence[Problem]:
    """Return the problem of a row that still holds values of the example: none, or one that names them all.

    A number of the example is an error, since it stands for nobody. Its other texts are a warning: what it calls people
    and places may be what they are called.
    """
    left = _left_of_example(row)
    if not left or row.type is None:
        return ()
    numbers = [name for name in left if name in _SHARED_ONLY | row.type.example_only]
    labels = ", ".join(fields_of(row.type.case)[name].column.label for name in left)
    if numbers:
        message = _("The row still holds values of the example: {labels}. Write your own, or delete the row.")
        return (row.problem(Finding(numbers[0], EXAMPLE, message.format(labels=labels))),)
    message = _("The row has texts of the example: {labels}. Look whether they are meant.")
    return (row.problem(Finding(left[0], EXAMPLE, message.format(labels=labels), "warning")),)


def _left_of_example(row: CaseRow) -> list[str]:
    """Return the fields of a row that hold what only the example has, in the order of the fields."""
    if row.type is None:
        return []
    return [name for name, value in _own_values(row.type).items() if _same(row.values.get(name), value)]


@cache
def _own_values(agreement: AgreementType) -> dict[str, str]:
    """Return what only the example has, folded, by field, in the order of the fields."""
    example = example_of(agreement, date(2027, 1, 1))
    own = {
        name: value
        for name, value in example.items()
        if isinstance(value, str) and (value.startswith("Eksempel ") or name in _SHARED_ONLY | agreement.example_only)
    }
    return {name: _folded(own[name]) for name in fields_of(agreement.case) if name in own}


def _same(value: Any, folded: str) -> bool:
    if value is None or isinstance(value, list | dict | bool):
        return False
    return _folded(value if isinstance(value, str) else as_text(value)) == folded


def _folded(text: str) -> str:
    return "".join(text.casefold().split())
