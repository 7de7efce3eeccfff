"""Write numbers in words, and ordinals in figures, in the language of the text."""

from collections.abc import Callable
from dataclasses import dataclass

from flows.typesetting.numerals import eastern, germanic, romance


@dataclass(frozen=True, slots=True)
class _Language:
    cardinal: Callable[[int], str]
    ordinal: Callable[[int], str]
    figures: Callable[[int], str]


def _with_stop(count: int) -> str:
    return f"{count}."


def _germanic(scheme: germanic.Scheme, figures: Callable[[int], str] = _with_stop) -> _Language:
    return _Language(scheme.cardinal, scheme.ordinal, figures)


_LANGUAGES = {
    "en": _germanic(germanic.BRITISH, germanic.english_figures),
    "en-us": _germanic(germanic.AMERICAN, germanic.english_figures),
    "no": _germanic(germanic.BOKMAL),
    "nb": _germanic(germanic.BOKMAL),
    "nn": _germanic(germanic.NYNORSK),
    "da": _germanic(germanic.DANISH),
    "sv": _germanic(germanic.SWEDISH, germanic.swedish_figures),
    "de": _germanic(germanic.GERMAN),
    "nl": _germanic(germanic.DUTCH, germanic.dutch_figures),
    "fr": _Language(romance.french, romance.french_ordinal, romance.french_figures),
    "fr-be": _Language(romance.belgian, romance.belgian_ordinal, romance.french_figures),
    "fr-ch": _Language(romance.swiss, romance.swiss_ordinal, romance.french_figures),
    "es": _Language(romance.spanish, romance.spanish_ordinal, lambda count: f"{count}.º"),
    "it": _Language(romance.italian, romance.italian_ordinal, lambda count: f"{count}º"),
    "ru": _Language(eastern.russian, eastern.russian_ordinal, lambda count: f"{count}-й"),
    "tr": _Language(eastern.turkish, eastern.turkish_ordinal, _with_stop),
    "fi": _Language(eastern.finnish, eastern.finnish_ordinal, _with_stop),
}
_FIGURES = _Language(str, str, _with_stop)


def cardinal(count: int, language: str) -> str:
    """Return a number from 1 to 32,767 in lower-case words; in digits for an unknown language."""
    return _spoken(language).cardinal(count)


def ordinal(count: int, language: str) -> str:
    """Return an ordinal in words; in digits for an unknown language."""
    return _spoken(language).ordinal(count)


def ordinal_figures(count: int, language: str) -> str:
    """Return an ordinal in digits with the language's suffix: 1st, 1., 1:a."""
    return _spoken(language).figures(count)


def _spoken(language: str) -> _Language:
    tag = language.lower()
    return _LANGUAGES.get(tag) or _LANGUAGES.get(tag.split("-")[0]) or _FIGURES
