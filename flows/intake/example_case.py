"""The example row of an agreement type as a case: to try the type with, and its template."""

from datetime import date

from flows.agreements.case_place import CasePlace
from flows.agreements.types import AgreementType
from flows.intake.case_rows import CaseRow
from flows.intake.example_row import example_of
from flows.intake.validation import RowValidation, judge


def example_case(agreement: AgreementType, today: date) -> RowValidation:
    """Return what comes of the example as if it were a case: the case, and everything wrong with it."""
    return judge(CaseRow(agreement, example_of(agreement, today), CasePlace()), today, is_example=True)
