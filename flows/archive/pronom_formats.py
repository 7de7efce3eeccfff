"""Return the PRONOM format of a record's PDF: its PDF/A claim, if it is our file or a judge has agreed."""

from flows.register.schema import Json

_CLAIMS = {
    "1A": "fmt/95",
    "1B": "fmt/354",
    "2A": "fmt/476",
    "2B": "fmt/477",
    "2U": "fmt/478",
    "3A": "fmt/479",
    "3B": "fmt/480",
    "3U": "fmt/481",
}
_VERSIONS = {
    "1.0": "fmt/14",
    "1.1": "fmt/15",
    "1.2": "fmt/16",
    "1.3": "fmt/17",
    "1.4": "fmt/18",
    "1.5": "fmt/19",
    "1.6": "fmt/20",
    "1.7": "fmt/276",
    "2.0": "fmt/1129",
}
DOCX = "fmt/412"
SENT = "fmt/476"
"""What is sent for signature: PDF/A-2a."""
VALID = "valid"
"""What `pdfa_judged` says of a file that a judge of PDF/A found to be what it claims."""


def format_of(details: Json) -> tuple[str, str]:
    """Return a record's format as PRONOM identifier and in words («fmt/476», «PDF/A-2a»), from its frozen details.

    What a provider rebuilt is PDF/A only where it was judged (`pdfa_judged`); a claim alone is told as one.
    """
    claim = str(details.get("pdfa") or "").upper()
    version = str(details.get("pdf_version") or "1.7")
    plain = _VERSIONS.get(version, _VERSIONS["1.7"])
    if claim not in _CLAIMS:
        return plain, f"PDF {version}"
    words = f"PDF/A-{claim[0]}{claim[1:].lower()}"
    if details.get("first_revision") == "rebuilt_by_provider" and details.get("pdfa_judged") != VALID:
        return plain, f"PDF {version} (oppgir {words} i XMP, ikke bekreftet)"
    return _CLAIMS[claim], words
