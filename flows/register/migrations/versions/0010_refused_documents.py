"""Where a case stands in its source, and why no document of it could be made."""

import sqlalchemy as sa
from alembic import op

revision = "0010_refused_documents"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("version") as table:
        table.add_column(sa.Column("place", sa.JSON(), nullable=True))
        table.add_column(sa.Column("refusal", sa.JSON(), nullable=True))
