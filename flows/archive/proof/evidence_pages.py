"""Recognise the pages that a provider adds to our document: its account of who signed, and nothing beside it.

A page is taken apart: statements of who signed, sentences that the provider prints, our title and reference, dates.
What is left of an account is nothing but signs. Posten's sentences are those of the picture that it publishes
(digipost/signering-docs, source/images/pades-visning-innhold.png).
"""

import re
from collections.abc import Iterable
from unicodedata import normalize

_STATEMENTS = (
    # Posten: «• KARI NORDMANN (…), signert 15.03.2019 med ID-Porten: BankID», and in its foot without the means
    re.compile(
        r"(?P<name>[^•\n,]+?)\s*(?:\([^()\n]{0,40}\))?,\s*(?:signert\s+)?\d{2}\.\d{2}\.\d{4}"
        r"(?:\s+med(?:\s+ID-porten:)?\s+(?:BankID(?: på mobil)?|MinID|Buypass(?: ID)?|Commfides|ID-porten))?"
        r"\s*(?=$|•|\n)",
        re.IGNORECASE,
    ),
    re.compile(r"signert av\s+(?P<name>.+?)\s*(?=signert av\s|referanse\s|sertifikat\b|$)", re.IGNORECASE | re.DOTALL),
)
_SENTENCES = (
    "Dette dokumentet er signert digitalt av følgende undertegnere:",
    "Dokumentet er signert digitalt av:",
    "Dokumentet innholder",  # as it is printed
    "Dokumentet inneholder",
    "En forside med informasjon om signeringen",
    "Originaldokumentet med signaturdetaljer på hver side",
    "Digitalt integrerte signaturer",
    *(
        sentence.format(seller=seller)
        for seller in ("Posten Norge AS", "Posten Norge", "Posten Bring AS", "Posten Bring")
        for sentence in (
            "Dokumentet er forseglet av {seller}",
            "Signeringen er gjort med en signaturtjeneste fra {seller}.",
            "dokumentet er sertifisert av {seller}.",
            "Forseglet av {seller}",
        )
    ),
    "Posten garanterer dermed for autentisiteten og forseglingen av dette dokumentet.",
    "Slik ser du at signaturen er gyldig",
    "Hvis du åpner dokumentet i Adobe Reader, skal det stå øverst at",
    "Dette garanterer at innholdet i dokumentet ikke er endret etter signering.",
    "Sertifikat",
)
_REFERENCE = re.compile(r"Referanse\s+[A-Za-z0-9-]{1,60}", re.IGNORECASE)


def signers_on(text: str) -> list[str]:
    """Return the names in the statements of who signed on a provider's pages, as they are written there."""
    _left, names = _without_statements(normalize("NFC", text))
    return names


def is_account(text: str, titles: Iterable[str]) -> bool:
    """Say whether a text is a provider's account of who signed, and nothing else.

    `titles` are those of our document, which an account may repeat.
    """
    left, names = _without_statements(normalize("NFC", text))
    left = _bare(_REFERENCE.sub(" ", left))
    for known in sorted((_bare(one) for one in (*_SENTENCES, *titles)), key=len, reverse=True):
        if known:
            left = left.replace(known, "\n")
    return bool(names) and not re.search(r"\w", left)


def is_foot(letters: str, names: Iterable[str]) -> bool:
    """Say whether letters at the foot of one of our pages only tell again who signed; no spaces are between them."""
    left = _bare(letters)
    for known in sorted((_bare(one) for one in (*_SENTENCES, *names)), key=len, reverse=True):
        left = left.replace(known, "\n")
    left = re.sub(r"\d{2}\.\d{2}\.\d{4}|\([^()\n]{0,40}\)|signert", "", left)
    return not re.search(r"\w", left)


def _without_statements(text: str) -> tuple[str, list[str]]:
    names: list[str] = []
    for statement in _STATEMENTS:
        names += [" ".join(found["name"].split()).lstrip("•- ") for found in statement.finditer(text)]
        text = statement.sub("\n", text)
    return text, names


def _bare(text: str) -> str:
    return re.sub(r"[\s\u00ad]+", "", normalize("NFC", text)).casefold()
