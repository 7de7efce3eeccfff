"""Cover readings of sources (`batch`) by the heads of the history, as other rows are.

Rows that are there already are covered by the next head that the program signs; those of a register that had no heads
before are covered already.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0018_covered_batches"
down_revision = "0017_batches"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "uncovered_table",
        sa.Column("name", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT 1 FROM batch")).first() and not _is_covered(connection):
        connection.execute(sa.text("INSERT INTO uncovered_table (name) VALUES ('batch')"))


def _is_covered(connection: sa.Connection) -> bool:
    heads = connection.execute(sa.text("SELECT rows FROM signed_head").execution_options(yield_per=100))
    with heads:
        for (rows,) in heads:
            said = json.loads(rows) if isinstance(rows, str) else rows
            if any(name.startswith("batch:") for name in said):
                return True
    return False
