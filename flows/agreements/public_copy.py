"""Mask the values of a public copy («offentlig versjon»), which the template is filled with again.

Agreements are case documents and in principle open; what may be exempted is the persons' own
(docs/domain.md#privacy-and-publicity). What each type masks is in its own module.
"""

import re
import unicodedata
from collections.abc import Mapping

from flows.agreements.types import AgreementType
from flows.errors import NotAllowed
from flows.language import translate as _

MASK = "[skjermet]"
NOTICE = "offentlig versjon"
"""Printed behind the agreement's version at the foot of every page; part of a Norwegian document, never translated."""

_SHORTEST = 2
"""Letters of a name that is masked where it stands by itself; an initial is no name."""


def public_context(
    kind: AgreementType, context: Mapping[str, object], agreement_id: str, version: int
) -> dict[str, object]:
    """Return what fills the template of a public copy, from the values that filled it for the agreement itself.

    Masked values are masked wherever they stand in others, too, and so is each name of a masked person; what the type
    says names a public body stays. Raises `NotAllowed` where the type does not say what must be masked.
    """
    if kind.masked is None:
        sentence = _("No public copy is made of «{title}»: its module does not say what must be masked.")
        raise NotAllowed(sentence.format(title=kind.title))
    hidden = [unicodedata.normalize("NFC", str(context[name])) for name in sorted(kind.masked)]
    open_to_all = {name: value for name, value in context.items() if name not in kind.masked}
    return {
        **{name: value if name in kind.bodies else _masked(value, hidden) for name, value in open_to_all.items()},
        **dict.fromkeys(kind.masked, MASK),
        "avtale_id": agreement_id,
        "avtale_versjon": f"{version}, {NOTICE}",
    }


def _masked(value: object, hidden: list[str]) -> object:
    if not isinstance(value, str):
        return value
    value = unicodedata.normalize("NFC", value)
    for whole in sorted(hidden, key=len, reverse=True):
        value = re.sub(rf"(?<!\w){re.escape(whole)}s?(?!\w)", MASK, value, flags=re.IGNORECASE)
    words = {word for whole in hidden for word in re.split(r"[\s-]+", whole) if len(word) >= _SHORTEST}
    for word in sorted(words, key=len, reverse=True):
        value = re.sub(rf"(?<!\w)(?:{re.escape(word)}s?|{re.escape(word.upper())}S?)(?!\w)", MASK, value)
    return value
