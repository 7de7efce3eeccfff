"""A person's own page: roles, language, password, one-time codes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from flows.application.access import Action, Role, may_somewhere
from flows.application.accounts import choose_language
from flows.application.calendar_feeds import make_own_feed, own_feed, revoke_own_feed
from flows.application.sign_in import (
    change_password,
    has_one_time_codes,
    is_local,
    offer_one_time_codes,
    one_time_code_address,
    own_user_name,
    start_one_time_codes,
)
from flows.errors import NotAllowed, WrongUse
from flows.language import translate as _
from flows.web.workplace.guards import Visit, require
from flows.web.workplace.rendering import flash, render

Text = Annotated[str, Form(max_length=500)]
Own = Annotated[Visit, Depends(require())]
ReviewReader = Annotated[Visit, Depends(require(Role.COORDINATOR, Role.HR, Role.ARCHIVIST, Role.AUDITOR))]
Confirmed = Annotated[Visit, Depends(require(fresh=True))]


def account_routes() -> APIRouter:
    """Return the routes of `/konto`."""
    router = APIRouter(prefix="/konto", include_in_schema=False)

    @router.get("")
    def show(request: Request, visit: Own) -> Response:
        """Show the person's own account."""
        return _page(request, visit)

    @router.post("/sprak")
    def language(visit: Own, sprak: Text = "") -> Response:
        """Choose the language of the pages."""
        choose_language(visit.context, sprak)
        return RedirectResponse("/konto", 303)

    @router.post("/passord")
    def password(request: Request, visit: Own, navaerende: Text = "", nytt: Text = "", igjen: Text = "") -> Response:
        """Change the password; every session of the account ends, this one too."""
        try:
            if nytt != igjen:
                raise WrongUse(_("The two new passwords are not alike."))
            change_password(visit.context, navaerende, nytt)
        except NotAllowed as refused:
            return _page(request, visit, 422, [("navaerende", str(refused))])
        except WrongUse as refused:
            return _page(request, visit, 422, [("nytt", str(refused))])
        return RedirectResponse("/logg-inn?byttet=1", 303)

    @router.post("/kalender")
    def calendar(request: Request, visit: ReviewReader) -> Response:
        """Make the person's calendar address, and show it this once; the one before is void."""
        return render(request, "new_calendar.html", address=make_own_feed(visit.context))

    @router.post("/kalender/trekk")
    def no_calendar(request: Request, visit: ReviewReader) -> Response:
        """Let the person's calendar address lead nowhere from now on."""
        revoke_own_feed(visit.context)
        flash(request, _("The calendar address leads nowhere any more."))
        return RedirectResponse("/konto", 303)

    @router.get("/engangskoder")
    def offer(request: Request, visit: Own) -> Response:
        """Offer a new secret for an authenticator app."""
        return _codes_page(request, visit, offer_one_time_codes(visit.context))

    @router.post("/engangskoder")
    def start(request: Request, visit: Confirmed, hemmelighet: Text = "", kode: Text = "") -> Response:
        """Ask for codes from here on, once the first one is right."""
        if not start_one_time_codes(visit.context, hemmelighet, kode):
            error = _("The code is wrong or too old. Write the one that the app shows now.")
            return _codes_page(request, visit, hemmelighet, error)
        flash(request, _("One-time codes are in use from your next sign-in on."))
        return RedirectResponse("/konto", 303)

    return router


def _page(request: Request, visit: Visit, status: int = 200, errors: list[tuple[str, str]] | None = None) -> Response:
    local = is_local(visit.context)
    sees_reviews = may_somewhere(visit.actor, Action.SEE_REVIEWS)
    return render(
        request,
        "account.html",
        status,
        local=local,
        user_name=own_user_name(visit.context) if local else "",
        sees_reviews=sees_reviews,
        feed=own_feed(visit.context) if sees_reviews else None,
        has_codes=local and has_one_time_codes(visit.context),
        errors=errors or [],
        has_errors=bool(errors),
    )


def _codes_page(request: Request, visit: Visit, secret: str, error: str = "") -> Response:
    return render(
        request,
        "one_time_codes.html",
        422 if error else 200,
        secret=secret,
        address=one_time_code_address(visit.context, secret),
        error=error,
        has_errors=bool(error),
    )
