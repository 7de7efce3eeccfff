"""Mask the values of a public copy («offentlig versjon»), which the template is filled with again.

Agreements are case documents and in principle open; what may be exempted is the persons' own
(docs/domain.md#privacy-and-publicity). What each type masks is in its own module.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from flows.agreements.types import AgreementType, in_agreement
from flows.errors import NotAllowed
from flows.language import translate as _

MASK = "[skjermet]"
NOTICE = "offentlig versjon"
"""Printed behind the agreement's version at the foot of every page, in the language of the agreement."""

_OF_AMENDMENTS = frozenset({"signatar_kommune_navn", "signatar_motpart_navn"})
_BODIES_OF_AMENDMENTS = frozenset({"avtale_tittel", "part_en", "sted_og_dato"})
"""Names in the template of amendments that are masked whatever stands there, and those of bodies and places."""
_SHORTEST = 2
"""Letters of a name that is masked where it stands by itself; an initial is no name."""


def public_context(
    kind: AgreementType,
    context: Mapping[str, object],
    agreement_id: str,
    version: int,
    amended: Sequence[BaseModel] = (),
    language: str = "nb",
) -> dict[str, object]:
    """Return what fills the template of a public copy, from the values that filled it for the agreement itself.

    `language` is that of the template, bokmål or nynorsk.

    Masked values are masked wherever they stand in others, too, and so is each name of a masked person; what the type
    says names a public body stays. Of an amendment, `amended` are the cases before and after it, whose persons are
    masked in what it changes. Raises `NotAllowed` where the type does not say what must be masked.
    """
    if kind.masked is None:
        sentence = _("No public copy is made of «{title}»: its module does not say what must be masked.")
        raise NotAllowed(sentence.format(title=kind.title))
    printed: list[Mapping[str, object]] = [kind.context(case, language) for case in amended] or [context]
    hidden = [unicodedata.normalize("NFC", str(each[name])) for each in printed for name in sorted(kind.masked)]
    masked, bodies = (_OF_AMENDMENTS, _BODIES_OF_AMENDMENTS) if amended else (kind.masked, kind.bodies)
    mask = in_agreement(MASK, language)
    open_to_all = {name: value for name, value in context.items() if name not in masked}
    return {
        **{name: value if name in bodies else _masked(value, hidden, mask) for name, value in open_to_all.items()},
        **dict.fromkeys(masked, mask),
        "avtale_id": agreement_id,
        "avtale_versjon": f"{version}, {in_agreement(NOTICE, language)}",
    }


def _masked(value: object, hidden: list[str], mask: str) -> object:
    if not isinstance(value, str):
        return value
    value = unicodedata.normalize("NFC", value)
    for whole in sorted(hidden, key=len, reverse=True):
        value = re.sub(rf"(?<!\w){re.escape(whole)}s?(?!\w)", mask, value, flags=re.IGNORECASE)
    words = {word for whole in hidden for word in re.split(r"[\s-]+", whole) if len(word) >= _SHORTEST}
    for word in sorted(words, key=len, reverse=True):
        value = re.sub(rf"(?<!\w)(?:{re.escape(word)}s?|{re.escape(word.upper())}S?)(?!\w)", mask, value)
    return value
