"""Signatories: who signs an agreement, and on whose behalf."""

from dataclasses import dataclass

from flows.agreements.signer_language import SignerLanguage


@dataclass(frozen=True, slots=True)
class Signatory:
    """One person who signs.

    `organisation` is whom the person signs for, empty for the doctor, who signs personally and never by proxy. `email`
    and `mobile` (`+4790123456`) are empty where the case does not hold them. `language` is the one that the case asks
    for, None where it names none.
    """

    role: str
    name: str
    title: str
    email: str = ""
    mobile: str = ""
    organisation: str = ""
    language: SignerLanguage | None = None
