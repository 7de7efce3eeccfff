"""What the archive needs: the head of the chain, journal numbers, fixity, and the tables that search reads."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_SEARCH = {
    "sqlite": [
        (
            "CREATE VIRTUAL TABLE record_words USING fts5(folded, content='record_text', content_rowid='number', "
            "tokenize='unicode61 remove_diacritics 2')"
        ),
        (
            "CREATE VIRTUAL TABLE record_trigrams USING fts5(folded, content='record_text', content_rowid='number', "
            "tokenize='trigram')"
        ),
    ],
    "postgresql": [
        (
            "ALTER TABLE record_text ADD COLUMN words tsvector "
            "GENERATED ALWAYS AS (to_tsvector('simple', folded)) STORED"
        ),
        "ALTER TABLE record_text ADD COLUMN trigrams tsvector",
        "CREATE INDEX ix_record_text_words ON record_text USING gin (words)",
        "CREATE INDEX ix_record_text_trigrams ON record_text USING gin (trigrams)",
    ],
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "chain_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute(
        "INSERT INTO chain_head (id, number, digest) SELECT 1, coalesce((SELECT max(number) FROM event), 0), "
        "coalesce((SELECT digest FROM event ORDER BY number DESC LIMIT 1), "
        "'0000000000000000000000000000000000000000000000000000000000000000')"
    )
    op.create_index("ix_event_kind", "event", ["kind"], unique=False)
    op.create_index("ix_agreement_municipality_number", "agreement", ["municipality_number"], unique=False)
    op.create_index("ix_record_archived_at", "record", ["archived_at"], unique=False)
    op.create_table(
        "journal_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year"),
    )
    op.create_table(
        "fixity",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("copy", sa.String(length=20), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("digest", "copy"),
    )
    op.create_index("ix_fixity_checked_at", "fixity", ["checked_at"], unique=False)
    op.create_table(
        "shared_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "record_text",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("shared_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"]),
        sa.ForeignKeyConstraint(["shared_id"], ["shared_text.id"]),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("record_id"),
    )
    op.create_index("ix_record_text_shared_id", "record_text", ["shared_id", "number"], unique=False)
    for statement in _SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)
