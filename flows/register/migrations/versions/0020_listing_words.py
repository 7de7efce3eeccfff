"""The words that agreements are found by, indexes of what pages ask, and logout tokens that were used."""

import sqlalchemy as sa
from alembic import op

from flows.register.listing_words import LONGEST

revision = "0020_listing_words"
down_revision = "0019_batch_file"
branch_labels = None
depends_on = None

_AT_ONCE = 1000


def upgrade() -> None:
    """Apply."""
    word = sa.String(LONGEST).with_variant(sa.String(LONGEST, collation="C"), "postgresql")
    op.create_table("listing_word", sa.Column("word", word, primary_key=True), sqlite_with_rowid=False)
    op.create_table(
        "listing_word_use",
        sa.Column("word", word, nullable=False),
        sa.Column("agreement_id", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"]),
        sa.PrimaryKeyConstraint("word", "agreement_id"),
        sqlite_with_rowid=False,
    )
    _fill()
    op.create_table(
        "used_logout_token",
        sa.Column("token_sha256", sa.String(64), primary_key=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_used_logout_token_ends_at", "used_logout_token", ["ends_at"])
    op.create_index("ix_listing_agreement", "agreement_listing", ["agreement_id", "state", "municipality_number"])
    op.create_index("ix_review_open", "review", ["outcome", "due_date", "agreement_id"])
    op.create_index("ix_signature_request_status", "signature_request", ["status", "agreement_id"])


def _fill() -> None:
    connection = op.get_bind()
    listing = sa.table("agreement_listing", sa.column("agreement_id"), sa.column("words"))
    words, uses = sa.table("listing_word", sa.column("word")), sa.table("listing_word_use", sa.column("word"))
    uses.append_column(sa.column("agreement_id"))
    known: set[str] = set()
    last = ""
    while True:
        wanted = sa.select(listing).where(listing.c.agreement_id > last).order_by(listing.c.agreement_id)
        rows = connection.execute(wanted.limit(_AT_ONCE)).all()
        if not rows:
            return
        last = rows[-1].agreement_id
        found = {(one[:LONGEST], row.agreement_id) for row in rows for one in row.words.split()}
        if new := {one for one, _agreement in found} - known:
            connection.execute(words.insert(), [{"word": one} for one in sorted(new)])
            known |= new
        if found:
            connection.execute(uses.insert(), [{"word": one, "agreement_id": of} for one, of in sorted(found)])
