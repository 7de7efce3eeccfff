"""Where parties sign in a document that has no line for them: in a column at the foot of its last page."""


def column_at_foot(number: int, count: int, left: float = 0.0, bottom: float = 0.0) -> dict[str, float]:
    """Return the place of signer `number` (from 0) of `count`, the first one highest.

    It has `left`, `bottom`, `right` and `top` in PDF points; the arguments `left` and `bottom` are those of the page.
    """
    low = bottom + 24 + 34 * (count - 1 - number)
    return {"left": left + 60, "bottom": low, "right": left + 240, "top": low + 30}
