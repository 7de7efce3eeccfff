"""Which e-mail told somebody else of one that was refused. What was refused before is left as it was dealt with."""

import sqlalchemy as sa
from alembic import op

revision = "0012_replaced_mail"
down_revision = "0011_pending_decisions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("mail", sa.Column("replaced_by", sa.String(36), nullable=True))
    op.execute("UPDATE mail SET replaced_by = id WHERE state = 'refused'")
