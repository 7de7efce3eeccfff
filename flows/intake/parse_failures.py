"""The result of a value that cannot be parsed, or only ambiguously."""

from dataclasses import dataclass
from typing import Any


class ParseFailure(ValueError):
    """A value that cannot be read; the message says what would be right. Caught by intake, never seen outside it."""


@dataclass(frozen=True, slots=True)
class DoubtfulValue:
    """A value that could be read, and a sentence about why it should be looked at."""

    value: Any
    doubt: str
