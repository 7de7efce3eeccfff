"""Deliveries to the municipality's own archive system: messages, attempts and answers."""

import sqlalchemy as sa
from alembic import op

revision = "0022_deliveries"
down_revision = "0021_workplace"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("agreement_id", sa.String(36), nullable=False),
        sa.Column("archive", sa.String(36), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("case_key", sa.String(100), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("planned_at", _INSTANT, nullable=False),
        sa.Column("next_attempt_at", _INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("client_message_id", sa.String(36), nullable=False),
        sa.Column("message_type", sa.String(100), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=True),
        sa.Column("message_sha256", sa.String(64), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("intended_at", _INSTANT, nullable=True),
        sa.Column("sent_at", _INSTANT, nullable=True),
        sa.Column("settled_at", _INSTANT, nullable=True),
        sa.Column("absent_since", _INSTANT, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.Column("case_number", sa.String(60), nullable=False),
        sa.Column("entry_number", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"]),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("record_id", "archive", "purpose"),
    )
    op.create_index("ix_delivery_agreement_id", "delivery", ["agreement_id"])
    op.create_index("ix_delivery_case_key", "delivery", ["case_key"])
    op.create_index("ix_delivery_state", "delivery", ["state"])
    op.create_table(
        "delivery_attempt",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("delivery_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("client_message_id", sa.String(36), nullable=False),
        sa.Column("message_id", sa.String(36), nullable=True),
        sa.Column("intended_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("delivery_id", "client_message_id", "message_id"):
        op.create_index(f"ix_delivery_attempt_{column}", "delivery_attempt", [column])
    _create_answers()


def _create_answers() -> None:
    op.create_table(
        "delivery_answer",
        sa.Column("message_id", sa.String(100), nullable=False),
        sa.Column("type", sa.String(200), nullable=False),
        sa.Column("sender", sa.String(36), nullable=False),
        sa.Column("reply_to", sa.String(100), nullable=False),
        sa.Column("correlation", sa.String(200), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", _INSTANT, nullable=False),
        sa.Column("read_at", _INSTANT, nullable=True),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.String(36), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("signer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"]),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_index("ix_delivery_answer_outcome", "delivery_answer", ["outcome"])
    op.create_index("ix_delivery_answer_delivery_id", "delivery_answer", ["delivery_id"])
