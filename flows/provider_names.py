"""What people call the signature providers, which settings know by a word."""

from flows.language import translate as _


def provider_name(provider: str) -> str:
    """Return what people call a signature provider within a sentence; the setting's word where it is not known."""
    return _("the signing desk") if provider == "desk" else _NAMES.get(provider, provider)


def provider_first(provider: str) -> str:
    """Return what people call a signature provider at the beginning of a sentence."""
    return _("The signing desk") if provider == "desk" else _NAMES.get(provider, provider)


_NAMES = {
    "posten": "Posten signering",
    "posten-direct": "Posten (direkteflyt)",
    "documenso": "Documenso",
    "docuseal": "DocuSeal",
}
