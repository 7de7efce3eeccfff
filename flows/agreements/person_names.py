"""Compare names and addresses of people: the same one written otherwise, told apart from another one.

Sheets, certificates, providers and registers write one name in several ways: in capitals, with the surname first,
without accents, with a typographic apostrophe. Names are compared whole, part by part: «Anne Berg» is neither
«Anne Bergersen» nor «Anne Marie Berg».
"""

import re
from unicodedata import normalize

from flows.email_domains import ascii_domain

_NORWEGIAN = 8
"""Digits of a Norwegian number."""
_APOSTROPHES = "’‘ʼʻ‛′´`ˈ＇"
_HYPHENS = "‐‑‒–—−﹣－"
_WRITTEN = str.maketrans({**dict.fromkeys(_APOSTROPHES, "'"), **dict.fromkeys(_HYPHENS, "-"), "­": None})
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


def plain_address(address: str) -> str:
    """Return an e-mail address as it is compared: mail servers tell no capitals apart, and a domain has two forms."""
    local, _at, domain = normalize("NFC", address).strip().rpartition("@")
    return f"{local.casefold()}@{ascii_domain(domain) or domain.casefold()}"


def plain_mobile(number: str) -> str:
    """Return a mobile number as it is compared: its digits, a Norwegian one without the country's."""
    digits = "".join(filter(str.isdecimal, number)).removeprefix("00")
    return digits.removeprefix("47") if len(digits) == _NORWEGIAN + 2 else digits
