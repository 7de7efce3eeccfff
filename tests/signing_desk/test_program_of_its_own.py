"""The desk stands alone: it shares with the rest of the program only what lies below it."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import flows.signing_desk
from flows.signing.webhook_signatures import is_sealed
from flows.signing_desk.webhook_signing import HEADER, sign_webhook

ALLOWED = {
    "flows.answer_headers",
    "flows.database",
    "flows.listening_socket",
    "flows.private_files",
    "flows.system_errors",
    "flows.pdf_updates",
    "flows.settings",
    "flows.value_complaints",
    "flows.dates",
    "flows.mail",
    "flows.language",
    "flows.legible_text",
    "flows.errors",
    "flows.logging_setup",
    "flows.request_id_middleware",
    "flows.signing_desk",
}


def test_the_desk_imports_nothing_of_the_line() -> None:
    """Only what serves any program comes from elsewhere in the project: settings, mail, database and the like."""
    imported = set[str]()
    for module in Path(flows.signing_desk.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module)
            elif isinstance(node, ast.Import):
                imported.update(name.name for name in node.names)
    rooms = {".".join(name.split(".")[:2]) for name in imported if name.split(".")[0] == "flows"}
    assert "flows.signing_desk" in rooms
    assert rooms <= ALLOWED


def test_the_sender_verifies_what_the_desk_signs() -> None:
    """The desk's webhook signature is the one that the receiving side checks, bytes of the body included."""
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    body = b'{"event": "signed"}'
    signature = sign_webhook(body, int(now.timestamp()), b"a key")
    assert is_sealed({HEADER: signature}, HEADER, body, [b"another key", b"a key"], now)
    assert not is_sealed({HEADER: signature}, HEADER, body + b" ", [b"a key"], now)
    assert not is_sealed({HEADER: signature}, HEADER, body, [b"another key"], now)
