"""Convert signature positions to fractions of a page from its upper left corner."""

import io
from collections.abc import Sequence
from typing import NamedTuple

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from flows.agreements.signature_column import column_at_foot
from flows.errors import NotSent
from flows.language import translate as _
from flows.signing.port import SignaturePosition, Signer


class PagePosition(NamedTuple):
    """A rectangle on a page, numbered from 1; `left`, `top`, `width`, `height` are fractions of the page, 0 to 1."""

    page: int
    left: float
    top: float
    width: float
    height: float


def places(pdf: bytes, signers: Sequence[Signer]) -> dict[int, PagePosition]:
    """Return the position of each signature, by order: at the anchor, else in a column at the foot of the last page.

    Raises `NotSent` if the PDF cannot be read or lacks the page of an anchor.
    """
    try:
        boxes = [page.mediabox for page in PdfReader(io.BytesIO(pdf)).pages]
    except (PyPdfError, ValueError, KeyError, OSError):
        raise NotSent(_("The document is no readable PDF; nothing was sent.")) from None
    found = {}
    for number, signer in enumerate(signers):
        anchor = signer.anchor or _at_the_foot(len(boxes), number, len(signers), boxes[-1])
        if not 1 <= anchor.page <= len(boxes):
            raise NotSent(
                _("Signer {order} is placed on a page that the document does not have.").format(order=signer.order)
            )
        box = boxes[anchor.page - 1]
        width, height = float(box.width), float(box.height)
        left, bottom = anchor.left - float(box.left), anchor.bottom - float(box.bottom)
        right, top = anchor.right - float(box.left), anchor.top - float(box.bottom)
        found[signer.order] = PagePosition(
            anchor.page,
            _fraction(left / width),
            _fraction(1 - top / height),
            _fraction((right - left) / width),
            _fraction((top - bottom) / height),
        )
    return found


def _at_the_foot(pages: int, number: int, count: int, box: object) -> SignaturePosition:
    left, bottom = float(getattr(box, "left", 0)), float(getattr(box, "bottom", 0))
    return SignaturePosition(pages, **column_at_foot(number, count, left, bottom))


def _fraction(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 5)
