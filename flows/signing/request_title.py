"""The title of a signature request: it tells one agreement from the others of the same person, and names no doctor.

Providers put it into e-mails, which lie open on screens and pass through others' servers (docs/decisions, 0040).
"""

from pydantic import ValidationError

from flows.agreements.types import types
from flows.language import translate as _
from flows.register import Agreement, Version
from flows.register.amendments import amendment_title

NUMBER_LETTERS = 8
"""Letters of an agreement's id that stand as its number; `status` and `list` find it by them."""
LONGEST = 80
"""Posten's limit, the tightest of the providers'."""


def request_title(agreement: Agreement, version: Version) -> str:
    """Return the type, the number, the municipality and the other party's place, cut off at 80 characters.

    A case that its type does not take (any more) keeps the title that the register holds, with the number.
    """
    kind = types().get(agreement.type)
    number = agreement.id[:NUMBER_LETTERS]
    try:
        if kind is None:
            raise LookupError(agreement.type)
        case = kind.case.model_validate(version.case)
        parties = kind.parties_for_outsiders(case)
    except (ValidationError, LookupError):
        return _("{title}, no. {number}", "nb").format(title=version.public_title, number=number)[:LONGEST]
    amends = version.public_title.startswith(amendment_title(""))
    title = amendment_title(kind.title_of(case)) if amends else kind.title_of(case)
    title = _("{title}, no. {number}", "nb").format(title=title, number=number)
    return _cut(", ".join([title, *filter(None, parties)]))


def _cut(title: str) -> str:
    return title if len(title) <= LONGEST else f"{title[: LONGEST - 1].rstrip(' ,')}…"
