"""Validate one row at a time: parse its values, build the case, apply the rules, and collect every problem."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError

from flows.agreements.case_place import CasePlace
from flows.agreements.fields import CaseField, FieldKind, fields_of
from flows.agreements.problems import Finding, Problem
from flows.agreements.rulebook import UnreadCase
from flows.agreements.types import AgreementType
from flows.intake.case_rows import CaseRow
from flows.intake.character_faults import character_fault
from flows.intake.example_row import rests_of_example
from flows.intake.parse_failures import DoubtfulValue, ParseFailure
from flows.intake.text_normalization import clean, holds_identity_number, masked, shown
from flows.intake.value_parsing import read_value
from flows.language import translate as _

FORMAT = "format"
IDENTITY_NUMBER = "fodselsnummer"
_PRINTED = (FieldKind.LINE, FieldKind.NAME, FieldKind.TEXT)
"""Kinds of fields whose text a document prints as it is written."""


@dataclass(frozen=True, slots=True)
class ValidatedCase:
    """A case without errors: its agreement type, where it stands, and the warnings to look at."""

    type: str
    case: BaseModel
    place: CasePlace
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class RowValidation:
    """What came of one row: the case, or None when it is rejected, and everything found wrong with it."""

    row: CaseRow
    case: BaseModel | None
    problems: tuple[Problem, ...]

    def judged_case(self) -> ValidatedCase | None:
        """Return the case with its type and place, or None when the row is rejected."""
        if self.case is None or self.row.type is None:
            return None
        return ValidatedCase(
            type=self.row.type.name,
            case=self.case,
            place=self.row.place,
            warnings=self.problems,
        )


@dataclass(slots=True)
class _Reading:
    """The values of one row as they are read: those that are good, and what is wrong with the others."""

    good: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def is_complete(self, agreement: AgreementType) -> bool:
        """Return whether every field has a good value."""
        return self.good.keys() == fields_of(agreement.case).keys()


def judge(row: CaseRow, today: date, *, is_example: bool = False) -> RowValidation:
    """Return the case of a row with every problem of it, in the order of the fields.

    With `is_example`, values of the example row are what is wanted.
    """
    if row.type is None:
        return RowValidation(row, None, row.problems)
    reading = _read(row, row.type)
    case = _build(row, row.type, reading)
    findings = row.type.judge(case or UnreadCase(reading.good), today)
    problems = [
        *row.problems,
        *(() if is_example else rests_of_example(row)),
        *reading.problems,
        *(row.problem(finding) for finding in findings),
    ]
    rejected = case is None or any(problem.level == "error" for problem in problems)
    return RowValidation(row, None if rejected else case, tuple(problems))


def _read(row: CaseRow, agreement: AgreementType) -> _Reading:
    reading = _Reading()
    reading.problems += _identity_numbers(row)
    for name, case_field in fields_of(agreement.case).items():
        raw = row.values.get(name)
        value = None if raw is None else clean(raw)
        if name in row.reported or (value is not None and holds_identity_number(value)):
            continue
        if fault := character_fault(raw, printed=case_field.kind in _PRINTED):
            reading.problems.append(row.problem(_finding(case_field, masked(fault))))
            continue
        if value is None or value == [] or value == {}:
            if case_field.required:
                reading.problems.append(_missing(row, case_field))
            else:
                reading.good[name] = case_field.default
            continue
        try:
            found = read_value(case_field, value)
        except ParseFailure as error:
            reading.problems.append(row.problem(_finding(case_field, masked(str(error)))))
            continue
        if isinstance(found, DoubtfulValue):
            reading.problems.append(row.problem(_finding(case_field, found.doubt, "warning")))
            found = found.value
        reading.good[name] = found
    return reading


def _build(row: CaseRow, agreement: AgreementType, reading: _Reading) -> BaseModel | None:
    """Return the case, or None after moving what the model refuses from the good values to the problems."""
    known = fields_of(agreement.case)
    try:
        case = agreement.case.model_validate(reading.good)
        return case if reading.is_complete(agreement) else None
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            name = str(detail["loc"][0])
            if name in reading.good:
                del reading.good[name]
                message = detail["msg"] if detail["type"] == FORMAT else _("The value cannot be used here.")
                reading.problems.append(row.problem(_finding(known[name], masked(message))))
    return None


def _identity_numbers(row: CaseRow) -> Iterator[Problem]:
    message = _(
        "The cell holds what looks like a national identity number. Remove it: it is never needed, and never stored."
    )
    for name, value in row.values.items():
        if holds_identity_number(value):
            yield row.problem(Finding(name, IDENTITY_NUMBER, message))
    for place, value in row.strangers.items():
        if holds_identity_number(value):
            yield row.place.problem_at(place, Finding("", IDENTITY_NUMBER, message), shown(value))


def _finding(case_field: CaseField, message: str, level: Any = "error") -> Finding:
    return Finding(case_field.name, case_field.column.id or FORMAT, message, level)


def _missing(row: CaseRow, case_field: CaseField) -> Problem:
    message = _("{label} is missing. {hint}").format(label=case_field.column.label, hint=_hint(case_field))
    return row.problem(_finding(case_field, message))


def _hint(case_field: CaseField) -> str:
    if case_field.choices:
        return _("Write one of: {choices}.").format(choices=", ".join(choice.label for choice in case_field.choices))
    hints = {
        FieldKind.DATE: _("Write the day as DD.MM.ÅÅÅÅ."),
        FieldKind.MONTH: _("Write month and year as MM/ÅÅÅÅ."),
        FieldKind.YES_NO: _("Write «Ja» or «Nei»."),
        FieldKind.WORK: _("Write a percentage, such as 80 %."),
        FieldKind.MUNICIPALITY: _("Write the four digits, such as 1804."),
        FieldKind.DIGITS: _("Write the digits only."),
    }
    return hints.get(case_field.kind, _("Fill it in."))
