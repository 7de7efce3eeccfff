"""Literal text of number formats: «30 timer», «€ 80» and «Fulltid» are shown by cells that store 30, 80 and 1.

A reader of the sheet sees the text of the format beside the number, or in its place, so it is part of what the cell
says (ECMA-376 part 1, 18.8.31: sections, conditions, quoted text, currencies in brackets, scaling by commas).
"""

import operator
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from flows.dates import short_date
from flows.intake.cell_problems import CellProblem, CellValue, struck_through, two_values
from flows.intake.number_formats import GENERAL, MoneyAmount
from flows.intake.text_normalization import as_text

_PLAIN = re.compile(r"[#0?.,%\s]*(?:[eE][+-]0+)?")
_SECTION = re.compile(r'(?:[^";\\]|"[^"]*"?|\\.)+|(?<=;)|^(?=;)', re.DOTALL)
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*].|(?P<one>.)', re.DOTALL
)
_CONDITION = re.compile(r"\[(<=|>=|<>|=|<|>)\s*(-?\d+(?:\.\d+)?)\]")
_COMPARISONS = {"<=": operator.le, ">=": operator.ge, "<>": operator.ne, "=": operator.eq, "<": operator.lt,
                ">": operator.gt}  # fmt: skip
_SCALED = re.compile(r"[0#?](,+)(?![0#?,])")
_KRONER = re.compile(r"\b(?:kr|nok|kroner)\b", re.IGNORECASE)
WORDS_OF_DAYS = frozenset(
    ("de", "del", "den", "der", "kl", "uke", "th", "st", "nd", "rd", "t", "z", "at", "am", "pm", "og", "年", "月", "日")
)
"""Words that formats put between the parts of a day in some language, and that say nothing more."""
_BUILT_IN_MONEY = frozenset({5, 6, 7, 8, 42, 44})
"""Formats without a code that show the currency of whoever opens the workbook (18.8.30)."""


@dataclass(frozen=True, slots=True)
class _Literals:
    """The text of a section before, within and after its number, and whether it shows the number at all."""

    before: str
    within: str
    after: str
    shows_value: bool
    zeros: int


def telling_code(identifier: int, code: str | None) -> str | None:
    """Return the code of a format that may show more or less than the value; None for one that shows it as it is."""
    if code is None:
        return '"kr" 0' if identifier in _BUILT_IN_MONEY else None
    is_plain = _PLAIN.fullmatch(code) is not None and not _SCALED.search(code)
    return None if is_plain or code.casefold() in GENERAL or code == "@" else code


def displayed(value: CellValue | CellProblem, code: str) -> CellValue | CellProblem:
    """Return what a cell of this format says by its value and by the text of its format."""
    match value:
        case bool():
            return value
        case float() | int():
            return displayed_number(value, code)
        case date():
            return displayed_day(value, code)
        case str():
            return displayed_text(value, code)
        case _:
            return value


def displayed_number(value: float, code: str) -> CellValue | CellProblem:
    """Return what a cell of this format says: the number, the number with the words beside it, or a `CellProblem`.

    An amount in kroner is a `MoneyAmount`. A problem is a number that is hidden, scaled, or shown as other words.
    """
    section = _section_for(value, code)
    found = _literals(section)
    beside = found.before + found.after
    if not found.shows_value:
        if not beside.strip():
            return struck_through(value)
        return value if not value and not says_something(beside) else two_values(beside.strip(), as_text(value))
    if scaled := _SCALED.search(_bare(section)):
        shown = value / 1000 ** len(scaled[1])
        return two_values(f"{found.before}{as_text(shown)}{found.after}".strip(), as_text(value)) if value else value
    if says_something(found.within):
        return two_values(f"{found.before}{found.within}{found.after}".strip(), as_text(value))
    if not says_something(beside):
        return value
    if is_kroner(beside):
        return MoneyAmount(value)
    digits = as_text(value)
    whole, comma, decimals = digits.partition(",")
    return f"{found.before}{whole.zfill(found.zeros)}{comma}{decimals}{found.after}".strip()


