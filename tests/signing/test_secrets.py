"""Secrets and persons: nothing of them where settings, errors and the register's own complaints are printed."""

import traceback

import pytest
from sqlalchemy.exc import SQLAlchemyError

from flows.mail.smtp import server_at
from flows.register import Register, SignatureRequest
from flows.register.signature_requests import intend
from flows.settings import Settings
from flows.signing_desk.emails import mailer_at
from flows.signing_desk.webhook_outbox import webhook_at
from tests.conftest import Clock
from tests.signing.paper_provider import approved_agreement


def test_settings_show_no_secret() -> None:
    """Every token, password and secret, and every address that may hold a password, stays out of `repr` and `str`."""
    words = ("token", "password", "secret", "smtp", "database", "store")
    secret = [name for name in Settings.model_fields if any(word in name for word in words)]
    assert len(secret) >= 12, secret
    given = {name: f"https://user:hemmelig@{name}.example" for name in secret}
    settings = Settings.model_validate(given)
    assert "hemmelig" not in f"{settings!r} {settings}"
    assert settings.register_url == given["database_url"]


def test_what_holds_a_secret_prints_none(clock: Clock) -> None:
    """Mail servers and webhooks, printed whole as a debugger or an error would."""
    held = [
        server_at("smtp://user:hemmelig@mail.example"),
        mailer_at("smtp://user:hemmelig@mail.example", "desk@kommune.example", clock),
        webhook_at("https://web.example/webhooks/desk", "hemmelig"),
    ]
    assert "hemmelig" not in repr(held)


def test_the_register_complains_without_what_it_was_given(any_register: Register, clock: Clock) -> None:
    """A statement that fails is told without its values: they are names and addresses of signers."""
    agreement_id = approved_agreement(any_register)
    taken = SignatureRequest(
        agreement_id=agreement_id,
        version=1,
        attempt=1,
        provider="paper",
        reference=f"{agreement_id}-v1-a1",
        pdf_sha256="c" * 64,
        signers=[{"order": 1, "name": "Kari Hemmelig", "email": "kari@hemmelig.example"}],
        signers_sha256="d" * 64,
        deadline=clock(),
        intended_at=clock(),
        urls={"cancel": "https://paper.example/hemmelig"},
    )
    with any_register.write() as transaction:
        intend(transaction, agreement_id, "paper", [], clock())
    with pytest.raises(SQLAlchemyError) as raised, any_register.write() as transaction:
        transaction.session.add(taken)
    assert "emmelig" not in "".join(traceback.format_exception(raised.value))
