"""Files of cases that are kept for a time, so that another machine reads what the batch was started with."""

import sqlalchemy as sa
from alembic import op

revision = "0019_batch_file"
down_revision = "0018_covered_batches"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "batch_file",
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"]),
        sa.PrimaryKeyConstraint("batch_id"),
    )
    op.create_index("ix_batch_file_expires_at", "batch_file", ["expires_at"])