def displayed_day(value: date | datetime, code: str) -> CellValue:
    """Return the day that a cell shows, or a text if the format puts words beside it («ca. 01.01.2027»)."""
    literals = [_literal(token) for token in _TOKEN.finditer(code.partition(";")[0]) if token["one"] is None]
    words = " ".join(re.findall(r"[^\W\d_]+", " ".join(literals)))
    if WORDS_OF_DAYS.issuperset(words.casefold().split()):
        return value
    return f"{words} {short_date(value)}"


def displayed_text(text: str, code: str) -> str | CellProblem:
    """Return a text in a cell of this format, or a `CellProblem` if the cell shows another one, or none."""
    sections = _sections(code)
    section = sections[3] if len(sections) > 3 else next((each for each in sections if "@" in _bare(each)), "@")
    found = _literals(section)
    if not found.shows_value and not (found.before + found.after).strip():
        return struck_through(text) if text.strip() else text
    shown = f"{found.before}{text if found.shows_value else ''}{found.after}".strip()
    return two_values(shown, text) if says_something(found.before + found.after) else text


def _sections(code: str) -> list[str]:
    return [match[0] for match in _SECTION.finditer(code)]


def _section_for(value: float, code: str) -> str:
    sections = _sections(code)[:3]
    if any(_CONDITION.search(_bare_of_text(section)) for section in sections):
        for section in sections:
            condition = _CONDITION.search(_bare_of_text(section))
            if condition is None or _COMPARISONS[condition[1]](value, float(condition[2])):
                return section
        return sections[-1]
    if value < 0 and len(sections) > 1:
        return sections[1]
    return sections[2] if not value and len(sections) > 2 else sections[0]


def _literals(section: str) -> _Literals:
    """Return the literal text of a section; a currency counts as text, space that is only for alignment does not."""
    plain = re.sub(r"(?<=[0#?])[eE][+-](?=[0#?])", "", section)
    pieces: list[tuple[bool, str]] = []
    for token in _TOKEN.finditer(_general(plain)):
        one = token["one"]
        pieces.append((one is not None and one in "0#?@", _literal(token)))
    places = [index for index, (holds, _text) in enumerate(pieces) if holds]
    if not places:
        return _Literals(_text(pieces), "", "", shows_value=False, zeros=0)
    first, last = places[0], places[-1]
    zeros = len(re.findall("0", _bare(plain).partition(".")[0]))
    return _Literals(_text(pieces[:first]), _text(pieces[first:last]), _text(pieces[last + 1 :]), True, zeros)


def _text(pieces: list[tuple[bool, str]]) -> str:
    return "".join(text for _holds, text in pieces)


def _literal(token: re.Match[str]) -> str:
    for name in ("quoted", "escaped", "currency"):
        if token[name] is not None:
            return token[name]
    one = token["one"] or ""
    return "" if one in "0#?@.,%/" else one


def _general(section: str) -> str:
    """Return a section with the word for the general format as a place for a digit."""
    for word in GENERAL:
        section = re.sub(re.escape(word), "0", section, flags=re.IGNORECASE)
    return section


def _bare(section: str) -> str:
    """Return a section without its literal text."""
    return "".join(token["one"] or "" for token in _TOKEN.finditer(section))


def _bare_of_text(section: str) -> str:
    return re.sub(r'"[^"]*"?|\\.', "", section)


def says_something(text: str) -> bool:
    """Return whether a text beside a number says what the number is of: words, digits, a currency, per cent."""
    return any(letter.isalnum() or letter == "%" or unicodedata.category(letter) == "Sc" for letter in text)


def is_kroner(text: str) -> bool:
    """Return whether a text beside a number says that it is an amount in Norwegian kroner, and nothing else."""
    return not says_something(_KRONER.sub("", text))
