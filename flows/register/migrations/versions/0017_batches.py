"""Uploads that are kept for a time, what each batch took in, and long work on batches."""

import sqlalchemy as sa
from alembic import op

revision = "0017_batches"
down_revision = "0016_agreement_list"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "upload",
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("municipalities", sa.JSON(), nullable=True),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", instant, nullable=False),
        sa.Column("expires_at", instant, nullable=False),
        sa.Column("checked", sa.JSON(), nullable=False),
        sa.Column("taken_in_at", instant, nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"]),
        sa.PrimaryKeyConstraint("batch_id"),
    )
    op.create_index("ix_upload_expires_at", "upload", ["expires_at"])
    op.create_table(
        "batch_agreement",
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("agreement_id", sa.String(36), nullable=False),
        sa.Column("reception", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"]),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"]),
        sa.PrimaryKeyConstraint("batch_id", "agreement_id"),
    )
    op.execute(
        "INSERT INTO batch_agreement (batch_id, agreement_id, reception) "
        "SELECT DISTINCT batch_id, agreement_id, '' FROM version WHERE batch_id IS NOT NULL"
    )
    op.create_table(
        "batch_job",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("leased_until", instant, nullable=True),
        sa.Column("stop_asked_at", instant, nullable=True),
        sa.Column("ended_at", instant, nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_batch_job_batch", "batch_job", ["batch_id", "kind"])
    op.create_index("ix_batch_job_ended_at", "batch_job", ["ended_at"])
