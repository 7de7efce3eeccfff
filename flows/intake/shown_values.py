"""Compare what a cell of an OpenDocument spreadsheet shows with the value that it stores.

The paragraphs of a cell are what people saw when they saved it, and the attributes what the program calculates with.
They agree but for the rounding and the words of the cell's format; where they do not, nobody knows which was meant.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal

from flows.intake.cell_problems import CellProblem, CellValue, two_values
from flows.intake.choice_synonyms import NO, YES
from flows.intake.date_parsing import read_date
from flows.intake.date_words import MONTH_NUMBERS, WEEKDAYS
from flows.intake.format_texts import WORDS_OF_DAYS, is_kroner, says_something
from flows.intake.number_formats import MoneyAmount, Percentage
from flows.intake.parse_failures import DoubtfulValue, ParseFailure
from flows.intake.text_normalization import as_text

_NUMERAL = re.compile(r"\d(?:[\d.,'’]|[^\S\n](?=\d))*(?:[eE][+-]?\d+)?")
_FRACTION = re.compile(r"(?:(\d+)\s+)?(\d+)/(\d+)")
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 100
"""No format shows a number, a day or a truth value in more characters."""
_SLACK = Decimal("1e-9")


def compared_with_shown(value: CellValue, shown: str) -> CellValue | CellProblem:
    """Return the value of a cell that shows this text.

    A number comes back as a text with the words beside it («30 timer», «80 €»); an amount in kroner as `MoneyAmount`, a
    share as `Percentage`. A text that says something else than the value is a `CellProblem`.
    """
    text = " ".join(unicodedata.normalize("NFKC", shown).split())
    if not text or isinstance(value, str) or value is None:
        return value
    if len(text) > _LONGEST:
        return two_values(text, as_text(value))
    if isinstance(value, bool):
        contrary = NO if value else YES
        return two_values(text, as_text(value)) if text.casefold() in contrary else value
    if isinstance(value, float | int):
        return _number(value, text)
    return _day(value, text) if isinstance(value, date) else value


def _number(value: float, text: str) -> CellValue | CellProblem:
    stored = Decimal(str(value))
    if match := _FRACTION.search(text):
        shown = int(match[1] or 0) + Decimal(int(match[2])) / max(int(match[3]), 1)
        return value if abs(abs(stored) - shown) < Decimal("0.06") else two_values(text, as_text(value))
    numerals = [match[0] for match in _NUMERAL.finditer(text)]
    if not numerals and not value and not any(map(str.isalnum, text)):
        return value  # a dash for zero
    is_share = isinstance(value, Percentage)
    fits = [one for one in numerals if _fits(stored, one)]
    if "%" in text and any(_fits(stored * 100, one) for one in numerals):
        return value if is_share else Percentage(value)
    if not fits:
        return two_values(text, as_text(value))
    beside = text.replace(fits[0], "", 1)
    if not says_something(beside):
        return value
    return MoneyAmount(value) if is_kroner(beside) else text


def _fits(stored: Decimal, numeral: str) -> bool:
    """Return whether a numeral is the number, in any way of writing it, rounded to the decimals that it shows."""
    for plain in _readings(numeral):
        try:
            shown = Decimal(plain)
            half = Decimal(5).scaleb(int(shown.as_tuple().exponent) - 1)
            if abs(abs(stored) - shown) <= half + _SLACK:
                return True
        except ArithmeticError:  # no number, or one beyond all measure
            continue
    return False


def _readings(numeral: str) -> set[str]:
    """Return a numeral with either sign as the decimal sign, and with neither."""
    close = re.sub(r"[\s'’]", "", numeral).rstrip(".,")
    found = set()
    for thousands, decimal in ((",", "."), (".", ",")):
        head, sign, tail = close.replace(thousands, "").rpartition(decimal)
        if decimal not in head:
            found.add(f"{head}.{tail}" if sign else tail)
        if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(decimal)}\d{{3}})+", close):
            found.add(close.replace(decimal, ""))
    return found


def _day(value: date, text: str) -> CellValue | CellProblem:
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
    words = [word.casefold() for word in _WORD.findall(text)]
    if "/" not in text:
        try:
            read = read_date(text)
        except ParseFailure:
            read = None
        day = read.value if isinstance(read, DoubtfulValue) else read
        if isinstance(day, date):
            near = (moment + timedelta(microseconds=500_000)).date()
            return value if day in (moment.date(), near) else two_values(text, as_text(value))
    if any(MONTH_NUMBERS.get(word, moment.month) != moment.month for word in words) or any(
        WEEKDAYS.get(word, moment.weekday()) != moment.weekday() for word in words if word not in WORDS_OF_DAYS
    ):
        return two_values(text, as_text(value))
    if any(int(number) not in _parts_of(moment) for number in re.findall(r"\d+", text)):
        return two_values(text, as_text(value))
    unknown = [word for word in words if word not in MONTH_NUMBERS and word not in WEEKDAYS]
    return value if WORDS_OF_DAYS.issuperset(unknown) else text


def _parts_of(moment: datetime) -> set[int]:
    """Return the numbers that a format may show of a day."""
    quarter = (moment.month + 2) // 3
    parts = {moment.day, moment.month, moment.year, moment.year % 100, moment.hour, moment.hour % 12 or 12}
    return parts | {moment.minute, moment.second, moment.isocalendar().week, quarter}
