"""Where a visible signature stands in the document."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Anchor:
    """The rectangle of a visible signature.

    `page` counts from 1; `left`, `bottom`, `right`, `top` are PDF points from the page's lower left corner.
    """

    page: int
    left: float
    bottom: float
    right: float
    top: float
