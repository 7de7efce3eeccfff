"""Talk to an OpenID Connect provider: metadata, keys, the way to its sign-in page, the code's exchange, signing out."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from flows.identity.id_tokens import SignInRefused
from flows.identity.provider_settings import OidcProvider

_METADATA_LIFE = timedelta(hours=24)
_TIMEOUT = (5, 10)
"""Seconds to connect, and of silence."""
_LARGEST = 1024 * 1024
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderAway(Exception):
    """The provider does not answer, or not as a provider does. `what` is one word for the log."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass
class OidcClient:
    """One provider, with its metadata for a day and its keys until an unknown one is used."""

    provider: OidcProvider
    http: requests.Session
    clock: Callable[[], datetime]
    _metadata: tuple[datetime, Mapping[str, Any]] | None = field(default=None, repr=False)
    _keys: KeySet | None = field(default=None, repr=False)

    def metadata(self) -> Mapping[str, Any]:
        """Return the provider's metadata; all its addresses come from there. Raises `ProviderAway`."""
        now = self.clock()
        if self._metadata is None or now - self._metadata[0] > _METADATA_LIFE:
            read = self._json("GET", f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration", "metadata")
            if read.get("issuer") != self.provider.issuer:
                raise ProviderAway("issuer")
            if not all(self._is_safe(read.get(name)) for name in _NEEDED):
                raise ProviderAway("metadata")
            self._metadata = (now, read)
        return self._metadata[1]

    def keys(self, anew: bool = False) -> KeySet:
        """Return the provider's keys. Raises `ProviderAway`."""
        if self._keys is None or anew:
            read = self._json("GET", self.metadata()["jwks_uri"], "keys")
            try:
                known = [
                    one for one in read["keys"] if one.get("use", "sig") == "sig" and one.get("kty") in ("RSA", "EC")
                ]
                self._keys = KeySet.import_key_set({"keys": known})
            except (JoseError, KeyError, TypeError, ValueError, AttributeError):
                raise ProviderAway("keys") from None
        return self._keys

    def sign_in_address(
        self, redirect_uri: str, state: str, nonce: str, verifier: str, language: str, fresh: bool
    ) -> str:
        """Return the address of the provider's sign-in page for one attempt. Raises `ProviderAway`."""
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": self.provider.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
        if self.provider.acr:
            asked["acr_values"] = " ".join(self.provider.acr)
        if self.provider.authorization_details:
            asked["authorization_details"] = json.dumps(list(self.provider.authorization_details))
        if fresh:
            asked |= {"prompt": "login", "max_age": "0"}
        return _with_query(self.metadata()["authorization_endpoint"], asked)

    def exchange(self, code: str, verifier: str, redirect_uri: str) -> str:
        """Return the id token that a code is exchanged for. Raises `ProviderAway`, `SignInRefused`."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
            "client_id": self.provider.client_id,
        }
        headers: dict[str, str] = {}
        if self.provider.private_key is not None:
            form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            form["client_assertion"] = self._assertion()
        else:
            form["client_secret"] = self._secret()
        read = self._json("POST", self.metadata()["token_endpoint"], "token", form, headers)
        token = read.get("id_token")
        if not isinstance(token, str):
            raise SignInRefused("no_id_token")
        return token

    def sign_out_address(self, return_uri: str, id_token: str | None) -> str:
        """Return the address that ends the provider's own session, empty if it has none. Raises `ProviderAway`."""
        endpoint = self.metadata().get("end_session_endpoint")
        if not self._is_safe(endpoint):
            return ""
        said = {"client_id": self.provider.client_id, "post_logout_redirect_uri": return_uri}
        return _with_query(str(endpoint), said | ({"id_token_hint": id_token} if id_token else {}))

    def _assertion(self) -> str:
        """Return a `private_key_jwt` (RFC 7523) for one call; its audience is the issuer."""
        provider, now = self.provider, int(self.clock().timestamp())
        try:
            pem = provider.private_key.read_bytes() if provider.private_key else b""
            is_elliptic = isinstance(load_pem_private_key(pem, None), EllipticCurvePrivateKey)
            key = ECKey.import_key(pem) if is_elliptic else RSAKey.import_key(pem)
            header: dict[str, Any] = {"alg": "ES256" if is_elliptic else "RS256"}
            if provider.key_id:
                header["kid"] = provider.key_id
            if provider.certificate is not None:
                thumbprint = x509.load_pem_x509_certificate(provider.certificate.read_bytes()).fingerprint(SHA256())
                header["x5t#S256"] = base64.urlsafe_b64encode(thumbprint).rstrip(b"=").decode()
        except (OSError, ValueError, TypeError, JoseError):
            raise ProviderAway("private_key") from None
        claims = {
            "iss": provider.client_id,
            "sub": provider.client_id,
            "aud": provider.issuer,
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_urlsafe(16),
        }
        return jwt.encode(header, claims, key, algorithms=["RS256", "ES256"])

    def _secret(self) -> str:
        try:
            return self.provider.client_secret_file.read_text().strip() if self.provider.client_secret_file else ""
        except OSError:
            raise ProviderAway("client_secret") from None

    def _json(
        self,
        method: str,
        address: str,
        what: str,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        try:
            answer = self.http.request(
                method,
                address,
                data=form,
                headers={"Accept": "application/json", **(headers or {})},
                timeout=_TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            with answer:
                content = answer.raw.read(_LARGEST, decode_content=True)
            read = json.loads(content)
        except (requests.RequestException, OSError, ValueError):
            raise ProviderAway(what) from None
        if answer.status_code == 400 and what == "token":
            raise SignInRefused("code")
        if answer.status_code != 200 or not isinstance(read, dict):
            raise ProviderAway(what)
        return read

    def _is_safe(self, address: object) -> bool:
        """Return whether an address is HTTPS, or HTTP where the issuer is: a test provider on this machine."""
        schemes = {"https", urlsplit(self.provider.issuer).scheme}
        return isinstance(address, str) and urlsplit(address).scheme in schemes and bool(urlsplit(address).netloc)


def _with_query(address: str, values: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(values)}"
