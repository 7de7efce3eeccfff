"""Sign in and out at an OpenID Connect provider: Entra ID, Ansattporten, or any other that the settings name.

An attempt is a row that counts once, in the browser where it began. What the provider answers is checked by
`flows.identity`; the person's account is `(issuer, subject)`. Rights are those of the moment of sign-in.
"""

import hmac
import logging
import secrets
from datetime import timedelta
from enum import StrEnum
from functools import cache

import requests

from flows.application.calendar_feeds import narrow_feeds
from flows.application.context import Context
from flows.application.sessions import FRESH, SignedIn
from flows.application.sign_in import sealer_of
from flows.identity import (
    OidcClient,
    OidcProvider,
    ProviderAway,
    SignInRefused,
    check_id_token,
    check_logout_token,
    load_providers,
)
from flows.register.account_schema import SignInAttempt
from flows.register.account_sessions import (
    end_session,
    end_sessions_of_provider,
    start_session,
    token_digest,
    use_logout_token,
)
from flows.register.accounts import see_account

_log = logging.getLogger(__name__)
_LIFE = timedelta(minutes=10)


class OidcFault(StrEnum):
    """Why nobody is signed in, each with words of its own on the page."""

    UNKNOWN_PROVIDER = "unknown_provider"
    OLD_ATTEMPT = "old_attempt"
    DENIED = "denied"
    REFUSED = "refused"
    AWAY = "away"
    CLOSED = "closed"


class OidcFailed(Exception):
    """A sign-in that did not succeed."""

    def __init__(self, fault: OidcFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def providers_of(context: Context) -> dict[str, OidcProvider]:
    """Return the providers of this installation by name. Raises `WrongUse`."""
    return load_providers(context.stated_settings.sign_in)


@cache
def _http() -> requests.Session:
    return requests.Session()


_clients: dict[tuple[str, int], OidcClient] = {}


def client_of(context: Context, name: str) -> OidcClient:
    """Return the client of a provider, which keeps its metadata and keys. Raises `OidcFailed`."""
    provider = providers_of(context).get(name)
    if provider is None:
        raise OidcFailed(OidcFault.UNKNOWN_PROVIDER)
    key = (provider.model_dump_json(), id(context.register.clock))
    if key not in _clients:
        _clients[key] = OidcClient(provider, _http(), context.register.clock)
    return _clients[key]


def redirect_uri(context: Context, name: str) -> str:
    """Return where the provider sends the browser back to: from the settings, never from the request."""
    return f"{context.stated_settings.public_url.rstrip('/')}/logg-inn/{name}/svar"


def begin(context: Context, name: str, browser: str, return_path: str, language: str, fresh: bool) -> str:
    """Return the address of the provider's sign-in page for a new attempt of a browser. Raises `OidcFailed`."""
    client = client_of(context, name)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _number in range(3))
    try:
        address = client.sign_in_address(redirect_uri(context, name), state, nonce, verifier, language, fresh)
    except ProviderAway as away:
        raise _away(name, away) from None
    with context.register.write() as transaction:
        transaction.session.add(
            SignInAttempt(
                state_sha256=token_digest(state),
                browser_sha256=token_digest(browser),
                provider=name,
                nonce=nonce,
                verifier=verifier,
                return_path=return_path,
                fresh=fresh,
                ends_at=transaction.now + _LIFE,
            )
        )
    return address


