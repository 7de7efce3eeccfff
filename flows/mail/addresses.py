"""E-mail addresses: how they are written in a header (RFC 5322), and how they are handed to a server (RFC 5321, 6531).

The domain is written in ASCII (IDNA, RFC 5891), which every server takes; letters beyond ASCII before the @ need a
server with SMTPUTF8.
"""

import re
from email.header import Header
from email.utils import formataddr
from typing import NamedTuple

from flows.email_domains import ascii_domain

_MOST = 254
"""Longest address that a command can hold (RFC 5321, 4.5.3.1.3)."""
_LOCAL = re.compile(r"[^\x00-\x20\x7f-\xa0\"(),:;<>@\[\\\]]+")
"""What stands before the @ without quotes: letters of any alphabet, and no sign that ends an address or a command."""


class Mailbox(NamedTuple):
    """A name, which may be empty, and an address."""

    name: str
    address: str


def mailbox_of(text: str) -> Mailbox:
    """Return name and address of `Bodø kommune, helse <post@bodo.kommune.no>`, or of an address alone.

    The name may hold any letter and any sign, with or without quotes.
    """
    found = re.fullmatch(r"\s*(?P<name>.*?)\s*<(?P<address>[^<>]*)>\s*", text, re.DOTALL)
    if found is None:
        return Mailbox("", text.strip())
    name = found["name"]
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return Mailbox(" ".join(name.split()), found["address"].strip())


def wire_address(address: str) -> str | None:
    """Return an address as it goes to a server, its domain in ASCII; None if no command can hold it."""
    local, at, domain = address.rpartition("@")
    if not at or not address.isprintable() or not _LOCAL.fullmatch(local) or len(local.encode()) > 64:
        return None
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return None
    host = ascii_domain(domain)
    wire = f"{local}@{host}"
    return wire if host and len(wire.encode()) <= _MOST else None


def header_value(mailbox: Mailbox) -> str:
    """Return a mailbox as a header takes it; the address may hold letters beyond ASCII, the name is encoded."""
    name, address = mailbox.name, wire_address(mailbox.address) or mailbox.address
    if name.isascii():
        return formataddr((name, "x@x")).replace("x@x", address) if name else address
    encoded = Header(name, "utf-8").encode(linesep="\r\n")
    return f"{encoded} <{address}>"
