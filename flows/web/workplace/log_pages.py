"""The log of reads, by reader and by agreement or record."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from flows.application.access import Role
from flows.application.read_log import PAGE_SIZE, search_reads
from flows.web.workplace.field_types import PageNumber
from flows.web.workplace.guards import Visit, require
from flows.web.workplace.rendering import render

Reader = Annotated[Visit, Depends(require(Role.AUDITOR, Role.ADMINISTRATOR))]
Id = Annotated[str, Query(max_length=36, pattern=r"^[0-9a-zA-Z-]*$")]


def log_routes() -> APIRouter:
    """Return the route of `/logg`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/logg")
    def log(
        request: Request,
        visit: Reader,
        bruker: Id = "",
        gjelder: Id = "",
        side: Annotated[PageNumber, Query(ge=1)] = 1,
    ) -> Response:
        """Show a page of the log."""
        entries, total = search_reads(visit.context, bruker, gjelder.strip(), side)
        kept = {name: value for name, value in (("bruker", bruker), ("gjelder", gjelder)) if value}
        return render(
            request,
            "read_log.html",
            entries=entries,
            total=total,
            reader=bruker,
            subject=gjelder,
            page=side,
            pages=max(1, -(-total // PAGE_SIZE)),
            link=f"?{urlencode(kept)}{'&' if kept else ''}side=",
        )

    return router
