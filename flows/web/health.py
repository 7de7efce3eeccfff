"""What operators and their tools ask: whether the program runs, whether it can work, and its numbers.

`GET /healthz` is 200 while the process answers. `GET /readyz` is 200, or 503 with the parts that cannot be used.
`GET /metrics` is the text format of Prometheus, under the bearer token of AVTALEFLYT_METRICS_TOKEN; without one it does
not exist. It is 503 while the register does not answer.
"""

import hmac
from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from flows.application.context import Context
from flows.application.health import gauges, missing_parts
from flows.errors import AvtaleflytError
from flows.web.bearer_token import bearer_token

PREFIX = "avtaleflyt_"
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def health_router(context: Context) -> APIRouter:
    """Return the router of the three addresses."""
    router = APIRouter(include_in_schema=False)
    token = context.settings.metrics_token.get_secret_value()

    @router.get("/healthz")
    def healthz() -> JSONResponse:
        return JSONResponse({"running": True}, headers=_HEADERS)

    @router.get("/readyz")
    def readyz() -> JSONResponse:
        missing = missing_parts(context)
        return JSONResponse({"ready": not missing, "missing": missing}, 503 if missing else 200, headers=_HEADERS)

    if token:

        @router.get("/metrics")
        def metrics(request: Request) -> Response:
            if not hmac.compare_digest(bearer_token(request).encode(), token.encode()):
                return Response(status_code=401, headers={**_HEADERS, "WWW-Authenticate": "Bearer"})
            try:
                return Response(_exposition(context), media_type=CONTENT_TYPE_LATEST, headers=_HEADERS)
            except AvtaleflytError as error:  # the register does not answer: there is nothing to count
                return Response(error.message, 503, headers=_HEADERS, media_type="text/plain")

    return router


def _exposition(context: Context) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Gauges(context))
    return generate_latest(registry)


class _Gauges(Collector):
    """The gauges of the application, measured when they are asked for."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield each gauge with its samples."""
        for one in gauges(self._context):
            family = GaugeMetricFamily(PREFIX + one.name, one.help, labels=[one.label] if one.label else [])
            for value, number in one.samples.items():
                family.add_metric([value] if one.label else [], number)
            yield family

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Yield nothing: registering this measures nothing."""
        yield from ()
