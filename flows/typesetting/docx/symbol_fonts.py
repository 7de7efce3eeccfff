"""Map the characters of Symbol, Wingdings and Webdings fonts to Unicode, so that they can be read and searched."""

from flows.typesetting.docx.symbol_tables import SYMBOL, WEBDINGS, WINGDINGS, WINGDINGS_2, WINGDINGS_3

#: Shown for a symbol without a counterpart.
UNSHOWN = "\u25a1"
#: The font that LibreOffice uses for symbol fonts, with its line metrics.
SYMBOLS = "OpenSymbol"

_TABLES = {
    "symbol": SYMBOL,
    "symbolmt": SYMBOL,
    "wingdings": WINGDINGS,
    "wingdings2": WINGDINGS_2,
    "wingdings3": WINGDINGS_3,
    "webdings": WEBDINGS,
}
_FREE = "\ufffd"
_FIRST = 0x20


def symbolic(font: str) -> bool:
    """Return whether a font is a symbol font."""
    return font.lower().startswith(("symbol", "wingdings", "webdings"))


def to_unicode(text: str, font: str) -> str:
    """Return a text of a symbol font in Unicode; characters without a counterpart are unchanged.

    Word shows the signs of such a font for the codes U+F020 to U+F0FF and for plain characters up to U+00FF alike.
    """
    table = _table(font)
    return text if table is None else "".join(_sign(character, table) for character in text)


def bullet(text: str, font: str) -> str:
    """Return the sign of a list: as `to_unicode`, and Word's usual bullet of Symbol also where no font is stated."""
    return to_unicode(text, font).replace("\uf0b7", "\u2022")


def lacks_unicode(text: str) -> bool:
    """Return whether a text holds private characters, which mean nothing without their font.

    PDF/A-2a (ISO 19005-2, 6.2.11.7.3) does not have them.
    """
    return not text.isascii() and any(0xE000 <= ord(character) <= 0xF8FF for character in text)


def shown_instead(text: str) -> str:
    """Return a text with a box in place of each private character."""
    return "".join(UNSHOWN if lacks_unicode(character) else character for character in text)


def _table(font: str) -> str | None:
    return _TABLES.get(font.lower().replace(" ", "").replace("-regular", ""))


def _sign(character: str, table: str) -> str:
    code = ord(character)
    if character == "\u00a0":  # a space that does not break, in any font
        return character
    place = (code - 0xF000 if 0xF000 <= code <= 0xF0FF else code) - _FIRST
    sign = table[place] if 0 <= place < len(table) else _FREE
    return character if sign == _FREE else sign
