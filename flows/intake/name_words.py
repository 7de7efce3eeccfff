"""Words in a cell of a name that are no part of a person's name: remarks, roles, bodies, degrees.

A name is written with capitals. A small word in it is a particle («von», «af», «bin») or a remark («vikar for»).
"""

import re
import unicodedata

_PARTICLES = frozenset((
    "a", "ab", "abd", "abu", "af", "al", "am", "an", "ap", "as", "at", "auf", "aus", "av", "az", "bat", "ben",
    "bet", "bin", "bint", "d", "da", "dal", "dall", "dalla", "das", "de", "degli", "dei", "del", "dela", "della",
    "dem", "den", "der", "des", "di", "do", "dos", "du", "e", "el", "em", "en", "er", "ferch", "fitz", "fra", "het",
    "i", "ibn", "il", "in", "jr", "jun", "la", "las", "le", "les", "li", "lo", "los", "lu", "mac", "mc", "mon",
    "na", "ne", "nga", "nic", "ní", "of", "op", "os", "pour", "s", "san", "santa", "sen", "sr", "st", "t", "te",
    "ten", "ter", "the", "thi", "thị", "ul", "ur", "van", "vande", "vanden", "vander", "ver", "vom", "von", "y",
    "zu", "zum", "zur", "ó",
))  # fmt: skip
_ROLE = re.compile(
    r"(?:\w*(?:direktør|ordfører|rådmann|overlege|sjef|veileder|rettleiar|koordinator|kontaktperson|sekretær|leder|leiar)"
    r"(?:en|n|a)?|(?:fast)?legen?|(?:fastlege)?vikar(?:en)?|fullmektig|stedfortreder|\w*kommunen?"
    r"|\w*(?:lege|helse)(?:senter|senteret|kontor|kontoret|hus|huset)|\w*sykehus(?:et)?|legevakt(?:en)?|ansatt|hf|tbd)",
    re.IGNORECASE,
)
_DEGREE = re.compile(r"md|phd|ph\.?\s?d\.?|a?lis\s?\d?|cand\.?\s?med\.?|spes(?:ialist)?\.?", re.IGNORECASE)
_OTHERS = re.compile(r"(?:samt|evt|ev|eventuelt|alternativt|alt|mfl|m\.fl|el|pluss)\.?", re.IGNORECASE)
_BETWEEN_PERSONS = re.compile(r"\s[-–—]\s")
_EXAMPLE = "Eksempel "
"""How the names of the example row begin, which has a remark of its own."""
_LEAST = 2
"""Words of a whole name: at least one that is given and one of the family."""


def role_in(name: str) -> str:
    """Return the first word that names a role or a body and no person, or an empty text."""
    if name.startswith(_EXAMPLE):
        return ""
    return next((word for word in _words(name) if _ROLE.fullmatch(word)), "")


def is_role_alone(name: str) -> bool:
    """Return whether a text names a role or a body, and too little beside it for a person; «Kari Leder» is one."""
    words = _words(name)
    roles = [word for word in words if _ROLE.fullmatch(word)]
    if len(roles) == len(words):
        return bool(roles)
    return bool(roles) and len(words) - len(roles) < _LEAST and all(map(str.islower, roles))


def names_others(name: str) -> bool:
    """Return whether a text says that there are more persons, or divides two whole names by a dash."""
    if any(_OTHERS.fullmatch(word) and word.islower() for word in name.split()[1:]):
        return True
    parts = _BETWEEN_PERSONS.split(name)
    return len(parts) > 1 and all(len(part.split()) >= _LEAST for part in parts)


def remark_in(name: str) -> str:
    """Return the first word that a name is not made of: a small one that is no particle, or a degree behind it."""
    words = _words(name)
    if not any(word[:1].isupper() for word in words):
        return ""  # written in small letters alone, or in a script without capitals
    for place, word in enumerate(words):
        small = word.islower() and "’" not in word and "'" not in word
        if (small and word.replace("-", "") not in _PARTICLES) or (place > 0 and _DEGREE.fullmatch(word)):
            return word
    return ""


def is_twice(name: str) -> bool:
    """Return whether a text is one name written twice."""
    words = name.split()
    half, odd = divmod(len(words), 2)
    return half >= 1 and not odd and words[:half] == words[half:]


def is_one_word(name: str) -> bool:
    """Return whether a name in Latin letters is a single word."""
    return name.isalpha() and unicodedata.name(name[0], "").startswith("LATIN")


def _words(name: str) -> list[str]:
    return [word for each in name.split() if (word := each.strip(".,()"))]
