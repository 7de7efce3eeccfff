"""Pages for what can go wrong: not signed in, not allowed, not there, changed meanwhile, wrong input, a fault of ours.

Each has words of its own and says what to do next; none shows how the program works inside.
"""

import logging

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from flows.errors import (
    AvtaleflytError,
    NotAllowed,
    NotFound,
    RegisterAltered,
    RegisterFailed,
    StoreDamaged,
    TransitionRefused,
)
from flows.language import translate as _
from flows.request_ids import request_id
from flows.web.workplace.guards import (
    ForgedForm,
    HeldFormGone,
    NoRole,
    NotSignedIn,
    StaleSignIn,
    UnreadableForm,
)
from flows.web.workplace.rendering import render
from flows.web.workplace.sign_in_redirects import to_sign_in

_log = logging.getLogger(__name__)


class Conflict(Exception):
    """Somebody else changed what a form is about since its page was opened. The message says what and what to do."""


def add_error_pages(app: FastAPI) -> None:
    """Answer every exception with a page."""
    app.add_exception_handler(NotSignedIn, _not_signed_in)
    app.add_exception_handler(StaleSignIn, _not_signed_in)
    app.add_exception_handler(NoRole, _no_role)
    app.add_exception_handler(ForgedForm, _forged_form)
    app.add_exception_handler(HeldFormGone, _held_form_gone)
    app.add_exception_handler(UnreadableForm, _invalid)
    app.add_exception_handler(Conflict, _conflict)
    app.add_exception_handler(AvtaleflytError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)


def message_page(request: Request, status: int, heading: str, *paragraphs: str) -> Response:
    """Return a page with a heading, a few sentences, and the way to the overview."""
    links = [("/", _("To the overview"))]
    return render(request, "message.html", status, heading=heading, paragraphs=paragraphs, links=links)


def not_found_page(request: Request) -> Response:
    """Return the page for what is not there, or is not for whoever asks: nobody can tell which."""
    return message_page(
        request,
        404,
        _("The page is not there"),
        _("The address leads to nothing that you can see. Check it, or look for what you need from the overview."),
    )


async def _not_signed_in(request: Request, error: Exception) -> Response:
    form = error.form if isinstance(error, NotSignedIn | StaleSignIn) else None
    return await to_sign_in(request, form, fresh=isinstance(error, StaleSignIn))


def _no_role(request: Request, _error: Exception) -> Response:
    signed = request.state.signed
    return message_page(
        request,
        403,
        _("You have no access to this page"),
        _("You are signed in as {name}.").format(name=signed.actor.name),
        _("Ask the administrator of Avtaleflyt for the role that you need."),
    )


def _forged_form(request: Request, _error: Exception) -> Response:
    return message_page(
        request,
        403,
        _("The form could not be taken"),
        _("It came from an old page or from another site. Nothing was changed. Open the page again and try once more."),
    )


def _held_form_gone(request: Request, _error: Exception) -> Response:
    return message_page(
        request,
        409,
        _("This has been sent already"),
        _("What you had filled in was sent once, or waited for too long. Look whether it is done, or begin anew."),
    )


def _conflict(request: Request, error: Exception) -> Response:
    return message_page(request, 409, _("Something has changed meanwhile"), str(error))


def _refused(request: Request, error: Exception) -> Response:
    if isinstance(error, NotFound):
        return not_found_page(request)
    if isinstance(error, NotAllowed):
        return message_page(request, 403, _("This is not allowed"), str(error))
    if isinstance(error, TransitionRefused):
        return message_page(request, 409, _("Something has changed meanwhile"), str(error))
    if isinstance(error, RegisterFailed | RegisterAltered | StoreDamaged):
        _log.error("A page could not be given: %s", type(error).__name__)
        return message_page(request, 503, _("This does not work just now"), str(error))
    return message_page(request, 422, _("That did not work"), str(error))


def _invalid(request: Request, error: Exception) -> Response:
    places = {one["loc"][0] for one in error.errors()} if isinstance(error, RequestValidationError) else set()
    if "path" in places:
        return not_found_page(request)
    return message_page(
        request,
        422,
        _("Something in the form or the address is missing or wrong"),
        _("Nothing was changed. Go back, look at what you filled in, and try again."),
    )


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status in (404, 405):
        page = not_found_page(request)
        page.status_code = status
        return page
    return message_page(
        request,
        status,
        _("The request could not be understood"),
        _("Nothing was changed. Go back, look at what you filled in, and try again."),
    )


async def fault_page(request: Request) -> Response:
    """Return the page for a fault of the program's own."""
    told = _("The fault is ours, and it is logged. What you did may or may not have been done: look at the agreement.")
    if own := request_id():
        told += " " + _("Whoever runs Avtaleflyt finds it in the log under {id}.").format(id=own)
    return await run_in_threadpool(message_page, request, 500, _("Something went wrong here"), told)
