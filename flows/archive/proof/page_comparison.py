"""Compare a PDF that a provider rebuilt with the one that was sent, where bytes cannot be equal.

Posten signering and others make a new PDF of ours, with pages of their own, and seal the whole. `profiles` describes
each.
"""

import hashlib
import io
import re
from collections.abc import Sequence
from unicodedata import normalize

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from flows.archive.proof.profiles import RebuildProfile
from flows.archive.proof.quarantine_reasons import QuarantineReason, ReasonCode

_UNREADABLE = (
    PyPdfError,
    ValueError,
    KeyError,
    TypeError,
    OSError,
    AttributeError,
    RecursionError,
    NotImplementedError,
)


def rebuilt_faults(
    rebuilding: RebuildProfile,
    holders: Sequence[str],
    signed: bytes,
    sent: bytes,
    expected: Sequence[str],
    told: Sequence[str],
) -> list[QuarantineReason]:
    """Compare a received PDF with the one that was sent; return reasons for quarantine.

    `holders` are the names on the seals, `expected` those who should have signed, `told` those whom the provider says
    have.
    """
    faults: list[QuarantineReason] = []
    if rebuilding.holders and not any(holder in rebuilding.holders for holder in holders):
        faults.append(QuarantineReason(ReasonCode.WRONG_SEAL))
    try:
        ours = PdfReader(io.BytesIO(sent)).pages
        theirs = PdfReader(io.BytesIO(signed)).pages
        return faults + _page_faults(list(ours), list(theirs), rebuilding, expected, told)
    except _UNREADABLE as error:
        return [*faults, QuarantineReason(ReasonCode.NOT_COMPARABLE, {"error": type(error).__name__})]


def _page_faults(
    ours: list[PageObject],
    theirs: list[PageObject],
    rebuilding: RebuildProfile,
    expected: Sequence[str],
    told: Sequence[str],
) -> list[QuarantineReason]:
    added = len(theirs) - len(ours)
    if added < 0:
        return [QuarantineReason(ReasonCode.PAGES_MISSING)]
    where = added if rebuilding.pages_first else 0
    faults = []
    for number, page in enumerate(ours):
        other = theirs[where + number]
        if _text(page) not in _text(other):
            faults.append(QuarantineReason(ReasonCode.ANOTHER_TEXT, {"page": number + 1}))
        if not _pictures(page) <= _pictures(other):
            faults.append(QuarantineReason(ReasonCode.OTHER_PICTURES, {"page": number + 1}))
    if rebuilding.names_on_pages:
        own = "".join(_text(page) for page in (theirs[:added] if rebuilding.pages_first else theirs[len(ours) :]))
        if not all(_bare(name) in own for name in expected):
            faults.append(QuarantineReason(ReasonCode.SIGNERS_UNNAMED))
    elif sorted(map(_bare, told)) != sorted(map(_bare, expected)):
        faults.append(QuarantineReason(ReasonCode.SIGNERS_TOLD))
    return faults


def _text(page: PageObject) -> str:
    return _bare(page.extract_text())


def _bare(text: str) -> str:
    """Return text without spaces and soft hyphens, in NFC, since producers break lines differently."""
    return normalize("NFC", re.sub(r"[\s\u00ad]+", "", text))


def _pictures(page: PageObject) -> set[str]:
    """Return the digests of a page's pictures as pixels."""
    found = set()
    for picture in page.images:
        image = picture.image
        if image is not None:
            found.add(hashlib.sha256(repr(image.size).encode() + image.convert("RGB").tobytes()).hexdigest())
    return found
