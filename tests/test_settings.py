"""Settings that cannot be used are told in one sentence, in the language in use, without their values."""

from contextvars import copy_context
from pathlib import Path

import pytest

from flows.errors import WrongUse
from flows.settings import load_settings


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("SIGNING_DAYS", "thirty", "må være et helt tall"),
        ("SIGNING_DAYS", "0", "må være minst 1"),
        ("SIGNING_DAYS", "91", "må være høyst 90"),
        ("CASES_TIMEOUT", "0", "må være mer enn 0.0"),
        ("CASES_TIMEOUT", "soon", "må være et tall"),
        ("DOCUSEAL_UPLOADS", "perhaps", "må være true eller false"),
        ("ENGINE", "word", "må være en av weasyprint, libreoffice"),
        ("LOG_LEVEL", "LOUD", "må være en av DEBUG, INFO, WARNING, ERROR"),
        ("LANGUAGE", "klingon", "må være en av nb, nn, en"),
    ],
)
def test_a_wrong_setting_is_told_in_bokmaal(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str, told: str
) -> None:
    """The sentence names the setting and what it must be; the value may be a secret and is not repeated."""
    monkeypatch.setenv(f"AVTALEFLYT_{setting}", value)
    with pytest.raises(WrongUse) as refused:
        load_settings()
    assert f"AVTALEFLYT_{setting} ({told})" in str(refused.value)
    assert "Input should" not in str(refused.value)


def test_a_wrong_setting_is_told_in_the_language_that_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the language stands in a file beside the wrong setting."""
    (tmp_path / ".env").write_text("AVTALEFLYT_LANGUAGE=en\nAVTALEFLYT_SIGNING_DAYS=thirty\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AVTALEFLYT_LANGUAGE", raising=False)
    with pytest.raises(WrongUse) as refused:
        copy_context().run(load_settings)  # which chooses a language for what follows
    assert "AVTALEFLYT_SIGNING_DAYS (must be a whole number)" in str(refused.value)
