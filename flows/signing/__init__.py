"""Signing: send each agreement exactly once, and follow its signature request until everybody has signed.

In: an approved agreement with its PDF and its signers. Out: a signature request at a provider, and later the signed
PDF. What can go wrong: the provider certainly created nothing (back to `approved`), or the outcome cannot be known
(`unknown`, for a person to settle). A request is never sent again on a guess.

`port` is the interface of every provider, `providers` its adapters; `sending` creates requests, `polling` follows them,
and `portions` shares them between collectors.
"""

from flows.signing.port import GivesSigningLinks, HeldRequest, Provider, SignaturePosition, Signer, Update
from flows.signing.signing_links import AwaitedSignature

__all__ = [
    "AwaitedSignature",
    "GivesSigningLinks",
    "HeldRequest",
    "Provider",
    "SignaturePosition",
    "Signer",
    "Update",
    "cancellation",
    "ended_notifications",
    "held_requests",
    "manual_resolution",
    "polling",
    "portions",
    "providers",
    "rate_limiter",
    "reminders",
    "request_title",
    "sending",
    "signer_links",
    "signing_links",
]
