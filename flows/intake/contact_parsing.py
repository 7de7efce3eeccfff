"""Parse e-mail addresses and mobile numbers as people write and paste them.

What decides where a link to sign goes is never guessed: a text that holds more than one address or number is a problem.
"""

import re
from typing import Any

import phonenumbers

from flows.intake.name_parsing import mixed_scripts
from flows.intake.parse_failures import DoubtfulValue, ParseFailure
from flows.intake.text_normalization import as_text
from flows.language import translate as _

_RUN = re.compile(r"[^\s<>(),;:\"'«»\[\]]+")
"""What may be an address, if there is an @ within it: asked for here, every long run would be tried at each letter."""
_MAILTO = re.compile(r"mailto:", re.IGNORECASE)
_HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-"})
_TELEPHONE_WORD = re.compile(r"^(?:tlf|tel|telefon|mob|mobil|mobiltlf)\.?(?:nr\.?)?:?\s*", re.IGNORECASE)
_TELEPHONE = re.compile(r"\(?\+?[\d\s().-]+")
_EIGHT_DIGITS = 8


def read_email(value: Any) -> str | DoubtfulValue:
    """Return the one address that a text holds, as «kari@x.no», «mailto:kari@x.no» or «Kari Vik <kari@x.no>».

    A host with letters beyond ASCII comes out in the form that mail is sent to (IDNA); an address with such letters
    before the @ is doubtful. Raises `ParseFailure`.
    """
    if isinstance(value, list | dict):
        raise ParseFailure(_("Here a text is wanted, not a list or an object."))
    text = " ".join(as_text(value).split())
    plain = _MAILTO.sub(" ", text).translate(_HYPHENS).strip()
    found = {each.rstrip(".").partition("?")[0]: None for each in _RUN.findall(plain) if "@" in each[1:-1]}
    addresses = list({each.casefold(): each for each in found}.values())
    if len(addresses) > 1:
        raise ParseFailure(
            _("«{text}» holds more than one address. Write the one that belongs to this person.").format(text=text)
        )
    if not addresses or addresses[0].count("@") > 1 or "." not in addresses[0].partition("@")[2]:
        raise _no_address(text)
    (address,) = addresses
    alone = plain.strip(" <>.,;'\"").partition("?")[0] == address
    if not alone and f"<{address}" not in plain.replace("< ", "<"):
        raise ParseFailure(
            _("«{text}» holds more than an address. Write the address alone: {address}.").format(
                text=text, address=address
            )
        )
    return _deliverable(address, text)


def _deliverable(address: str, text: str) -> str | DoubtfulValue:
    local, _at, host = address.rpartition("@")
    if letter := mixed_scripts(address):
        raise ParseFailure(
            _("«{text}» mixes letters of two scripts: «{letter}» may only look right. Write the address anew.").format(
                text=text, letter=letter
            )
        )
    if ".." in address or local.startswith(".") or local.endswith(".") or host.startswith((".", "-")):
        raise _no_address(text)
    try:
        found = f"{local}@{host.encode('idna').decode() if not host.isascii() else host}"
    except UnicodeError:
        raise _no_address(text) from None
    if local.isascii():
        return found
    letter = next(letter for letter in local if not letter.isascii())
    doubt = _("«{text}» has «{letter}» before the @, which mail services seldom deliver to. Check the address.")
    return DoubtfulValue(found, doubt.format(text=text, letter=letter))


def read_mobile(value: Any) -> str:
    """Return a mobile number as `+4790123456`, or the text as it stands where it is no number that exists.

    Raises `ParseFailure` for anything that holds more than a number.
    """
    if isinstance(value, list | dict):
        raise ParseFailure(_("Here a text is wanted, not a list or an object."))
    text = " ".join(as_text(value).split())
    plain = re.sub(r"(?<=\d)\.0$", "", _TELEPHONE_WORD.sub("", text).translate(_HYPHENS)).replace("(0)", "")
    if _two_numbers(plain):
        raise ParseFailure(_("«{text}» holds more than one number. Write the one to be used.").format(text=text))
    if not _TELEPHONE.fullmatch(plain):
        raise ParseFailure(
            _("«{text}» holds more than a number. Write digits only, such as 901 23 456.").format(text=text)
        )
    try:
        number = phonenumbers.parse(plain, "NO")
    except phonenumbers.NumberParseException:
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _two_numbers(text: str) -> bool:
    parts = [re.sub(r"\D", "", part) for part in re.split(r"[/;,|&+]|\b(?:og|eller)\b|\n", text) if part.strip()]
    return sum(len(part) >= _EIGHT_DIGITS for part in parts) > 1


def _no_address(text: str) -> ParseFailure:
    return ParseFailure(
        _("«{value}» is no e-mail address. Write one address, such as navn@kommune.no.").format(value=text)
    )
