"""Pages of the yearly reviews: what is due, outcomes for one or many, and a year by municipality."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from flows.application.access import Role
from flows.application.list_csv import reviews_csv
from flows.application.review_agenda import chosen_reviews, due_agenda, record_outcomes_for, year_table
from flows.dates import month_name, parse_day
from flows.errors import WrongUse
from flows.language import current, translate_plural
from flows.language import translate as _
from flows.web.workplace.follow_up_pages import csv_response
from flows.web.workplace.guards import Visit, require
from flows.web.workplace.rendering import flash, render

Reader = Annotated[Visit, Depends(require(Role.COORDINATOR, Role.HR, Role.ARCHIVIST, Role.AUDITOR))]
Coordinator = Annotated[Visit, Depends(require(Role.COORDINATOR))]
Text = Annotated[str, Form(max_length=500)]
Chosen = Annotated[list[str] | None, Form()]
Year = Annotated[int, Path(ge=2000, le=2200)]


def review_routes() -> APIRouter:
    """Return the routes of `/gjennomganger`."""
    router = APIRouter(prefix="/gjennomganger", include_in_schema=False)

    @router.get("")
    def due(request: Request, visit: Reader) -> Response:
        """Show what is due."""
        return _page(request, visit)

    @router.post("/liste.csv")
    def as_csv(visit: Reader) -> Response:
        """Hand out what is due as CSV; posted, since the reading is logged."""
        return csv_response(reviews_csv(visit.context), "gjennomganger.csv")

    @router.post("/utfall")
    def confirm(request: Request, visit: Coordinator, valgt: Chosen = None) -> Response:
        """Show which reviews were chosen, and ask what came of them."""
        if not valgt:
            flash(request, _("Choose at least one agreement."), "warning")
            return RedirectResponse("/gjennomganger", 303)
        return _outcome_page(request, visit, valgt)

    @router.post("/registrer")
    def record(
        request: Request,
        visit: Coordinator,
        valgt: Chosen = None,
        utfall: Text = "",
        merknad: Text = "",
        dato: Text = "",
    ) -> Response:
        """Record the outcome for all that were chosen."""
        chosen, on = valgt or [], parse_day(dato)
        try:
            if not utfall:
                raise WrongUse(_("Choose what came of the review."))
            if dato.strip() and on is None:
                raise WrongUse(_("Write the day as DD.MM.YYYY."))
            done = record_outcomes_for(visit.context, chosen, utfall, merknad.strip(), on)
        except WrongUse as refused:
            return _outcome_page(request, visit, chosen, str(refused))
        number = sum(not one.problem for one in done)
        told = translate_plural("{number} review is recorded.", "{number} reviews are recorded.", number)
        flash(request, told.format(number=number))
        for problem in dict.fromkeys(one.problem for one in done if one.problem):
            flash(request, problem, "warning")
        return RedirectResponse("/gjennomganger", 303)

    @router.get("/ar/{year}")
    def year(request: Request, year: Year, visit: Reader) -> Response:
        """Show a year: municipalities and months, as a table."""
        months = [month_name(number, current())[:3] for number in range(1, 13)]
        return render(request, "review_year.html", year=year, rows=year_table(visit.context, year), months=months)

    return router


def _page(request: Request, visit: Visit) -> Response:
    may_record = Role.COORDINATOR in visit.actor.roles
    year = visit.context.today.year
    return render(request, "reviews.html", agenda=due_agenda(visit.context), may_record=may_record, year=year)


def _outcome_page(request: Request, visit: Visit, chosen: list[str], error: str = "") -> Response:
    rows = chosen_reviews(visit.context, chosen)
    status = 422 if error else 200
    return render(request, "review_outcome.html", status, rows=rows, error=error, has_errors=bool(error))
