"""Check id tokens and logout tokens: OpenID Connect Core 1.0, 3.1.3.7, and Back-Channel Logout 1.0, 2.6.

Every fault is a `SignInRefused` with a code of one word, for the log; what a person reads is the page's business.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from flows.identity.claims import IdentityClaims, identity_in
from flows.identity.provider_settings import OidcProvider

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]
"""Signatures by a key that the provider alone has; neither `none` nor anything with a shared secret."""
LEEWAY = timedelta(seconds=60)
_OLDEST = timedelta(minutes=10)
_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
_LONGEST = 64 * 1024

KeyReader = Callable[[bool], KeySet]
"""Returns the provider's keys; True asks for them anew."""


class SignInRefused(Exception):
    """An answer of a provider that is not exactly right. `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check_id_token(
    provider: OidcProvider, token: str, keys: KeyReader, nonce: str, now: datetime, fresh_since: datetime | None = None
) -> IdentityClaims:
    """Return the identity in an id token. Raises `SignInRefused`.

    `fresh_since`: the person must have proved who they are since then, where the token says when (`auth_time`).
    """
    claims = _verified(token, keys)
    _check_parties(provider, claims)
    _check_times(claims, now)
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise SignInRefused("nonce")
    if provider.acr and claims.get("acr") not in provider.acr:
        raise SignInRefused("acr")
    if provider.tenant and (claims.get("tid") != provider.tenant or not _is_text(claims.get("oid"))):
        raise SignInRefused("tenant")
    if not _is_text(claims.get("sub")):
        raise SignInRefused("sub")
    if fresh_since is not None and "auth_time" in claims and _instant(claims, "auth_time") < fresh_since - LEEWAY:
        raise SignInRefused("auth_time")
    return identity_in(provider, claims)


@dataclass(frozen=True, slots=True)
class LogoutToken:
    """A right logout token: the session that it ends, its own id, and until when one with this id could be right."""

    sid: str
    id: str
    ends_at: datetime


def check_logout_token(provider: OidcProvider, token: str, keys: KeyReader, now: datetime) -> LogoutToken:
    """Return what a logout token says. That it comes once only is for the caller to see. Raises `SignInRefused`."""
    claims = _verified(token, keys)
    _check_parties(provider, claims)
    if not now - _OLDEST <= _instant(claims, "iat") <= now + LEEWAY:
        raise SignInRefused("iat")
    if "exp" in claims and _instant(claims, "exp") <= now - LEEWAY:
        raise SignInRefused("exp")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT), dict) or "nonce" in claims:
        raise SignInRefused("events")
    sid = claims.get("sid")
    if not _is_text(sid) or not _is_text(claims.get("jti")):
        raise SignInRefused("sid")
    return LogoutToken(str(sid), str(claims["jti"]), _instant(claims, "iat") + _OLDEST)


def _verified(token: str, keys: KeyReader) -> Mapping[str, Any]:
    """Return the claims of a token whose signature is right; keys are read anew once, after a change of keys."""
    if not token or len(token) > _LONGEST:
        raise SignInRefused("token")
    for anew in (False, True):
        try:
            claims = jwt.decode(token, keys(anew), algorithms=ALGORITHMS).claims
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if not isinstance(claims, dict):
            raise SignInRefused("token")
        return claims
    raise SignInRefused("signature")


def _check_parties(provider: OidcProvider, claims: Mapping[str, Any]) -> None:
    if claims.get("iss") != provider.issuer:
        raise SignInRefused("iss")
    audience = claims.get("aud")
    if (audience if isinstance(audience, list) else [audience]) != [provider.client_id]:
        raise SignInRefused("aud")
    if "azp" in claims and claims["azp"] != provider.client_id:
        raise SignInRefused("azp")


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    if _instant(claims, "exp") <= now - LEEWAY:
        raise SignInRefused("exp")
    if not now - _OLDEST <= _instant(claims, "iat") <= now + LEEWAY:
        raise SignInRefused("iat")
    if "nbf" in claims and _instant(claims, "nbf") > now + LEEWAY:
        raise SignInRefused("nbf")


def _instant(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SignInRefused(name)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        raise SignInRefused(name) from None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200
