"""The types of field values, and their validation.

They judge values that are already typed; reading «1. mars 2026» or «80 %» from a cell is intake's work. The formats
are in docs/domain.md#formats.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import phonenumbers
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError
from stdnum.no import orgnr

from flows.agreements.fields import FieldKind
from flows.amounts import in_oere
from flows.language import translate as _


def wrong(message: str) -> PydanticCustomError:
    """Return the error that a type raises, with a sentence for the person who wrote the value."""
    return PydanticCustomError("format", "{message}", {"message": message})


_IN_NAMES = " .'’-"
_EMAIL = re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:.]+(?:\.[^\s@<>(),;:.]+)+")
_LINE_LENGTH = 200
_TEXT_LENGTH = 5000
_MOST_KRONER = 1_000_000_000


def _line(value: str) -> str:
    if len(value) > _LINE_LENGTH:
        raise wrong(
            _("The text has {length} characters; at most {most} fit on the paper. Shorten it.").format(
                length=len(value), most=_LINE_LENGTH
            )
        )
    return value


def _text(value: str) -> str:
    if len(value) > _TEXT_LENGTH:
        raise wrong(
            _("The text has {length} characters; at most {most} fit on the paper. Shorten it.").format(
                length=len(value), most=_TEXT_LENGTH
            )
        )
    return value


def _person(value: str) -> str:
    if not _is_name(value):
        raise wrong(
            _("«{value}» is no personal name. Write the name with letters, hyphens and full stops only.").format(
                value=value
            )
        )
    return _line(value)


def _is_name(value: str) -> bool:
    """Return whether a text is made of letters of any script, with their marks, and begins and ends as a name does."""
    letters = all(letter.isalpha() or letter in _IN_NAMES or unicodedata.category(letter)[0] == "M" for letter in value)
    return letters and value[:1].isalpha() and value[-1] not in " -"


def _hpr(value: str) -> str:
    if re.fullmatch(r"[0-9]{4,6}", value):
        raise wrong(
            _("An HPR number has 7 to 9 digits, this one {count}. If zeros in front were lost, write them.").format(
                count=len(value)
            )
        )
    if not re.fullmatch(r"[0-9]{7,9}", value):
        raise wrong(_("An HPR number has 7 to 9 digits and nothing else. Write the digits only."))
    if len(set(value)) == 1:
        raise wrong(_("The HPR number is one digit over and over. Write the doctor's own number."))
    return value


def _organisation(value: str) -> str:
    if not re.fullmatch(r"[0-9]{9}", value):
        raise wrong(_("An organisation number has 9 digits. Write it without full stops, «NO» and «MVA»."))
    if not orgnr.is_valid(value):
        raise wrong(
            _(
                "{value} is no organisation number: the check digit is wrong. Compare it with Brønnøysundregistrene."
            ).format(value=value)
        )
    return value


def _municipality(value: str) -> str:
    if not re.fullmatch(r"[0-9]{4}", value):
        raise wrong(_("A municipality number has four digits, such as 1804 or 0301."))
    return value


def _month(value: str) -> str:
    if not re.fullmatch(r"(0[1-9]|1[0-2])/[12][0-9]{3}", value):
        raise wrong(_("Write month and year as MM/ÅÅÅÅ, such as 02/2031."))
    _year_of_a_day(int(value[-4:]))
    return value


def _day(value: date) -> date:
    _year_of_a_day(value.year)
    return value


def _year_of_a_day(year: int) -> None:
    if not 2000 <= year <= 2100:
        raise wrong(_("The year {year} cannot be right here. Check the date.").format(year=year))


def _email(value: str) -> str:
    if value and not _EMAIL.fullmatch(value):
        raise wrong(
            _("«{value}» is no e-mail address. Write one address, such as navn@kommune.no.").format(value=value)
        )
    return value


def _mobile(value: str) -> str:
    if not value:
        return value
    mobile = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    try:
        number = phonenumbers.parse(value, "NO")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not value.startswith("+") or phonenumbers.number_type(number) not in mobile:
        raise wrong(
            _("The value is no mobile number. Write eight digits that begin with 4 or 9, or + and the country code.")
        )
    return value


def _year(value: int) -> int:
    if not 2000 <= value <= 2100:
        raise wrong(_("{value} is no year here. Write four digits, such as 2026.").format(value=value))
    return value


def _kroner(value: Decimal) -> Decimal:
    """Return an amount in whole øre, half an øre rounded up; an amount of two decimals or fewer as it is."""
    exponent = value.as_tuple().exponent
    if not value:
        return abs(value)  # «-0» is nothing, too
    return in_oere(value) if isinstance(exponent, int) and exponent < -2 else value


def _between(least: int | None, most: int | None, sentence: Callable[[], str]) -> AfterValidator:
    def check(value: Any) -> Any:
        if (least is not None and value < least) or (most is not None and value > most):
            raise wrong(sentence())
        return value

    return AfterValidator(check)


_AMOUNT = _between(0, _MOST_KRONER, lambda: _("An amount lies between 0 and 1 000 000 000 kroner."))
_MONTHS = _between(0, 240, lambda: _("A number of months lies between 0 and 240."))

Line = Annotated[str, FieldKind.LINE, AfterValidator(_line)]
"""Text on one line, at most 200 characters."""
Text = Annotated[str, FieldKind.TEXT, AfterValidator(_text)]
"""Text of a box; may hold line breaks; at most 5000 characters."""
PersonName = Annotated[str, FieldKind.NAME, AfterValidator(_person)]
"""Any Unicode letters, apostrophe, hyphen, full stop and space."""
HprNumber = Annotated[str, FieldKind.DIGITS, AfterValidator(_hpr)]
"""7–9 digits, unpadded. No check digit is known."""
OrganisationNumber = Annotated[str, FieldKind.DIGITS, AfterValidator(_organisation)]
"""9 digits, the last one a check digit modulo 11."""
MunicipalityNumber = Annotated[str, FieldKind.MUNICIPALITY, AfterValidator(_municipality)]
"""Four digits; whether the register has the number is a rule, not a format."""
MonthAndYear = Annotated[str, FieldKind.MONTH, AfterValidator(_month)]
"""MM/ÅÅÅÅ."""
Email = Annotated[str, FieldKind.EMAIL, AfterValidator(_email)]
"""One address, or empty."""
Mobile = Annotated[str, FieldKind.MOBILE, AfterValidator(_mobile)]
"""`+4790123456`, or empty."""
Day = Annotated[date, FieldKind.DATE, AfterValidator(_day)]
"""A calendar date from 2000 to 2100."""
YesNo = Annotated[bool, FieldKind.YES_NO]
"""Ja or nei."""
Year = Annotated[int, FieldKind.WHOLE, AfterValidator(_year)]
"""Four digits."""
CentralityClass = Annotated[
    int, FieldKind.WHOLE, _between(1, 6, lambda: _("The centrality class (SSB) is a whole number from 1 to 6."))
]
"""1 (most central) to 6."""
WholeMonths = Annotated[int, FieldKind.WHOLE, _MONTHS]
"""Whole calendar months."""
Months = Annotated[Decimal, FieldKind.NUMBER, _MONTHS]
"""Calendar months, with decimals where need be."""
Kroner = Annotated[Decimal, FieldKind.NUMBER, _AMOUNT, AfterValidator(_kroner)]
"""An amount in NOK, at most to the øre."""


class WorkPeriod(BaseModel):
    """A share of full time in per cent, from a day on; None for the first period: from the agreement's first day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prosent: Annotated[Decimal, Field(gt=0, le=100)]
    fra: date | None = None


