"""Where on our pages a provider may show a signature: the places that it was asked to show it at, and no others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

from flows.agreements.signature_column import column_at_foot

_HIDDEN = 0b10 | 0b100000
"""Flags of an annotation that nobody sees: Hidden and NoView (ISO 32000-1, table 165)."""
_TOLERANCE = 3.0
"""Points by which a stamp may exceed its place: providers round it to pixels or per cent, and draw a border."""


@dataclass(frozen=True, slots=True)
class StampArea:
    """A rectangle on a page, which counts from 1, in PDF points from the page's lower left corner."""

    page: int
    left: float
    bottom: float
    right: float
    top: float

    def holds(self, page: int, left: float, bottom: float, right: float, top: float) -> bool:
        """Say whether a rectangle on a page lies within this one."""
        return (
            page == self.page
            and left >= self.left - _TOLERANCE
            and bottom >= self.bottom - _TOLERANCE
            and right <= self.right + _TOLERANCE
            and top <= self.top + _TOLERANCE
        )


def asked_areas(signers: Sequence[Mapping[str, Any]], pages: int) -> list[StampArea]:
    """Return where the signers of a request, as the register keeps them, were to sign.

    `pages` is the number of pages that were sent. A signer without a place of their own signs at the foot of the last.
    """
    found = []
    for number, signer in enumerate(signers):
        place = signer.get("anchor") or {"page": pages, **column_at_foot(number, len(signers))}
        found.append(StampArea(**{side: place[side] for side in ("page", "left", "bottom", "right", "top")}))
    return found


def stamps_are_where_asked(reader: PdfFileReader, areas: Iterable[StampArea]) -> bool:
    """Say whether every signature that can be seen in a PDF stands at one of the places."""
    allowed = list(areas)
    return all(any(area.holds(*stamp) for area in allowed) for stamp in _visible_stamps(reader))


def _visible_stamps(reader: PdfFileReader) -> Iterator[tuple[int, float, float, float, float]]:
    """Yield page and rectangle of each widget of a form that has an area and is not hidden."""
    for number in range(int(reader.root["/Pages"]["/Count"])):
        page: Any = reader.find_page_for_modification(number)[0].get_object()  # type: ignore[no-untyped-call]
        annotations = page.get("/Annots", ())
        for place in range(len(annotations)):
            one = annotations[place]
            if "/Subtype" not in one or one["/Subtype"] != "/Widget":
                continue
            x1, y1, x2, y2 = (float(side) for side in one["/Rect"])
            flags = int(one["/F"]) if "/F" in one else 0
            if x1 != x2 and y1 != y2 and not flags & _HIDDEN:
                yield number + 1, min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
