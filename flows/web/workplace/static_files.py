"""Style sheets and scripts: our own, those that set-up fetches, and a municipality's own theme, by their digests.

`assets/installed/` holds what `make assets` fetched from the npm lock: Designsystemet's CSS and htmx. Where it is
empty, pages are whole all the same, in the plain style of `plain.css`.
"""

import hashlib
import logging
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from fastapi import APIRouter, Response

_OWN = Path(__file__).parent / "pages"
INSTALLED = Path(__file__).parent / "assets" / "installed"
"""Where `make assets` puts its files."""
FETCHED = ("designsystemet.css", "theme.css", "htmx.js", "sse.js")
_THEME = "municipality.css"
_log = logging.getLogger(__name__)
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file and its address, which changes with its content."""

    name: str
    content: bytes

    @property
    def path(self) -> str:
        """The address: `/static/<8 hex digits of the SHA-256>/<name>`."""
        return f"/static/{hashlib.sha256(self.content).hexdigest()[:8]}/{self.name}"


@cache
def _files() -> dict[str, StaticFile]:
    places = [(_OWN, name) for name in ("site.css", "plain.css", "session.js")]
    places += [(INSTALLED, name) for name in FETCHED]
    found = [(name, folder / name) for folder, name in places]
    return {name: StaticFile(name, path.read_bytes()) for name, path in found if path.is_file()}


def assets_are_installed() -> bool:
    """Return whether every file that set-up fetches is there."""
    return all(name in _files() for name in FETCHED)


def stylesheets(theme: Path | None = None) -> list[str]:
    """Return the addresses of the style sheets of every page, in order; a municipality's theme comes last."""
    names = ("designsystemet.css", "theme.css") if assets_are_installed() else ("plain.css",)
    own = theme_file(theme)
    return [_files()[name].path for name in (*names, "site.css")] + ([own.path] if own else [])


def theme_file(path: Path | None) -> StaticFile | None:
    """Return a municipality's theme as it is now; None where there is none, or its file cannot be read."""
    if path is None:
        return None
    try:
        return _read_theme(path, path.stat().st_mtime_ns)
    except OSError as error:
        _log.error("The theme cannot be read: %s", error.strerror)
        return None


@lru_cache(maxsize=1)
def _read_theme(path: Path, _changed: int) -> StaticFile:
    return StaticFile(_THEME, path.read_bytes())


def scripts() -> list[str]:
    """Return the addresses of the scripts of every page; each page is whole without them."""
    names = ("htmx.js", "sse.js") if assets_are_installed() else ()
    return [_files()[name].path for name in (*names, "session.js")]


def static_router(theme: Path | None = None) -> APIRouter:
    """Return the route of the files, and of a municipality's theme.

    An address with another digest is 404: the page that named it is old.
    """
    router = APIRouter(prefix="/static", include_in_schema=False)

    @router.get("/{digest}/{name}")
    def static_file(digest: str, name: str) -> Response:
        found = theme_file(theme) if name == _THEME else _files().get(name)
        if found is None or found.path != f"/static/{digest}/{name}":
            return Response(status_code=404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(found.content, headers=headers, media_type=_TYPES[Path(name).suffix])

    return router
