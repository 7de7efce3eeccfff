"""An index of the events that say that a backup is whole: monitoring asks for the newest every few seconds."""

import sqlalchemy as sa
from alembic import op

revision = "0026_completed_backups"
down_revision = "0025_covered_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    is_completed = sa.text("kind = 'backup_completed'")
    op.create_index(
        "ix_event_completed_backup", "event", ["number"], sqlite_where=is_completed, postgresql_where=is_completed
    )
