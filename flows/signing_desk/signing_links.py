"""Issuing links: every signer has one to sign with, once; a new one makes those before it void.

A link to sign works to the end of the fourteenth day after it is the signer's turn, at most until the deadline, and
leads to a receipt once it has been used. A link to a copy is made when everybody has signed, and works for thirty days.
"""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select

from flows.dates import end_of_day, oslo_date
from flows.language import translate as _
from flows.signing_desk.errors import DeskError, unknown_link
from flows.signing_desk.link_tokens import Kind, digest_of
from flows.signing_desk.service import Desk
from flows.signing_desk.signature_requests import DeskRequest, DeskSigner
from flows.signing_desk.statuses import SignerStatus
from flows.signing_desk.tables import links, signers

SIGNING_LIFE = timedelta(days=14)
COPY_LIFE = timedelta(days=30)
BETWEEN_LINKS = timedelta(minutes=10)
"""A signer who asks for a new link gets no other one sooner."""


class IssuedLink(NamedTuple):
    """A link that somebody holds: whose it is, what for, when it was made, and whether a newer one took its place."""

    request: str
    order: int
    kind: Kind
    made_at: datetime
    is_newest: bool


def issue_link(desk: Desk, connection: Connection, request_id: str, order: int, kind: Kind = Kind.SIGN) -> str:
    """Make a new link of a signer's and return it; those before it are void from now on."""
    number = _newest(connection, request_id, order, kind) + 1
    connection.execute(
        insert(links).values(
            digest=digest_of(desk.links.token(request_id, order, number, kind)),
            request=request_id,
            number=order,
            kind=kind.value,
            issue=number,
            made_at=desk.clock().isoformat(),
        )
    )
    return desk.links.link(request_id, order, number, kind)


def issue_missing(desk: Desk) -> None:
    """Make the first link of every signer who has none: of those who were kept before links had a table."""
    with desk.database.writing() as connection:
        with_link = select(links.c.request, links.c.number).where(links.c.kind == Kind.SIGN.value)
        missing = select(signers.c.request, signers.c.number).except_(with_link)
        for request_id, order in connection.execute(missing).all():
            issue_link(desk, connection, request_id, order)


def newest_link(desk: Desk, connection: Connection, request_id: str, order: int, kind: Kind = Kind.SIGN) -> str:
    """Return the newest link of a signer."""
    return desk.links.link(request_id, order, _newest(connection, request_id, order, kind), kind)


def copy_link(desk: Desk, connection: Connection, request: DeskRequest, signer: DeskSigner) -> str:
    """Return the signer's link to a copy of what everybody has signed; empty once copies are given no longer.

    The newest one that was made is returned, so that the one in an e-mail stays good.
    """
    if request.ended_at is None or desk.clock() >= request.ended_at + COPY_LIFE:
        return ""
    if _newest(connection, request.id, signer.order, Kind.COPY):
        return newest_link(desk, connection, request.id, signer.order, Kind.COPY)
    return issue_link(desk, connection, request.id, signer.order, Kind.COPY)


def valid_link(desk: Desk, connection: Connection, request: DeskRequest, signer: DeskSigner) -> str:
    """Return the signer's newest signing link; issue a new one if it has expired."""
    made_at = connection.scalar(_of_signer(func.max(links.c.made_at), request.id, signer.order, Kind.SIGN))
    if made_at and not has_expired(request, signer, datetime.fromisoformat(made_at), desk.clock()):
        return newest_link(desk, connection, request.id, signer.order)
    return issue_link(desk, connection, request.id, signer.order)


def has_expired(request: DeskRequest, signer: DeskSigner, made_at: datetime, now: datetime) -> bool:
    """Return whether a signing link has expired. Its time starts when it is the signer's turn."""
    return request.turn(signer) == SignerStatus.READY and now > end_of_day(_last_day(request, signer, made_at))


def last_day(desk: Desk, connection: Connection, request: DeskRequest, signer: DeskSigner) -> date:
    """Return the last day in Norway on which the signer's newest link works."""
    made_at = connection.scalar(_of_signer(func.max(links.c.made_at), request.id, signer.order, Kind.SIGN))
    day = _last_day(request, signer, datetime.fromisoformat(made_at) if made_at else desk.clock())
    return min(day, oslo_date(request.deadline))


def _last_day(request: DeskRequest, signer: DeskSigner, made_at: datetime) -> date:
    before = [one.signed_at for one in request.signers if one.order < signer.order and one.signed_at]
    return oslo_date(max([made_at, *before])) + SIGNING_LIFE


def resolve_token(desk: Desk, connection: Connection, token: str, kind: Kind) -> IssuedLink:
    """Return the link of a token. Raises `DeskError` if there is none."""
    wanted = select(links).where(links.c.digest == digest_of(token), links.c.kind == kind.value)
    row = connection.execute(wanted).mappings().first()
    if row is None or not desk.links.fits(token, row["request"], row["number"], row["issue"], kind):
        raise unknown_link()
    is_newest = row["issue"] == _newest(connection, row["request"], row["number"], kind)
    return IssuedLink(row["request"], row["number"], kind, datetime.fromisoformat(row["made_at"]), is_newest)


def check_link_rate(desk: Desk, connection: Connection, request_id: str, order: int) -> None:
    """Raise `DeskError` if a signing link was made less than ten minutes ago."""
    since = (desk.clock() - BETWEEN_LINKS).isoformat()
    newest_made_at = connection.scalar(_of_signer(func.max(links.c.made_at), request_id, order, Kind.SIGN))
    if newest_made_at is not None and newest_made_at > since:
        raise DeskError(429, "just-sent", _("A new link was sent less than ten minutes ago."))


def _newest(connection: Connection, request_id: str, order: int, kind: Kind) -> int:
    return connection.scalar(_of_signer(func.max(links.c.issue), request_id, order, kind)) or 0


def _of_signer(value: ColumnElement[Any], request_id: str, order: int, kind: Kind) -> Select[Any]:
    return select(value).where(links.c.request == request_id, links.c.number == order, links.c.kind == kind.value)
