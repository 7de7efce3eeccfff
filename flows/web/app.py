"""Assemble the web application from its routers."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from flows.register import Register
from flows.settings import Settings
from flows.web.calendar import calendar_router
from flows.web.intake import Announce, intake_router
from flows.web.intake_description import schemas
from flows.web.webhooks import nobody, webhook_providers, webhook_routes


def create_app(
    settings: Settings, register: Register, announce: Announce, wake: Callable[[], None] = nobody
) -> FastAPI:
    """Return the application. `announce` tells the event `alis.hired`; `wake` is called after a new webhook.

    OpenAPI is published at /openapi.json.
    """
    app = FastAPI(title="Avtaleflyt", docs_url=None, redoc_url=None)
    app.include_router(intake_router(register, settings.intake_token.get_secret_value(), announce))
    app.include_router(webhook_routes(register, webhook_providers(settings, register), wake))
    app.include_router(calendar_router(lambda: register, settings.language))
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    return app


def _described(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version="1", routes=app.routes)
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(schemas())
    components.setdefault("securitySchemes", {})["bearer"] = {"type": "http", "scheme": "bearer"}
    return document
