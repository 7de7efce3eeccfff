"""Find telephone numbers, words about health or family, and amounts in free text.

The first two must not stand in a printed box (docs/domain.md#privacy-and-publicity).
"""

import re
from decimal import Decimal

_TELEPHONE = re.compile(r"(?<![\d.,])(?:(?:\+|00)47[ \u00a0]?)?[2-9]\d(?:[ \u00a0]?\d{2}){3}(?![\d.,]?\d)")
_TELEPHONE_3_2_3 = re.compile(r"(?<![\d.,])(?:(?:\+|00)47[ \u00a0]?)?[489]\d{2}[ \u00a0]\d{2}[ \u00a0]\d{3}(?!\d)")
_HEALTH = re.compile(
    r"\b(sykemeld\w*|sykmeld\w*|syke?fravær\w*|gravid\w*|svangerskap\w*|fødselspermisjon\w*|foreldrepermisjon\w*"
    r"|foreldrepenge\w*|diagnose[nr]?|diagnosen[e]?|depresjon\w*|utbrent\w*|kreftsyk\w*)\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?:kr\.?\s*)?(?<![\d.,])(\d{1,3}(?:[ .\u00a0\u202f]\d{3})+|\d+)(?:,(\d{1,2}))?(?:,-)?\s*(?:kroner\b|kr\b)"
    r"|\bkr\.?\s*(\d{1,3}(?:[ .\u00a0\u202f]\d{3})+|\d+)(?:,(\d{1,2}))?",
    re.IGNORECASE,
)


def has_telephone_number(text: str) -> bool:
    """Return whether the text holds what looks like a Norwegian telephone number."""
    without_amounts = _AMOUNT.sub(" ", text)
    return bool(_TELEPHONE.search(without_amounts) or _TELEPHONE_3_2_3.search(without_amounts))


def health_words_in(text: str) -> list[str]:
    """Return the words that tell of health or family, as they are written, each once."""
    return list(dict.fromkeys(match.group(0) for match in _HEALTH.finditer(text)))


def amounts_in(text: str) -> list[Decimal]:
    """Return every amount in kroner that the text names («10 000 kroner», «kr 1.500,-»), in NOK."""
    found = []
    for whole, cents, whole_after, cents_after in _AMOUNT.findall(text):
        digits = re.sub(r"\D", "", whole or whole_after)
        found.append(Decimal(f"{digits}.{cents or cents_after or '0'}"))
    return found
