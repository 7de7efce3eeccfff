"""Characters of the old symbol fonts as Unicode, so that they can be read, searched and shown in any font."""

#: Symbol, Wingdings and Webdings put their signs in U+F000 to U+F0FF; some have a counterpart.
_SYMBOL = {0xB7: "•", 0xA7: "♣", 0xA8: "♦", 0xDE: "⇒", 0xAE: "→", 0x2D: "−", 0xB0: "°", 0xB1: "±", 0xA3: "≤", 0xB3: "≥"}
_WINGDINGS = {
    0x6C: "●",
    0x6D: "○",
    0x6E: "■",
    0x6F: "□",
    0x71: "□",
    0x72: "□",
    0x76: "❖",
    0x77: "◆",
    0x9F: "•",
    0xA0: "▪",
    0xA7: "▪",
    0xA8: "□",
    0xD8: "➢",
    0xE0: "→",
    0xE8: "➔",
    0xF0: "⇨",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
}


def plain(text: str, font: str) -> str:
    """Return the text with the signs of symbol fonts in Unicode; what has no counterpart stays as it is."""
    table = _WINGDINGS if "wingdings" in font.lower() else _SYMBOL if "symbol" in font.lower() else {}
    return "".join(table.get(ord(sign) & 0xFF, sign) if 0xF000 <= ord(sign) <= 0xF0FF else sign for sign in text)
