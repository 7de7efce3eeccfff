"""Accounts, their roles and sessions, API keys, and the log of reads."""

import sqlalchemy as sa
from alembic import op

revision = "0015_accounts"
down_revision = "0014_signed_heads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "account",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("password_hash", sa.String()),
        sa.Column("totp_secret", sa.String()),
        sa.Column("totp_step", sa.Integer()),
        _instant("made_at"),
        sa.Column("made_by", sa.String(), nullable=False),
        _instant("seen_at", nullable=True),
        _instant("disabled_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("issuer", "subject"),
    )
    op.create_table(
        "role_grant",
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("municipality_number", sa.String(4), nullable=False),
        _instant("given_at"),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("account_id", "role", "municipality_number"),
    )
    _create_tables_of_sessions()
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("key_sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("municipalities", sa.JSON(), nullable=False),
        _instant("made_at"),
        sa.Column("made_by", sa.String(), nullable=False),
        _instant("used_at", nullable=True),
        _instant("ends_at", nullable=True),
        _instant("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key_sha256"),
    )
    op.create_table(
        "read_log",
        sa.Column("id", sa.Integer(), nullable=False),
        _instant("at"),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("account_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("agreement_id", sa.String(36)),
        sa.Column("record_id", sa.String(36)),
        sa.Column("municipality_number", sa.String(4)),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("at", "account_id", "agreement_id", "record_id", "municipality_number"):
        op.create_index(f"ix_read_log_{column}", "read_log", [column])


def _create_tables_of_sessions() -> None:
    op.create_table(
        "account_session",
        sa.Column("id_sha256", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("sid", sa.String(200)),
        sa.Column("csrf_token", sa.String(64), nullable=False),
        sa.Column("claimed_roles", sa.JSON(), nullable=False),
        sa.Column("id_token", sa.String()),
        sa.Column("messages", sa.JSON(), nullable=False),
        _instant("made_at"),
        _instant("used_at"),
        _instant("signed_in_at"),
        _instant("ends_at"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id_sha256"),
    )
    for column in ("account_id", "sid", "ends_at"):
        op.create_index(f"ix_account_session_{column}", "account_session", [column])
    op.create_table(
        "sign_in_attempt",
        sa.Column("state_sha256", sa.String(64), nullable=False),
        sa.Column("browser_sha256", sa.String(64), nullable=False),
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False),
        sa.Column("return_path", sa.String(), nullable=False),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        _instant("ends_at"),
        sa.PrimaryKeyConstraint("state_sha256"),
    )
    op.create_index("ix_sign_in_attempt_ends_at", "sign_in_attempt", ["ends_at"])
    op.create_table(
        "held_form",
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("browser_sha256", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        _instant("ends_at"),
        sa.PrimaryKeyConstraint("token_sha256"),
    )
    op.create_index("ix_held_form_ends_at", "held_form", ["ends_at"])


def _instant(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
