"""What lists of agreements are read from, filled for the agreements that are there already."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from flows.agreements.types import types
from flows.register.listing_schema import AgreementListing
from flows.register.listing_update import PartyNames, name_columns, request_columns
from flows.register.schema import Agreement, SignatureRequest, Version

revision = "0016_agreement_list"
down_revision = "0015_accounts"
branch_labels = None
depends_on = None

_TABLE = "agreement_listing"
_INDEXES = {
    "ix_listing_counterpart": ["counterpart_key", "agreement_id"],
    "ix_listing_municipality": ["municipality_key", "counterpart_key", "agreement_id"],
    "ix_listing_deadline": ["deadline", "agreement_id"],
    "ix_listing_received": ["received_at", "agreement_id"],
    "ix_listing_state": ["state", "municipality_number"],
    "ix_listing_scope": ["municipality_number", "state"],
}
_AT_ONCE = 1000


def upgrade() -> None:
    """Apply."""
    by_bytes = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
    op.create_table(
        _TABLE,
        sa.Column("agreement_id", sa.String(36), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("municipality_number", sa.String(4), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("municipality_key", by_bytes, nullable=False),
        sa.Column("counterpart", sa.String(), nullable=False),
        sa.Column("counterpart_key", by_bytes, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", sa.String(36), nullable=True),
        sa.Column("request_id", sa.String(36), nullable=True),
        sa.Column("signers", sa.Integer(), nullable=False),
        sa.Column("signed", sa.Integer(), nullable=False),
        sa.Column("next_signer", sa.String(), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"]),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"]),
        sa.ForeignKeyConstraint(["request_id"], ["signature_request.id"]),
        sa.PrimaryKeyConstraint("agreement_id"),
    )
    _fill()
    for name, columns in _INDEXES.items():
        op.create_index(name, _TABLE, columns)


def _fill() -> None:
    connection = op.get_bind()
    listing = sa.table(_TABLE, *(sa.column(one.name, one.type) for one in AgreementListing.__table__.columns))
    ids = list(connection.scalars(sa.select(Agreement.id).order_by(Agreement.id)))
    for start in range(0, len(ids), _AT_ONCE):
        rows = list(_rows(connection, ids[start : start + _AT_ONCE]))
        if rows:
            connection.execute(listing.insert(), rows)


def _rows(connection: sa.Connection, ids: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of these agreements. Columns are named: a later migration may add others to the same tables."""
    requests = {(one.agreement_id, one.version): one for one in connection.execute(_requests(ids))}
    for one in connection.execute(_agreements(ids)):
        request = requests.get((one.id, one.version))
        names = _names(one.type, one.case) or PartyNames(one.municipality_number, "")
        yield {
            "agreement_id": one.id,
            "type": one.type,
            "state": one.state,
            "municipality_number": one.municipality_number,
            "valid_from": one.valid_from,
            "received_at": one.received_at,
            "batch_id": one.batch_id,
            **name_columns(names, one.municipality_number, request.signers if request else []),
            **request_columns(request),
        }


def _agreements(ids: list[str]) -> sa.Select[*tuple[Any, ...]]:
    columns = (Agreement.id, Agreement.type, Agreement.state, Agreement.municipality_number, Agreement.version)
    of_version = (Version.agreement_id == Agreement.id) & (Version.number == Agreement.version)
    wanted = sa.select(*columns, Agreement.valid_from, Version.received_at, Version.batch_id, Version.case)
    return wanted.join(Version, of_version).where(Agreement.id.in_(ids))


def _requests(ids: list[str]) -> sa.Select[*tuple[Any, ...]]:
    of = SignatureRequest
    columns = (of.id, of.agreement_id, of.version, of.signers, of.status, of.deadline, of.reason)
    return sa.select(*columns).where(of.agreement_id.in_(ids)).order_by(of.version, of.attempt)


def _names(kind: str, case: dict[str, Any]) -> PartyNames | None:
    """Return the names of a case; None for a type that is there no more, or a case that its model no longer reads."""
    agreement = types().get(kind)
    if agreement is None:
        return None
    try:
        signatories = agreement.signatories(agreement.case.model_validate(case))
    except (ValueError, LookupError):
        return None
    return PartyNames(signatories[0].organisation, signatories[-1].organisation or signatories[-1].name)
