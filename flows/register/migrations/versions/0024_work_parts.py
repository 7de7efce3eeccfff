"""Parts of seasons and leases of signature requests, by which workers share work; places of signatures of documents."""

import sqlalchemy as sa
from alembic import op

revision = "0024_work_parts"
down_revision = "0023_amendments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "work_part",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("batch_id", sa.String(36), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("agreement_ids", sa.JSON(), nullable=False),
        sa.Column("send", sa.Boolean(), nullable=False),
        sa.Column("lossy", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("holder", sa.String(36), nullable=False),
        sa.Column("leased_until", instant, nullable=True),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("ended_at", instant, nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_work_part_run", "work_part", ["run_id", "number"])
    op.create_index("ix_work_part_ended_at", "work_part", ["ended_at"])
    op.create_table(
        "request_lease",
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("holder", sa.String(36), nullable=False),
        sa.Column("leased_until", instant, nullable=True),
        sa.Column("round_began_at", instant, nullable=False),
        sa.Column("done_at", instant, nullable=True),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_index("ix_request_lease_leased_until", "request_lease", ["leased_until"])
    op.add_column("version", sa.Column("signature_places", sa.JSON(), nullable=True))
