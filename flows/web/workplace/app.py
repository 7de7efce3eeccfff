"""Assemble the workplace: an application of its own, mounted beside the machines' addresses."""

from functools import cache

from fastapi import FastAPI
from starlette.routing import BaseRoute

from flows.application.context import Context
from flows.web.workplace.about_pages import about_routes
from flows.web.workplace.account_pages import account_routes
from flows.web.workplace.agreement_pages import agreement_routes
from flows.web.workplace.archive_pages import archive_routes
from flows.web.workplace.cookies import Cookies
from flows.web.workplace.error_pages import add_error_pages, fault_page
from flows.web.workplace.export_pages import export_routes
from flows.web.workplace.follow_up_pages import follow_up_routes
from flows.web.workplace.headers import SecurityHeaders
from flows.web.workplace.help_pages import help_routes
from flows.web.workplace.hire_pages import hire_routes
from flows.web.workplace.key_pages import key_routes
from flows.web.workplace.log_pages import log_routes
from flows.web.workplace.oidc_pages import oidc_routes
from flows.web.workplace.operation_pages import operation_routes
from flows.web.workplace.overview import overview_routes
from flows.web.workplace.progress_stream import progress_routes
from flows.web.workplace.review_pages import review_routes
from flows.web.workplace.season_pages import season_routes
from flows.web.workplace.sending_pages import sending_routes
from flows.web.workplace.session_middleware import Sessions
from flows.web.workplace.sign_in_pages import sign_in_routes
from flows.web.workplace.signing_pages import signing_return_routes, signing_routes
from flows.web.workplace.static_files import static_router
from flows.web.workplace.template_pages import template_routes
from flows.web.workplace.user_pages import user_routes

PUBLIC = frozenset(
    {
        "/static/{digest}/{name}",
        "/logg-inn",
        "/logg-inn/{provider}",
        "/logg-inn/{provider}/svar",
        "/logg-ut/frontkanal",
        "/logg-ut/bakkanal/{provider}",
        "/logget-ut",
        "/tilgjengelighet",
        "/personvern",
        "/om",
        "/hjelp",
        "/hjelp/{name}",
        "/hjelp/bilder/{name}",
    }
)
"""Paths of the routes that have no guard: everybody may open them, also signed out."""


@cache
def _pages() -> tuple[BaseRoute, ...]:
    """Return the routes of all pages, which hold nothing of one application: building them takes half a second."""
    pages = (
        *(overview_routes, follow_up_routes, agreement_routes, season_routes, sending_routes, export_routes),
        *(progress_routes, archive_routes, hire_routes, review_routes, sign_in_routes, oidc_routes, account_routes),
        *(user_routes, key_routes, log_routes, about_routes, help_routes, operation_routes, template_routes),
        *(signing_routes, signing_return_routes),
    )
    return tuple(route for routes in pages for route in routes().routes)


def create_workplace(context: Context) -> FastAPI:
    """Return the application with every page. `context` is the server's; each request acts for its person."""
    app = FastAPI(title="Avtaleflyt", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.context = context
    app.state.cookies = cookies = Cookies(context.stated_settings.public_url)
    app.include_router(static_router(context.stated_settings.theme))
    app.router.routes.extend(_pages())  # as they are: each included router would be built once more
    add_error_pages(app)
    app.add_middleware(Sessions, context=context, cookies=cookies)
    app.add_middleware(SecurityHeaders, fault_page=fault_page)
    return app
