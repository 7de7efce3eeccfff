"""Requirements on the signed PDF of each provider: one table row per provider."""

from dataclasses import dataclass

LEVELS = ("CMS", "B-B", "B-T", "B-LT", "B-LTA")
"""PAdES levels, the least first (ETSI EN 319 142-1); `CMS` is a signature by ISO 32000 that is not PAdES."""


@dataclass(frozen=True, slots=True)
class RebuildProfile:
    """How a provider rebuilds our PDF and seals it.

    Then the text and pictures of our pages are compared in place of bytes, the holder of the seal, and the names of
    those who signed. `pages_first`: its own pages come before ours. `names_on_pages`: those pages name the signers;
    otherwise the provider's answers do. `holders`: who may have sealed, by name, and `organisation` by number where the
    certificate has one; empty where that is the instance's own affair, and the anchors settle it. `foot`: points at the
    lower edge of each page that the provider prints in. `shrinks`: it may make our pages smaller to have room there.
    `pages_drawn`: its own pages may be drawn without text that can be read back; then they must look like the account
    that it gives beside the file.
    """

    pages_first: bool = False
    names_on_pages: bool = False
    holders: tuple[str, ...] = ()
    organisation: str = ""
    foot: float = 0.0
    shrinks: bool = False
    pages_drawn: bool = False


@dataclass(frozen=True, slots=True)
class SignedPdfProfile:
    """The requirements on a provider's signed PDF.

    Without `rebuilding` it is our bytes, grown by the signatures of exactly those who should sign. `pdfa_parts`: parts
    of PDF/A that it may claim; empty where none is demanded.
    """

    least_level: str
    pdfa_parts: tuple[str, ...] = ("2",)
    rebuilding: RebuildProfile | None = None
    embedded_files: bool = False


_POSTENS_FOOT = 80.0
"""28 mm of A4, measured on the one picture that Posten publishes of a signed document, where our page seems to be made
smaller by as much (docs/protocols.md#what-posten-adds).
"""
_DEFAULT = SignedPdfProfile("B-LT")
_PROFILES = {
    "desk": SignedPdfProfile("B-B"),  # it has no public timestamp authority
    # The level of Posten's seal is unverified: none is demanded until one has been seen.
    "posten": SignedPdfProfile(
        "CMS",
        ("3", "2"),
        RebuildProfile(
            pages_first=True,
            names_on_pages=True,
            holders=("Posten Bring AS", "Posten Norge AS"),
            organisation="984661185",
            foot=_POSTENS_FOOT,
            shrinks=True,
        ),
        embedded_files=True,
    ),
    "docuseal": SignedPdfProfile("CMS", (), RebuildProfile()),
    "documenso": SignedPdfProfile("CMS", (), RebuildProfile(pages_drawn=True)),
}


_PROFILES["posten-direct"] = _PROFILES["posten"]  # the same seal and pages, whichever way the signers came


def profile_of(provider: str) -> SignedPdfProfile:
    """Return the requirements on a provider; the default is PAdES B-LT over the PDF that was sent."""
    return _PROFILES.get(provider, _DEFAULT)
