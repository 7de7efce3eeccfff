"""Search by whole words: a vocabulary, and for each word the records that have it as bits, in blocks of records.

What search derives is made anew from the texts that are kept.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

from flows.register.search_index import rebuild

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_STATEMENTS = {
    "sqlite": [
        "DROP TABLE record_words",
        "DROP TABLE record_trigrams",
        (
            "CREATE VIRTUAL TABLE search_part USING fts5(word, content='', detail='full', columnsize=0, "
            "tokenize='trigram case_sensitive 1')"
        ),
    ],
    "postgresql": [
        "DROP INDEX ix_record_text_words",
        "DROP INDEX ix_record_text_trigrams",
        "ALTER TABLE record_text DROP COLUMN words",
        "ALTER TABLE record_text DROP COLUMN trigrams",
        (
            'CREATE TABLE search_part (ending text COLLATE "C" NOT NULL, word_id integer NOT NULL, '
            "PRIMARY KEY (ending, word_id))"
        ),
    ],
}


def upgrade() -> None:
    """Apply."""
    word = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "search_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word", word, nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("word"),
    )
    op.create_table(
        "search_posting",
        sa.Column("word_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("members", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("word_id", "block"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_shared_word",
        sa.Column("word_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("shared_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["shared_id"], ["shared_text.id"]),
        sa.PrimaryKeyConstraint("word_id", "shared_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_shared_word_shared_id", "search_shared_word", ["shared_id"], unique=False)
    for statement in _STATEMENTS[op.get_bind().dialect.name]:
        op.execute(statement)
    with Session(op.get_bind()) as session:
        rebuild(session)
        session.flush()
