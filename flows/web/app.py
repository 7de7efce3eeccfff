"""Assemble the web application from its routers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from flows.application.context import Context
from flows.application.schedules import Schedule, Scheduler
from flows.application.webhooks import webhook_providers
from flows.web.calendar import calendar_router
from flows.web.health import health_router
from flows.web.intake import Announce, intake_router
from flows.web.intake_description import schemas
from flows.web.machine_answers import MachineAnswers
from flows.web.webhooks import nobody, webhook_routes
from flows.web.workplace.app import create_workplace
from flows.web.workplace.job_worker import working


def create_app(context: Context, announce: Announce, wake: Callable[[], None] = nobody) -> FastAPI:
    """Return the application. `announce` tells the event `alis.hired`; `wake` is called after a new webhook.

    OpenAPI is published at /openapi.json.
    """
    app = FastAPI(title="Avtaleflyt", docs_url=None, redoc_url=None, redirect_slashes=False)
    app.add_middleware(MachineAnswers)
    app.include_router(intake_router(context, announce))
    app.include_router(webhook_routes(context.register, webhook_providers(context), wake))
    app.include_router(calendar_router(context))
    app.include_router(health_router(context))
    # Whatever is no machine's address is a page. A mount would answer their wrong methods, too.
    app.router.default = app.state.workplace = create_workplace(context)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    return app


def doing_jobs(app: FastAPI, context: Context) -> AbstractContextManager[None]:
    """Do the long work that the workplace's pages ask for, in a thread, for as long as the block lasts."""
    return working(app.state.workplace, context)


def end_streams_with(app: FastAPI, is_stopping: Callable[[], bool]) -> None:
    """Have the workplace's streams end when the server is about to: an open one would hold it up."""
    app.state.workplace.state.is_stopping = is_stopping


@contextmanager
def running_schedules(app: FastAPI, context: Context, schedules: Sequence[Schedule]) -> Iterator[None]:
    """Run schedules in a thread for as long as the block lasts; the page of operation may ask for a run."""
    with Scheduler(context, schedules) as scheduler:
        app.state.workplace.state.scheduler = scheduler
        yield


def _described(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version="1", routes=app.routes)
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(schemas())
    components.setdefault("securitySchemes", {})["bearer"] = {"type": "http", "scheme": "bearer"}
    return document
