"""The context: each part is opened when it is asked for, and secrets that name a block need something that reads it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from flows.application import context as module
from flows.application.context import Context, current_context, use_secret_resolver
from flows.errors import WrongUse
from flows.register import Register
from flows.settings import Settings, references_in, refuse_references
from tests.conftest import PROJECT


@pytest.fixture
def stated(tmp_path: Path) -> Settings:
    """Give settings of an embedded set-up whose desk token is in a secret block."""
    return Settings(_env_file=None, output=tmp_path / "output", desk_token=SecretStr("prefect-secret: desk"))


@pytest.fixture(autouse=True)
def _resolver_of_before() -> Iterator[None]:
    before = module._resolve_secrets
    yield
    use_secret_resolver(before)


def test_secrets_are_read_once_and_only_when_settings_are_asked_for(stated: Settings) -> None:
    """A command that needs the register alone reads no secret block."""
    read: list[dict[str, str]] = []

    def resolver(settings: Settings) -> Settings:
        read.append(references_in(settings))
        return settings.model_copy(update={"desk_token": SecretStr("opened")})

    use_secret_resolver(resolver)
    context = Context(stated)
    with context.register.read():
        assert read == []
    assert [context.settings.desk_token.get_secret_value() for _ in range(2)] == ["opened", "opened"]
    assert read == [{"desk_token": "desk"}]
    context.register.close()


def test_a_named_secret_that_nothing_can_read_is_refused(stated: Settings) -> None:
    """The name of a block is never taken for the secret itself."""
    use_secret_resolver(refuse_references)
    with pytest.raises(WrongUse, match="AVTALEFLYT_DESK_TOKEN"):
        _ = Context(stated).settings
    plain = Settings(_env_file=None, desk_token=SecretStr("ordinary"))
    assert Context(plain).settings == plain


def test_looking_makes_no_register(stated: Settings) -> None:
    """`existing_register` gives None where there is none, and the one that is open where there is."""
    context = Context(stated)
    assert context.existing_register() is None
    assert not stated.output.exists()
    opened = context.register
    assert context.existing_register() is opened
    opened.close()


def test_what_is_given_is_not_opened(register: Register, stated: Settings) -> None:
    """A register that is handed in is used as it is."""
    assert Context(stated, register).register is register
    assert not stated.output.exists()


def test_the_same_settings_give_the_same_context(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A run opens its register once; other settings give another context."""
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "one"))
    one = current_context()
    assert current_context() is one
    monkeypatch.setenv("AVTALEFLYT_OUTPUT", str(tmp_path / "two"))
    assert current_context() is not one


def test_the_command_line_starts_without_what_few_commands_need() -> None:
    """`--help` loads neither Prefect, nor the database, nor what makes PDFs."""
    heavy = ("prefect", "sqlalchemy", "weasyprint", "obstore", "fastapi", "starlette", "pyhanko", "openpyxl")
    code = f"import sys, flows.cli; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
