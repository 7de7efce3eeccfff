"""Links: unguessable tokens of signers, derived from a key of the desk's, kept only as a digest.

A token is an HMAC over request, signer, what it is for and which issue of it, so the desk can tell a sender the same
link again after a lost answer, and a stolen database opens no link.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from flows.signing_desk.secret_files import keep_secret


class Kind(StrEnum):
    """What a link is for: signing, once; or fetching a copy of what everybody has signed."""

    SIGN = "sign"
    COPY = "copy"


@dataclass(frozen=True)
class Links:
    """Makes the links of this desk. `address` is what signers' browsers reach it by, without a slash at the end."""

    address: str
    key: bytes

    def token(self, request_id: str, order: int, issue: int = 1, kind: Kind = Kind.SIGN) -> str:
        """Return a secret of one signer: 43 characters of URL-safe base64."""
        seal = hmac.digest(self.key, f"{request_id}/{order}/{kind}/{issue}".encode(), hashlib.sha256)
        return urlsafe_b64encode(seal).rstrip(b"=").decode()

    def fits(self, token: str, request_id: str, order: int, issue: int, kind: Kind) -> bool:
        """Say whether the token is that signer's, in a time that tells nothing about it."""
        return hmac.compare_digest(self.token(request_id, order, issue, kind).encode(), token.encode())

    def link(self, request_id: str, order: int, issue: int = 1, kind: Kind = Kind.SIGN) -> str:
        """Return the address of one signer's page."""
        return f"{self.address}/{kind}/{self.token(request_id, order, issue, kind)}"


def open_links(folder: Path, address: str) -> Links:
    """Open the desk's links; their key is made on first use."""
    return Links(address.rstrip("/"), keep_secret(folder / "private" / "links.key", secrets.token_bytes(32)))


def digest_of(token: str) -> str:
    """Return what is stored of a token and looked up by: its SHA-256, so that timing tells nothing about the token."""
    return hashlib.sha256(token.encode()).hexdigest()