class InstitutionService(BaseModel):
    """Service in an institution outside municipal services, both days included; `hf` names where, or is empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fra: date
    til: date
    hf: str = ""


def _work(periods: tuple[WorkPeriod, ...]) -> tuple[WorkPeriod, ...]:
    for period in periods:
        if period.fra:
            _year_of_a_day(period.fra.year)
    days = [period.fra for period in periods[1:]]
    dated = [day for day in days if day]
    if not periods or len(dated) < len(days) or dated != sorted(set(dated)):
        raise wrong(
            _("Give each share of full time after the first the day it begins, in order: «100 %; 50 % fra 01.01.2029».")
        )
    return periods


def _services(services: tuple[InstitutionService, ...]) -> tuple[InstitutionService, ...]:
    for service in services:
        _year_of_a_day(service.fra.year)
        _year_of_a_day(service.til.year)
    if any(service.til < service.fra for service in services):
        raise wrong(_("A period ends before it begins. Write it as «01.09.2027–29.02.2028»."))
    return services


Work = Annotated[tuple[WorkPeriod, ...], FieldKind.WORK, AfterValidator(_work)]
"""Shares of full time, in order of the day from which they hold."""
Services = Annotated[tuple[InstitutionService, ...], FieldKind.SERVICES, AfterValidator(_services)]
"""Periods of institution service."""
