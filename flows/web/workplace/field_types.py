"""Types of what forms and addresses send: numbers within what a database holds, and text without NUL."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import Path, Query

HIGHEST = 1_000_000
"""Highest page, version or number of a file that is asked for; databases refuse numbers without bound."""
PageNumber = Annotated[int, Query(le=HIGHEST)]
FileNumber = Annotated[int, Path(ge=1, le=HIGHEST)]


def whole_number(text: str) -> int | None:
    """Return the number that a text of at most seven digits 0 to 9 says; None for any other text.

    `str.isdigit` would let through «²» and digits of other scripts, and `int` refuses very long texts.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST)) else None


def has_nul(fields: Iterable[tuple[str, object]]) -> bool:
    """Return whether a text of a form has NUL, which no person types and PostgreSQL does not take."""
    return any("\0" in f"{name}{value}" for name, value in fields if isinstance(value, str))
