"""The year overview as a page and as a picture: months × municipalities, without names."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from flows import language
from flows.register import Register
from flows.review.year_overview import dates_of_year, year_page, year_picture

Year = Annotated[int, Path(ge=2000, le=2200)]


def year_router(
    open_register: Callable[[], Register], language_name: str = "nb", dependencies: Sequence[Any] = ()
) -> APIRouter:
    """Return the router of `/reviews/<year>` and `/reviews/<year>.svg`. `dependencies` let in who may see it."""
    router = APIRouter(dependencies=list(dependencies))

    @router.get("/reviews/{year}.svg", include_in_schema=False)
    def picture(year: Year) -> Response:
        language.use(language_name)
        return Response(year_picture(dates_of_year(open_register(), year), year), media_type="image/svg+xml")

    @router.get("/reviews/{year}", include_in_schema=False)
    def page(year: Year) -> Response:
        language.use(language_name)
        return Response(year_page(dates_of_year(open_register(), year), year, links=True), media_type="text/html")

    return router
