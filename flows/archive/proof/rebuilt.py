"""Comparing what a provider rebuilt with what was sent, where the bytes cannot be the same.

Posten signering and others make a new PDF of ours, with pages of their own, and seal the whole. What each does is in
`profiles`.
"""

import hashlib
import io
import re
from collections.abc import Sequence

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from flows.archive.proof.profiles import Rebuilding

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
    rebuilding: Rebuilding,
    holders: Sequence[str],
    signed: bytes,
    sent: bytes,
    expected: Sequence[str],
    told: Sequence[str],
) -> list[str]:
    """Return the reasons for quarantine that comparing what came with what was sent gives.

    `holders` are the names on the seals, `expected` those who should have signed, `told` those whom the provider says
    have.
    """
    faults = []
    if rebuilding.holders and not any(holder in rebuilding.holders for holder in holders):
        faults.append("wrong_seal: the seal is not the provider's own")
    try:
        ours = PdfReader(io.BytesIO(sent)).pages
        theirs = PdfReader(io.BytesIO(signed)).pages
        return faults + _page_faults(list(ours), list(theirs), rebuilding, expected, told)
    except _UNREADABLE as error:
        return [*faults, f"incomplete: the pages cannot be compared ({type(error).__name__})"]


def _page_faults(
    ours: list[PageObject],
    theirs: list[PageObject],
    rebuilding: Rebuilding,
    expected: Sequence[str],
    told: Sequence[str],
) -> list[str]:
    added = len(theirs) - len(ours)
    if added < 0:
        return ["not_our_document: pages that were sent are missing"]
    where = added if rebuilding.pages_first else 0
    faults = []
    for number, page in enumerate(ours):
        other = theirs[where + number]
        if _text(page) not in _text(other):
            faults.append(f"not_our_document: the text of page {number + 1} is not the one that was sent")
        if not _pictures(page) <= _pictures(other):
            faults.append(f"not_our_document: the pictures of page {number + 1} are not those that were sent")
    if rebuilding.names_on_pages:
        own = "".join(_text(page) for page in (theirs[:added] if rebuilding.pages_first else theirs[len(ours) :]))
        if not all(_bare(name) in own for name in expected):
            faults.append("wrong_signers: the provider's pages do not name everybody who should have signed")
    elif sorted(map(_bare, told)) != sorted(map(_bare, expected)):
        faults.append("wrong_signers: those who signed, as the provider tells, are not exactly those who should have")
    return faults


def _text(page: PageObject) -> str:
    return _bare(page.extract_text())


def _bare(text: str) -> str:
    """Return text without spaces and soft hyphens: where lines break differs between producers."""
    return re.sub(r"[\s\u00ad]+", "", text)


def _pictures(page: PageObject) -> set[str]:
    """Return the digests of a page's pictures as pixels."""
    found = set()
    for picture in page.images:
        image = picture.image
        if image is not None:
            found.add(hashlib.sha256(repr(image.size).encode() + image.convert("RGB").tobytes()).hexdigest())
    return found
