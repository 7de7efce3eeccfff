"""Compare a PDF that a provider rebuilt with the one that was sent, where bytes cannot be equal.

Posten signering and others make a new PDF of ours, with pages of their own, and seal the whole. What each does is in
`profiles`.
"""

import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from unicodedata import normalize

from pypdf import PageObject, PdfReader

from flows.archive.proof.page_pictures import other_pages
from flows.archive.proof.profiles import RebuildProfile
from flows.archive.proof.quarantine_reasons import QuarantineReason, ReasonCode
from flows.archive.proof.stamp_areas import asked_areas

_MOST_ADDED = 5
"""Pages of a provider's own: its front page, or its account of who signed."""


def rebuilt_faults(
    rebuilding: RebuildProfile,
    holders: Sequence[str],
    signed: bytes,
    sent: bytes,
    signers: Sequence[Mapping[str, Any]],
    told: Sequence[str],
    *,
    pictures: bool = True,
) -> Iterator[QuarantineReason]:
    """Yield the reasons for quarantine that comparing what came with what was sent gives.

    `holders` are the names on the seals, `signers` those who should have signed, as the register keeps them, and `told`
    the names of those whom the provider says have. Without `pictures`, pages are compared by their text alone.
    Raises what the readers of PDF raise for a file that they cannot read.
    """
    if rebuilding.holders and not any(holder in rebuilding.holders for holder in holders):
        yield QuarantineReason(ReasonCode.WRONG_SEAL)
    ours = PdfReader(io.BytesIO(sent)).pages
    theirs = PdfReader(io.BytesIO(signed)).pages
    expected = [str(signer["name"]) for signer in signers]
    yield from _page_faults(list(ours), list(theirs), rebuilding, expected, told)
    if pictures and len(theirs) >= len(ours):
        first = len(theirs) - len(ours) if rebuilding.pages_first else 0
        for number in other_pages(sent, signed, first, asked_areas(signers, len(ours)), rebuilding.foot):
            yield QuarantineReason(ReasonCode.OTHER_LOOK, {"page": number})


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
    own = "".join(_text(page) for page in (theirs[:added] if rebuilding.pages_first else theirs[len(ours) :]))
    named = all(_bare(name) in own for name in expected)
    account = named or (not own and rebuilding.pages_drawn)
    if added > _MOST_ADDED or (added and not account and not rebuilding.names_on_pages):
        faults.append(QuarantineReason(ReasonCode.STRANGE_PAGES))
    if rebuilding.names_on_pages:
        if not named:
            faults.append(QuarantineReason(ReasonCode.SIGNERS_UNNAMED))
    elif sorted(map(_bare, told)) != sorted(map(_bare, expected)):
        faults.append(QuarantineReason(ReasonCode.SIGNERS_TOLD))
    return faults


def _text(page: PageObject) -> str:
    return _bare(page.extract_text())


def _bare(text: str) -> str:
    """Return text without spaces and soft hyphens, composed: where lines break differs between producers."""
    return normalize("NFC", re.sub(r"[\s\u00ad]+", "", text))


def _pictures(page: PageObject) -> set[str]:
    """Return the digests of a page's pictures as pixels."""
    found = set()
    for picture in page.images:
        image = picture.image
        if image is not None:
            found.add(hashlib.sha256(repr(image.size).encode() + image.convert("RGB").tobytes()).hexdigest())
    return found
