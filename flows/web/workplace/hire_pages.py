"""The page of one hire: a form by sections, with what is wrong at each field."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from flows.application import batch_work
from flows.application.access import Action, Role
from flows.application.hire import HireResult, hire, hire_sections
from flows.application.query_scope import query_scope
from flows.language import translate as _
from flows.web.workplace.guards import CSRF_FIELD, HELD_FIELD, Visit, require
from flows.web.workplace.job_worker import wake
from flows.web.workplace.rendering import flash, render

Hirer = Annotated[Visit, Depends(require(Role.HR, Role.COORDINATOR))]


def hire_routes() -> APIRouter:
    """Return the routes of `/ansettelser`."""
    router = APIRouter(prefix="/ansettelser", include_in_schema=False)

    @router.get("/ny")
    def new(request: Request, visit: Hirer) -> Response:  # noqa: ARG001 - the guard
        """Show the empty form."""
        return _page(request, {}, None)

    @router.post("/ny")
    async def take(request: Request, visit: Hirer) -> Response:
        """Register the hire, or show the form again with what is wrong."""
        form = await request.form()
        said = {name: value for name, value in form.items() if name not in (CSRF_FIELD, HELD_FIELD)}
        given = {name: value for name, value in said.items() if isinstance(value, str)}
        return await run_in_threadpool(_taken, request, visit, given)

    return router


def _taken(request: Request, visit: Visit, given: dict[str, str]) -> Response:
    result = hire(visit.context, given)
    if not result.agreement_id:
        return _page(request, given, result)
    if batch_work.start_documents(visit.context, result.batch_id, query_scope(visit.context, Action.APPROVE)):
        wake(request.app)
    flash(request, _("The hire is registered, and its document is being made."))
    for message in result.warnings.values():
        flash(request, message, "warning")
    return RedirectResponse(f"/saker/{result.batch_id}/dokumenter", 303)


def _page(request: Request, given: dict[str, str], result: HireResult | None) -> Response:
    errors = dict(result.errors) if result else {}
    sections = hire_sections()
    order = [field.name for section in sections for field in section.fields]
    listed = [(name or "skjema", errors[name]) for name in ["", *order] if name in errors]
    values = {"given": given, "errors": errors, "listed": listed, "sections": sections}
    return render(request, "hire.html", 422 if listed else 200, **values, has_errors=bool(listed))
