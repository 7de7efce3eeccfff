"""What `doctor` says about the provider."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.register import Register
from flows.settings import Settings
from flows.signing.providers.health_check import provider_problems
from tests.conftest import Clock
from tests.signing.certificate_factory import authority, enterprise, pkcs12_file
from tests.signing.documenso.server import TOKEN, DocumensoServer
from tests.signing_desk.servers import TOKEN as TOKEN_OF_DESK
from tests.signing_desk.servers import desk_in_thread

pytestmark = pytest.mark.usefixtures("english")

pytest.importorskip("xmlsec", reason="install it with: pip install xmlsec")


def doctors_word(
    monkeypatch: pytest.MonkeyPatch, folder: Path, address: str, token: str, provider: str = "documenso"
) -> dict[str, object]:
    """Return what the command tells about a provider at an address; empty where it tells nothing."""
    for name, value in {
        "OUTPUT": str(folder / "output"),
        "DATABASE_URL": f"sqlite:///{folder / 'register.db'}",
        "PROVIDER": provider,
        f"{provider.upper()}_URL": address,
        f"{provider.upper()}_TOKEN": token,
    }.items():
        monkeypatch.setenv(f"AVTALEFLYT_{name}", value)
    told = CliRunner().invoke(app, ["doctor", "--json"], catch_exceptions=False)
    found: dict[str, object] = next((one for one in json.loads(told.stdout) if one["name"] == "Provider"), {})
    return found


def test_a_provider_that_lets_us_in_is_present(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock: Clock) -> None:
    """Asked with a look-up that changes nothing; a wrong token is one sentence without it."""
    server = DocumensoServer(clock)
    with server.running():
        assert doctors_word(monkeypatch, tmp_path, server.address, TOKEN)["present"] is True
        assert set(server.asked) == {"find", "folders"}
        refused = doctors_word(monkeypatch, tmp_path, server.address, "api_feil")
    assert refused["present"] is False
    assert refused["install"] == "Documenso did not answer the question: 401 UNAUTHORIZED."


def test_a_desk_that_was_set_up_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock: Clock) -> None:
    """One that answers, one that is down, and none at all: of that nothing is told."""
    assert doctors_word(monkeypatch, tmp_path, "http://127.0.0.1:9", "", "desk") == {}
    with desk_in_thread(tmp_path / "desk", clock) as running:
        assert doctors_word(monkeypatch, tmp_path, running.address, TOKEN_OF_DESK, "desk")["present"] is True
        address = running.address
    down = doctors_word(monkeypatch, tmp_path, address, TOKEN_OF_DESK, "desk")
    assert down["present"] is False
    assert "cannot be reached" in str(down["install"])


def test_certificates_that_end_soon_are_told(tmp_path: Path, register: Register, clock: Clock) -> None:
    """Sixty days before: ours, and those of the bundle; a missing setting is a sentence of its own."""
    from tests.signing.posten.server import ORGANISATION, PostenServer, server_context

    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(authority().pem)
    server = PostenServer(clock)
    ends = enterprise(ORGANISATION).certificate.not_valid_after_utc
    with server.running(server_context(tmp_path)):
        settings = Settings(
            provider="posten",
            posten_url=f"{server.address}/api",
            posten_organisation=ORGANISATION,
            posten_certificate=pkcs12_file(tmp_path, enterprise(ORGANISATION), "hemmelig"),
            posten_password="hemmelig",
            posten_bundle=bundle,
        )
        assert provider_problems(settings, register) == []
        clock.now = ends - timedelta(days=59)
        told = provider_problems(settings, register)
    assert any(f"our enterprise certificate ends on {ends:%d.%m.%Y}" in one for one in told)
    assert provider_problems(Settings(provider="posten"), register)[0].startswith(
        "The provider needs AVTALEFLYT_POSTEN_"
    )
