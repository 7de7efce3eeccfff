"""What the application's account may do in PostgreSQL: no more than it does (docs/postgresql.md).

Where there is a role `avtaleflyt_application`, every migration gives it these privileges. The tables belong to another
account, which migrates. `python -m flows.register.privileges` prints the statements.
"""

import re
import sys
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, inspect, text

ROLE = "avtaleflyt_application"
_READ, _ADD, _ALL = "SELECT", "SELECT, INSERT", "SELECT, INSERT, UPDATE, DELETE"


def _change(*columns: str) -> str:
    return f"{_ADD}, UPDATE ({', '.join(columns)})"


PRIVILEGES = {
    "alembic_version": _READ,
    "alembic_oldest_program": _READ,
    "event": _ADD,
    "signed_head": _ADD,
    "chain_head": "SELECT, UPDATE (number, digest)",
    "batch": _change("cases", "rejected"),
    "agreement": _change("state", "version"),
    "version": _change(
        *("template", "template_version", "template_sha256", "docx_sha256", "pdf_sha256", "pages", "generated_at"),
        *("place", "refusal", "signature_places"),
    ),
    "signature_request": _change(
        *("signers", "deadline", "provider_id", "urls", "status", "reason", "sent_at", "ended_at", "acknowledged_at"),
        "absent_since",
    ),
    "record": _change("status", "archived_at", "details"),
    "record_file": f"{_ADD}, DELETE",
    "journal_year": _change("last"),
    "review": _change("outcome", "completed_at", "completed_by", "note"),
    "deadline": _change("nominal_date", "due_date", "confirmed", "status", "sequence", "changed_at"),
    "notice": _change("given_at", "mail_id"),
    "mail": f"{_change('state', 'tries', 'problem', 'tried_at', 'sent_at', 'replaced_by')}, DELETE",
    "pending_decision": _change("why", "told_at", "cleared_at"),
    "agreement_listing": _change(
        *("state", "municipality", "municipality_key", "counterpart", "counterpart_key", "words", "received_at"),
        *("batch_id", "request_id", "signers", "signed", "next_signer", "deadline", "declined_by", "reason"),
    ),
    "listing_word": f"{_ADD}, DELETE",
    "listing_word_use": f"{_ADD}, DELETE",
    "upload": f"{_ADD}, UPDATE (checked, taken_in_at), DELETE",
    "batch_agreement": _ADD,
    "batch_file": f"{_ADD}, DELETE",
    "batch_job": _change("leased_until", "stop_asked_at", "ended_at", "problem"),
    "sending_wish": _ADD,
    "amendment": _ADD,
    "delivery": _change(
        *("state", "next_attempt_at", "attempts", "client_message_id", "message_type", "message", "message_sha256"),
        *("files", "intended_at", "sent_at", "settled_at", "absent_since", "reason", "receipt", "case_number"),
        "entry_number",
    ),
    "delivery_attempt": _change("message_id"),
    "delivery_answer": _change("read_at", "outcome", "note", "delivery_id", "content", "signer"),
    "calendar_feed": _change("revoked_at", "municipalities"),
    "archive_export": _change(
        *("leased_until", "stop_asked_at", "ended_at", "expires_at", "total", "done", "problem", "findings", "sha256"),
        "size",
    ),
    "uploaded_template": _change("approved_by", "approved_at", "in_force_by", "in_force_at", "ended_at"),
    "intake_call": _ADD,
    "account": _change(
        *("name", "email", "language", "password_hash", "totp_secret", "totp_step", "seen_at", "disabled_at"),
        *("shell_user", "email_is_verified"),
    ),
    "role_grant": f"{_ADD}, DELETE",
    "api_key": _change("used_at", "revoked_at"),
    "read_log": f"{_ADD}, DELETE",
    "shared_text": _ALL,
    "record_text": _change("text", "folded", "shared_id"),
    "uncovered_table": "SELECT, DELETE",
    "search_word": f"{_ALL}, TRUNCATE",
    "search_posting": f"{_ALL}, TRUNCATE",
    "search_shared_word": f"{_ALL}, TRUNCATE",
    "search_part": f"{_ALL}, TRUNCATE",
}
"""Privileges by table. What only paces work (`_WORKING`) is not here; events and heads can be added, and no more."""

_WORKING = "SELECT, INSERT, UPDATE, DELETE"


def statements(tables: Mapping[str, Sequence[str]], account: str = ROLE) -> list[str]:
    """Return the statements that give an account the privileges on these tables, and take every other from it.

    `tables` are names with their columns: a table of an earlier revision has not yet every column that may be changed.
    """
    found = [f"GRANT USAGE ON SCHEMA public TO {account}"]
    for table, columns in sorted(tables.items()):
        found.append(f"REVOKE ALL ON {table} FROM {account}")
        found.append(f"GRANT {_among(columns, PRIVILEGES.get(table, _WORKING))} ON {table} TO {account}")
    return [*found, f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {account}"]


def _among(columns: Sequence[str], privileges: str) -> str:
    """Return the privileges on these columns alone."""
    wanted = _columns_of(privileges)
    there = [one for one in wanted if one in columns]
    change = f"UPDATE ({', '.join(wanted)})"
    if not there:
        return privileges.replace(f", {change}", "")
    return privileges.replace(change, f"UPDATE ({', '.join(there)})")


def _columns_of(privileges: str) -> list[str]:
    found = re.search(r"UPDATE \((.+)\)", privileges)
    return found[1].split(", ") if found else []


def grant(connection: Connection) -> None:
    """Give the role its privileges, where the database is PostgreSQL and there is such a role."""
    if connection.dialect.name != "postgresql":
        return
    if connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": ROLE}).first() is None:
        return
    inspector = inspect(connection)
    tables = {table: [one["name"] for one in inspector.get_columns(table)] for table in inspector.get_table_names()}
    for statement in statements(tables):
        connection.execute(text(statement))


if __name__ == "__main__":
    tables = {table: _columns_of(privileges) for table, privileges in PRIVILEGES.items()}
    sys.stdout.write("".join(f"{statement};\n" for statement in statements(tables)))
