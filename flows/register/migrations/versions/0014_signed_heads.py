"""Heads of the history, which cover every row that matters.

Rows that are there already are covered as they stand, by heads that nobody signed.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

from flows.register.signed_heads import cover_rows_as_they_stand

revision = "0014_signed_heads"
down_revision = "0013_sending_wishes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "signed_head",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("event_digest", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    with Session(op.get_bind()) as session:
        cover_rows_as_they_stand(session)
        session.flush()
