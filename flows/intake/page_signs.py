"""Read what an API says beside its cases: that more pages follow, and how many cases there are."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

_DEEPEST = 3
_FOLLOWS = frozenset(
    ("next", "nextpage", "nextlink", "nexturl", "nextpageurl", "nextcursor", "nextpagetoken", "nexttoken", "neste",
     "nesteside", "odatanextlink", "continuationtoken", "hasmore", "hasnext", "hasnextpage", "more", "morerecords")
)  # fmt: skip
_TOTALS = frozenset(
    ("total", "totalt", "totalcount", "totalelements", "totalitems", "totalresults", "totalrecords", "totalhits",
     "odatacount", "antalltotalt", "totaltantall")
)  # fmt: skip
_PARTS = frozenset(
    ("limit", "pagesize", "perpage", "size", "count", "top", "take", "max", "maxresults", "rows", "first", "offset",
     "skip", "start", "from", "page", "side", "antall", "grense")
)  # fmt: skip


def more_follows(content: Any) -> str:
    """Return the key by which a page says that another one follows, or an empty text."""
    return next((key for key, value in _beside_the_cases(content) if _plain(key) in _FOLLOWS and value), "")


def stated_total(content: Any) -> int | None:
    """Return how many cases a page says that there are in all, or None."""
    found = (value for key, value in _beside_the_cases(content) if _plain(key) in _TOTALS)
    return next((value for value in found if isinstance(value, int) and not isinstance(value, bool)), None)


def asks_for_part(address: str) -> str:
    """Return the part of an address that asks for some cases only, as `limit=10`, or an empty text."""
    query = parse_qsl(urlsplit(address).query, keep_blank_values=True)
    return next((f"{key}={value}" for key, value in query if _plain(key) in _PARTS), "")


def _beside_the_cases(content: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield every key with its value outside lists, those near the top first."""
    if not isinstance(content, Mapping) or depth == _DEEPEST:
        return
    yield from ((str(key), value) for key, value in content.items())
    for value in content.values():
        yield from _beside_the_cases(value, depth + 1)


def _plain(key: str) -> str:
    return "".join(filter(str.isalnum, key.casefold()))
