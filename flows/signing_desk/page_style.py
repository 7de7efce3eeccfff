"""The style sheet of the signers' pages: that of the workplace, and what these pages have of their own.

The files lie beside the workplace's pages, as data of the package: Designsystemet's, where `make assets` has fetched
them, otherwise the plain ones. Nothing of the workplace's code is used.
"""

from functools import cache
from pathlib import Path

_OWN = Path(__file__).parent / "pages" / "desk.css"
_WORKPLACE = Path(__file__).parents[1] / "web" / "workplace"
_FETCHED = [_WORKPLACE / "assets" / "installed" / name for name in ("designsystemet.css", "theme.css")]
_PLAIN = [_WORKPLACE / "pages" / "plain.css"]


@cache
def stylesheet() -> bytes:
    """Return the whole style sheet."""
    shared = _FETCHED if all(path.is_file() for path in _FETCHED) else _PLAIN
    return b"\n".join(path.read_bytes() for path in (*shared, _WORKPLACE / "pages" / "site.css", _OWN))
