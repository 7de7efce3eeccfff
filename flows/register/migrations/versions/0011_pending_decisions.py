"""What waits for a person, with why, since when, and when it was over."""

import sqlalchemy as sa
from alembic import op

revision = "0011_pending_decisions"
down_revision = "0010_refused_documents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "pending_decision",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("agreement_id", sa.String(36), nullable=True),
        sa.Column("reference", sa.String(50), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_pending_decision_agreement_id", "pending_decision", ["agreement_id"])
    still_open = sa.text("cleared_at IS NULL")
    op.create_index(
        "ix_pending_decision_open",
        "pending_decision",
        ["kind", "subject"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
