"""Find texts that name the doctor of another case, as where a row was copied and only its name was changed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from flows.agreements.alis_case import PERSONS, AlisCase
from flows.agreements.case_place import CasePlace
from flows.agreements.fields import FieldKind, fields_of
from flows.agreements.problems import Finding, Problem
from flows.intake.duplicates import place_of
from flows.intake.text_normalization import shown
from flows.intake.validation import RowValidation
from flows.language import translate as _

NAMED = "named_doctor"
_CAPITALISED = re.compile(r"[^\W\d_a-zæøå][\w’'-]*(?: [^\W\d_a-zæøå][\w’'-]*)+")
_LONGEST = 5
"""Words of the longest name that is looked for."""


@dataclass(slots=True)
class NamedDoctors:
    """Remembers the doctors of all cases, and what in the texts of each may be the name of one."""

    _doctors: dict[str, CasePlace] = field(default_factory=dict)
    _named: dict[str, list[tuple[int, CasePlace, str, str]]] = field(default_factory=dict)

    def meet(self, order: int, verdict: RowValidation) -> None:
        """Remember a good case: its doctor, and the names in its texts but those of its own persons."""
        case, place = verdict.case, verdict.row.place
        if not isinstance(case, AlisCase):
            return
        self._doctors.setdefault(name_key(case.lege_navn), place)
        for name, text, found in names_in_texts(case):
            self._named.setdefault(found, []).append((order, place, name, text))

    def problems(self) -> Iterator[tuple[int, Problem]]:
        """Yield order and problem of every text that names the doctor of another case."""
        for key, texts in self._named.items():
            if (other := self._doctors.get(key)) is None:
                continue
            message = _("The text names the doctor of {place}. Check whose it is, and write it for this doctor.")
            for order, place, name, text in texts:
                finding = Finding(name, NAMED, message.format(place=place_of(other)), "warning")
                yield order, place.problem(finding, shown(text))


def names_in_texts(case: AlisCase) -> Iterator[tuple[str, str, str]]:
    """Yield field, text and key of whatever may be the name in a text of somebody else than the case's own persons."""
    own = tuple(name_key(getattr(case, name)) for name in PERSONS)
    for name, one in fields_of(AlisCase).items():
        text = getattr(case, name) if one.kind is FieldKind.TEXT else ""
        for found in _names_in(text) if text else ():
            if not any(found in person for person in own):
                yield name, text, found


@lru_cache(maxsize=1024)  # most texts stand in many rows
def _names_in(text: str) -> tuple[str, ...]:
    """Return every run of two to five capitalised words, as it is compared."""
    found: dict[str, None] = {}
    for match in _CAPITALISED.finditer(" ".join(text.split(" "))):
        words = match[0].split(" ")
        for first in range(len(words) - 1):
            for end in range(first + 2, min(first + _LONGEST, len(words)) + 1):
                found[name_key(" ".join(words[first:end]))] = None
    return tuple(found)


def name_key(name: str) -> str:
    """Return a name as it is compared with what stands in texts."""
    return name.casefold()
