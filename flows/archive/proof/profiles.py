"""What is demanded of the signed PDF that each provider gives back: one row a provider, to be changed in one place."""

from dataclasses import dataclass

LEVELS = ("CMS", "B-B", "B-T", "B-LT", "B-LTA")
"""PAdES levels, the least first (ETSI EN 319 142-1); `CMS` is a signature by ISO 32000 that is not PAdES."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a provider's signed PDF must be.

    `rebuilt`: the provider makes a new PDF, so that its first revision cannot be the one that was sent.
    `personal`: the certificates are the signers' own; otherwise the provider seals, and evidence tells who signed.
    """

    least_level: str
    pdfa_parts: tuple[str, ...] = ("2",)
    rebuilt: bool = False
    personal: bool = True
    embedded_files: bool = False


_DEFAULT = Profile("B-LT")
_PROFILES = {
    "desk": Profile("B-B"),  # it has no public timestamp authority
    # The level of Posten's seal is unverified: none is demanded until one has been seen.
    "posten": Profile("CMS", ("3", "2"), rebuilt=True, personal=False, embedded_files=True),
    "docuseal": Profile("CMS", personal=False),
    "documenso": Profile("CMS", rebuilt=True, personal=False),
}


def profile_of(provider: str) -> Profile:
    """Return the demands on a provider; one that is not in the table must give B-LT over the PDF that was sent."""
    return _PROFILES.get(provider, _DEFAULT)
