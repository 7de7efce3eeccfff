"""Which agreement an amendment changes, and what was agreed before it."""

import sqlalchemy as sa
from alembic import op

revision = "0023_amendments"
down_revision = "0022_deliveries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "amendment",
        sa.Column("agreement_id", sa.String(36), nullable=False),
        sa.Column("amends_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"]),
        sa.ForeignKeyConstraint(["amends_id"], ["agreement.id"]),
        sa.PrimaryKeyConstraint("agreement_id"),
        sa.UniqueConstraint("amends_id", "number"),
    )
    op.create_index("ix_amendment_amends_id", "amendment", ["amends_id"])
