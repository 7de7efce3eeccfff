"""Match headings to fields, and never guess.

A field is known by its identifier, by its label, and by the other headings of `heading_words`. Case, spaces, line
breaks and punctuation make no difference, nor does a remark in brackets about form or unit; any other remark leaves the
heading in doubt. A heading that may mean several fields is settled by its neighbours only where they leave one: where
each other field that it may mean has a column of its own, and the table would be incomplete without the last. Otherwise
it is returned as unclear, with everything that it may mean.
"""

import re
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, lru_cache
from itertools import product
from typing import Generic, TypeVar

from flows.agreements.fields import FieldKind, fields_of
from flows.agreements.types import AgreementType, types
from flows.intake.heading_phrases import phrases_of
from flows.intake.heading_words import OTHER_HEADINGS
from flows.intake.own_headings import called, said_of_parties, with_own_fields
from flows.intake.shared_headings import (
    ATTRIBUTES,
    HARMLESS_REMARKS,
    PARTIES,
    SAID_OF,
    SEVERAL_PARTIES,
    SHARED_HEADINGS,
    SHARED_LABELS,
)

_REMARK = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]")
_HARMLESS = re.compile(HARMLESS_REMARKS, re.IGNORECASE)
_JOINTS = ("", "for", "på", "til", "hos", "of")
"""Words between what is said and whom it is said of: «navn på lege»."""
_NOT_MEANT = re.compile(r"(?<!\d)\.|\.(?!\d)|[^\w.]|_")
"""What makes no difference in a heading: all but letters, digits and the full stops between digits («4.1.1»)."""
_NUMBERED = re.compile(r"(?:§\s*)?(\d+(?:\.\d+)+)(?![\d])")
_NEARLY = 0.86
"""How alike two headings are, from 0 to 1, of which one is probably a slip of the pen."""
_LONGEST = 300
"""Letters of the longest cell that is looked at as a heading."""
_MONTH_FIRST = re.compile(r"m+[./-]\s?d.*", re.IGNORECASE)
"""A form of days that is not read here: its days and months would change places in silence."""
_OF_MONTHS = re.compile(r"mnd|måned|månad|month", re.IGNORECASE)
_CHOSEN = (FieldKind.CHOICE, FieldKind.YES_NO)
"""Kinds whose choices may stand in brackets: «Driftsform (ansatt/næringsdrivende)»."""
_CLEARER = {
    "signatur_sted": "Sted for signatur",
    "arbeidssted": "Legens arbeidssted",
    "lege_hpr_nummer": "Legens HPR-nummer",
}
"""Headings that say more than the label of their field, for those who must choose."""

