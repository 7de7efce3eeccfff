"""Write whole numbers in every number format of Word: letters, signs and words of many scripts and languages."""

from flows.typesetting.numerals.forms import IN_WORDS, numeral

__all__ = ["IN_WORDS", "numeral"]
