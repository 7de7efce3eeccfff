"""The language of what people see: bokmål by default, English one setting away.

English is the source language of the strings; `_("…")` looks one up in the catalogues `locale/<language>/*.po`, one
file a stage. Catalogues are compiled in memory on first use, so there is nothing to build.
"""

from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

_LOCALE = Path(__file__).parent / "locale"
_language: ContextVar[str] = ContextVar("language", default="nb")


def use(language: str) -> None:
    """Choose the language (`nb` or `en`) of this context from here on."""
    _language.set(language)


def current() -> str:
    """Return the language in use."""
    return _language.get()


@cache
def messages(language: str) -> Catalog:
    """Return the messages of all catalogues of a language, by their English source; none for English."""
    every = Catalog(locale=language)
    for path in sorted((_LOCALE / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string:
                    every[message.id] = message
    return every


@cache
def translations(language: str) -> NullTranslations:
    """Return the gettext translations of a language; those of English give every message back as it is."""
    compiled = BytesIO()
    write_mo(compiled, messages(language))
    compiled.seek(0)
    return Translations(compiled)


def translate(message: str, language: str = "") -> str:
    """Return the message in the language in use, or in that given; as it is where no catalogue has it."""
    return translations(language or current()).gettext(message) if message else ""


def translate_plural(singular: str, plural: str, number: int, language: str = "") -> str:
    """Return the form of a message that goes with a number; English where no catalogue has it."""
    return translations(language or current()).ngettext(singular, plural, number)
