"""State which facts of two cases contradict each other: one key of both, beside which each has another value.

The cases of one source are compared by these pairs, and so are they with the register.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from flows.agreements.problems import Level
from flows.intake.duplicates import same_name
from flows.language import translate as _

_Fact = Literal["municipality", "body", "hpr", "doctor", "person", "address", "mobile"]


class PartyFacts(NamedTuple):
    """What a case or an agreement says of its parties, in the form that is compared; empty where it says nothing.

    `body` is the municipality's organisation number, `hpr` has nine digits, `doctor` is a plain name, `person` that
    name within the municipality, and `address` the doctor's e-mail address in small letters.
    """

    municipality: str
    body: str
    hpr: str = ""
    doctor: str = ""
    address: str = ""
    mobile: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ContradictingPair:
    """One key has one value; `column` is the field of the case at which a contradiction is told.

    `in_source` and `in_register` return the sentence about it, with `{value}` and `{place}`; a pair without one of them
    is not compared there. `unless` is the pair that says the same of the same cell. `of_sending` is one that leaves the
    document right: only to whom it goes is unknown.
    """

    key: _Fact
    value: _Fact
    column: str
    level: Level
    in_source: Callable[[], str] | None
    in_register: Callable[[], str] | None = None
    same: Callable[[str, str], bool] = str.__eq__
    unless: "ContradictingPair | None" = None
    of_sending: bool = False

    def level_of(self, to_send: bool) -> Level:
        """Return how grave a contradiction is, in cases that are to be sent or only to be looked at."""
        return "warning" if self.of_sending and not to_send else self.level


_NUMBERS = ContradictingPair(
    "municipality",
    "body",
    "kommune_orgnr",
    "error",
    lambda: _("{place} gives the same municipality another organisation number than {value}. Correct one of them."),
    lambda: _("The register has another organisation number than {value} for this municipality. Check which is right."),
)
_BODIES = ContradictingPair(
    "body",
    "municipality",
    "kommune_orgnr",
    "error",
    lambda: _("{value} is the organisation number of another municipality in {place}. Correct one of them."),
    lambda: _("{value} is the organisation number of another municipality in the register. Correct the number."),
    unless=_NUMBERS,
)
_DOCTORS = ContradictingPair(
    "hpr",
    "doctor",
    "lege_hpr_nummer",
    "error",
    lambda: _("The HPR number is that of a doctor with another name in {place}. Correct the name or the number."),
    lambda: _("The HPR number is that of a doctor with another name in the register. Correct the name or the number."),
    same_name,
)
_ADDRESSES = ContradictingPair(
    "address",
    "hpr",
    "lege_epost",
    "error",
    lambda: _("The address is that of another doctor in {place}, and the link to sign would go there. Correct one."),
    lambda: _("The address is that of another doctor in the register, and the link to sign would go there."),
    of_sending=True,
)
_MOBILES = ContradictingPair(
    "mobile",
    "hpr",
    "lege_mobil",
    "warning",
    lambda: _("The mobile number is that of another doctor in {place}. Check both."),
    lambda: _("The mobile number is that of another doctor in the register. Check it."),
)
_PERSONS = ContradictingPair(
    "person",
    "hpr",
    "lege_hpr_nummer",
    "warning",
    None,
    lambda: _("The register has a doctor of this name in the municipality, with another HPR number. Check the number."),
    unless=_DOCTORS,
)
PAIRS = (_NUMBERS, _BODIES, _DOCTORS, _ADDRESSES, _MOBILES, _PERSONS)
