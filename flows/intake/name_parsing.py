"""Parse the name of a person, and say what a cell holds that is more, less or other than one name."""

import re
import unicodedata
from typing import Any

from flows.agreements.person_names import is_nobody, is_shortened, nobody
from flows.intake.name_words import is_one_word, is_role_alone, is_twice, names_others, remark_in, role_in
from flows.intake.parse_failures import DoubtfulValue, ParseFailure
from flows.intake.text_normalization import as_text
from flows.language import translate as _

_APOSTROPHES = str.maketrans({"´": "’", "`": "’", "ʼ": "’", "′": "’", "＇": "'"})
_HYPHENS = re.compile("[\u2010\u2011\ufe63\uff0d]|(?<=\\w)[\u2012\u2013\u2212](?=\\w)")
_TWO_PERSONS = re.compile(r"[;&+]|\b(?:og|and|eller)\b", re.IGNORECASE)
_TITLE = re.compile(
    r"^(dr\.?\s?med\.?|dr|prof(?:essor)?|doktor|lege|overlege|fastlege|lis\s?\d?|cand\.?\s?med|ph\.?\s?d|hr|fru)[.\s]",
    re.IGNORECASE,
)
_ALIKE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")
"""Scripts of which letters look like those of another."""


def read_name(value: Any) -> str | DoubtfulValue:
    """Return a person's name with plain hyphens and apostrophes and single spaces. Raises `ParseFailure`.

    Doubtful is what an agreement would print as it stands: a title, capitals or small letters alone.
    """
    if isinstance(value, list | dict):
        raise ParseFailure(_("Here a text is wanted, not a list or an object."))
    text = as_text(value)
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and all(len(line.split()) > 1 for line in lines):
        raise _two_persons(" / ".join(lines))
    name = plain_name(text)
    _refuse_what_is_no_name(name)
    if match := _TITLE.match(name):
        doubt = _(
            "The name begins with a title, «{title}». Write the name alone; the agreement prints it as it stands."
        )
        return DoubtfulValue(name, doubt.format(title=match[1]))
    if doubt := _beside_the_name(name):
        return DoubtfulValue(name, doubt)
    if is_shortened(name):
        doubt = _("The name is shortened, and the agreement prints it so. Write the whole name.")
        return DoubtfulValue(name, doubt)
    letters = "".join(letter for letter in name if letter.isalpha())
    if len(letters) > 3 and (letters.isupper() or letters.islower()):
        doubt = _("The name is written in {case}, and the agreement prints it so. Write it as the person does.")
        case = _("capitals") if letters.isupper() else _("small letters")
        return DoubtfulValue(name, doubt.format(case=case))
    return name


def _beside_the_name(name: str) -> str:
    """Return a sentence about what stands in a cell beside a name, or that half of one is missing; or nothing."""
    if word := role_in(name) or remark_in(name):
        message = _("«{word}» in «{text}» is no part of a name, and the agreement prints it. Write the name alone.")
        return message.format(word=word, text=name)
    if is_twice(name):
        return _("«{text}» holds the name twice, and the agreement prints it so. Write it once.").format(text=name)
    if is_one_word(name):
        message = _("«{text}» is only one name, and the agreement prints it so. Write given name and surname.")
        return message.format(text=name)
    return ""


def plain_name(text: str) -> str:
    """Return a name with hyphens, apostrophes, ligatures and spaces as a keyboard writes them."""
    plain = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES))
    return " ".join(_HYPHENS.sub("-", plain).split())


def mixed_scripts(text: str) -> str:
    """Return the first letter that is of another script than those before it and may look like one of theirs, or ""."""
    if text.isascii():
        return ""
    first = ""
    for letter in text:
        script = unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else ""
        if script not in _ALIKE:
            continue
        first = first or script
        if script != first:
            return letter
    return ""


def _refuse_what_is_no_name(name: str) -> None:
    if is_nobody(name) or (is_role_alone(name) and not _TITLE.match(name)):
        raise ParseFailure(nobody(name))
    if "@" in name:
        raise ParseFailure(_("«{text}» is an e-mail address. Write the person's name here.").format(text=name))
    if letter := mixed_scripts(name):
        raise ParseFailure(
            _("«{text}» mixes letters of two scripts: {what} may only look right. Write the name anew.").format(
                text=name, what=f"«{letter}» (U+{ord(letter):04X}, {unicodedata.name(letter)})"
            )
        )
    if any(letter.isdigit() for letter in name):
        raise ParseFailure(_("«{text}» is no personal name: it holds digits. Write the name alone.").format(text=name))
    if _TWO_PERSONS.search(name) or name.count("/") == 1 or names_others(name):
        raise _two_persons(name)
    if "," in name:
        last, _comma, first = (part.strip() for part in name.partition(","))
        if min(len(last.split()), len(first.split())) > 1:
            raise _two_persons(name)
        raise ParseFailure(
            _("«{text}» holds a comma. Write the name as it is said, such as «{turned}».").format(
                text=name, turned=f"{first} {last}"
            )
        )


def _two_persons(text: str) -> ParseFailure:
    return ParseFailure(_("«{text}» may be more than one person. Write one name.").format(text=text))
