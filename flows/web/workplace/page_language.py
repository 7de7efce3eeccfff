"""Choose the language of a page: the account's setting, else what the browser asks for, else the installation's."""

from flows.application.accounts import LANGUAGES
from flows.application.sessions import SignedIn

_NORWEGIAN = {"no": "nb"}
"""`no` is Norwegian in either form; most who send it mean bokmål."""
_LONGEST_HEADER = 500


def page_language(signed: SignedIn | None, accept_language: str, default: str) -> str:
    """Return `nb`, `nn` or `en` for a request. `accept_language` is the browser's header, `default` the setting."""
    if signed is not None and signed.language:
        return signed.language
    return _asked_for(accept_language) or default


def _asked_for(header: str) -> str:
    """Return the language of ours that an `Accept-Language` header ranks first, else nothing."""
    ranked = []
    for part in header[:_LONGEST_HEADER].split(","):
        tag, _semicolon, weight = part.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        language = _NORWEGIAN.get(primary, primary)
        if language in LANGUAGES and (quality := _quality(weight)) > 0:
            ranked.append((quality, language))
    return max(ranked, key=lambda one: one[0])[1] if ranked else ""


def _quality(weight: str) -> float:
    name, _equals, value = weight.replace(" ", "").partition("=")
    if not name:
        return 1.0
    try:
        quality = float(value) if name == "q" else 0.0
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0