def finish(context: Context, name: str, browser: str, answer: dict[str, str]) -> tuple[str, str]:
    """Return the id of a new session and the path to go on to, for what the provider sent back. Raises `OidcFailed`."""
    client = client_of(context, name)
    attempt = _take_attempt(context, name, browser, answer.get("state", ""))
    if answer.get("iss", client.provider.issuer) != client.provider.issuer:
        raise _refused(name, "response_iss")
    if "error" in answer:
        _log.warning("A sign-in was refused by its provider.", extra={"provider": name})
        raise OidcFailed(OidcFault.DENIED)
    now = context.register.clock()
    try:
        token = client.exchange(answer.get("code", ""), attempt.verifier, redirect_uri(context, name))
        since = now - FRESH if attempt.fresh else None
        identity = check_id_token(client.provider, token, client.keys, attempt.nonce, now, since)
    except ProviderAway as away:
        raise _away(name, away) from None
    except SignInRefused as refused:
        raise _refused(name, refused.reason) from None
    sealed = None if identity.has_national_id else sealer_of(context).seal(token)
    with context.register.write() as transaction:
        account = see_account(transaction, identity.issuer, identity.subject, identity.name, identity.email)
        account.email_is_verified = identity.email_is_verified or None
        if account.disabled_at is not None:
            raise OidcFailed(OidcFault.CLOSED)
        roles = [list(pair) for pair in identity.roles]
        session_id = start_session(transaction, account, identity.sid, roles, sealed)
        narrow_feeds(transaction, account.id, identity.roles)
    _log.info("An account signed in.", extra={"account": account.id, "provider": name})
    return session_id, attempt.return_path


def sign_out(context: Context, signed: SignedIn) -> str:
    """End a session; return the provider's address that ends its own, empty where there is none."""
    with context.register.write() as transaction:
        ended = end_session(transaction, signed.id_sha256)
        sealed = ended.id_token if ended else None
    _log.info("An account signed out.", extra={"account": signed.actor.account_id})
    provider = next((one for one in providers_of(context).values() if one.issuer == signed.issuer), None)
    if provider is None:
        return ""
    token = sealer_of(context).open(sealed) if sealed else None
    try:
        return client_of(context, provider.name).sign_out_address(
            f"{context.stated_settings.public_url.rstrip('/')}/logget-ut", token
        )
    except ProviderAway as away:
        _log.warning("A provider's session could not be ended: %s", away.what, extra={"provider": provider.name})
        return ""


def end_by_front_channel(context: Context, issuer: str, sid: str) -> int:
    """End the sessions that a provider's session has here; it says which, without a cookie. Return how many."""
    if not sid or issuer not in {one.issuer for one in providers_of(context).values()}:
        return 0
    with context.register.write() as transaction:
        return end_sessions_of_provider(transaction, issuer, sid)


def end_by_back_channel(context: Context, name: str, logout_token: str) -> bool:
    """End the sessions that a provider's logout token names; False if the token is not right. Raises `OidcFailed`."""
    client = client_of(context, name)
    try:
        said = check_logout_token(client.provider, logout_token, client.keys, context.register.clock())
    except ProviderAway as away:
        raise _away(name, away) from None
    except SignInRefused as refused:
        _log.warning("A logout token was refused: %s", refused.reason, extra={"provider": name})
        return False
    with context.register.write() as transaction:
        is_first = use_logout_token(transaction, client.provider.issuer, said.id, said.ends_at)
        if is_first:
            end_sessions_of_provider(transaction, client.provider.issuer, said.sid)
    if not is_first:
        _log.warning("A logout token came a second time.", extra={"provider": name})
    return is_first


def _take_attempt(context: Context, name: str, browser: str, state: str) -> SignInAttempt:
    """Return the attempt that a state belongs to, and remove it: it counts once. Raises `OidcFailed`."""
    with context.register.write() as transaction:
        attempt = transaction.session.get(SignInAttempt, token_digest(state))
        if attempt is None or not hmac.compare_digest(attempt.browser_sha256, token_digest(browser)):
            raise OidcFailed(OidcFault.OLD_ATTEMPT)
        transaction.session.delete(attempt)
        is_live = attempt.ends_at > transaction.now and attempt.provider == name
    if not is_live:
        raise OidcFailed(OidcFault.OLD_ATTEMPT)
    return attempt


def _away(name: str, away: ProviderAway) -> OidcFailed:
    _log.error("A sign-in provider could not be used: %s", away.what, extra={"provider": name})
    return OidcFailed(OidcFault.AWAY)


def _refused(name: str, reason: str) -> OidcFailed:
    _log.warning("A sign-in was refused: %s", reason, extra={"provider": name})
    return OidcFailed(OidcFault.REFUSED)
