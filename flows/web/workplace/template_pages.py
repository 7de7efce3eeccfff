"""Pages of templates: those in force, an upload with what is wrong with it, its preview, and putting it in force."""

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from flows.agreements.types import types
from flows.application import agreement_templates as templates
from flows.application.access import Action, Role, allowed
from flows.application.stored_files import MEDIA_TYPES, StoredFile
from flows.errors import DocumentRefused, NotAllowed, TemplateRefused, WrongUse
from flows.language import translate as _
from flows.web.workplace.agreement_pages import download
from flows.web.workplace.guards import Visit, require
from flows.web.workplace.rendering import flash, render

User = Annotated[Visit, Depends(require(Role.COORDINATOR, Role.ADMINISTRATOR))]
FileForm = Literal["pdf", "docx"]
Text = Annotated[str, Form(max_length=40)]


def template_routes() -> APIRouter:
    """Return the routes of `/maler`."""
    router = APIRouter(prefix="/maler", include_in_schema=False)
    _add_list(router)
    _add_one(router)
    return router


def _add_list(router: APIRouter) -> None:
    @router.get("")
    def listed(request: Request, visit: User) -> Response:
        """Show the template in force of each type, uploads that wait, and those of before."""
        return _list_page(request, visit)

    @router.post("")
    async def upload(
        request: Request, visit: User, avtaletype: Text = "", fil: Annotated[UploadFile | None, File()] = None
    ) -> Response:
        """Keep an uploaded template, and show what is wrong with it."""
        content = await fil.read() if fil is not None else b""
        return await run_in_threadpool(_kept, request, visit, avtaletype, content)

    @router.get("/gjeldende/{kind}.{form}")
    def current(kind: str, form: FileForm, visit: User) -> Response:
        """Hand out the template in force, or what it makes of an invented case."""
        make = templates.preview_in_force if form == "pdf" else templates.file_in_force
        return _file(make(visit.context, kind), f"mal-{kind}", form)


def _kept(request: Request, visit: Visit, kind: str, content: bytes) -> Response:
    try:
        template_id = templates.upload_template(visit.context, kind, content)
    except (WrongUse, TemplateRefused, DocumentRefused) as refused:
        return _list_page(request, visit, kind, str(refused))
    return RedirectResponse(f"/maler/{template_id}", 303)


def _add_one(router: APIRouter) -> None:
    @router.get("/{template_id}")
    def one(request: Request, template_id: str, visit: User) -> Response:
        """Show an upload with everything that is wrong with it."""
        return _page(request, visit, template_id)

    @router.get("/{template_id}/mal.{form}")
    def file(template_id: str, form: FileForm, visit: User) -> Response:
        """Hand out an upload, or what it makes of an invented case."""
        make = templates.preview_of if form == "pdf" else templates.template_file
        return _file(make(visit.context, template_id), f"mal-{template_id[:8]}", form)

    @router.post("/{template_id}/bruk")
    def use(request: Request, template_id: str, visit: User) -> Response:
        """Put an upload in force, or be the first of two who want it."""
        try:
            is_in_force = templates.use_template(visit.context, template_id)
        except (TemplateRefused, NotAllowed) as refused:
            return _page(request, visit, template_id, str(refused))
        if is_in_force:
            flash(request, _("The template is in force. Documents that are made from now on use it."))
        else:
            flash(request, _("Another person must put the template in force."), "info")
        return RedirectResponse(f"/maler/{template_id}", 303)

    @router.post("/{template_id}/trekk")
    def withdraw(request: Request, template_id: str, visit: User) -> Response:
        """Withdraw an upload that is not in force."""
        templates.drop_template(visit.context, template_id)
        flash(request, _("The upload is withdrawn."))
        return RedirectResponse("/maler", 303)


def _file(content: bytes, name: str, form: FileForm) -> Response:
    pieces: Iterator[bytes] = iter([content])
    return download(StoredFile(pieces, len(content), f"{name}.{form}", MEDIA_TYPES[form]))


def _list_page(request: Request, visit: Visit, kind: str = "", error: str = "") -> Response:
    return render(
        request,
        "templates.html",
        422 if error else 200,
        histories=templates.templates_by_type(visit.context),
        kinds=[(one.name, one.title) for one in types().values()],
        kind=kind,
        error=error,
        has_errors=bool(error),
    )


def _page(request: Request, visit: Visit, template_id: str, error: str = "") -> Response:
    return render(
        request,
        "template.html",
        409 if error else 200,
        checked=templates.checked_template(visit.context, template_id),
        may_decide=allowed(visit.actor, Action.PUT_TEMPLATES_IN_FORCE),
        error=error,
        has_errors=bool(error),
    )
