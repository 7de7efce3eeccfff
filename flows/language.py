"""The language of what people see: bokmål by default, nynorsk and English where they are chosen.

English is the source language of the strings; `_("…")` looks one up in the catalogues `locale/<language>/*.po`, one
file a stage. What has no nynorsk yet is told in bokmål. Catalogues are compiled in memory on first use, so there is
nothing to build.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from gettext import NullTranslations, c2py
from itertools import chain
from pathlib import Path
from typing import Self

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

_LOCALE = Path(__file__).parent / "locale"
_STANDS_IN = {"nn": "nb"}
"""The language that is used where a catalogue lacks a message; for others that is English."""
_language: ContextVar[str] = ContextVar("language", default="nb")


def use(language: str) -> None:
    """Choose the language (`nb`, `nn` or `en`) of this context from here on."""
    _language.set(language)


@contextmanager
def using(language: str) -> Iterator[None]:
    """Use a language inside the block alone."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


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
    stands_in = [messages(_STANDS_IN[language])] if language in _STANDS_IN else []
    return _Translations(*stands_in, messages(language))


class _Translations(NullTranslations):
    """The messages of catalogues, looked up directly: compiling them first takes longer than reading them.

    Where several have a message, the last one counts.
    """

    def __init__(self, *catalogues: Catalog) -> None:
        super().__init__()
        self._form = c2py(catalogues[-1].plural_expr)
        self._texts: dict[str, str] = {}
        self._plurals: dict[str, tuple[str, ...]] = {}
        for message in chain.from_iterable(catalogues):
            if message.fuzzy or not message.id or not message.string:
                continue
            if isinstance(message.string, str):
                self._texts[str(message.id)] = message.string
            elif all(message.string):
                self._plurals[message.id[0]] = tuple(message.string)

    def gettext(self, message: str) -> str:
        return self._texts.get(message, message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        forms = self._plurals.get(singular)
        return super().ngettext(singular, plural, number) if forms is None else forms[self._form(number)]


class Message(str):
    """A translated text that can be written in another language later, also in another process.

    It keeps its source and its values.
    """

    __slots__ = ("_render",)
    _render: Callable[[str], str]

    def __new__(cls, text: str, render: Callable[[str], str]) -> Self:
        """Make the text; `render` returns it in a language."""
        made = super().__new__(cls, text)
        made._render = render
        return made

    def format(self, *args: object, **values: object) -> "Message":
        """Fill in the values, those that are messages themselves in the same language."""
        kept = {name: _without_its_object(value) for name, value in values.items()}
        return Message(super().format(*args, **values), partial(_filled_in, self, args, kept))

    def in_language(self, language: str) -> str:
        """Return the text in a language."""
        return str(self._render(language))

    def __reduce__(self) -> tuple[type["Message"], tuple[str, Callable[[str], str]]]:
        return Message, (str(self), self._render)


def in_language(value: object, language: str) -> object:
    """Return a message in a language, and anything else as it is; an exception counts as its message."""
    value = _without_its_object(value)
    return value.in_language(language) if isinstance(value, Message) else value


def _without_its_object(value: object) -> object:
    """Return the message of an exception, a text without what it belongs to, and any other value as it is.

    Neither an exception nor a text of a parser can always go to another process.
    """
    if isinstance(value, Exception):
        value = value.args[0] if len(value.args) == 1 else str(value)
    return value if isinstance(value, Message) or not isinstance(value, str) else format(value)


def _filled_in(message: Message, args: tuple[object, ...], values: dict[str, object], language: str) -> str:
    filled_in = {name: in_language(value, language) for name, value in values.items()}
    return message.in_language(language).format(*args, **filled_in)


def for_the_register(reason: str) -> str:
    """Return how a reason is stored: a message in bokmål, whatever the language in use; other texts as they are.

    Reasons without values are stored as their English source, and translated when they are shown.
    """
    return reason.in_language("nb") if isinstance(reason, Message) else reason


def translate(message: str, language: str = "") -> str:
    """Return the message in the language in use, or in that given; as it is where no catalogue has it.

    What is returned is a `Message`, and so is what its `format` returns.
    """
    return Message(_translated(message, language or current()), partial(_translated, message))


def translate_plural(singular: str, plural: str, number: int, language: str = "") -> str:
    """Return the form of a message that goes with a number; English where no catalogue has it."""
    form = partial(_plural_form, singular, plural, number)
    return Message(form(language or current()), form)


def _plural_form(singular: str, plural: str, number: int, language: str) -> str:
    return translations(language).ngettext(singular, plural, number)


def _translated(message: str, language: str) -> str:
    return translations(language).gettext(message) if message else ""
