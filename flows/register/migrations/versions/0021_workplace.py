"""Exports, uploaded templates and scheduled runs; the shell user of an account, and calendar feeds of accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0021_workplace"
down_revision = "0020_listing_words"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "archive_export",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("form", sa.String(10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.String(36), nullable=True),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("municipalities", sa.JSON(), nullable=True),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        _instant("asked_at"),
        *(_instant(name, nullable=True) for name in ("leased_until", "stop_asked_at", "ended_at", "expires_at")),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_archive_export_account", "archive_export", ["account_id", "asked_at"])
    op.create_index("ix_archive_export_ended_at", "archive_export", ["ended_at"])
    op.create_table(
        "uploaded_template",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("template_version", sa.String(20), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        _instant("uploaded_at"),
        sa.Column("approved_by", sa.String(), nullable=True),
        _instant("approved_at", nullable=True),
        sa.Column("in_force_by", sa.String(), nullable=True),
        *(_instant(name, nullable=True) for name in ("in_force_at", "ended_at")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_uploaded_template_type", "uploaded_template", ["type", "in_force_at"])
    op.create_table(
        "scheduled_run",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("host", sa.String(100), nullable=False),
        _instant("started_at"),
        _instant("ended_at", nullable=True),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.add_column("account", sa.Column("shell_user", sa.String(100), nullable=True))
    op.add_column("account", sa.Column("email_is_verified", sa.Boolean(), nullable=True))
    op.add_column("calendar_feed", sa.Column("account_id", sa.String(36), nullable=True))
    op.add_column("calendar_feed", sa.Column("municipalities", sa.JSON(), nullable=True))
    op.create_index("ix_calendar_feed_account_id", "calendar_feed", ["account_id"])


def _instant(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
