"""Tell which characters of a text no installed font can show, without setting it.

A character is shown if one font has it; a letter with marks that Unicode has no single character for, if one font has
them all. Emoji sequences (families, flags, keycaps, skin tones, variation selectors) are pictures of colour fonts that
the pages do not have: their parts would stand there in a row, so they count as not shown.
"""

import re
import shutil
import subprocess
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache

#: Latin letters and the signs of ordinary text, which every font that is used has.
_ORDINARY = re.compile("[\t\n\r -~\u00a0-\u017f\u2010-\u2014\u2018-\u201e\u2022\u2026\u20ac]*")
_JOINER, _KEYCAP = "\u200d", "\u20e3"
_FLAG_LETTERS = re.compile("[\U0001f1e6-\U0001f1ff]")
_SEQUENCE_SIGNS = re.compile("[\u20e3\ufe00-\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0020-\U000e01ef]")
#: Signs that stand for a lost or embedded object.
_LOST = "\ufffc\ufffd"
#: Without a meaning that people share: private, unassigned, half a character.
_MEANINGLESS = ("Co", "Cn", "Cs")
#: How the names of marks begin that belong to no script, and of signs that join.
_FOR_ALL_SCRIPTS = ("COMBINING", "ZERO")
#: Marks on one letter up to which they keep to their line.
_MOST_MARKS = 3

Coverage = tuple[tuple[int, ...], tuple[int, ...]]
"""First and last code points of the ranges that a font has, in order."""


def unshowable(text: str) -> tuple[str, ...]:
    """Return the characters of a text, with what is joined to them, that no installed font shows; each once.

    Empty where nothing is known of the fonts, for want of the program `fc-list`.
    """
    if _ORDINARY.fullmatch(text):
        return ()
    clusters = dict.fromkeys(_clusters(unicodedata.normalize("NFC", text)))
    return tuple(cluster for cluster in clusters if not _is_shown(cluster))


def has_glyph(sign: str) -> bool:
    """Return whether an installed font has a character."""
    return any(_has(font, ord(sign)) for font in font_coverage())


@cache
def font_coverage() -> tuple[Coverage, ...]:
    """Return what each installed font has that a PDF can embed, as fontconfig lists it."""
    program = shutil.which("fc-list")
    if program is None:
        return ()
    listing = subprocess.run(  # noqa: S603 - a fixed command
        [program, ":scalable=true", "--format", "%{file}\t%{charset}\n"],
        capture_output=True, text=True, check=False, timeout=60,
    ).stdout  # fmt: skip
    rows = (row.split("\t") for row in listing.splitlines() if "\t" in row)
    return tuple({_ranges(row[1]) for row in rows if row[0].lower().endswith((".ttf", ".otf", ".ttc"))})


def _ranges(charset: str) -> Coverage:
    """Return the ranges that fontconfig writes as `20-7e a0-17f 192`."""
    pairs = [said.partition("-") for said in charset.split()]
    ranges = sorted((int(first, 16), int(last or first, 16)) for first, _dash, last in pairs)
    return tuple(first for first, _last in ranges), tuple(last for _first, last in ranges)


def _has(font: Coverage, code: int) -> bool:
    place = bisect_right(font[0], code) - 1
    return place >= 0 and code <= font[1][place]


def _clusters(text: str) -> Iterator[str]:
    """Yield characters with the marks, joined signs and modifiers after them; two flag letters are one flag."""
    cluster = ""
    for sign in text:
        flag = len(cluster) == 1 and _FLAG_LETTERS.match(cluster) and _FLAG_LETTERS.match(sign)
        if cluster and not cluster.isspace() and (_joins(sign) or cluster[-1] == _JOINER or flag):
            cluster += sign
        else:
            if cluster:
                yield cluster
            cluster = sign
    if cluster:
        yield cluster


def _joins(sign: str) -> bool:
    is_sequence_sign = _SEQUENCE_SIGNS.match(sign) and not _FLAG_LETTERS.match(sign)
    return sign == _JOINER or bool(is_sequence_sign) or unicodedata.category(sign)[0] == "M"


def _fit(cluster: str) -> bool:
    """Return whether marks of one script, such as vowel signs, stand on a letter of that script."""
    first, *others = (unicodedata.name(sign, "").partition(" ")[0] for sign in cluster)
    return all(script in (first, *_FOR_ALL_SCRIPTS) for script in others)


@lru_cache(maxsize=65536)
def _is_shown(cluster: str) -> bool:
    kinds = [unicodedata.category(sign) for sign in cluster]
    if any(kind in _MEANINGLESS for kind in kinds) or any(sign in _LOST for sign in cluster):
        return False
    if _SEQUENCE_SIGNS.search(cluster) or (_JOINER in cluster and "So" in kinds):
        return False
    marks = sum(kind[0] == "M" for kind in kinds)
    if marks == len(cluster) or marks > _MOST_MARKS:  # marks on nothing get a dotted circle to stand on
        return False
    if marks and not _fit(cluster):
        return False
    seen = [ord(sign) for sign, kind in zip(cluster, kinds, strict=True) if kind[0] not in "CZ"]
    fonts = font_coverage()
    if not fonts or not seen:
        return True
    if marks:
        return any(all(_has(font, code) for code in seen) for font in fonts)
    return all(any(_has(font, code) for font in fonts) for code in seen)
