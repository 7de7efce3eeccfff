"""The year overview as a page and as a picture: months × municipalities, without names."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from flows import language
from flows.application.context import Context
from flows.application.reviews import year_page, year_picture

Year = Annotated[int, Path(ge=2000, le=2200)]


def year_router(context: Context, dependencies: Sequence[Any] = ()) -> APIRouter:
    """Return the router of `/reviews/<year>` and `/reviews/<year>.svg`. `dependencies` let in who may see it."""
    router = APIRouter(dependencies=list(dependencies))

    @router.get("/reviews/{year}.svg", include_in_schema=False)
    def picture(year: Year) -> Response:
        language.use(context.stated_settings.language)
        return Response(year_picture(context, year), media_type="image/svg+xml")

    @router.get("/reviews/{year}", include_in_schema=False)
    def page(year: Year) -> Response:
        language.use(context.stated_settings.language)
        return Response(year_page(context, year, links=True), media_type="text/html")

    return router
