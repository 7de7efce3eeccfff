"""Parse a cell into the typed value of a field: one parser per kind of value."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, time, timedelta
from functools import cache
from typing import Any

from flows.agreements import municipalities
from flows.agreements.fields import CaseField, Choice, FieldKind
from flows.agreements.types import in_agreement
from flows.intake.cell_problems import error_sentence, is_error_text
from flows.intake.choice_synonyms import CHOICES, NO, YES
from flows.intake.contact_parsing import read_email, read_mobile
from flows.intake.date_parsing import read_date, read_month
from flows.intake.name_parsing import read_name
from flows.intake.number_parsing import read_number, read_whole
from flows.intake.parse_failures import DoubtfulValue, ParseFailure
from flows.intake.period_parsing import read_services, read_work
from flows.intake.text_normalization import as_text
from flows.intake.unfinished_text import names_nothing, unfinished
from flows.language import translate as _

_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_TYPED_KINDS = {
    FieldKind.DATE,
    FieldKind.MONTH,
    FieldKind.YES_NO,
    FieldKind.WHOLE,
    FieldKind.NUMBER,
    FieldKind.WORK,
}
"""Kinds whose parsers say themselves which types they take; all others hold text."""
_NUMBER_AND_NAME = re.compile(r"(\d{4})\s*(?:[-–:,]\s*)?([^\W\d_].*)")


def read_value(field: CaseField, value: Any) -> Any:
    """Return the typed value of a field from a cleaned one that is not empty, or `Doubtful`. Raises `ParseFailure`."""
    if isinstance(value, str) and is_error_text(value):
        raise ParseFailure(error_sentence(value))
    if isinstance(value, bool | date | time | timedelta) and field.kind not in _TYPED_KINDS:
        # What the sheet shows depends on its format, and «1/2» may have become a day without anyone wanting it.
        raise ParseFailure(
            _(
                "The cell holds a date, a time or true/false ({text}), not text. Format it as text, and write it anew."
            ).format(text=as_text(value))
        )
    if field.kind is FieldKind.CHOICE:
        return _choice(value, field.choices)
    if field.kind is FieldKind.LINE and field.required and (doubt := names_nothing(_line(value))):
        return DoubtfulValue(_line(value), doubt)
    return _READERS[field.kind](value)


def fold(text: str) -> str:
    """Return the text without what people write differently: case, spaces, punctuation."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


def _line(value: Any) -> str:
    return " ".join(_text(value).split())


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | dict):
        raise ParseFailure(_("Here a text is wanted, not a list or an object."))
    return as_text(value)


def _printed(text: str) -> str | DoubtfulValue:
    doubt = unfinished(text)
    return DoubtfulValue(text, doubt) if doubt else text


def _digits(value: Any) -> str:
    # «990010211.0» is what a number becomes on its way through a program that knows only decimals.
    digits = re.sub(r"\s|(?<=\d)[.,]0+$", "", unicodedata.normalize("NFKC", _text(value)))
    if _SHORTENED.fullmatch(digits):
        raise ParseFailure(
            _("«{text}» is a number that a spreadsheet has shortened. Write all of its digits, as text.").format(
                text=digits
            )
        )
    return digits


def _municipality(value: Any) -> str | DoubtfulValue:
    text = re.sub(r"(?<=\d)\.0$", "", _line(value))
    if match := _NUMBER_AND_NAME.fullmatch(text):
        return _named_number(match[1], match[2], text)
    if text.isdigit() and len(text) == 3:
        return f"0{text}"  # a spreadsheet made 0301 a number
    if named := municipalities.by_name(text):
        raise ParseFailure(
            _("Write the number, not the name: {numbers}.").format(
                numbers=", ".join(f"{each.number} {each.norwegian_name} ({each.county})" for each in named)
            )
        )
    return _digits(value)


def _named_number(number: str, name: str, text: str) -> str | DoubtfulValue:
    """Return the number beside a name; doubtful where nobody is called that. Raises `ParseFailure` for another's."""
    digits = unicodedata.normalize("NFKC", number)
    municipality = municipalities.by_number(digits)
    if municipality is None or municipality.is_called(name):
        return digits  # whether the number is in use is a rule
    message = _("«{text}» names more or another than {number}, which is {name}. Write the four digits alone.")
    sentence = message.format(text=text, number=digits, name=municipality.name_with_county)
    if municipalities.by_name(name) or any(map(str.isdigit, name)):
        raise ParseFailure(sentence)
    return DoubtfulValue(digits, sentence)


def _yes_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = fold(as_text(value))
    if (word in YES or word in NO) and not _uncertain(value):
        return word in YES
    raise ParseFailure(_("«{text}» is neither yes nor no. Write «Ja» or «Nei».").format(text=as_text(value)))


def _choice(value: Any, choices: tuple[Choice, ...]) -> Choice:
    if (choice := _words_of(choices).get(fold(_text(value)))) is not None and not _uncertain(value):
        return choice
    raise ParseFailure(
        _("«{text}» is not one of the choices. Write one of: {choices}.").format(
            text=as_text(value), choices=", ".join(choice.label for choice in choices)
        )
    )


def _uncertain(value: Any) -> bool:
    """Return whether a word stands with a sign that takes back what it says, such as «Ja?»."""
    return isinstance(value, str) and "?" in value


@cache
def _words_of(choices: tuple[Choice, ...]) -> dict[str, Choice]:
    """Return every word that means a choice, folded."""
    return {
        fold(known): choice
        for choice in reversed(choices)
        for known in (choice.value, choice.label, *CHOICES.get(choice.value, ()), *_in_nynorsk(choice))
    }


def _in_nynorsk(choice: Choice) -> tuple[str, ...]:
    return tuple(filter(None, (choice.nynorsk, in_agreement(choice.label, "nn"))))


_READERS: dict[FieldKind, Callable[[Any], Any]] = {
    FieldKind.LINE: lambda value: _printed(_line(value)),
    FieldKind.NAME: read_name,
    FieldKind.EMAIL: read_email,
    FieldKind.TEXT: lambda value: _printed(_text(value)),
    FieldKind.DIGITS: _digits,
    FieldKind.MUNICIPALITY: _municipality,
    FieldKind.MOBILE: read_mobile,
    FieldKind.DATE: read_date,
    FieldKind.MONTH: read_month,
    FieldKind.YES_NO: _yes_no,
    FieldKind.WHOLE: read_whole,
    FieldKind.NUMBER: read_number,
    FieldKind.WORK: read_work,
    FieldKind.SERVICES: read_services,
}
