"""What the program takes from an id token, and the roles that claims give. National identity numbers are dropped."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flows.identity.provider_settings import OidcProvider


@dataclass(frozen=True, slots=True)
class IdentityClaims:
    """A person as a provider names them. `roles` are pairs of role and municipality. Nothing else is kept.

    `has_national_id` tells that the token held `pid`: such a token is stored nowhere. `email_is_verified` says that the
    provider vouches for the address: it says so itself, or it is one Entra tenant, whose own IT gives out addresses.
    """

    issuer: str
    subject: str
    name: str
    email: str
    sid: str | None
    roles: tuple[tuple[str, str], ...]
    has_national_id: bool = False
    email_is_verified: bool = False


def identity_in(provider: OidcProvider, claims: Mapping[str, Any]) -> IdentityClaims:
    """Return the identity in the checked claims of an id token.

    With Entra ID the person is `tid` and `oid`; elsewhere `sub`.
    """
    subject = f"{claims['tid']}/{claims['oid']}" if provider.tenant else str(claims["sub"])
    sid = claims.get("sid")
    return IdentityClaims(
        issuer=provider.issuer,
        subject=subject,
        name=_text(claims.get("name")),
        email=_text(claims.get("email") or claims.get("preferred_username")),
        sid=sid if isinstance(sid, str) and 0 < len(sid) <= 200 else None,
        roles=claimed_roles(provider, claims),
        has_national_id="pid" in claims,
        email_is_verified=bool(provider.tenant) or claims.get("email_verified") is True,
    )


def claimed_roles(provider: OidcProvider, claims: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the roles that the claims give, as pairs of role and municipality. No claim gives none."""
    held = {
        "roles": _texts(claims.get("roles")),
        "groups": _texts(claims.get("groups")),
        "orgno": organisations_in(provider, claims.get("authorization_details")),
    }
    given = [
        (mapping.role, municipality)
        for mapping in provider.roles
        if mapping.value in held[mapping.claim]
        for municipality in mapping.municipalities
    ]
    return tuple(dict.fromkeys(given))


def organisations_in(provider: OidcProvider, details: object) -> frozenset[str]:
    """Return the organisation numbers that `authorization_details` names, in elements that were asked for.

    Type and resource must be those of one request. Keys are read without regard to case and to a colon at their end,
    as Digdir's own examples write them. An organisation is `0192:` and nine digits.
    """
    wanted = {(one.get("type"), one.get("resource")) for one in provider.authorization_details}
    found: set[str] = set()
    for element in details if isinstance(details, list) else []:
        read = _folded(element)
        if (read.get("type"), read.get("resource")) not in wanted:
            continue
        parties = read.get("authorized_parties", read.get("reportees"))
        for holder in [read, *(parties if isinstance(parties, list) else [])]:
            found |= _numbers_in(_folded(holder).get("orgno"))
        for reportee in parties if isinstance(parties, list) else []:
            found |= _numbers_in(reportee)
    return frozenset(found)


def _numbers_in(value: object) -> set[str]:
    number = _folded(value).get("id")
    matched = re.fullmatch(r"0192:([0-9]{9})", number) if isinstance(number, str) else None
    return {matched[1]} if matched else set()


def _folded(value: object) -> dict[str, Any]:
    return {str(key).casefold().rstrip(":"): one for key, one in value.items()} if isinstance(value, dict) else {}


def _texts(value: object) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset({value})
    return frozenset(one for one in value if isinstance(one, str)) if isinstance(value, Iterable) else frozenset()


def _text(value: object) -> str:
    """Return a name or an address for display: one line, at most 200 characters."""
    return " ".join(value.split())[:200] if isinstance(value, str) else ""
