"""Read the bearer token of a call."""

from fastapi import Request


def bearer_token(request: Request) -> str:
    """Return the token that a call carries; empty without one, or with a credential of another scheme."""
    scheme, _space, given = request.headers.get("authorization", "").partition(" ")
    return given if scheme.lower() == "bearer" else ""
