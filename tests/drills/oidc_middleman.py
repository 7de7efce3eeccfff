"""Stand between the workplace and an OpenID Connect provider, and spoil one thing of what it answers."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import requests
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from tests.conftest import Clock
from tests.web.workplace.oidc_provider import KEY, TestProvider

_OF_THE_CONNECTION = frozenset({"content-length", "transfer-encoding", "connection", "content-encoding", "keep-alive"})
EVIL = "https://evil.example"


@dataclass
class Middleman:
    """Passes everything on to `behind`. It holds the provider's key, so that what it spoils is signed all the same."""

    behind: str
    callback: str
    issuer: str = ""
    fault: str = ""

    def spoil(self, fault: str) -> None:
        """Set what is wrong with the next answers; empty for nothing."""
        self.fault = fault

    def app(self) -> FastAPI:
        """Return the application that stands at the provider's address."""
        app = FastAPI()
        app.add_api_route("/{path:path}", self.forward, methods=["GET", "POST"])
        return app

    async def forward(self, request: Request) -> Response:
        """Pass a request on, and spoil its answer."""
        body = await request.body()
        headers = {name: value for name, value in request.headers.items() if name not in _OF_THE_CONNECTION}
        answer = await run_in_threadpool(
            requests.request,
            request.method,
            f"{self.behind}{request.url.path}?{request.url.query}",
            headers=headers,
            data=body,
            allow_redirects=False,
            timeout=30,
        )
        content = self._spoiled(request.url.path, answer)
        made = Response(
            content, 500 if self.fault == "token_500" and request.url.path == "/token" else answer.status_code
        )
        for name, value in answer.raw.headers.items():
            if name.lower() not in _OF_THE_CONNECTION:
                made.headers.append(name, self._location(value) if name.lower() == "location" else value)
        return made

    def _spoiled(self, path: str, answer: requests.Response) -> bytes:
        if path == "/.well-known/openid-configuration" and self.fault == "metadata_issuer":
            return json.dumps({**answer.json(), "issuer": EVIL}).encode()
        if path != "/token" or not self.fault or not answer.ok:
            return answer.content
        if self.fault == "token_html":
            return b"<html>"
        said = answer.json()
        claims = _claims_of(said.pop("id_token"))
        if self.fault != "no_id_token":
            clock = Clock(datetime.now(UTC))
            spoiling = TestProvider(clock, self.issuer, self.fault, KEY, claims)
            said["id_token"] = spoiling.id_token(claims["nonce"])
        return json.dumps(said).encode()

    def _location(self, address: str) -> str:
        """Return where the browser is sent, spoiled where it leads back to the workplace."""
        path, _mark, query = address.partition("?")
        if path != self.callback:
            return address
        said = dict(parse_qsl(query))
        changes = {
            "denied": {"error": "access_denied", "code": ""},
            "state": {"state": "another"},
            "response_iss": {"iss": EVIL},
        }.get(self.fault, {})
        return f"{path}?{urlencode({name: value for name, value in {**said, **changes}.items() if value})}"


def _claims_of(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims
