"""Compare names of signers in Unicode NFC, as people read them."""

from collections.abc import Iterable
from unicodedata import normalize

from asn1crypto import x509


def same_names(found: Iterable[str], expected: Iterable[str]) -> bool:
    """Return whether two lists have the same names, in any order."""
    return sorted(map(_composed, found)) == sorted(map(_composed, expected))


def holder_of(certificate: x509.Certificate) -> str:
    """Return the holder's name: `name` (2.5.4.41) if present, since a common name is limited to 64 characters."""
    said = certificate.subject.native
    name = said.get("name") or said.get("common_name") or said.get("organization_name", "")
    return str(name if isinstance(name, str) else name[0])


def _composed(name: str) -> str:
    return normalize("NFC", name)
