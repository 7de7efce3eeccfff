"""Tokens from Maskinporten by a signed grant (RFC 7523), kept until shortly before they end."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from uuid import uuid4

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding

from flows.delivery.archive_settings import MaskinportenSettings
from flows.delivery.fiks.keys import Identity
from flows.errors import DeliveryStopped, NotHandedOver
from flows.language import translate as _

_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_GRANT_SECONDS = 100
"""Maskinporten takes 120 at most."""
_EARLIER = timedelta(seconds=10)
_TIMEOUT = (5, 15)
_LARGEST = 64 * 1024


@dataclass
class TokenSource:
    """Gives a valid token, asked for anew when the kept one is about to end. Clock and session are passed in."""

    settings: MaskinportenSettings
    identity: Identity
    session: requests.Session
    clock: Callable[[], datetime]
    _token: str = field(default="", repr=False)
    _until: datetime | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)

    def token(self) -> str:
        """Return a token. Raises `DeliveryStopped` where Maskinporten refuses us, `NotHandedOver` where it is away."""
        with self._lock:
            if self._until is None or self.clock() >= self._until:
                self._token, seconds = self._ask()
                self._until = self.clock() + timedelta(seconds=seconds) - _EARLIER
            return self._token

    def forget(self) -> None:
        """Ask for a new token next time: the kept one was refused."""
        self._until = None

    def grant(self) -> str:
        """Return a new signed grant. It is used once, and never logged."""
        now = int(self.clock().timestamp())
        stated = self.settings
        header: dict[str, Any] = {"alg": "RS256"}
        if stated.key_id:
            header["kid"] = stated.key_id
        else:
            ders = [one.public_bytes(Encoding.DER) for one in self.identity.chain]
            header["x5c"] = [base64.b64encode(one).decode() for one in ders]
        claims = {"aud": stated.audience, "iss": stated.client_id, "scope": stated.scope, "jti": str(uuid4())}
        claims |= {"consumer_org": stated.consumer_org} if stated.consumer_org else {}
        times = {"iat": now, "exp": now + _GRANT_SECONDS}
        signed = f"{_url_safe(json.dumps(header).encode())}.{_url_safe(json.dumps(claims | times).encode())}"
        signature = self.identity.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_url_safe(signature)}"

    def _ask(self) -> tuple[str, float]:
        form = {"grant_type": _GRANT_TYPE, "assertion": self.grant()}
        try:
            answer = self.session.post(self.settings.token, data=form, timeout=_TIMEOUT, allow_redirects=False)
        except requests.RequestException:
            raise NotHandedOver(_("Maskinporten does not answer; nothing was sent, and it is tried again.")) from None
        said = _object(answer.content) if len(answer.content) <= _LARGEST else {}
        if answer.status_code == requests.codes.ok and isinstance(said.get("access_token"), str):
            seconds = said.get("expires_in")
            return said["access_token"], float(seconds) if isinstance(seconds, int | float) else 60.0
        if answer.status_code == requests.codes.too_many or answer.status_code >= requests.codes.server_error:
            raise NotHandedOver(_("Maskinporten does not answer; nothing was sent, and it is tried again."))
        why = str(said.get("error_description") or said.get("error") or answer.status_code)[:300]
        raise DeliveryStopped(
            _(
                "Maskinporten lets us in no more ({why}): see the client, its key and the clock, then run it again."
            ).format(why=why)
        )


def _url_safe(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _object(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
