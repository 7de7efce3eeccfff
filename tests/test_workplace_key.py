"""The key that the workplace encrypts with: why it cannot be used is told in words."""

from pathlib import Path

import pytest

from flows.errors import ComponentMissing
from flows.identity.sealing import sealer_in


def test_a_key_is_made_once(tmp_path: Path) -> None:
    """What one process sealed, another opens."""
    assert sealer_in(tmp_path).open(sealer_in(tmp_path).seal("hemmelig")) == "hemmelig"


def test_a_damaged_key_is_told_as_such(tmp_path: Path) -> None:
    """Whoever restored half a file learns that it is no key."""
    (tmp_path / "workplace.key").write_text("halv")
    with pytest.raises(ComponentMissing, match=r"workplace\.key .*\(den er ikke en nøkkel til arbeidsflaten\)"):
        sealer_in(tmp_path)


def test_what_the_system_refuses_is_told_in_its_words(tmp_path: Path) -> None:
    """A folder lies where the key should be."""
    (tmp_path / "workplace.key").mkdir()
    with pytest.raises(ComponentMissing, match=r"\(er en mappe\)"):
        sealer_in(tmp_path)
