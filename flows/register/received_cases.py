"""Cases as the register receives them, what receiving them came to, and the documents that are made of them."""

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flows.register.events import canonical
from flows.register.listing_update import PartyNames
from flows.register.schema import Json


@dataclass(frozen=True, slots=True)
class ReceivedCase:
    """A validated case for the register: its identity, its content, and a title without personal data.

    `place` says where the case stands in its source, as the register keeps it. `names` are those it is listed under;
    None leaves them as they are. `amended_from` is the first day of a change of an archived agreement, and `agreed` the
    fields that such a change is about.
    """

    type: str
    municipality_number: str
    counterpart: str
    valid_from: date
    valid_to: date | None
    public_title: str
    case: Json
    place: Json | None = None
    names: PartyNames | None = None
    amended_from: date | None = None
    agreed: tuple[str, ...] = ()


class Reception(StrEnum):
    """The result of receiving a case."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    OUT_FOR_SIGNATURE = "out_for_signature"
    ALREADY_ARCHIVED = "already_archived"


@dataclass(frozen=True, slots=True)
class ReceptionResult:
    """The agreement of a case, and the result of receiving it."""

    agreement_id: str
    reception: Reception


@dataclass(frozen=True, slots=True)
class GeneratedDocument:
    """The document of one version: which template, and the digests of DOCX and PDF in the store.

    `lost` lists the constructs of the DOCX that the PDF does not show, with their places, if that was allowed. The
    register keeps it in bokmål. `signature_places` is where each signer's line stands, as `Version` has it.
    """

    template: str
    template_version: str
    template_sha256: str
    docx_sha256: str
    pdf_sha256: str
    pages: int
    lost: tuple[str, ...] = ()
    signature_places: Json | None = None


def case_digest(case: Json) -> str:
    """Return the SHA-256 of a case's canonical JSON: equal digests mean the same case again."""
    return hashlib.sha256(canonical(case)).hexdigest()


def is_same_case(before: Json, now: Json) -> bool:
    """Return whether two cases say the same: a field that only one of them knows must be empty in it.

    Cases that a former release received lack the fields that a later one added.
    """
    shared = before.keys() & now.keys()
    of_one_alone = [value for case in (before, now) for name, value in case.items() if name not in shared]
    if any(_is_filled_in(value) for value in of_one_alone):
        return False
    return case_digest({name: before[name] for name in shared}) == case_digest({name: now[name] for name in shared})


def _is_filled_in(value: object) -> bool:
    return value is not None and value is not False and value not in ("", [], {})
