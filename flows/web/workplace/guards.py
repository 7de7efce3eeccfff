"""Guards of routes: who may open a page, and where forms must come from.

Every route has exactly one guard, `require(Role…)`, or stands on the short list of public pages. A guard gives the
endpoint a `Visit`. What the roles allow in which municipality is decided by the use cases, not here.
"""

import hmac
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from flows.application.access import Actor, Role
from flows.application.context import Context
from flows.application.held_forms import take_held_form
from flows.application.sessions import SensitiveAction, SignedIn, is_fresh, wants_fresh_sign_in
from flows.web.workplace.field_types import has_nul

CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"
HELD_FIELD = "fortsett"
"""The field of a form that was held through sign-in: its token."""
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class NotSignedIn(Exception):
    """There is no live session. `form` is what was sent, if it was a form."""

    def __init__(self, form: FormData | None = None) -> None:
        super().__init__()
        self.form = form


class NoRole(Exception):
    """The person has none of the roles that a page is for."""


class ForgedForm(Exception):
    """A form without the session's token, or from another site."""


class UnreadableForm(Exception):
    """A form with something in its text that no browser sends for what a person types."""


class StaleSignIn(Exception):
    """Something that needs a fresh sign-in. `form` is what was sent."""

    def __init__(self, form: FormData | None = None) -> None:
        super().__init__()
        self.form = form


class HeldFormGone(Exception):
    """A form that was held through sign-in and has been sent already, or is too old."""


@dataclass(frozen=True)
class Visit:
    """A request of a person who is signed in. `context` acts for that person."""

    signed: SignedIn
    context: Context

    @property
    def actor(self) -> Actor:
        """Whom use cases act for."""
        return self.signed.actor


@dataclass(frozen=True)
class RoleGuard:
    """The guard of a route: lets in whoever has one of the roles somewhere; none given: whoever is signed in."""

    roles: frozenset[Role]
    fresh: bool | SensitiveAction = False

    async def __call__(self, request: Request) -> Visit:
        """Return the visit. Raises `NotSignedIn`, `ForgedForm`, `UnreadableForm`, `NoRole`, `StaleSignIn`."""
        changes = request.method in _CHANGES
        form = await request.form() if changes else None
        signed: SignedIn | None = request.state.signed
        if signed is None:
            raise NotSignedIn(form)
        if form is not None and not is_own_form(request, form, signed.csrf_token):
            raise ForgedForm
        if form is not None and has_nul(form.multi_items()):
            raise UnreadableForm
        if self.roles and not self.roles & signed.actor.roles:
            raise NoRole
        context: Context = request.app.state.context
        if self._needs_fresh(context) and not is_fresh(signed, context.register.clock()):
            raise StaleSignIn(form)
        if form is not None:
            await _send_held_form_once(request, form)
        visit = Visit(signed, await run_in_threadpool(context.acting_as, signed.actor))
        request.state.visit = visit
        return visit

    def _needs_fresh(self, context: Context) -> bool:
        if isinstance(self.fresh, SensitiveAction):
            return wants_fresh_sign_in(context, self.fresh)
        return self.fresh


async def _send_held_form_once(request: Request, form: FormData) -> None:
    """Raise `HeldFormGone` where a form that was held through sign-in has been sent before."""
    token = form.get(HELD_FIELD)
    if not isinstance(token, str):
        return
    context, browser = request.app.state.context, request.app.state.cookies.browser(request)
    if not await run_in_threadpool(take_held_form, context, browser, token):
        raise HeldFormGone


def require(*roles: Role, fresh: bool | SensitiveAction = False) -> RoleGuard:
    """Return the guard of a route: `visit: Annotated[Visit, Depends(require(Role.HR))]`.

    Without roles it lets in whoever is signed in. `fresh` asks for a sign-in of a few minutes ago: always, for roles,
    accounts and keys, or where the settings want it for an action.
    """
    return RoleGuard(frozenset(roles), fresh)


def get_visit(request: Request) -> Visit:
    """Return the visit that the route's guard made."""
    visit: Visit = request.state.visit
    return visit


def get_actor(request: Request) -> Actor:
    """Return whom the request acts for."""
    return get_visit(request).actor


def get_context(request: Request) -> Context:
    """Return the context that acts for whoever is signed in."""
    return get_visit(request).context


CurrentActor = Annotated[Actor, Depends(get_actor)]
CurrentContext = Annotated[Context, Depends(get_context)]


def is_own_form(request: Request, form: FormData, token: str) -> bool:
    """Return whether a form has the session's token and comes from our own pages.

    Browsers say where it comes from in `Sec-Fetch-Site`; programs that are none say nothing.
    """
    given = request.headers.get(CSRF_HEADER) or form.get(CSRF_FIELD)
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), token.encode()):
        return False
    return request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
