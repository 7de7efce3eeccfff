"""Parse values that change over time: shares of full time, and periods of institution service."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from flows.agreements.field_types import InstitutionService, WorkPeriod
from flows.intake.date_parsing import find_dates, read_date
from flows.intake.number_parsing import read_percent
from flows.intake.parse_failures import DoubtfulValue, ParseFailure
from flows.intake.text_normalization import as_text, clean
from flows.intake.unfinished_text import names_nothing
from flows.language import translate as _

_Period = TypeVar("_Period", WorkPeriod, InstitutionService)
_PARTS = re.compile(r"\s*(?:;|\n|,?\s*\bderetter\b|,?\s*\bså\b)\s*", re.IGNORECASE)
_FROM = re.compile(r"^(?P<percent>.+?)\s*,?\s*(?:fr[aå](?: og med)?|f\.?o\.?m\.?|from)\s+(?P<day>.+)$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:-|–|—|til(?: og med)?|t\.?o\.?m\.?)\s*", re.IGNORECASE)
_TAKEN_BACK = re.compile(
    r"\b(?:avlyst|avlyses|utsatt|utsettes|utgår|utgått|kansellert|avbrutt|avslått|avslag|slettes|strykes|ikke|ikkje)\b"
    r"|falt bort|\?|%",
    re.IGNORECASE,
)
"""Words behind a period that take it back, and signs that doubt it or make it a part of one."""
_UNCERTAIN = re.compile(
    r"\b(?:planlagt|planlegges|forventet|ønsket|ønske|søkt|søker|alternativt|alt|evt|eventuelt|eller|kanskje|trolig|"
    r"foreløpig|tentativt?|tilbudt|uavklart|usikkert?|ca|cirka|venteliste|forslag|utkast|delvis)\b|\d",
    re.IGNORECASE,
)


def read_work(value: Any) -> tuple[WorkPeriod, ...] | DoubtfulValue:
    """Return shares of full time from «80 %» or «100 %; 50 % fra 01.01.2029», or from JSON objects {prosent, fra}.

    Doubtful where one of its days is. Raises `ParseFailure`.
    """
    doubts: list[str] = []
    if isinstance(value, Mapping):
        value = [value]
    if isinstance(value, list | tuple):
        return _doubtful(tuple(_work_from_json(part, doubts) for part in value), doubts)
    if isinstance(value, str):
        return _doubtful(tuple(_work_from_text(part, doubts) for part in _PARTS.split(value) if part), doubts)
    return (WorkPeriod(prosent=read_percent(value)),)


def read_services(value: Any) -> tuple[InstitutionService, ...] | DoubtfulValue:
    """Return periods from «01.09.2027–29.02.2028 Nordlandssykehuset HF», one a line or between semicolons.

    From JSON: objects {fra, til, hf}. Doubtful where one of the days is. Raises `ParseFailure`.
    """
    doubts: list[str] = []
    if isinstance(value, Mapping):
        value = [value]
    if isinstance(value, list | tuple):
        return _doubtful(tuple(_service_from_json(part, doubts) for part in value), doubts)
    parts = (part for part in _PARTS.split(as_text(value)) if part)
    return _doubtful(tuple(_service_from_text(part, doubts) for part in parts), doubts)


def _doubtful(periods: tuple[_Period, ...], doubts: list[str]) -> tuple[_Period, ...] | DoubtfulValue:
    return DoubtfulValue(periods, " ".join(dict.fromkeys(doubts))) if doubts else periods


def _work_from_text(text: str, doubts: list[str]) -> WorkPeriod:
    match = _FROM.match(text)
    if match is None:
        return WorkPeriod(prosent=read_percent(text))
    return WorkPeriod(prosent=read_percent(match["percent"]), fra=_day(match["day"], doubts))


def _work_from_json(part: Any, doubts: list[str]) -> WorkPeriod:
    if not isinstance(part, Mapping):
        return WorkPeriod(prosent=read_percent(clean(part)))
    if part.keys() - {"prosent", "fra"} or "prosent" not in part:
        raise ParseFailure(_("Each share of full time is an object with «prosent» and, after the first, «fra»."))
    begins = clean(part.get("fra"))
    percent = read_percent(clean(part["prosent"]))
    return WorkPeriod(prosent=percent, fra=None if begins is None else _day(begins, doubts))


def _service_from_text(text: str, doubts: list[str]) -> InstitutionService:
    dates = find_dates(text)
    if len(dates) != 2 or dates[0][0] != 0 or not _BETWEEN.fullmatch(text[dates[0][1] : dates[1][0]]):
        raise ParseFailure(
            _("«{text}» is no period. Write it as «01.09.2027–29.02.2028 Nordlandssykehuset HF».").format(text=text)
        )
    doubts += [doubt for *_place, doubt in dates if doubt]
    place = text[dates[1][1] :].strip(" ,:()")
    doubts += _doubts_of_place(place, text)
    return InstitutionService(fra=dates[0][2], til=dates[1][2], hf=place)


def _doubts_of_place(place: str, text: str) -> list[str]:
    """Return what makes a place doubtful. Raises `ParseFailure` where it says that the period does not hold as such."""
    if _TAKEN_BACK.search(place):
        message = _(
            "«{text}» may not hold, and it would prolong the agreement. Delete the period, or write its place alone."
        )
        raise ParseFailure(message.format(text=text))
    if not _UNCERTAIN.search(place):
        return [doubt] if (doubt := names_nothing(place)) else []
    message = _("«{text}» says that the period is not settled, and it prolongs the agreement. Check it.")
    return [message.format(text=text)]


def _service_from_json(part: Any, doubts: list[str]) -> InstitutionService:
    if not isinstance(part, Mapping) or part.keys() - {"fra", "til", "hf"} or not {"fra", "til"} <= part.keys():
        raise ParseFailure(_("Each period is an object with «fra», «til» and perhaps «hf»."))
    begins, ends = _day(clean(part["fra"]), doubts), _day(clean(part["til"]), doubts)
    place = part.get("hf")
    if isinstance(place, list | dict):
        raise ParseFailure(_("Here a text is wanted, not a list or an object."))
    place = as_text(clean(place))
    doubts += _doubts_of_place(place, place)
    return InstitutionService(fra=begins, til=ends, hf=place)


def _day(value: Any, doubts: list[str]) -> date:
    found = read_date(value)
    if isinstance(found, DoubtfulValue):
        doubts.append(found.doubt)
        found = found.value
    day: date = found
    return day
