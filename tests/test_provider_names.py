"""Sentences name a provider as people do, not by the word of the settings."""

import pytest

from flows.provider_names import provider_first, provider_name


@pytest.mark.parametrize(
    ("word", "within", "first"),
    [
        ("desk", "signeringsbenken", "Signeringsbenken"),
        ("posten", "Posten signering", "Posten signering"),
        ("another", "another", "another"),
    ],
)
def test_a_provider_has_a_name(word: str, within: str, first: str) -> None:
    """One that is not known keeps its word."""
    assert (str(provider_name(word)), str(provider_first(word))) == (within, first)
