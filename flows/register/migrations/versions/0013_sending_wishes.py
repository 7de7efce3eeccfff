"""Which agreements are to be sent without anybody looking at them first."""

import sqlalchemy as sa
from alembic import op

revision = "0013_sending_wishes"
down_revision = "0012_replaced_mail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sending_wish",
        sa.Column("agreement_id", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wanted_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"]),
        sa.PrimaryKeyConstraint("agreement_id", "version"),
    )
