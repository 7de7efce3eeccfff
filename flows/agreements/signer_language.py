"""The language in which a signer is written to: e-mails, links, the pages of the signing desk."""

from flows.agreements import municipalities
from flows.agreements.fields import Choice

_NORWEGIAN = frozenset({"nb", "nn"})


class SignerLanguage(Choice):
    """The language that a case asks for on behalf of a signer; the stored word is the ISO 639-1 code."""

    BOKMAAL = "nb", "Bokmål"
    NYNORSK = "nn", "Nynorsk"
    ENGLISH = "en", "Engelsk"


def signer_language(stated: SignerLanguage | None, municipality_number: str, installation: str) -> str:
    """Return `nb`, `nn` or `en`: what the case states, else the municipality's own Norwegian, else the installation's.

    `installation` is AVTALEFLYT_LANGUAGE; one that writes English does so to everybody who has not asked for another.
    """
    if stated is not None:
        return stated.value
    municipality = municipalities.by_number(municipality_number)
    if municipality is None or installation not in _NORWEGIAN:
        return installation
    return municipality.written_norwegian or installation
