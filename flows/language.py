"""The language of what people see: bokmål by default, English one setting away.

English is the source language of the strings; `_("…")` looks one up in the catalogues `locale/<language>/*.po`, one
file a stage. Catalogues are read as they are, so there is nothing to compile.
"""

from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

_LOCALE = Path(__file__).parent / "locale"
_language: ContextVar[str] = ContextVar("language", default="nb")


def use(language: str) -> None:
    """Choose the language (`nb` or `en`) of this context from here on."""
    _language.set(language)


def current() -> str:
    """Return the language in use."""
    return _language.get()


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return every translated string of a language, by its English source; empty for English."""
    found: dict[str, str] = {}
    for path in sorted((_LOCALE / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string:
                    found[message.id] = message.string
    return found


def translate(message: str, language: str = "") -> str:
    """Return the message in the language in use, or in that given; as it is where no catalogue has it."""
    return catalogue(language or current()).get(message, message)
