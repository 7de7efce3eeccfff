"""Tell rows between the cases that are no cases: sections («HØSTEN 2027»), notes, totals, headings once more.

The evidence, in this order:

1. At least half of the cells, and two of them, are the headings of their own columns: headings once more. Where they
   are headings of other columns, another table begins, and what follows cannot be read by these headings.
2. One cell begins or ends with a word for a total and every other cell is a number: a total.
3. Few cells are filled (at most three, or a fourth of what a case must have), and in none of them stands what only a
   case has: a number, date, choice or address that is right for its column. A text proves nothing, since any text can
   stand in a column of texts: a section or a note.
4. Much is filled, but in all columns that take no other text, and in three of them, stands what does not belong there:
   explanations of the headings, or a row that was shifted into other columns.
5. One or two cells are filled, and one of them is right for its column: too little to be told from a section that
   names a municipality.

The last two are errors, since they may be meant as cases; the others are warnings.

Anything else is a case, however much it lacks.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from flows.agreements.fields import CaseField, FieldKind, fields_of
from flows.agreements.problems import Level
from flows.agreements.types import AgreementType
from flows.intake.case_rows import Raw
from flows.intake.heading_rows import HeadingRow
from flows.intake.headings import is_heading, key_of
from flows.intake.parse_failures import DoubtfulValue, ParseFailure
from flows.intake.text_normalization import clean, holds_identity_number, shown
from flows.intake.value_parsing import read_value
from flows.language import translate as _

_FEW = 3
_WORDS = (
    r"(?:sum|delsum|subsum|totalt?|totalsum|subtotal|i alt|til ?saman|til ?sammen|antall?|gjennomsnitt|snitt|count)"
)
_TOTAL = re.compile(rf"{_WORDS}(?:\b|(?=\d))[^;]{{0,40}}|[^;]{{1,40}} {_WORDS}:?", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?[\d\s.,]*\d\s*(?:%|kr|,-)?")
_PROVING = {
    FieldKind.DIGITS,
    FieldKind.MUNICIPALITY,
    FieldKind.MOBILE,
    FieldKind.DATE,
    FieldKind.MONTH,
    FieldKind.CHOICE,
    FieldKind.SERVICES,
}
_ADDRESS = re.compile(r"\S+@\S+\.\S+")


@dataclass(frozen=True, slots=True)
class RowRemark:
    """Why a row is no case, in a sentence; an error where it may be the beginning of one."""

    level: Level
    message: str
    ends_table: bool = False


def no_case(cells: Mapping[int, Raw], covered: int, headings: HeadingRow) -> RowRemark | None:
    """Return why a row is no case, or None for a case.

    `cells` are those of the row by column (from 0), `covered` is how many others a merged cell above reaches over.
    """
    if _is_plainly_a_case(cells, headings):
        return None
    filled = {column: value for column, cell in cells.items() if (value := clean(cell)) is not None}
    remark = (
        _repeats(filled, headings)
        or _total(filled)
        or _too_little(filled, covered, headings)
        or _nothing_fits(filled, headings)
    )
    if remark and any(holds_identity_number(value) for value in filled.values()):
        return None  # it is refused as a case is, at its cell
    return remark


def _is_plainly_a_case(cells: Mapping[int, Raw], headings: HeadingRow) -> bool:
    """Return whether the first cells show that no other rule needs to look at the row, which saves time."""
    filled = texts = known = 0
    for cell in cells.values():
        if (value := clean(cell)) is None:
            continue
        filled += 1
        if not _is_number(value):
            texts += 1
            known += isinstance(value, str) and is_heading(value, headings.agreement)
        if filled > _few(headings.agreement) and texts > 1:
            return not known and any(_proofs(cells, headings))
    return False


@cache
def _few(agreement: AgreementType) -> int:
    return max(_FEW, sum(field.required for field in fields_of(agreement.case).values()) // 4)


def proofs(cells: Mapping[int, Raw], headings: HeadingRow) -> int:
    """Return in how many cells of a row stands what only a case has: a value that is right for a column of few."""
    return sum(_proofs(cells, headings))


def _proofs(cells: Mapping[int, Raw], headings: HeadingRow) -> Iterator[bool]:
    """Yield for each filled cell of a column that takes no other text whether it is right for it."""
    fields = fields_of(headings.agreement.case)
    for name, column in headings.matched.fields.items():
        if (value := clean(cells.get(column))) is None:
            continue
        if fields[name].kind in _PROVING:
            yield _is_right(headings.agreement, fields[name], value)
        elif isinstance(value, str) and _ADDRESS.fullmatch(value):
            yield True


def _repeats(filled: Mapping[int, Any], headings: HeadingRow) -> RowRemark | None:
    texts = {column: value for column, value in filled.items() if isinstance(value, str)}
    first = list(texts.values())[:2]
    if not first or not all(is_heading(text, headings.agreement) for text in first):
        return None
    alike = sum(key_of(text) == key_of(headings.texts.get(column, "")) for column, text in texts.items())
    known = sum(is_heading(text, headings.agreement) for text in texts.values())
    if alike >= 2 and alike * 2 >= len(filled):
        return RowRemark("warning", _("The row repeats the headings, and is not read as a case."))
    if known < _FEW or known * 2 < len(filled):
        return None
    message = _("Here other headings begin. The rows from here on are not read: put them into a sheet of their own.")
    return RowRemark("error", message, ends_table=True)


def _total(filled: Mapping[int, Any]) -> RowRemark | None:
    texts = [value for value in filled.values() if not _is_number(value)]
    if len(texts) != 1 or not isinstance(texts[0], str) or not _TOTAL.fullmatch(texts[0]):
        return None
    return RowRemark(
        "warning", _("The row («{text}») is a total, and is not read as a case.").format(text=shown(texts[0]))
    )


def _too_little(filled: Mapping[int, Any], covered: int, headings: HeadingRow) -> RowRemark | None:
    if len(filled) + covered > _few(headings.agreement):
        return None
    said = ", ".join(f"«{shown(value)[:60]}»" for value in filled.values())
    proved = proofs(filled, headings)
    if not proved:
        message = _(
            "The row holds only {said}. It is taken for a heading or a note, and is not read as a case. Fill in the "
            "rest if it should be one."
        )
        return RowRemark("warning", message.format(said=said))
    if len(filled) + covered < _FEW:
        message = _("The row holds only {said}: too little for a case. Fill in the rest, or delete the row.")
        return RowRemark("error", message.format(said=said))
    return None


def _nothing_fits(filled: Mapping[int, Any], headings: HeadingRow) -> RowRemark | None:
    fitting = list(_proofs(filled, headings))
    if len(fitting) < _FEW or any(fitting):
        return None
    message = _(
        "Nothing in the row fits its columns, and it is not read as a case. Delete it if it explains the headings; if "
        "it is a case, its values stand in the wrong columns."
    )
    return RowRemark("error", message)


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return bool(_NUMBER.fullmatch(value))
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_right(agreement: AgreementType, field: CaseField, value: Any) -> bool:
    try:
        found = read_value(field, value)
        _validator(agreement, field.name).validate_python(found.value if isinstance(found, DoubtfulValue) else found)
    except (ParseFailure, ValidationError):
        return False
    return True


@cache
def _validator(agreement: AgreementType, name: str) -> TypeAdapter[Any]:
    info = agreement.case.model_fields[name]
    annotation: Any = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
    return TypeAdapter(annotation)
