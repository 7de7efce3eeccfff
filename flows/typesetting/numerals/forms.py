"""Map Word's number formats (ECMA-376 part 1, 17.18.59) to functions that print as LibreOffice does."""

import re
from collections.abc import Callable

from flows.typesetting.numerals import asian, letters, words

#: The formats that depend on the language.
IN_WORDS = frozenset({"ordinal", "cardinalText", "ordinalText"})
_MOST = 32767  # larger numbers are written in digits
_PADDED = re.compile("0+1")

_FORMS: dict[str, Callable[[int], str]] = {
    "lowerLetter": lambda count: letters.repeated_letter(count, letters.LATIN),
    "upperLetter": lambda count: letters.repeated_letter(count, letters.LATIN).upper(),
    "lowerRoman": lambda count: letters.roman(count).lower(),
    "upperRoman": letters.roman,
    "chicago": lambda count: letters.repeated_letter(count, "*†‡§"),
    "decimalZero": lambda count: f"{count:02}",
    "russianLower": lambda count: letters.as_digits(count, letters.RUSSIAN),
    "russianUpper": lambda count: letters.as_digits(count, letters.RUSSIAN).capitalize(),
    "hebrew1": letters.hebrew,
    "hebrew2": lambda count: letters.as_digits(count, letters.HEBREW),
    "arabicAlpha": lambda count: letters.as_digits(count, letters.ARABIC),
    "arabicAbjad": lambda count: letters.as_digits(count, letters.ABJAD),
    "hindiVowels": lambda count: letters.as_digits(count, letters.HINDI),
    "thaiLetters": lambda count: letters.as_digits(count, letters.THAI),
    "decimalEnclosedCircle": letters.circled,
    "decimalEnclosedCircleChinese": letters.circled,
    "ideographEnclosedCircle": letters.circled,
    "aiueo": lambda count: letters.cyclic(count, asian.KANA_NARROW),
    "aiueoFullWidth": lambda count: letters.cyclic(count, asian.KANA),
    "iroha": lambda count: letters.cyclic(count, asian.IROHA_NARROW),
    "irohaFullWidth": lambda count: letters.cyclic(count, asian.IROHA),
    "ganada": lambda count: letters.cyclic(count, asian.KOREAN_SYLLABLES),
    "chosung": lambda count: letters.cyclic(count, asian.KOREAN_LETTERS),
    "ideographTraditional": lambda count: letters.one_of(count, asian.STEMS),
    "ideographZodiac": lambda count: letters.one_of(count, asian.BRANCHES),
    "ideographDigital": asian.chinese,
    "japaneseCounting": asian.chinese,
    "taiwaneseCounting": asian.chinese,
    "taiwaneseCountingThousand": asian.chinese,
    "chineseCounting": asian.chinese,
    "chineseCountingThousand": asian.chinese,
    "chineseLegalSimplified": asian.legal_simplified,
    "ideographLegalTraditional": asian.legal_traditional,
    "japaneseLegal": lambda count: asian.by_digits(count, asian.LEGAL_JAPANESE),
    "koreanDigital": lambda count: asian.by_digits(count, asian.KOREAN_DIGITS),
    "koreanDigital2": lambda count: asian.by_digits(count, asian.CHINESE_DIGITS),
    "koreanCounting": asian.korean,
    "koreanLegal": asian.native_korean,
}


def numeral(count: int, form: str, language: str = "en") -> str:
    """Return a number in one of Word's formats; in digits for formats that LibreOffice does not have.

    A format of zeros and a one (`001`) gives the least number of digits. `language` is the BCP 47 tag of the text;
    ordinals and words depend on it.
    """
    if form in ("none", "bullet"):
        return ""
    if not 0 < count <= _MOST:
        return str(count)
    if form == "ordinal":
        return words.ordinal_figures(count, language)
    if form in IN_WORDS:
        said = (words.cardinal if form == "cardinalText" else words.ordinal)(count, language)
        return said[:1].upper() + said[1:]
    if _PADDED.fullmatch(form):
        return str(count).zfill(len(form))
    return _FORMS.get(form, str)(count)
