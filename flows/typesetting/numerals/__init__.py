"""Writes whole numbers as documents count with them: in letters, signs and words, in many scripts and languages."""

from flows.typesetting.numerals.forms import IN_WORDS, numeral

__all__ = ["IN_WORDS", "numeral"]
