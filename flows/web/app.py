"""The web application: the routers of this folder, put together."""

from fastapi import APIRouter, FastAPI


def create_app(*routers: APIRouter) -> FastAPI:
    """Return an application with these routers and nothing else: no documentation pages, no surprises."""
    app = FastAPI(title="Avtaleflyt", docs_url=None, redoc_url=None, openapi_url=None)
    for router in routers:
        app.include_router(router)
    return app
