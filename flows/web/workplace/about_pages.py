"""Pages that everybody may read, also signed out: accessibility, privacy, and what Avtaleflyt is."""

from importlib.metadata import version

from fastapi import APIRouter, Request, Response

from flows.web.workplace.rendering import render


def about_routes() -> APIRouter:
    """Return the routes. None of them has a guard."""
    router = APIRouter(include_in_schema=False)

    @router.get("/tilgjengelighet")
    def accessibility(request: Request) -> Response:
        """Say what the pages hold to, and how to report faults."""
        return render(request, "accessibility.html")

    @router.get("/personvern")
    def privacy(request: Request) -> Response:
        """Say what is stored about those who use the pages."""
        return render(request, "privacy.html")

    @router.get("/om")
    def about(request: Request) -> Response:
        """Say what the program is."""
        return render(request, "about.html", version=version("avtaleflyt"))

    return router
