"""A provider of OpenID Connect for tests, over real HTTP: code flow, PKCE, `private_key_jwt`, and faults on demand."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.conftest import Clock

CLIENT_ID, TENANT = "avtaleflyt", "11111111-2222-3333-4444-555555555555"
NATIONAL_ID = "13097248022"


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "op1", "use": "sig", "alg": "RS256"})


KEY, OTHER, CLIENT = _new_key(), _new_key(), RSAKey.generate_key(2048, {"kid": "client"})


@dataclass
class TestProvider:
    """What the provider does; `fault` names what is wrong with its next answers."""

    __test__ = False
    clock: Clock
    issuer: str = ""
    fault: str = ""
    key: RSAKey = field(default_factory=lambda: KEY)
    claims: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    assertions: list[dict[str, Any]] = field(default_factory=list)

    def app(self) -> FastAPI:
        """Return the provider as an application."""
        app = FastAPI()
        app.add_api_route("/.well-known/openid-configuration", self.metadata)
        app.add_api_route("/jwks", self.jwks)
        app.add_api_route("/authorize", self.authorize)
        app.add_api_route("/token", self.token, methods=["POST"])
        return app

    def metadata(self) -> Response:
        """Give the metadata."""
        issuer = self.issuer if self.fault != "metadata_issuer" else "https://evil.example"
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        names["end_session_endpoint"] = "logout"
        return JSONResponse({"issuer": issuer, **{name: f"{self.issuer}/{path}" for name, path in names.items()}})

    def jwks(self) -> Response:
        """Give the public key."""
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    def authorize(self, request: Request) -> Response:
        """Send the browser back with a code."""
        asked = dict(request.query_params)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        if self.fault == "denied":
            back = {"error": "access_denied", "state": asked["state"]}
        if self.fault == "state":
            back["state"] = "another"
        if self.fault == "response_iss":
            back["iss"] = "https://evil.example"
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 303)

    async def token(self, request: Request) -> Response:
        """Exchange a code for an id token, once."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        asked = self.codes.pop(form["code"], None)
        assertion = jwt.decode(form["client_assertion"], CLIENT, algorithms=["RS256"])
        self.assertions.append({**assertion.header, **assertion.claims})
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or challenge != asked["code_challenge"] or assertion.claims["aud"] != self.issuer:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if self.fault == "token_500":
            return JSONResponse({}, 500)
        if self.fault == "token_html":
            return Response("<html>", media_type="text/html")
        content = {"access_token": "x", "token_type": "Bearer", "expires_in": 120}
        if self.fault != "no_id_token":
            content["id_token"] = self.id_token(asked["nonce"])
        return JSONResponse(content)

    def id_token(self, nonce: str) -> str:
        """Return an id token, with the fault of the moment."""
        now = int(self.clock().timestamp())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": "pairwise-1",
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 120,
            "nonce": nonce,
            "sid": "s1",
            "acr": "substantial",
            "auth_time": now,
            "tid": TENANT,
            "oid": "person-1",
            "name": "Kari Koordinator",
            "email": "kari@kommune.example",
            "roles": ["Avtaleflyt.Koordinator"],
            **self.claims,
        }
        changes = changed_claims(now).get(self.fault, {})
        claims = {name: value for name, value in (claims | changes).items() if value is not None}
        header = {"alg": "RS256", "kid": "op1"}
        match self.fault:
            case "alg_none":
                return f"{_part({'alg': 'none'})}.{_part(claims)}."
            case "alg_hs256":
                secret = OctKey.import_key(self.key.as_pem(private=False))
                return jwt.encode({"alg": "HS256"}, claims, secret, algorithms=["HS256"])
            case "other_key":
                return jwt.encode(header, claims, OTHER)
            case "changed":
                first, _middle, last = jwt.encode(header, claims, self.key).split(".")
                return f"{first}.{_part(claims | {'oid': 'someone-else'})}.{last}"
            case "garbage":
                return "no.jwt"
            case _:
                return jwt.encode(header, claims, self.key)


def changed_claims(now: int) -> dict[str, dict[str, Any]]:
    """Return what each fault changes in the claims; None takes one away."""
    return {
        "iss": {"iss": "https://evil.example"},
        "aud": {"aud": "someone"},
        "aud_list_and_azp": {"aud": ["someone"], "azp": CLIENT_ID},
        "aud_two": {"aud": [CLIENT_ID, "someone"], "azp": CLIENT_ID},
        "no_aud": {"aud": None},
        "azp": {"azp": "someone"},
        "nonce": {"nonce": "x"},
        "no_nonce": {"nonce": None},
        "expired": {"exp": now - 61},
        "no_exp": {"exp": None},
        "exp_text": {"exp": "later"},
        "issued_later": {"iat": now + 300, "exp": now + 600},
        "issued_long_ago": {"iat": now - 3600},
        "not_before": {"nbf": now + 300},
        "acr_lower": {"acr": "low"},
        "no_acr": {"acr": None},
        "other_tenant": {"tid": "99999999-2222-3333-4444-555555555555"},
        "no_tenant": {"tid": None},
        "no_oid": {"oid": None},
        "no_sub": {"sub": None},
        "sub_number": {"sub": 5},
    }


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
