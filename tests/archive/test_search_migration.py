"""An archive from before search by whole words: its texts are found after opening it."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from flows.archive.search import SearchQuery, find
from flows.register import open_register
from tests.conftest import PROJECT

_AT = "2026-12-01 09:00:00"
_ROWS: dict[str, dict[str, object]] = {
    "agreement": {"id": "a", "type": "alis", "municipality_number": "1804", "counterpart": "1", "version": 1}
    | {"valid_from": "2027-01-01", "state": "archived", "received_at": _AT},
    "signature_request": {"id": "q", "agreement_id": "a", "version": 1, "attempt": 1, "provider": "desk"}
    | {"reference": "r", "pdf_sha256": "b", "signers": "[]", "signers_sha256": "d", "deadline": _AT}
    | {"intended_at": _AT, "urls": "{}", "status": "signed", "reason": ""},
    "record": {"id": "r", "agreement_id": "a", "version": 1, "request_id": "q", "status": "archived"}
    | {
        "public_title": "ALIS-avtale",
        "valid_from": "2027-01-01",
        "signed_at": _AT,
        "archived_at": _AT,
        "details": "{}",
    },
    "shared_text": {"id": 1, "template_sha256": "t", "text": "Fast ledd.", "folded": "fast ledd"},
    "record_text": {"number": 5000, "record_id": "r", "shared_id": 1, "text": "Legen er i Bodø, nr. 1234567."}
    | {"folded": "legen er i bodo nr 1234567"},
}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_was_archived_before_is_found(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The migration fills the new index from the texts that are kept."""
    url = f"sqlite:///{tmp_path / 'register.db'}" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "flows" / "register" / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        for table, row in _ROWS.items():
            given = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({given})"), row)
    engine.dispose()
    register = open_register(url)
    for asked in ("bodo", "egen", "ledd", "34567", "fast bodo", ""):
        assert [one.id for one in find(register, SearchQuery(asked, "alis", "1804")).found] == ["r"], asked
    assert find(register, SearchQuery("tromso")).found == ()
    register.close()
