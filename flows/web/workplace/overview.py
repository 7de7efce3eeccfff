"""The front page."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from flows.web.workplace.guards import Visit, require
from flows.web.workplace.rendering import render

SignedInVisit = Annotated[Visit, Depends(require())]


def overview_routes() -> APIRouter:
    """Return the route of the front page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def overview(request: Request, visit: SignedInVisit) -> Response:
        """Show what the person can do."""
        return render(request, "overview.html", actor=visit.actor)

    return router
