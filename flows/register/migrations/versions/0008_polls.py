"""When a provider last told about what is open."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("provider_pace", sa.Column("polled_at", sa.DateTime(timezone=True), nullable=True))
