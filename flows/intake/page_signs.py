"""Read from a page of an API what it says beside its cases: that more pages follow, and how many cases there are."""

from collections.abc import Iterator, Mapping
from typing import Any

_DEEPEST = 3
_FOLLOWS = frozenset(
    ("next", "nextpage", "nextlink", "nexturl", "nextpageurl", "nextcursor", "nextpagetoken", "nexttoken", "neste",
     "nesteside", "odatanextlink", "continuationtoken", "hasmore", "hasnext", "hasnextpage", "more", "morerecords")
)  # fmt: skip
_TOTALS = frozenset(
    ("total", "totalt", "totalcount", "totalelements", "totalitems", "totalresults", "totalrecords", "totalhits",
     "odatacount", "antalltotalt", "totaltantall")
)  # fmt: skip


def more_follows(content: Any) -> str:
    """Return the key by which a page says that another one follows, or an empty text."""
    return next((key for key, value in _beside_the_cases(content) if _plain(key) in _FOLLOWS and value), "")


def stated_total(content: Any) -> int | None:
    """Return how many cases a page says that there are in all, or None."""
    found = (value for key, value in _beside_the_cases(content) if _plain(key) in _TOTALS)
    return next((value for value in found if isinstance(value, int) and not isinstance(value, bool)), None)


def _beside_the_cases(content: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield every key with its value outside lists, those near the top first."""
    if not isinstance(content, Mapping) or depth == _DEEPEST:
        return
    yield from ((str(key), value) for key, value in content.items())
    for value in content.values():
        yield from _beside_the_cases(value, depth + 1)


def _plain(key: str) -> str:
    return "".join(filter(str.isalnum, key.casefold()))
