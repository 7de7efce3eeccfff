"""Find the same agreement twice in one source, and the same doctor under two spellings."""

import re
import sys
import unicodedata
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import lru_cache
from hashlib import blake2b

from flows.agreements.alis_case import AlisCase
from flows.agreements.case_place import CasePlace
from flows.agreements.problems import Finding, Problem
from flows.intake.case_rows import CaseRow, Raw
from flows.intake.validation import RowValidation
from flows.language import translate as _

DUPLICATE = "duplicate"
SAME_PERSON = "same_person"
_PLACE = "kommunenr"
"""The field whose cell a duplicate is reported at: part of the identity of every agreement with a municipality."""
_ALIKE = 0.8
"""How much of two names must be the same for one to be taken for a slip of the other."""
_PLAIN_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "đ": "d", "ŋ": "n", "ŧ": "t", "ð": "d", "þ": "th", "ł": "l"})


@dataclass(frozen=True, slots=True)
class _Seen:
    """A case that was met: its place in the source, a digest of what it says, and the number it is kept by."""

    order: int
    place: CasePlace
    value: Raw
    digest: bytes
    kept: int

    @property
    def row(self) -> CaseRow:
        """The row with nothing but its place, which is all that is remembered of it."""
        return CaseRow(None, {_PLACE: self.value}, self.place)


@dataclass(frozen=True, slots=True)
class DuplicateCase:
    """What a case has to do with an earlier one.

    `problems` go by the order of the row they belong to. `rejected` says whether this case is to be left out;
    `first_rejected` is the number of the earlier one where that must go, too.
    """

    problems: tuple[tuple[int, Problem], ...] = ()
    rejected: bool = False
    first_rejected: int | None = None


@dataclass(slots=True)
class DuplicateDetector:
    """Remembers, of every case met, no more than what it takes to recognise it."""

    _agreements: dict[bytes, _Seen] = field(default_factory=dict)
    _doctors: dict[str, tuple[str, str]] = field(default_factory=dict)
    _names: dict[tuple[str, str, str], tuple[str, str]] = field(default_factory=dict)

    def meet(self, order: int, verdict: RowValidation, content: bytes, kept: int) -> DuplicateCase:
        """Compare a good case with those before it.

        Of rows that say the same, the first one stays. Where they differ nobody can know which is right, so all go.
        """
        if verdict.case is None or verdict.row.type is None:
            return DuplicateCase()
        identity = verdict.row.type.identity(verdict.case)
        key = _digest(f"{verdict.row.type.name}|{identity!r}".encode())
        digest = _digest(content)
        row = verdict.row
        first = self._agreements.get(key)
        if first is None:
            value = row.values.get(_PLACE)
            value = sys.intern(value) if type(value) is str else value  # few are different
            self._agreements[key] = _Seen(order, row.place, value, digest, kept)
            return DuplicateCase(tuple((order, problem) for problem in self._same_person(verdict)))
        if first.digest == digest:
            return DuplicateCase(((order, _problem(row, first.row, differ=False)),), rejected=True)
        problems: tuple[tuple[int, Problem], ...] = ((order, _problem(row, first.row, differ=True)),)
        if first.kept >= 0:  # said once, with the first of those that differ
            problems = ((first.order, _problem(first.row, row, differ=True)), *problems)
            self._agreements[key] = replace(first, digest=b"", kept=-1)
        return DuplicateCase(problems, rejected=True, first_rejected=first.kept if first.kept >= 0 else None)

    def _same_person(self, verdict: RowValidation) -> list[Problem]:
        """Return warnings about a doctor with two spellings, or two doctors who are perhaps one."""
        case, row = verdict.case, verdict.row
        if not isinstance(case, AlisCase):
            return []
        name, number = plain_person(case.lege_navn), case.lege_hpr_nummer.zfill(9)
        place = str(place_of(row.place))  # the text alone: a translated message takes ten times its room
        other_name, first = self._doctors.setdefault(number, (name, place))
        if other_name != name and same_name(other_name, name):
            message = _(
                "The same HPR number as in {place}, but the doctor's name is spelt otherwise. Check name and number."
            )
            return [row.problem(Finding("lege_navn", SAME_PERSON, message.format(place=first), "warning"))]
        somebody = (case.kommunenr, plain_person(case.arbeidssted), name)
        other_number, first = self._names.setdefault(somebody, (number, place))
        if _slip_of_the_pen(number, other_number):
            message = _(
                "The same doctor and workplace as in {place}, but the HPR number differs a little. Check both numbers."
            )
            return [row.problem(Finding("lege_hpr_nummer", SAME_PERSON, message.format(place=first), "warning"))]
        return []


def place_of(place: CasePlace) -> str:
    """Return where a case stands, in words."""
    if place.sheet:
        return _("row {row} in «{sheet}»").format(row=place.row, sheet=place.sheet)
    return _("case {pointer}").format(pointer=place.pointer)


def same_name(one: str, other: str) -> bool:
    """Return whether two plain names may be one person's: a slip in a letter, or a name more."""
    words, others = set(one.split()), set(other.split())
    alike = words <= others or others <= words
    return alike or SequenceMatcher(None, one, other).ratio() >= _ALIKE


@lru_cache(maxsize=64)  # asked for by each comparison of a row, which then keep the same text
def plain_person(name: str) -> str:
    """Return a name without what is spelt differently: case, accents, å and aa, the order of its parts."""
    plain = name.casefold().replace("å", "a").replace("aa", "a").translate(_PLAIN_LETTERS)
    letters = "".join(each for each in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(each))
    return " ".join(sorted(re.findall(r"[^\W\d_]+", letters)))


def _slip_of_the_pen(one: str, other: str) -> bool:
    """Return whether two numbers of equal length differ in one digit, or in two neighbours that changed places."""
    differ = [index for index, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differ) == 2 and differ[1] == differ[0] + 1:
        first, second = differ
        return one[first] == other[second] and one[second] == other[first]
    return len(differ) == 1


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=16).digest()


def _problem(row: CaseRow, twin: CaseRow, *, differ: bool) -> Problem:
    if differ:
        message = _("Same agreement as {place}, but with other contents. Keep the right one and delete the other.")
    else:
        message = _("Same agreement as {place}. Delete one of them.")
    return row.problem(Finding(_PLACE, DUPLICATE, message.format(place=place_of(twin.place))))
