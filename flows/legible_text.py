"""Text that strangers wrote, without what no database, file or terminal takes as text."""

import unicodedata

_KEPT = "\n\t"
_REFUSED = {"Cc", "Cs"}
"""Control characters, of which PostgreSQL refuses NUL and terminals obey others, and halves of letters."""


def legible(text: str) -> str:
    """Return a text with a space for each control character but line breaks and tabs, and each half of a letter."""
    if text.isprintable():
        return text
    return "".join(
        " " if unicodedata.category(letter) in _REFUSED and letter not in _KEPT else letter for letter in text
    )
