"""The guides, for everybody, also signed out: what a person looks for when something stops."""

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import HTTPException

from flows.language import translate as _
from flows.web.workplace import guides
from flows.web.workplace.rendering import render

_LONGEST_SEARCH = 100
_LANGUAGES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


def help_routes() -> APIRouter:
    """Return the routes. None of them has a guard: nothing in a guide is about anybody."""
    router = APIRouter(include_in_schema=False)

    @router.get("/hjelp")
    def overview(request: Request, sok: str = "") -> Response:
        """List the guides, or the sections in which words stand."""
        words = sok[:_LONGEST_SEARCH].strip()
        listed = [guides.guide(name) for name in guides.names()]
        return render(request, "guides.html", guides=listed, words=words, found=guides.find(words))

    @router.get("/hjelp/bilder/{name}")
    def picture(name: str) -> Response:
        """Give a picture of a guide."""
        content = guides.picture(name)
        if content is None:
            raise HTTPException(404, _("There is no such guide."))
        return Response(content, media_type="image/svg+xml" if name.endswith(".svg") else "image/png")

    @router.get("/hjelp/{name}")
    def one(request: Request, name: str) -> Response:
        """Show a guide."""
        shown = guides.guide(name)
        if shown is None:
            raise HTTPException(404, _("There is no such guide."))
        first = name.partition(".")[0]
        others = [
            other for other in map(guides.guide, guides.names()) if other and other.name.partition(".")[0] == first
        ]
        translations = [(other.name, _LANGUAGES[other.language], other.language) for other in others]
        return render(request, "guide.html", guide=shown, translations=translations)

    return router
