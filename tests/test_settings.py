"""Settings that cannot be used are told in one sentence, in bokmål, without their values."""

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
