"""Style sheets and scripts: our own, and those that set-up fetches; each at an address with its digest.

`assets/installed/` holds what `make assets` fetched from the npm lock: Designsystemet's CSS and htmx. Where it is
empty, pages are whole all the same, in the plain style of `plain.css`.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Response

_OWN = Path(__file__).parent / "pages"
INSTALLED = Path(__file__).parent / "assets" / "installed"
"""Where `make assets` puts its files."""
FETCHED = ("designsystemet.css", "theme.css", "htmx.js", "sse.js")
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


def stylesheets() -> list[str]:
    """Return the addresses of the style sheets of every page, in order."""
    names = ("designsystemet.css", "theme.css") if assets_are_installed() else ("plain.css",)
    return [_files()[name].path for name in (*names, "site.css")]


def scripts() -> list[str]:
    """Return the addresses of the scripts of every page; each page is whole without them."""
    names = ("htmx.js", "sse.js") if assets_are_installed() else ()
    return [_files()[name].path for name in (*names, "session.js")]


def static_router() -> APIRouter:
    """Return the route of the files. An address with another digest is 404: the page that named it is old."""
    router = APIRouter(prefix="/static", include_in_schema=False)

    @router.get("/{digest}/{name}")
    def static_file(digest: str, name: str) -> Response:
        found = _files().get(name)
        if found is None or found.path != f"/static/{digest}/{name}":
            return Response(status_code=404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(found.content, headers=headers, media_type=_TYPES[Path(name).suffix])

    return router