_Place = TypeVar("_Place", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Readings:
    """What a heading may mean: fields in the order of the case. Certain where it is one, or surely none of them.

    One that is `doubted`, for a remark in it or a group above it, is not settled by its neighbours.
    """

    fields: tuple[str, ...]
    certain: bool
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class MatchedHeadings(Generic[_Place]):
    """The headings of one table or object: what stands where.

    - `fields`: field → its only place
    - `repeated`: field → the places that all mean it
    - `unclear`: place → the fields that its heading may mean and that have no place of their own; none where all have
    - `strangers`: place → heading that means no field
    """

    fields: Mapping[str, _Place]
    repeated: Mapping[str, tuple[_Place, ...]]
    unclear: Mapping[_Place, tuple[str, ...]]
    strangers: Mapping[_Place, str]

    @property
    def known(self) -> int:
        """How many of the headings mean a field, or several."""
        return len(self.fields) + sum(map(len, self.repeated.values())) + len(self.unclear)

    @property
    def unread(self) -> frozenset[str]:
        """Fields whose value cannot be known."""
        return frozenset(self.repeated) | {name for names in self.unclear.values() for name in names}


@lru_cache(maxsize=10_000)
def readings(heading: str, agreement: AgreementType, above: str = "") -> Readings:
    """Return what a heading may mean in an agreement, under the heading of a group of columns where there is one."""
    if len(heading) > _LONGEST:
        return Readings((), certain=True)
    known = _known_headings(agreement)
    if (found := known.get(key_of(heading))) is not None and not above:
        return found
    bare = _REMARK.sub(" ", heading)
    best = found if found is not None else known.get(key_of(bare), Readings((), certain=True))
    remarks = [] if found is not None else [one or other for one, other in _REMARK.findall(heading)]
    what = bare if found is None else heading  # «Stilling (%)» below «Lege» is no title
    for whose in (above, *remarks):
        together = _together(whose, what, known)
        if together is not None:
            remarks = [remark for remark in remarks if remark != whose]
            # «HPR-nr.» below «Veileder» is not the doctor's, and no other field.
            certainly_another = not together.fields and best.certain and best.fields
            best = Readings(best.fields, certain=False, doubted=True) if certainly_another else together
    if best.fields and not all(_changes_nothing(one, best.fields, agreement) for one in remarks):
        return Readings(best.fields, certain=False, doubted=True)
    return best


def _changes_nothing(remark: str, names: Iterable[str], agreement: AgreementType) -> bool:
    """Return whether a remark in brackets says only what the fields hold anyway: their form, unit or choices."""
    fields = [fields_of(agreement.case)[name] for name in names]
    if "/" in remark and all(field.kind in _CHOSEN for field in fields):
        return True
    if any(field.kind is FieldKind.DATE for field in fields) and _MONTH_FIRST.fullmatch(remark.strip()):
        return False
    in_months = all(_OF_MONTHS.search(field.column.label) for field in fields)
    if any(field.kind is FieldKind.NUMBER for field in fields) and not in_months and _OF_MONTHS.search(remark):
        return False
    return _HARMLESS.fullmatch(remark.strip()) is not None


def _together(whose: str, what: str, known: Mapping[str, Readings]) -> Readings | None:
    """Return what a heading means that is said of somebody, in either order, or None where nothing is known of it."""
    texts = (f"{whose} {what}", f"{what} {whose}") if whose else ()
    found = [known[key] for key in map(key_of, texts) if key in known]
    return min(found, key=lambda each: (not each.certain, len(each.fields)), default=None)


def field_of(heading: str, agreement: AgreementType) -> str | None:
    """Return the field that a heading means whatever stands beside it, or None."""
    found = readings(heading, agreement)
    return found.fields[0] if found.certain and found.fields else None


def match_headings(
    texts: Mapping[_Place, str], agreement: AgreementType, above: Mapping[_Place, str] | None = None
) -> MatchedHeadings[_Place]:
    """Return which heading means what, its neighbours and the headings above it considered."""
    headings = {place: readings(text, agreement, (above or {}).get(place, "")) for place, text in texts.items()}
    claims: dict[str, list[_Place]] = {}
    for place, found in headings.items():
        if found.certain and found.fields:
            claims.setdefault(found.fields[0], []).append(place)
    unclear = {place: found.fields for place, found in headings.items() if not found.certain}
    doubted = frozenset(place for place, found in headings.items() if found.doubted)
    while settled := _settled(unclear, doubted, claims, agreement):
        place, name = settled
        claims[name] = [place]
        del unclear[place]
    return MatchedHeadings(
        fields={name: places[0] for name, places in claims.items() if len(places) == 1},
        repeated={name: tuple(places) for name, places in claims.items() if len(places) > 1},
        unclear={place: tuple(name for name in names if name not in claims) for place, names in unclear.items()},
        strangers={place: texts[place] for place, found in headings.items() if found.certain and not found.fields},
    )


def with_doubts(matched: MatchedHeadings[_Place], agreement: AgreementType) -> MatchedHeadings[_Place]:
    """Return the headings with those unclear that are no known ones, but nearly are, or begin with a box's number.

    A slip of the pen in the heading of a field that may be empty would otherwise leave it empty in every case.
    """
    strangers, unclear = dict(matched.strangers), dict(matched.unclear)
    taken = {*matched.fields, *matched.repeated}
    for place, heading in matched.strangers.items():
        if (name := _nearest(heading, agreement)) and name not in taken:
            unclear[place] = (name,)
            del strangers[place]
    return replace(matched, unclear=unclear, strangers=strangers)


def most_fields(cells: Iterable[str]) -> int:
    """Return how many of the cells of a row are headings of an agreement, of that which has most of them."""
    texts = [cell for cell in cells if cell and not cell.isspace()]
    return max(sum(bool(readings(text, agreement).fields) for text in texts) for agreement in types().values())


def clear_heading(name: str, agreement: AgreementType) -> str:
    """Return a heading that means this field and no other."""
    return _CLEARER.get(name, fields_of(agreement.case)[name].column.label)


def is_heading(text: str, agreement: AgreementType) -> bool:
    """Return whether a text is a heading of the agreement, or may be one."""
    found = _known_headings(agreement).get(key_of(text)) if len(text) <= _LONGEST else None
    return found is not None and bool(found.fields)


def key_of(heading: str) -> str:
    """Return what makes the difference in a heading: its letters and digits, and the full stops between digits.

    The sign for per cent is the word.
    """
    text = unicodedata.normalize("NFKC", heading.replace("o\u0338", "ø").replace("O\u0338", "Ø")).casefold()
    return _NOT_MEANT.sub("", text.replace("%", "prosent"))


@lru_cache(maxsize=1000)
def _nearest(heading: str, agreement: AgreementType) -> str | None:
    """Return the field whose heading a text nearly is, or whose number it begins with; None for none."""
    key, known = key_of(heading), _own_headings(agreement)
    if len(heading) > _LONGEST or _known_headings(agreement).get(key) is not None:
        return None
    if (number := _NUMBERED.match(heading.strip())) and number[1] in known:
        return known[number[1]]
    return next((known[near] for near in get_close_matches(key, known, n=1, cutoff=_NEARLY)), None)


def _settled(
    unclear: Mapping[_Place, tuple[str, ...]],
    doubted: frozenset[_Place],
    claims: Mapping[str, list[_Place]],
    agreement: AgreementType,
) -> tuple[_Place, str] | None:
    """Return an unclear heading that its neighbours leave one required field to, and that field; or None."""
    known = fields_of(agreement.case)
    for place, names in unclear.items():
        left = [name for name in names if name not in claims]
        others = {name for other, its in unclear.items() if other != place for name in its}
        if place not in doubted and len(left) == 1 and known[left[0]].required and left[0] not in others:
            return place, left[0]
    return None


@cache
def _known_headings(agreement: AgreementType) -> dict[str, Readings]:
    """Return every heading of an agreement by its key; the label of a field comes before what else it is called."""
    fields = fields_of(agreement.case)
    known = {key: Readings((name,), certain=True) for key, name in _own_headings(agreement).items()}
    for heading, names in _put_together(agreement):
        meant = tuple(name for name in fields if name in names)
        if meant or not names:
            known.setdefault(key_of(heading), Readings(meant, certain=len(meant) < 2))
    return known


@cache
def _own_headings(agreement: AgreementType) -> dict[str, str]:
    """Return the key of every heading that means one field of an agreement → that field."""
    known: dict[str, str] = {}
    fields = fields_of(agreement.case)
    for name, field in fields.items():
        for heading in (name, field.column.label, _REMARK.sub(" ", field.column.label)):
            if heading not in SHARED_LABELS:
                known.setdefault(key_of(heading), name)
    for name, field in fields.items():
        if field.column.label not in SHARED_LABELS:
            known.setdefault(key_of(agreement.text(field.column.label, "nn")), name)
    for name in fields:
        for heading in (*OTHER_HEADINGS.get(name, ()), *phrases_of(name), *fields[name].column.headings):
            known.setdefault(key_of(heading), name)
    return known


def _put_together(agreement: AgreementType) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the headings of shared words, and those of a party with what is said of it; each with the fields it means.

    What is said of a party of which no agreement holds it means no field.
    """
    for words, names in SHARED_HEADINGS.items():
        yield from ((word, with_own_fields(names, agreement)) for word in words)
    for attribute, words in ATTRIBUTES.items():
        said_of = SAID_OF[attribute] | said_of_parties(attribute, agreement)
        every = tuple(name for party, names in said_of.items() if party not in SEVERAL_PARTIES for name in names)
        yield from ((word, every) for word in words)
        for party, parties in (PARTIES | called(agreement)).items():
            names = said_of.get(party, ())
            for word, whose, joint in product(words, parties, _JOINTS):
                yield f"{word} {joint} {whose}", names
                if not joint:
                    yield f"{whose} {word}", names
