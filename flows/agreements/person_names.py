"""Compare names and addresses of people: the same one written otherwise, told apart from another one.

Sheets, certificates, providers and registers write one name in several ways: in capitals, with the surname first,
without accents, with a typographic apostrophe. Names are compared whole, part by part: «Anne Berg» is neither
«Anne Bergersen» nor «Anne Marie Berg».
"""

import re
from collections.abc import Mapping
from unicodedata import normalize

from flows.email_domains import ascii_domain
from flows.language import translate as _

_NORWEGIAN = 8
"""Digits of a Norwegian number."""
_APOSTROPHES = "’‘ʼʻ‛′´`ˈ＇"
_HYPHENS = "‐‑‒–—−﹣－"
_WRITTEN = str.maketrans({**dict.fromkeys(_APOSTROPHES, "'"), **dict.fromkeys(_HYPHENS, "-"), "­": None})
_NOBODY = re.compile(
    "under(?:av|ut)klar(?:ing|es)|(?:avklares|ikke(?:klart|avklart)|ukjent|ukjend|kommer)(?:senere|ennå|enno|snart)|"
    "na[vm]n(?:navnesen)?|fornavnetternavn|"
    "n+|na|ia|tba|tbd|x{2,}|test|ukjen[td]|avklares|vakant|ubesatt|ledig|vikar|mangler|ingen|nei|ja|uaktuel(?:l|t|le)|"
    "(?:ikke|ikkje)(?:avklart|bestemt|klart|ansatt|aktuel(?:l|t|le)|relevant|oppgitt|valgt|satt|kjent)|kommer(?:senere)?|"
    "(?:se|sjå|jfr?|i)(?:eget|egen|eige|eiga)?(?:vedlegg|vedlagt|ark|fane|skjema|liste|merknad|kommentar|epost|mail)[a-z]?|"
    "(?:se|sjå)avtalen?|ettersendes|"
    "(?:det)?(?:samme|ditto|dito|se|som)(?:som)?(?:over|ovenfor|forrige|raden?over)?|likt?(?:over|forrige|som(?:over)?)"
)
"""Letters of what people write for somebody who is not known yet, or stands in another cell."""
_LETTERS = str.maketrans({"å": "\ue000", "ä": "\ue001", "ö": "\ue002"})
"""Letters of their own, and none with accents, in the languages here: «Hås» is not «Has»."""


def name_parts(name: str) -> tuple[str, ...]:
    """Return the parts of a whole name in their order, as they are compared; empty for no name.

    «BERG, Anne-Marie» and «Anne Marie Bérg» have the same parts. Without a comma the order is part of the name:
    «Martin Thomas» is not «Thomas Martin».
    """
    plain = normalize("NFC", name.translate(_WRITTEN)).casefold()
    before, comma, after = plain.partition(",")
    if comma and before.strip() and after.strip():
        plain = f"{after} {before}"
    bare = re.sub(r"[\u0300-\u036f]", "", normalize("NFKD", plain.translate(_LETTERS)))
    return tuple(part.strip(".") for part in re.split(r"[\s,-]+", bare) if part.strip("."))


def same_name(one: str, other: str) -> bool:
    """Say whether two names are one person's, written in two ways; no name is nobody's."""
    parts = name_parts(one)
    return bool(parts) and parts == name_parts(other)


def person_called(text: str, names: Mapping[str, str]) -> str:
    """Return the key of the first name that a text is, of two words or more; empty if it is none of them."""
    if len(name_parts(text)) <= 1:
        return ""
    return next((key for key, name in names.items() if same_name(text, name)), "")


def is_nobody(name: str) -> bool:
    """Return whether a name only holds the place of one, such as «N.N.», «Ikke avklart» or «Samme som over»."""
    return _NOBODY.fullmatch("".join(letter for letter in name.casefold() if letter.isalpha())) is not None


def nobody(name: str) -> str:
    """Return what is wrong with a name that only holds the place of one."""
    return _("«{name}» is nobody's name, and the agreement would print it. Write the name when it is known.").format(
        name=name
    )


def is_shortened(name: str) -> bool:
    """Return whether the last part of a name is a single letter, as in «Kari F.» or «K. F.»."""
    parts = name_parts(name)
    return len(parts) > 1 and len(parts[-1]) == 1


def plain_address(address: str) -> str:
    """Return an e-mail address as it is compared: mail servers tell no capitals apart, and a domain has two forms."""
    local, _sep, domain = normalize("NFC", address).strip().rpartition("@")
    return f"{local.casefold()}@{ascii_domain(domain) or domain.casefold()}"


def plain_mobile(number: str) -> str:
    """Return a mobile number as it is compared: its digits, a Norwegian one without the country's."""
    digits = "".join(filter(str.isdecimal, number)).removeprefix("00")
    return digits.removeprefix("47") if len(digits) == _NORWEGIAN + 2 else digits
