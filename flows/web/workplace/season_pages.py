"""Pages of a season: upload a workbook, see what is wrong with it, look at the documents, and approve them."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from flows.agreements.types import types
from flows.application import approval, batch_work, uploads
from flows.application.access import Action, Role
from flows.application.batch_agreements import authorized_batch
from flows.application.query_scope import query_scope
from flows.application.sheet import empty_sheet
from flows.errors import CasesUnreadable, NotFound, TransitionRefused
from flows.language import translate as _
from flows.language import translate_plural
from flows.web.workplace.field_types import whole_number
from flows.web.workplace.guards import Visit, require
from flows.web.workplace.job_worker import wake
from flows.web.workplace.long_work import LongWork, follow
from flows.web.workplace.rendering import flash, render

Coordinator = Annotated[Visit, Depends(require(Role.COORDINATOR))]
Approver = Annotated[Visit, Depends(require(Role.COORDINATOR, Role.HR))]
Digest = Annotated[str, Form(max_length=64)]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def season_routes() -> APIRouter:
    """Return the routes of `/saker`."""
    router = APIRouter(prefix="/saker", include_in_schema=False)
    _add_upload(router)
    _add_check(router)
    _add_documents(router)
    return router


def _add_upload(router: APIRouter) -> None:
    @router.get("/ny")
    def new(request: Request, visit: Coordinator) -> Response:
        """Offer to upload a file of cases."""
        return _upload_page(request, visit)

    @router.get("/ark/{kind}.xlsx")
    def sheet(kind: str, visit: Coordinator) -> Response:  # noqa: ARG001 - the guard
        """Hand out an empty workbook to fill in."""
        if kind not in types():
            raise NotFound(_("There is no such page."))
        return _workbook(empty_sheet(kind), f"saker-{kind}.xlsx")

    @router.post("/ny")
    async def take(request: Request, visit: Coordinator, fil: Annotated[UploadFile | None, File()] = None) -> Response:
        """Check an uploaded file and keep it for the next pages."""
        from starlette.concurrency import run_in_threadpool

        content = await fil.read() if fil is not None else b""
        name = (fil.filename or "") if fil is not None else ""
        return await run_in_threadpool(_kept, request, visit, name, content)


def _kept(request: Request, visit: Visit, name: str, content: bytes) -> Response:
    try:
        if not name:
            raise CasesUnreadable(_("Choose a file first."))
        batch = uploads.keep_upload(visit.context, name, content, query_scope(visit.context, Action.TAKE_IN))
    except CasesUnreadable as unreadable:
        return _upload_page(request, visit, str(unreadable))
    return RedirectResponse(f"/saker/{batch}", 303)


def _upload_page(request: Request, visit: Visit, error: str = "") -> Response:
    recent = uploads.recent_uploads(visit.context, query_scope(visit.context, Action.TAKE_IN))
    kinds = [(kind.name, kind.title) for kind in types().values()]
    values = {"error": error, "has_errors": bool(error), "recent": recent, "kinds": kinds}
    return render(request, "upload.html", 422 if error else 200, **values)


def _add_check(router: APIRouter) -> None:
    @router.get("/{batch_id}")
    def check(request: Request, batch_id: str, visit: Coordinator) -> Response:
        """Show what can be used and what must be corrected."""
        return _check_page(request, visit, batch_id)

    @router.get("/{batch_id}/merket.xlsx")
    def marked(batch_id: str, visit: Coordinator) -> Response:
        """Hand out the workbook with every wrong cell marked."""
        scope = query_scope(visit.context, Action.TAKE_IN)
        return _workbook(uploads.marked_workbook(visit.context, batch_id, scope), "saker-med-merker.xlsx")

    @router.post("/{batch_id}/ta-inn")
    def take_in(request: Request, batch_id: str, visit: Coordinator, sett: Digest = "") -> Response:
        """Register the good cases as they were shown, and have their documents made."""
        scope = query_scope(visit.context, Action.TAKE_IN)
        if uploads.upload_view(visit.context, batch_id, scope).taken_in_at is not None:
            flash(request, _("The upload was taken in before, and nothing is changed."), "info")
            return RedirectResponse(f"/saker/{batch_id}/dokumenter", 303)
        try:
            taken = uploads.take_in_upload(visit.context, batch_id, scope, sett)
        except TransitionRefused as changed:
            return _check_page(request, visit, batch_id, str(changed))
        number = len(taken.agreement_ids)
        if not number:
            flash(request, _("No case could be used. Correct the workbook and upload it again."), "warning")
            return RedirectResponse(f"/saker/{batch_id}", 303)
        if batch_work.start_documents(visit.context, batch_id, scope):
            wake(request.app)
        told = translate_plural("{number} case was taken in.", "{number} cases were taken in.", number)
        flash(request, told.format(number=number))
        return RedirectResponse(f"/saker/{batch_id}/dokumenter", 303)


def _check_page(request: Request, visit: Visit, batch_id: str, error: str = "") -> Response:
    view = uploads.upload_view(visit.context, batch_id, query_scope(visit.context, Action.TAKE_IN))
    values = {"view": view, "most": uploads.MOST_SHOWN, "error": error, "has_errors": bool(error)}
    return render(request, "upload_check.html", 409 if error else 200, **values)


def _add_documents(router: APIRouter) -> None:
    @router.get("/{batch_id}/dokumenter")
    def documents(request: Request, batch_id: str, visit: Approver, stopp: str = "") -> Response:
        """Show the documents of a batch as they are made, to be looked at and approved."""
        scope, shown = authorized_batch(visit.context, batch_id, Action.APPROVE)
        progress = batch_work.batch_progress(visit.context, batch_id, scope)
        following = follow(request, LongWork.DOCUMENTS, batch_id, bool(stopp)) if progress.under_way else None
        return render(
            request, "documents.html", batch_id=batch_id, progress=progress, documents=shown, following=following
        )

    @router.post("/{batch_id}/dokumenter/lag")
    def make(request: Request, batch_id: str, visit: Approver) -> Response:
        """Make the documents that are missing."""
        scope, _shown = authorized_batch(visit.context, batch_id, Action.APPROVE)
        if batch_work.start_documents(visit.context, batch_id, scope):
            wake(request.app)
        return RedirectResponse(f"/saker/{batch_id}/dokumenter", 303)

    @router.post("/{batch_id}/dokumenter/godkjenn")
    def approve(
        request: Request,
        batch_id: str,
        visit: Approver,
        valgt: Annotated[list[str] | None, Form()] = None,
    ) -> Response:
        """Approve the documents that were chosen, in the versions that were shown."""
        scope, _shown = authorized_batch(visit.context, batch_id, Action.APPROVE)
        pairs = [one.rpartition(":") for one in valgt or []]
        numbered = [(agreement_id, whole_number(number)) for agreement_id, _colon, number in pairs]
        shown = [(agreement_id, number) for agreement_id, number in numbered if number is not None]
        if not shown:
            flash(request, _("Choose at least one document."), "warning")
            return RedirectResponse(f"/saker/{batch_id}/dokumenter", 303)
        result = approval.approve_documents(visit.context, shown, scope)
        number = len(result.approved)
        told = translate_plural("{number} document is approved.", "{number} documents are approved.", number)
        flash(request, told.format(number=number))
        if result.left:
            flash(request, _("Some have changed since you saw them. Look at them again."), "warning")
        return RedirectResponse(f"/saker/{batch_id}/dokumenter", 303)


def _workbook(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=_XLSX, headers=headers)
