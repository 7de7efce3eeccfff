"""Name files for people: safe on every system they are copied to, and none like another.

Only for a folder that belongs to whoever made it. What leaves that folder is named by ids (design page, section 4).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_FORBIDDEN = re.compile(r"[<>:\"/\\|?*]")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices, also with an ending."""
_MOST_BYTES = 120
"""Of a name without its ending: encrypted home folders take 143 of a whole name, and paths on Windows 260 in all."""


def file_names(wanted: Sequence[str], places: Sequence[str]) -> list[str]:
    """Return a file name without ending for each wanted one, all different whatever case or accents count for.

    Where several want the same, each gets its place in the source («rad 7») behind it, and a number if need be.
    """
    plain = [file_name(name) for name in wanted]
    shared = Counter(_alike(name) for name in plain)
    told = [
        file_name(f"{_cut(name, _MOST_BYTES - 40)} {place}") if shared[_alike(name)] > 1 else name
        for name, place in zip(plain, places, strict=True)
    ]
    taken: set[str] = set()
    names = []
    for name in told:
        number, free = 2, name
        while _alike(free) in taken:
            free, number = f"{_cut(name, _MOST_BYTES - 8)} ({number})", number + 1
        taken.add(_alike(free))
        names.append(free)
    return names


def file_name(text: str) -> str:
    """Return a text as a name that Windows, macOS and Linux take: no reserved sign or word, and of bounded length."""
    visible = "".join(letter if letter.isprintable() else " " for letter in unicodedata.normalize("NFC", text))
    plain = " ".join(_FORBIDDEN.sub("-", visible).split())
    name = _cut(plain.lstrip(".-~ "), _MOST_BYTES).rstrip(". ")
    if not name or _RESERVED.fullmatch(name):
        return f"avtale {name}".strip()
    return name


def _cut(text: str, most: int) -> str:
    """Return the beginning of a text that takes at most so many bytes, without half a letter at its end."""
    while len(text.encode()) > most:
        text = text[:-1]
        while text and unicodedata.combining(text[-1]):
            text = text[:-1]
    return text.rstrip(". ")


def _alike(name: str) -> str:
    """Return what a file system that ignores case and the form of accents takes a name for."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
